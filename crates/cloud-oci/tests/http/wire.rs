//! One call, one request; and the difference between "it never left" and "it may have arrived".

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;
use std::{env, thread};

use berth_cloud_oci::client::{Call, ProxyError, Reached, Service, Transport};
use berth_cloud_oci::sign::{Content, JSON, Request, sign};
use secrecy::SecretString;
use serde_json::json;

use crate::server::{NOW, Reaction, Server, TENANCY, USER, answer, identity};

fn get() -> Call {
    Call::get(Service::Core, &["instances"]).query("compartmentId", "a b:c").query("page", "x+/=")
}

fn post() -> Call {
    Call::post(Service::Core, &["instances"], &json!({"displayName": "抢机器"})).retry_token("token-1")
}

#[tokio::test]
async fn the_signature_covers_exactly_what_is_on_the_wire() {
    let server = Server::start([answer(200, &[], b"[]"), answer(200, &[], b"{}")]).await;
    server.client().send(&get()).await.unwrap();
    server.client().send(&post()).await.unwrap();
    for seen in server.seen() {
        let url = server.base.join(&seen.target).unwrap();
        let has_body = seen.method == "POST";
        let content =
            if has_body { Content::Body { media_type: JSON, bytes: &seen.body } } else { Content::Absent };
        let date = seen.header("date").unwrap();
        assert_eq!(date, "Sun, 05 Jan 2025 21:31:40 GMT");
        let identity = identity();
        let key_id = format!("{TENANCY}/{USER}/{}", identity.key.fingerprint());
        let request = Request { method: &seen.method, url: &url, date, content };
        for (name, value) in sign(&key_id, &identity.key, &request).headers {
            assert_eq!(seen.header(name), Some(value.as_str()), "{name}");
            assert_eq!(seen.headers.iter().filter(|(known, _)| known == name).count(), 1, "{name}");
        }
        assert_eq!(seen.header("content-type"), Some(JSON));
        assert_eq!(seen.header("accept"), Some(JSON));
        assert_eq!(seen.header("opc-request-id").unwrap().len(), 32);
        assert_eq!(seen.header("opc-retry-token"), has_body.then_some("token-1"));
    }
}

#[tokio::test]
async fn an_answer_is_recorded_whatever_its_status() {
    let headers = [
        ("Date", "Sun, 05 Jan 2025 21:38:20 GMT"),
        ("opc-request-id", "A/B/C"),
        ("opc-next-page", "p+/="),
        ("opc-work-request-id", "w"),
        ("etag", "e"),
        ("Retry-After", "7"),
    ];
    let body = vec![b'x'; 100_000];
    let server = Server::start([answer(500, &headers, &body)]).await;
    let exchange = server.client().send(&post()).await.unwrap();
    assert_eq!(exchange.status, 500);
    assert_eq!(exchange.request_id.as_deref(), Some("A/B/C"));
    assert_eq!(exchange.next_page.as_deref(), Some("p+/="));
    assert_eq!(exchange.work_request_id.as_deref(), Some("w"));
    assert_eq!(exchange.etag.as_deref(), Some("e"));
    assert_eq!(exchange.retry_after, Some(7));
    assert_eq!(exchange.clock_skew, Some(400));
    assert_eq!(exchange.body.len(), 100_000);
    assert_eq!(exchange.raw().len(), 64 * 1024);
}

#[tokio::test]
async fn a_clock_that_is_ahead_gives_a_negative_skew_and_an_empty_page_is_none() {
    let early = httpdate::fmt_http_date(std::time::UNIX_EPOCH + Duration::from_secs(NOW - 600));
    let server = Server::start([answer(401, &[("Date", &early), ("opc-next-page", "")], b"")]).await;
    let exchange = server.client().send(&get()).await.unwrap();
    assert_eq!(exchange.clock_skew, Some(-600));
    assert_eq!(exchange.next_page, None);
}

#[tokio::test]
async fn nothing_is_sent_twice_and_no_redirect_is_followed() {
    for status in [429, 500, 502, 503, 504] {
        let server = Server::start([answer(status, &[], b"{}")]).await;
        assert_eq!(server.client().send(&post()).await.unwrap().status, status);
        assert_eq!(server.seen().len(), 1);
    }
    let elsewhere = Server::start([]).await;
    let server = Server::start([answer(302, &[("Location", elsewhere.base.as_str())], b"")]).await;
    assert_eq!(server.client().send(&get()).await.unwrap().status, 302);
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn a_refused_connection_never_reached_the_cloud() {
    let server = Server::start([]).await;
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let proxy = SecretString::from(format!("http://user:canary-password@{closed}"));
    let client = server.client_over(Transport::through(&proxy).unwrap());
    let failure = client.send(&post()).await.unwrap_err();
    assert_eq!(failure.reached, Reached::No);
    assert!(!format!("{failure:?}{client:?}").contains("canary-password"));
    assert!(!failure.what.contains("http://"), "{}", failure.what);
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_connection_cut_after_the_request_leaves_doubt() {
    let server = Server::start([Reaction::Cut]).await;
    let failure = server.client().send(&post()).await.unwrap_err();
    assert_eq!(failure.reached, Reached::Perhaps);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_request_cut_off_on_a_connection_in_use_is_not_sent_again_on_another() {
    let keep = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_vec();
    let server = Server::start([Reaction::Keep(keep), Reaction::Cut, answer(200, &[], b"{}")]).await;
    let client = server.client();
    client.send(&post()).await.unwrap();
    assert_eq!(client.send(&post()).await.unwrap_err().reached, Reached::Perhaps);
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn an_answer_that_breaks_off_leaves_doubt_but_its_request_id_is_known() {
    let half = b"HTTP/1.1 200 OK\r\nopc-request-id: A/B/C\r\nContent-Length: 100\r\n\r\n{\"id\":";
    let server = Server::start([Reaction::Answer(half.to_vec())]).await;
    let failure = server.client().send(&post()).await.unwrap_err();
    assert_eq!(failure.reached, Reached::Perhaps);
    assert_eq!(failure.request_id.as_deref(), Some("A/B/C"));
}

#[tokio::test]
async fn a_time_out_leaves_doubt() {
    let server = Server::start([Reaction::Silence]).await;
    let impatient = Transport::with_total_timeout(Duration::from_millis(300)).unwrap();
    let failure = server.client_over(impatient).send(&post()).await.unwrap_err();
    assert_eq!(failure.reached, Reached::Perhaps);
    assert!(failure.what.starts_with("timed out"), "{}", failure.what);
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let huge = vec![b' '; 9 * 1024 * 1024];
    let server = Server::start([answer(200, &[], &huge)]).await;
    assert_eq!(server.client().send(&get()).await.unwrap_err().reached, Reached::Perhaps);
}

#[tokio::test]
async fn an_accounts_proxy_carries_its_calls() {
    let proxy = Server::start([answer(200, &[], b"[]")]).await;
    let target = Server::start([]).await;
    let address = SecretString::from(proxy.base.as_str());
    let client = target.client_over(Transport::through(&address).unwrap());
    client.send(&get()).await.unwrap();
    assert!(proxy.seen()[0].target.starts_with(target.base.as_str()));
    assert!(target.seen().is_empty());
}

#[tokio::test]
async fn a_socks_proxy_is_spoken_to_in_socks() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = SecretString::from(format!("socks5://{}", listener.local_addr().unwrap()));
    let greeting = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut first = [0];
        std::io::Read::read_exact(&mut stream, &mut first).unwrap();
        first[0]
    });
    let target = Server::start([]).await;
    let client = target.client_over(Transport::through(&address).unwrap());
    assert_eq!(client.send(&get()).await.unwrap_err().reached, Reached::No);
    assert_eq!(greeting.join().unwrap(), 5);
}

#[test]
fn an_address_that_is_no_proxy_is_refused_without_repeating_it() {
    let refusal = |text: &str| Transport::through(&SecretString::from(text)).unwrap_err();
    assert_eq!(refusal("ftp://me:secret@host"), ProxyError::Scheme);
    assert_eq!(refusal("host:1080"), ProxyError::Scheme);
    assert_eq!(refusal("http://"), ProxyError::NotAnAddress);
    assert_eq!(refusal(""), ProxyError::NotAnAddress);
    assert!(!refusal("ftp://me:secret@host").to_string().contains("secret"));
}

/// Runs itself again with a proxy in the environment that answers nobody.
#[test]
fn the_environments_proxy_is_not_used() {
    const TEST: &str = "wire::the_environments_proxy_is_not_used";
    if env::var_os("BERTH_TEST_CHILD").is_some() {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        return runtime.block_on(async {
            let server = Server::start([answer(200, &[], b"[]")]).await;
            server.client().send(&get()).await.unwrap();
        });
    }
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", TEST]).env("BERTH_TEST_CHILD", "1");
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        child.env(name, "http://127.0.0.1:9");
    }
    let output = child.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}
