//! Answers that no honest service gives, to a launch: each has its outcome, none is taken for a grant, none costs much.

use berth_cloud::Cloud as _;
use berth_domain::Trouble;
use berth_domain::grab::{Outcome, classify};

use crate::recorded::{launch, recording_answer};
use crate::server::{Reaction, Server, account, answer};

/// What becomes of launches that are answered so: of each the instance, or the trouble.
async fn outcomes<Name: Clone>(cases: &[(Name, Reaction)]) -> Vec<(Name, Result<String, Trouble>)> {
    let server = Server::start(cases.iter().map(|(_, reaction)| reaction.clone())).await;
    let cloud = server.cloud();
    let mut outcomes = Vec::new();
    for (name, _) in cases {
        let result = cloud.launch(&account(), &launch()).await;
        outcomes.push((name.clone(), result.map(|reply| reply.value.instance)));
    }
    assert_eq!(server.seen().len(), cases.len(), "each launch is sent once");
    outcomes
}

fn raw(text: &str) -> Reaction {
    Reaction::Answer(text.as_bytes().to_vec())
}

/// The cloud may have acted: that is for finding out, never for buying anew.
async fn assert_doubt(cases: &[(&str, Reaction)]) {
    for (name, result) in outcomes(cases).await {
        let trouble = result.expect_err(name);
        assert_eq!(classify(&trouble).outcome, Outcome::InDoubt, "{name}: {trouble:?}");
    }
}

#[tokio::test]
async fn a_yes_in_words_that_make_no_sense_is_in_doubt() {
    let deep = "[".repeat(100_000);
    let deep_field = format!(r#"{{"id":"i","more":{}"#, "[".repeat(100_000));
    let many_fields = format!(r#"{{"id":"i",{}"#, r#""a":1,"#.repeat(100_000));
    let bodies: &[(&str, &[u8])] = &[
        ("nothing", b""),
        ("white space", b" \r\n\t"),
        ("null", b"null"),
        ("a list", b"[]"),
        ("a number", b"1e999"),
        ("a text", b"\"ocid1.instance.oc1..x\""),
        ("no id", b"{}"),
        ("an id of nothing", br#"{"id":null}"#),
        ("an empty id", br#"{"id":""}"#),
        ("an id of white space", br#"{"id":" \n"}"#),
        ("a number for an id", br#"{"id":5}"#),
        ("two ids", br#"{"id":"a","id":"b"}"#),
        ("two values", br#"{"id":"a"}{"id":"b"}"#),
        ("half a JSON", br#"{"id":"ocid1.instance.oc1..x","lifecycle"#),
        ("a byte order mark", b"\xef\xbb\xbf{\"id\":\"i\"}"),
        ("bytes that are no text", b"{\"id\":\"\xff\xfe\"}"),
        ("half a surrogate", br#"{"id":"\ud800"}"#),
        ("bytes of nothing", &[0; 1000]),
        ("a page", b"<html><body>Please sign in</body></html>"),
        ("deep brackets", deep.as_bytes()),
        ("deep brackets in a field", deep_field.as_bytes()),
        ("many fields", many_fields.as_bytes()),
        ("UTF-16", b"\xff\xfe{\0\"\0i\0d\0\"\0:\0\"\0i\0\"\0}\0"),
    ];
    let cases: Vec<_> = bodies.iter().map(|(name, body)| (*name, answer(200, &[], body))).collect();
    assert_doubt(&cases).await;
}

#[tokio::test]
async fn heads_that_break_the_protocol_are_in_doubt() {
    let long = "x".repeat(1_000_000);
    let heads = [
        ("no head at all", "hello, world\r\n\r\n".to_owned()),
        ("another protocol", "SSH-2.0-OpenSSH_9.9\r\n".to_owned()),
        ("TLS", "\u{15}\u{3}\u{1}\0\u{2}\u{2}P".to_owned()),
        ("no status", "HTTP/1.1\r\n\r\n".to_owned()),
        ("a status in words", "HTTP/1.1 OK\r\n\r\n".to_owned()),
        ("a status of two digits", "HTTP/1.1 20 OK\r\n\r\n".to_owned()),
        ("another version", "HTTP/3.0 200 OK\r\n\r\n{}".to_owned()),
        ("a length in words", "HTTP/1.1 200 OK\r\nContent-Length: all\r\n\r\n{}".to_owned()),
        ("a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}".to_owned()),
        (
            "a length without end",
            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{{}}", "9".repeat(99)),
        ),
        ("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n{}".to_owned()),
        ("a length too long", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"id\":\"i\"}".to_owned()),
        ("a length too short", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{\"id\":\"i\"}".to_owned()),
        ("a chunk without end", chunked("ffffffffffffffff\r\n{\"id\":\"i\"}\r\n0\r\n\r\n")),
        ("a chunk in words", chunked("ten\r\n{\"id\":\"i\"}\r\n0\r\n\r\n")),
        ("no last chunk", chunked("a\r\n{\"id\":\"i\"}\r\n")),
        ("a name with a space", "HTTP/1.1 200 OK\r\nContent Length: 2\r\n\r\n{}".to_owned()),
        ("a head that is too long", format!("HTTP/1.1 200 OK\r\nX: {long}\r\nContent-Length: 10\r\n\r\n")),
        ("too many headers", format!("HTTP/1.1 200 OK\r\n{}\r\n{{\"id\":\"i\"}}", "X: y\r\n".repeat(5000))),
        ("other words than HTTP", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n".to_owned()),
    ];
    assert_doubt(&heads.map(|(name, head)| (name, raw(&head)))).await;
}

fn chunked(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}")
}

#[tokio::test]
async fn what_only_looks_odd_is_taken_at_its_word() {
    let good = r#"{"id":"i"}"#;
    let odd = [
        (
            "plain text",
            format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\n{good}"),
        ),
        ("a page", format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10\r\n\r\n{good}")),
        ("no type", format!("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{good}")),
        ("no length", format!("HTTP/1.1 200 OK\r\n\r\n{good}")),
        (
            "chunks of one byte",
            chunked(&good.chars().map(|one| format!("1\r\n{one}\r\n")).collect::<Vec<_>>().concat())
                + "0\r\n\r\n",
        ),
        (
            "the same length twice",
            format!("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Length: 10\r\n\r\n{good}"),
        ),
        (
            "a foreword",
            format!(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{good}"
            ),
        ),
        ("an older protocol", format!("HTTP/1.0 200 OK\r\n\r\n{good}")),
        ("no reason", format!("HTTP/1.1 201\r\nContent-Length: 10\r\n\r\n{good}")),
    ];
    for (name, result) in outcomes(&odd.map(|(name, text)| (name, raw(&text)))).await {
        assert_eq!(result.expect(name), "i", "{name}");
    }
}

#[tokio::test]
async fn headers_that_make_no_sense_are_left_out_and_the_answer_stands() {
    let long = "x".repeat(10_000);
    let headers = [
        ("opc-request-id", long.as_str()),
        ("opc-work-request-id", long.as_str()),
        ("opc-next-page", "a\tb"),
        ("Date", "yesterday, about noon"),
        ("Retry-After", "99999999999999999999"),
        ("etag", "\u{7f}"),
    ];
    let server = Server::start([answer(200, &headers, br#"{"id":"i"}"#)]).await;
    let trouble = server.cloud().launch(&account(), &launch()).await;
    match trouble {
        Ok(reply) => {
            assert_eq!((reply.value.work_request, reply.request_id, reply.clock_skew), (None, None, None));
        }
        // A control character in a header is no HTTP: then the whole answer is in doubt.
        Err(trouble) => assert!(matches!(trouble, Trouble::Lost { .. }), "{trouble:?}"),
    }
    for date in
        ["Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Sun, 99 Zzz 2025 99:99:99 GMT"]
    {
        let headers = [("Date", date), ("Retry-After", "-1"), ("opc-request-id", "东京")];
        let server = Server::start([answer(429, &headers, b"{}")]).await;
        let trouble = server.cloud().launch(&account(), &launch()).await.unwrap_err();
        let Trouble::Refused(refused) = trouble else { panic!("{date}: {trouble:?}") };
        assert_eq!((refused.status, refused.retry_after), (429, None), "{date}");
    }
}

#[tokio::test]
async fn statuses_that_nobody_should_send_are_refusals_in_doubt() {
    assert_doubt(&[204, 205, 206, 299].map(|status| ("success", answer(status, &[], b"")))).await;
    let elsewhere = Server::start([]).await;
    let headers = [("Location", elsewhere.base.as_str())];
    let statuses = [300, 301, 302, 303, 304, 307, 308, 399, 600, 999];
    for (status, result) in outcomes(&statuses.map(|status| (status, answer(status, &headers, b"")))).await {
        let trouble = result.unwrap_err();
        assert!(matches!(&trouble, Trouble::Refused(refused) if refused.status == status), "{trouble:?}");
        assert_eq!(classify(&trouble).outcome, Outcome::InDoubt, "{status}");
    }
    assert!(elsewhere.seen().is_empty(), "a signed request was sent to where an answer pointed");
}

#[tokio::test]
async fn a_refusal_of_any_length_and_shape_is_told_in_few_words() {
    let long = "Out of host capacity. ".repeat(100_000);
    let nested =
        format!(r#"{{"code":"InternalError","message":{}1{}}}"#, "[".repeat(50_000), "]".repeat(50_000));
    let bodies: &[&[u8]] = &[
        long.as_bytes(),
        nested.as_bytes(),
        br#"{"code":5,"message":["Out of host capacity."]}"#,
        br#"{"code":null,"message":null}"#,
        b"\xff\xfe\xfd",
        b"",
    ];
    let cases: Vec<_> = bodies.iter().map(|body| ((), answer(500, &[], body))).collect();
    for ((), result) in outcomes(&cases).await {
        let trouble = result.unwrap_err();
        let Trouble::Refused(refused) = trouble else { panic!("{trouble:?}") };
        assert_eq!(refused.status, 500);
        assert!(refused.message.chars().count() <= 2000, "{} letters", refused.message.len());
    }
}

/// So much may lie in the buffers of two sockets beside what was read.
const BUFFERS: usize = 16 * 1024 * 1024;

#[tokio::test]
async fn two_hundred_megabytes_are_not_taken_in() {
    let piece = vec![b' '; 256 * 1024];
    let heads = [
        "HTTP/1.1 200 OK\r\nContent-Length: 209715200\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 500 Error\r\n\r\n",
    ];
    for head in heads {
        let server = Server::start([Reaction::Flood(head.into(), piece.clone())]).await;
        let trouble = server.cloud().launch(&account(), &launch()).await.unwrap_err();
        assert!(matches!(trouble, Trouble::Lost { .. }), "{trouble:?}");
        assert!(server.flooded() < 8 * 1024 * 1024 + BUFFERS, "{} bytes of {head}", server.flooded());
    }
    let chunk = [b"40000\r\n", &piece[..], b"\r\n"].concat();
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let server = Server::start([Reaction::Flood(head.into(), chunk)]).await;
    let trouble = server.cloud().launch(&account(), &launch()).await.unwrap_err();
    assert!(matches!(trouble, Trouble::Lost { .. }), "{trouble:?}");
    assert!(server.flooded() < 8 * 1024 * 1024 + BUFFERS, "{} bytes in chunks", server.flooded());
}

#[tokio::test]
async fn headers_without_end_are_not_taken_in() {
    let floods: [(&str, &[u8], &[u8]); 3] = [
        (
            "headers",
            b"HTTP/1.1 200 OK\r\n",
            b"X-Header: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n",
        ),
        ("one header", b"HTTP/1.1 200 OK\r\nX: ", &[b'y'; 4096]),
        (
            "trailers",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
            b"X: yyyyyyyyyyyyyyyy\r\n",
        ),
    ];
    for (name, first, again) in floods {
        let server = Server::start([Reaction::Flood(first.to_vec(), again.to_vec())]).await;
        let trouble = server.cloud().launch(&account(), &launch()).await.expect_err(name);
        assert!(matches!(trouble, Trouble::Lost { .. }), "{name}: {trouble:?}");
        assert!(server.flooded() < 1024 * 1024 + BUFFERS, "{name}: {} bytes", server.flooded());
    }
}

/// We ask for no compression and open none: a bomb stays the size it came in.
#[tokio::test]
async fn a_compressed_answer_is_not_opened() {
    let bomb = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &[0; 10_000]].concat();
    for encoding in ["gzip", "deflate", "br", "zstd", "gzip, gzip"] {
        let server = Server::start([answer(200, &[("Content-Encoding", encoding)], &bomb)]).await;
        let trouble = server.cloud().launch(&account(), &launch()).await.unwrap_err();
        assert!(matches!(trouble, Trouble::Lost { .. }), "{encoding}: {trouble:?}");
        assert_eq!(server.seen()[0].header("accept-encoding"), None);
    }
}

/// An answer to nothing, sent along with another, must not become the answer of the next launch.
#[tokio::test]
async fn an_answer_that_nobody_asked_for_answers_nobody() {
    let one =
        |id: &str| format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{{\"id\":\"{id}\"}}", 9 + id.len());
    let two = [one("mine"), one("smuggled")].concat();
    for _ in 0..20 {
        let server =
            Server::start([Reaction::Keep(two.clone().into_bytes()), recording_answer("launch_instance")])
                .await;
        let cloud = server.cloud();
        assert_eq!(cloud.launch(&account(), &launch()).await.unwrap().value.instance, "mine");
        let second = cloud.launch(&account(), &launch()).await;
        assert!(!matches!(&second, Ok(reply) if reply.value.instance == "smuggled"), "{second:?}");
    }
}
