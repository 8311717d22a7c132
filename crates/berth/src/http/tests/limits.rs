//! How much somebody may have of the server: of its time, its sockets and its memory.

use std::num::NonZeroU32;

use futures::future::join_all;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_tungstenite::connect_async;

use super::{
    ALICE, AT_MOST, TOKEN, World, answered, code,
    sockets::{Client, handshake, refused, with},
};
use crate::http::{Patience, RequestLimits, SocketLimits};

const NAME: &str = r#"{"query":"{ caller }"}"#;
const NEVER: std::time::Duration = std::time::Duration::from_hours(1);
const BRIEF: std::time::Duration = std::time::Duration::from_millis(50);

/// A connection on which anything can be said.
pub(super) struct Raw(TcpStream);

impl Raw {
    pub(super) async fn open(world: &World) -> Self {
        Self(TcpStream::connect(world.running.address()).await.unwrap())
    }

    pub(super) async fn say(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Everything until the server closes.
    pub(super) async fn hear_all(&mut self) -> String {
        let mut heard = Vec::new();
        let read = timeout(AT_MOST, self.0.read_to_end(&mut heard)).await.expect("it was not closed");
        // Whoever is cut off while they still talk may hear of a reset.
        read.ok();
        String::from_utf8(heard).unwrap()
    }
}

fn number(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

fn of_address(burst: u32) -> RequestLimits {
    RequestLimits { of_address: Some((number(burst), number(1))), of_user: None }
}

/// A minute brings so few that a test does not see one come.
fn of_user(most: u32) -> RequestLimits {
    RequestLimits { of_address: None, of_user: Some(number(most)) }
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_when_to_come_back() {
    let world = World::limited(of_address(3));
    let ask = || world.bare_post().header("content-type", "application/json").body(NAME);
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(ask().send().await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 200]);
    // However slow this machine is, ten at once are more than a second's worth.
    let all = futures::future::join_all((0..10).map(|_| ask().send())).await;
    let late: Vec<_> = all.into_iter().map(Result::unwrap).filter(|answer| answer.status() == 429).collect();
    assert!(!late.is_empty());
    for answer in late {
        assert!(answer.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
        let body: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(
            (code(&body), &body["errors"][0]["extensions"]["numericCode"]),
            ("RATE_LIMITED", &10_001.into())
        );
    }
    assert_eq!(world.get("/healthz").await.status(), 200);
}

#[tokio::test]
async fn a_wrong_token_costs_as_much_as_a_right_one() {
    let world = World::limited(of_address(3));
    let guess = || world.bare_post().bearer_auth("berth_wrong").body(NAME).send();
    let all = join_all((0..10).map(|_| guess())).await;
    let statuses: Vec<_> = all.into_iter().map(|answer| answer.unwrap().status().as_u16()).collect();
    assert!(statuses.contains(&401) && statuses.contains(&429), "{statuses:?}");
}

#[tokio::test]
async fn what_everybody_may_have_costs_too_and_health_does_not() {
    let world = World::limited(of_address(3));
    for path in ["/schema.graphql", "/graphiql/"] {
        let all = join_all((0..10).map(|_| world.get(path))).await;
        assert!(all.iter().any(|answer| answer.status() == 429), "{path}");
    }
    let all = join_all((0..10).map(|_| world.get("/healthz"))).await;
    assert!(all.iter().all(|answer| answer.status() == 200));
}

#[tokio::test]
async fn a_stranger_who_knocks_too_often_opens_no_socket() {
    let world = World::limited(of_address(3));
    let all = join_all((0..10).map(|_| connect_async(handshake(&world)))).await;
    let refusals = all.iter().filter_map(|opened| match opened {
        Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => Some(answer.status().as_u16()),
        _ => None,
    });
    let refusals: Vec<_> = refusals.collect();
    assert!(!refusals.is_empty() && refusals.iter().all(|status| *status == 429), "{refusals:?}");
}

#[tokio::test]
async fn a_handshake_a_download_and_what_is_begun_on_a_socket_cost_of_the_same_minute() {
    let world = World::limited(of_user(4));
    let mut client = Client::open(with(&world, "authorization", &format!("Bearer {ALICE}"))).await;
    client.say(json!({ "type": "connection_init" })).await;
    assert_eq!(client.hear().await["type"], "connection_ack");
    client.subscribe("a", "{ seven }").await;
    assert_eq!(
        (&client.hear().await["type"], &client.hear().await["type"]),
        (&json!("next"), &json!("complete"))
    );
    let download = || world.client.get(world.url("/api/events.jsonl")).bearer_auth(ALICE).send();
    assert_eq!(download().await.unwrap().status(), 200);
    let post = || world.bare_post().bearer_auth(ALICE).header("content-type", "application/json").body(NAME);
    assert_eq!(answered(post()).await.0, 200);

    client.subscribe("b", "{ seven }").await;
    let heard = client.hear().await;
    assert_eq!((&heard["type"], &heard["id"]), (&json!("error"), &json!("b")));
    assert_eq!(heard["payload"][0]["extensions"]["code"], "RATE_LIMITED");
    client.say(json!({ "type": "ping" })).await;
    assert_eq!(client.hear().await["type"], "pong", "the socket stays open");
    assert_eq!(download().await.unwrap().status(), 429);
    let (status, answer) = answered(post()).await;
    assert_eq!((status, code(&answer)), (429, "RATE_LIMITED"));
    assert_eq!(refused(with(&world, "authorization", &format!("Bearer {ALICE}"))).await, 429);
}

#[tokio::test]
async fn an_address_has_only_so_many_sockets_of_whom_nobody_knows() {
    let limits = SocketLimits { init: NEVER, of_address: 1, ..SocketLimits::default() };
    let world = World::with(limits, Patience::default());
    let mut first = Client::open(handshake(&world)).await;
    assert_eq!(refused(handshake(&world)).await, 429);
    let _known = Client::open(with(&world, "authorization", &format!("Bearer {TOKEN}"))).await;
    // Whoever was recognised is no stranger any more.
    first.say(json!({ "type": "connection_init", "payload": { "token": TOKEN } })).await;
    assert_eq!(first.hear().await["type"], "connection_ack");
    let mut wrong = Client::open(handshake(&world)).await;
    wrong.say(json!({ "type": "connection_init", "payload": { "token": "berth_wrong" } })).await;
    assert_eq!(wrong.closed().await, 4403);
    // Whatever way it ended, its place is free, as soon as its task has ended.
    timeout(AT_MOST, async { while connect_async(handshake(&world)).await.is_err() {} }).await.unwrap();
}

#[tokio::test]
async fn a_user_has_only_so_many_sockets_and_the_machine_as_many_as_it_likes() {
    let limits = SocketLimits { of_user: 1, ..SocketLimits::default() };
    let world = World::with(limits, Patience::default());
    let greeting = |token| json!({ "type": "connection_init", "payload": { "token": token } });
    let mut first = Client::open(handshake(&world)).await;
    first.say(greeting(ALICE)).await;
    assert_eq!(first.hear().await["type"], "connection_ack");
    let mut second = Client::open(handshake(&world)).await;
    second.say(greeting(ALICE)).await;
    assert_eq!(second.closed().await, 4429);
    let known = || with(&world, "authorization", &format!("Bearer {ALICE}"));
    assert_eq!(refused(known()).await, 429);
    for _ in 0..3 {
        Client::welcome(&world).await;
    }
    drop(first);
    timeout(AT_MOST, async { while connect_async(known()).await.is_err() {} }).await.unwrap();
}

#[tokio::test]
async fn a_head_that_comes_too_slowly_is_not_waited_for() {
    let world = World::built(|server| server.patience(Patience { headers: BRIEF, ..Patience::default() }));
    let mut head = Raw::open(&world).await;
    head.say("POST /graphql HTTP/1.1\r\nhost: berth\r\n").await;
    let answer = head.hear_all().await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_is_not_waited_for() {
    let patience = Patience { headers: NEVER, body: BRIEF, ..Patience::default() };
    let world = World::built(|server| server.patience(patience));
    let mut body = Raw::open(&world).await;
    body.say("POST /graphql HTTP/1.1\r\nhost: berth\r\n").await;
    body.say("content-type: application/json\r\ncontent-length: 99\r\n\r\n{").await;
    let answer = body.hear_all().await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("did not arrive in time"), "{answer}");
}

#[tokio::test]
async fn a_head_without_an_end_is_not_read_to_its_end() {
    let world = World::new();
    let mut long = Raw::open(&world).await;
    let header = format!("x-long: {}\r\n", "x".repeat(1 << 20));
    // It may be cut off in the middle of what it says.
    long.0.write_all(format!("GET /healthz HTTP/1.1\r\nhost: berth\r\n{header}").as_bytes()).await.ok();
    let answer = long.hear_all().await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    let mut many = Raw::open(&world).await;
    let headers = (0..200).fold(String::new(), |text, number| text + &format!("x-{number}: y\r\n"));
    many.0.write_all(format!("GET /healthz HTTP/1.1\r\nhost: berth\r\n{headers}\r\n").as_bytes()).await.ok();
    let answer = many.hear_all().await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert_eq!(world.get("/healthz").await.status(), 200);
}

/// Whom nobody knows yet, and who never comes to an end.
#[tokio::test]
async fn a_stranger_fills_no_memory_with_parts_of_a_message() {
    use tokio_tungstenite::tungstenite::protocol::frame::coding::Data;
    let world = World::new();
    let mut stranger = Client::open(handshake(&world)).await;
    stranger.part(Data::Text, 40 * 1024).await;
    stranger.part(Data::Continue, 40 * 1024).await;
    assert_eq!(stranger.closed().await, 1009);
}
