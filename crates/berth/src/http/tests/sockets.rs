use futures::SinkExt;
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Error as SocketError, Message,
        client::IntoClientRequest,
        handshake::client::Request,
        protocol::frame::{
            Frame,
            coding::{Data as FrameData, OpCode},
        },
    },
};

use super::*;

pub(super) struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

pub(super) fn handshake(world: &World) -> Request {
    let url = format!("ws://{}/graphql", world.running.address());
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
    request
}

pub(super) fn with(world: &World, name: &'static str, value: &str) -> Request {
    let mut request = handshake(world);
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

pub(super) async fn refused(request: Request) -> u16 {
    match connect_async(request).await {
        Err(SocketError::Http(answer)) => answer.status().as_u16(),
        other => panic!("not refused: {other:?}"),
    }
}

impl Client {
    pub(super) async fn open(request: Request) -> Self {
        let (socket, answer) = connect_async(request).await.unwrap();
        assert_eq!(answer.headers()["sec-websocket-protocol"], "graphql-transport-ws");
        Self(socket)
    }

    /// Greeted and acknowledged.
    pub(super) async fn welcome(world: &World) -> Self {
        let mut client = Self::open(handshake(world)).await;
        client.say(json!({ "type": "connection_init", "payload": { "token": TOKEN } })).await;
        assert_eq!(client.hear().await, json!({ "type": "connection_ack" }));
        client
    }

    pub(super) async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    /// A frame after which more is to come.
    pub(super) async fn part(&mut self, kind: FrameData, length: usize) {
        let frame = Frame::message(vec![b'x'; length], OpCode::Data(kind), false);
        self.0.send(Message::Frame(frame)).await.unwrap();
    }

    pub(super) async fn subscribe(&mut self, id: &str, query: &str) {
        self.say(json!({ "type": "subscribe", "id": id, "payload": { "query": query } })).await;
    }

    async fn next(&mut self) -> Message {
        timeout(AT_MOST, self.0.next()).await.expect("nothing came").expect("the socket ended").unwrap()
    }

    pub(super) async fn hear(&mut self) -> Value {
        loop {
            match self.next().await {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) => {}
                other => panic!("not a message: {other:?}"),
            }
        }
    }

    /// The code that the server closed with.
    pub(super) async fn closed(&mut self) -> u16 {
        let farewell = async {
            loop {
                if let Message::Close(reason) = self.next().await {
                    return reason.expect("the server says why").code.into();
                }
            }
        };
        timeout(AT_MOST, farewell).await.expect("it was not closed")
    }
}

#[tokio::test]
async fn a_subscription_is_heard_in_order_and_to_its_end() {
    let world = World::new();
    let mut client = Client::welcome(&world).await;
    client.subscribe("a", "subscription { count(to: 3) }").await;
    for number in 1..=3 {
        let expected = json!({ "type": "next", "id": "a", "payload": { "data": { "count": number } } });
        assert_eq!(client.hear().await, expected);
    }
    assert_eq!(client.hear().await, json!({ "type": "complete", "id": "a" }));
    client.subscribe("a", "subscription { count(to: 0) }").await;
    assert_eq!(client.hear().await, json!({ "type": "complete", "id": "a" }), "an id may be used again");
}

#[tokio::test]
async fn queries_and_mutations_run_over_the_socket_too() {
    let world = World::new();
    let mut client = Client::welcome(&world).await;
    for (query, data) in
        [("{ seven }", json!({ "seven": 7 })), ("mutation { set(value: 2) }", json!({ "set": 2 }))]
    {
        client.subscribe("q", query).await;
        assert_eq!(client.hear().await["payload"]["data"], data);
        assert_eq!(client.hear().await, json!({ "type": "complete", "id": "q" }));
    }
}

#[tokio::test]
async fn operations_run_beside_each_other_until_they_are_ended() {
    let world = World::new();
    let mut client = Client::welcome(&world).await;
    client.subscribe("silent", "subscription { never }").await;
    client.subscribe("loud", "subscription { flood(bytes: 10) }").await;
    assert_eq!(client.hear().await["id"], "loud");
    client.say(json!({ "type": "complete", "id": "loud" })).await;
    client.subscribe("after", "{ seven }").await;
    while client.hear().await["id"] == "loud" {}
    assert_eq!(
        client.hear().await,
        json!({ "type": "complete", "id": "after" }),
        "nothing of it comes after"
    );
}

#[tokio::test]
async fn what_cannot_be_executed_is_an_error_and_not_a_next() {
    let world = World::new();
    let mut client = Client::welcome(&world).await;
    let aliases = (0..16).fold(String::new(), |text, number| text + &format!("a{number}: seven "));
    for (query, expected) in [
        ("{ eight }".to_owned(), "BAD_QUERY"),
        ("subscription { eight }".to_owned(), "BAD_QUERY"),
        ("{".to_owned(), "BAD_QUERY"),
        (format!("{{ {aliases} }}"), "QUERY_TOO_COMPLEX"),
    ] {
        client.subscribe("e", &query).await;
        let heard = client.hear().await;
        assert_eq!((&heard["type"], &heard["id"]), (&json!("error"), &json!("e")), "{query}");
        assert_eq!(heard["payload"][0]["extensions"]["code"], expected, "{query}");
    }
    client.subscribe("e", "{ seven }").await;
    assert_eq!(client.hear().await["type"], "next", "no complete stood between");
}

#[tokio::test]
async fn inside_details_stay_inside_on_a_socket_too() {
    let world = World::new();
    let mut client = Client::welcome(&world).await;
    for query in ["{ leak }", "{ panic }", "subscription { panic }"] {
        client.subscribe("x", query).await;
        let mut heard = Vec::new();
        while heard.last().is_none_or(|last: &Value| last["type"] == "next") {
            heard.push(client.hear().await);
        }
        let heard = json!(heard).to_string();
        assert!(heard.contains("INTERNAL") && !heard.contains("canary"), "{heard}");
    }
}

#[tokio::test]
async fn a_handshake_needs_the_subprotocol_our_origin_and_no_wrong_token() {
    let world = World::new();
    assert_eq!(refused(with(&world, "sec-websocket-protocol", "graphql-ws")).await, 400);
    let mut without = handshake(&world);
    without.headers_mut().remove("sec-websocket-protocol");
    assert_eq!(refused(without).await, 400);
    for origin in ["null", "http://evil.example", "http://127.0.0.1"] {
        assert_eq!(refused(with(&world, "origin", origin)).await, 403, "{origin}");
    }
    assert_eq!(refused(with(&world, "authorization", "Bearer berth_wrong")).await, 401);
    Client::open(with(&world, "origin", &world.url(""))).await;
    Client::open(with(&world, "sec-websocket-protocol", "graphql-ws, graphql-transport-ws")).await;
}

#[tokio::test]
async fn the_token_may_come_with_the_handshake() {
    let world = World::new();
    let mut client = Client::open(with(&world, "authorization", "Bearer berth_right")).await;
    client.say(json!({ "type": "connection_init" })).await;
    assert_eq!(client.hear().await["type"], "connection_ack");
}

#[tokio::test]
async fn the_greeting_chooses_the_language() {
    let world = World::new();
    let mut client = Client::open(handshake(&world)).await;
    client.say(json!({ "type": "connection_init", "payload": { "token": TOKEN, "locale": "zh-CN" } })).await;
    client.hear().await;
    client.subscribe("c", "{ caller }").await;
    assert_eq!(client.hear().await["payload"]["data"]["caller"], "owner zh-CN");
}

#[tokio::test]
async fn a_wrong_token_is_forbidden_and_no_greeting_is_unauthorized() {
    let world = World::new();
    for payload in [json!(null), json!({}), json!({ "token": "berth_wrong" }), json!({ "token": "" })] {
        let mut client = Client::open(handshake(&world)).await;
        client.say(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(client.closed().await, 4403, "{payload}");
    }
    let mut client = Client::open(handshake(&world)).await;
    client.subscribe("a", "{ seven }").await;
    assert_eq!(client.closed().await, 4401);
}

#[tokio::test]
async fn a_client_that_breaks_the_protocol_is_told_how() {
    let world = World::new();
    let mut twice = Client::welcome(&world).await;
    twice.say(json!({ "type": "connection_init", "payload": { "token": TOKEN } })).await;
    assert_eq!(twice.closed().await, 4429);

    let mut same = Client::welcome(&world).await;
    same.subscribe("a", "subscription { never }").await;
    same.subscribe("a", "subscription { never }").await;
    assert_eq!(same.closed().await, 4409);

    for wrong in [
        "",
        "hello",
        "[]",
        "{}",
        r#"{"type":"start"}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{seven}"}}"#,
    ] {
        let mut client = Client::welcome(&world).await;
        client.0.send(Message::text(wrong)).await.unwrap();
        assert_eq!(client.closed().await, 4400, "{wrong}");
    }
    let mut binary = Client::welcome(&world).await;
    binary.0.send(Message::binary(b"{}".as_slice())).await.unwrap();
    assert_eq!(binary.closed().await, 1003);
}

#[tokio::test]
async fn who_says_nothing_is_let_go() {
    let brief = SocketLimits { init: Duration::from_millis(20), ..SocketLimits::default() };
    let world = World::with(brief, Patience::default());
    let mut client = Client::open(handshake(&world)).await;
    assert_eq!(client.closed().await, 4408);
}

#[tokio::test]
async fn both_sides_ping_and_are_answered() {
    let often = SocketLimits { ping: Duration::from_millis(10), ..SocketLimits::default() };
    let world = World::with(often, Patience::default());
    let mut client = Client::welcome(&world).await;
    while !matches!(client.next().await, Message::Ping(_)) {}
    client.0.send(Message::Ping("beat".into())).await.unwrap();
    loop {
        match client.next().await {
            Message::Pong(payload) => break assert_eq!(payload.as_ref(), b"beat"),
            Message::Ping(_) => {}
            other => panic!("not a pong: {other:?}"),
        }
    }
    client.say(json!({ "type": "ping" })).await;
    assert_eq!(client.hear().await, json!({ "type": "pong" }));
    client.say(json!({ "type": "pong" })).await;
}

#[tokio::test]
async fn a_message_of_64_kib_is_read_and_not_a_byte_more() {
    let world = World::new();
    let message = |length: usize| {
        let empty = r#"{"type":"ping","payload":""}"#.len();
        format!(r#"{{"type":"ping","payload":"{}"}}"#, "x".repeat(length - empty))
    };
    let mut client = Client::welcome(&world).await;
    client.0.send(Message::text(message(64 * 1024))).await.unwrap();
    assert_eq!(client.hear().await["type"], "pong");
    client.0.send(Message::text(message(64 * 1024 + 1))).await.unwrap();
    assert_eq!(client.closed().await, 1009);
}

#[tokio::test]
async fn parts_of_a_message_are_counted_together() {
    let world = World::new();
    let mut client = Client::welcome(&world).await;
    client.part(FrameData::Text, 40 * 1024).await;
    client.part(FrameData::Continue, 40 * 1024).await;
    assert_eq!(client.closed().await, 1009);
}

#[tokio::test]
async fn one_socket_carries_only_so_many_operations() {
    let two = SocketLimits { operations: 2, ..SocketLimits::default() };
    let world = World::with(two, Patience::default());
    let mut client = Client::welcome(&world).await;
    for id in ["a", "b", "c"] {
        client.subscribe(id, "subscription { never }").await;
    }
    let heard = client.hear().await;
    assert_eq!((&heard["type"], &heard["id"]), (&json!("error"), &json!("c")));
    assert_eq!(heard["payload"][0]["extensions"]["code"], "UNAVAILABLE");
    client.say(json!({ "type": "complete", "id": "a" })).await;
    client.subscribe("c", "{ seven }").await;
    assert_eq!(client.hear().await["type"], "next");
}

#[tokio::test]
async fn the_server_carries_only_so_many_sockets_and_a_closed_one_makes_room() {
    let one = SocketLimits { sockets: 1, ..SocketLimits::default() };
    let world = World::with(one, Patience::default());
    let mut client = Client::welcome(&world).await;
    assert_eq!(refused(handshake(&world)).await, 503);
    client.0.close(None).await.unwrap();
    while client.0.next().await.is_some() {}
    makes_room(&world).await;
}

#[tokio::test]
async fn who_does_not_read_is_let_go() {
    let brief = SocketLimits { stall: Duration::from_millis(50), sockets: 1, ..SocketLimits::default() };
    let world = World::with(brief, Patience::default());
    let mut client = Client::welcome(&world).await;
    client.subscribe("loud", "subscription { flood(bytes: 65536) }").await;
    makes_room(&world).await;
}

/// What was on its way to them would keep the connection open for ever: the kernel gives it up.
#[tokio::test]
async fn the_connection_of_who_does_not_read_is_given_up_with_what_they_did_not_take() {
    let brief = SocketLimits { stall: Duration::from_millis(50), ..SocketLimits::default() };
    let world = World::with(brief, Patience::default());
    let mut client = Client::welcome(&world).await;
    let MaybeTlsStream::Plain(stream) = client.0.get_ref() else { panic!("there is no TLS here") };
    let (ours, theirs) = (world.running.address().port(), stream.local_addr().unwrap().port());
    assert!(is_connected(ours, theirs), "the table is read wrongly");
    client.subscribe("loud", "subscription { flood(bytes: 65536) }").await;
    let given_up = async {
        while is_connected(ours, theirs) {
            tokio::task::yield_now().await;
        }
    };
    timeout(AT_MOST, given_up).await.expect("the connection was kept");
}

/// By the kernel's table, in which ports are written in hexadecimal after a colon.
fn is_connected(from: u16, to: u16) -> bool {
    let connections = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let (from, to) = (format!(":{from:04X}"), format!(":{to:04X}"));
    connections.lines().skip(1).any(|line| {
        let mut fields = line.split_whitespace().skip(1);
        let mut ends_with = |port: &str| fields.next().is_some_and(|address| address.ends_with(port));
        ends_with(&from) && ends_with(&to)
    })
}

#[tokio::test]
async fn who_answers_no_ping_is_taken_for_dead() {
    let moment = Duration::from_millis(10);
    // The greeting may take for ever, so that nothing but the silence makes room.
    let init = Duration::from_hours(1);
    let brief = SocketLimits { init, ping: moment, silence: moment, sockets: 1, ..SocketLimits::default() };
    let world = World::with(brief, Patience::default());
    // Pongs go out only while the client reads, and it does not.
    let _silent = Client::open(with(&world, "authorization", "Bearer berth_right")).await;
    makes_room(&world).await;
}

/// The one place is free once the other socket's task has ended, which nothing tells from outside.
async fn makes_room(world: &World) {
    let again = async {
        while connect_async(handshake(world)).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    timeout(AT_MOST, again).await.expect("no room was made");
}

#[tokio::test]
async fn a_draining_server_closes_its_sockets_with_going_away() {
    let world = World::new();
    let mut client = Client::welcome(&world).await;
    client.subscribe("a", "subscription { never }").await;
    let drained = tokio::spawn(world.running.drain());
    assert_eq!(client.closed().await, 1001);
    drop(client);
    timeout(AT_MOST, drained).await.unwrap().unwrap().unwrap();
}
