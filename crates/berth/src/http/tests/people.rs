//! Who comes in by which door, and is shown out by it.

use serde_json::json;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::handshake::client::Request;

use super::{
    AT_MOST, TOKEN, World, answered, code,
    limits::Raw,
    sockets::{Client, handshake},
};

const NAME: &str = r#"{"query":"{ caller }"}"#;

#[tokio::test]
async fn a_session_comes_in_a_cookie_and_a_wrong_one_is_as_good_as_none() {
    let world = World::new();
    let with = |cookie: String| {
        world.bare_post().header("content-type", "application/json").header("cookie", cookie).body(NAME)
    };
    let (status, answer) = answered(with(format!("berth_session={TOKEN}"))).await;
    assert_eq!((status, &answer["data"]["caller"]), (200, &"owner en".into()));
    let (status, answer) = answered(with("berth_session=old".into())).await;
    assert_eq!((status, &answer["data"]["caller"]), (200, &"nobody en".into()));
    let (status, answer) =
        answered(with(format!("berth_session={TOKEN}")).header("origin", "http://evil.example")).await;
    assert_eq!((status, code(&answer)), (403, "FORBIDDEN"));
}

/// What a page of another site can make a browser send without asking first, with a cookie that lets in.
#[tokio::test]
async fn a_cookie_carries_nothing_that_a_form_could_send() {
    let world = World::new();
    let cookie = format!("berth_session={TOKEN}");
    let mutation = r#"{"query":"mutation { set(value: 3) }"}"#;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let post = world.bare_post().header("cookie", &cookie).header("content-type", kind).body(mutation);
        let (status, answer) = answered(post).await;
        assert_eq!((status, code(&answer)), (415, "BAD_QUERY"), "{kind}");
    }
    let get =
        world.client.get(world.url("/graphql?query=mutation%7Bset(value:3)%7D")).header("cookie", &cookie);
    assert_eq!(answered(get).await.0, 405);
}

#[tokio::test]
async fn a_cookie_opens_a_socket_only_for_a_page_of_ours() {
    let world = World::new();
    let mut own = Client::open(with_cookie(&world, Some(world.url("")))).await;
    own.say(json!({ "type": "connection_init" })).await;
    assert_eq!(own.hear().await["type"], "connection_ack");
    let mut unknown = Client::open(with_cookie(&world, None)).await;
    unknown.say(json!({ "type": "connection_init" })).await;
    assert_eq!(unknown.closed().await, 4403);
}

#[tokio::test]
async fn whoever_is_shut_out_loses_every_open_stream_at_once() {
    let world = World::new();
    let mut client = Client::welcome(&world).await;
    client.subscribe("1", "subscription { never }").await;
    world.doorkeeper.shut.send_replace(1);
    assert_eq!(client.closed().await, 4401);
    let (status, answer) = world.ask("{ seven }").await;
    assert_eq!((status, code(&answer)), (401, "UNAUTHENTICATED"));
}

#[tokio::test]
async fn whoever_is_shut_out_while_their_body_arrives_is_refused() {
    let world = World::new();
    let body = r#"{"query":"mutation { set(value: 3) }"}"#;
    let mut connection = Raw::open(&world).await;
    let length = body.len();
    connection
        .say(&format!(
            "POST /graphql HTTP/1.1\r\nhost: berth\r\nauthorization: Bearer {TOKEN}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        ))
        .await;
    world.doorkeeper.asked.subscribe().wait_for(|asked| *asked > 0).await.unwrap();
    world.doorkeeper.shut.send_replace(1);
    connection.say(body).await;
    let answer = connection.hear_all().await;
    assert!(answer.starts_with("HTTP/1.1 401 ") && answer.contains("UNAUTHENTICATED"), "{answer}");
}

#[tokio::test]
async fn a_download_breaks_when_whoever_asked_for_it_is_shut_out() {
    for path in ["/api/events.jsonl", "/api/projections.jsonl"] {
        let world = World::new();
        let mut answer = world.client.get(world.url(path)).bearer_auth(TOKEN).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert_eq!(answer.chunk().await.unwrap().unwrap().as_ref(), b"{}\n");
        world.doorkeeper.shut.send_replace(1);
        let end = timeout(AT_MOST, answer.chunk()).await.expect("it goes on");
        assert!(end.is_err(), "a part must not end as the whole does: {end:?}");
    }
}

#[tokio::test]
async fn a_stranger_sends_little_and_does_not_read_the_schema_whole() {
    let world = World::new();
    let bare = || world.bare_post().header("content-type", "application/json");
    let long = format!(
        r#"{{"query":"{{ seven }}","operationName":null,"extensions":{{"x":"{}"}}}}"#,
        "y".repeat(20_000)
    );
    assert_eq!(answered(bare().body(long)).await.0, 413);
    let (_, answer) = answered(bare().body(r#"{"query":"{ __schema { queryType { name } } }"}"#)).await;
    assert!(answer["data"]["__schema"].is_null(), "{answer}");
    let (_, answer) = world.ask("{ __schema { queryType { name } } }").await;
    assert_eq!(answer["data"]["__schema"]["queryType"]["name"], "Query");
}

fn with_cookie(world: &World, origin: Option<String>) -> Request {
    let mut request = handshake(world);
    let cookie = format!("berth_session={TOKEN}");
    request.headers_mut().insert("cookie", cookie.parse().unwrap());
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().unwrap());
    }
    request
}
