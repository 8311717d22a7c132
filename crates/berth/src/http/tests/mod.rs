//! The port from outside, over real sockets, with a toy schema behind it.
#![expect(clippy::unused_async, reason = "async-graphql wants its resolvers async")]

mod posts;
mod sockets;

use std::{net::TcpListener, time::Duration};

use async_graphql::{Context, Data, Error, ErrorExtensions, Object, Schema, Subscription};
use futures::{Stream, StreamExt, stream};

use super::{Authenticated, Patience, Readiness, Running, Server, SocketLimits};
use crate::token::TokenDigest;

const TOKEN: &str = "berth_right";

struct Query;
struct Mutation;
struct Feed;

#[Object]
impl Query {
    async fn seven(&self) -> i32 {
        7
    }

    async fn twice(&self, number: i32) -> i32 {
        number * 2
    }

    async fn caller(&self, context: &Context<'_>) -> String {
        let caller = context.data_unchecked::<Authenticated>();
        format!("{} {}", caller.actor, caller.locale.tag())
    }

    async fn leak(&self) -> Result<i32, Error> {
        Err(Error::new("sqlx: no such table in /home/canary"))
    }

    async fn fault(&self) -> Result<i32, Error> {
        Ok(std::fs::read("/home/canary").map(|_| 1)?)
    }

    async fn forbidden(&self) -> Result<i32, Error> {
        Err(Error::new("your role is too small")
            .extend_with(|_, extensions| extensions.set("code", "FORBIDDEN")))
    }

    async fn panic(&self) -> i32 {
        canary()
    }

    async fn never(&self) -> i32 {
        std::future::pending().await
    }
}

#[Object]
impl Mutation {
    async fn set(&self, value: i32) -> i32 {
        value
    }

    async fn never(&self) -> i32 {
        std::future::pending().await
    }
}

#[Subscription]
impl Feed {
    async fn count(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(1..=to)
    }

    async fn never(&self) -> impl Stream<Item = i32> {
        stream::pending()
    }

    /// As fast as it is taken.
    async fn flood(&self, bytes: usize) -> impl Stream<Item = String> {
        stream::repeat("x".repeat(bytes))
    }

    async fn panic(&self) -> impl Stream<Item = i32> {
        stream::iter([1, 2]).map(|number| if number == 2 { canary() } else { number })
    }
}

fn canary() -> i32 {
    panic!("canary")
}

struct World {
    running: Running,
    readiness: Readiness,
    client: reqwest::Client,
}

impl World {
    fn new() -> Self {
        Self::with(SocketLimits::default(), Patience::default())
    }

    fn with(socket: SocketLimits, patience: Patience) -> Self {
        let schema = Schema::new(Query, Mutation, Feed);
        let readiness = Readiness::default();
        let server = Server::new(schema.clone(), schema.sdl(), TokenDigest::of(TOKEN), readiness.clone())
            .request_data(|caller| {
                let mut data = Data::default();
                data.insert(caller.clone());
                data
            })
            .socket_limits(socket)
            .patience(patience);
        let running = server.start(TcpListener::bind("127.0.0.1:0").unwrap()).unwrap();
        Self { running, readiness, client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.address())
    }

    async fn get(&self, path: &str) -> reqwest::Response {
        self.client.get(self.url(path)).send().await.unwrap()
    }

    /// A request without anything that is not in it by itself.
    fn bare_post(&self) -> reqwest::RequestBuilder {
        self.client.post(self.url("/graphql"))
    }

    fn post(&self) -> reqwest::RequestBuilder {
        self.bare_post().bearer_auth(TOKEN).header("content-type", "application/json")
    }

    async fn ask(&self, query: &str) -> (u16, serde_json::Value) {
        answered(self.post().body(serde_json::json!({ "query": query }).to_string())).await
    }
}

async fn answered(request: reqwest::RequestBuilder) -> (u16, serde_json::Value) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn code(answer: &serde_json::Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

/// Long enough that only a failure ever waits for it.
const AT_MOST: Duration = Duration::from_secs(20);
