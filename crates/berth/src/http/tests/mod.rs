//! The port from outside, over real sockets, with a toy schema behind it.
#![expect(clippy::unused_async, reason = "async-graphql wants its resolvers async")]

mod alertmanager;
mod limits;
mod people;
mod posts;
mod sockets;

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::web::Bytes;
use async_graphql::{Context, Data, Error, ErrorExtensions, Object, Schema, Subscription};
use berth_domain::{
    UserId,
    access::{Principal, Role},
};
use futures::{Stream, StreamExt, stream};
use tokio::sync::watch;

use super::{
    Asker, Door, Downloads, Guest, Lines, Patience, Readiness, RequestLimits, Running, Server, SocketLimits,
    Wanted,
};

/// The machine's own.
const TOKEN: &str = "berth_right";
/// A user's.
const ALICE: &str = "berth_alice";
/// Another's, who may only look.
const READER: &str = "berth_reader";

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
        let caller = context.data_unchecked::<Asker>();
        let name = caller.guest.as_ref().map_or("nobody", |guest| guest.principal.name.as_str());
        format!("{name} {}", caller.locale.tag())
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

/// A line, and then nothing for ever.
struct Unending;

impl Downloads for Unending {
    fn events(&self, _: &Wanted) -> Lines {
        let first = stream::once(async { io::Result::Ok(Bytes::from_static(b"{}\n")) });
        Box::pin(first.chain(stream::pending()))
    }

    fn rows(&self) -> Lines {
        self.events(&Wanted::default())
    }
}

/// Knows two tokens, until it is told that they let nobody in any more.
struct Doorkeeper {
    shut: watch::Sender<u64>,
    /// How many showed something.
    asked: watch::Sender<u64>,
}

impl Default for Doorkeeper {
    fn default() -> Self {
        Self { shut: watch::Sender::new(0), asked: watch::Sender::new(0) }
    }
}

impl Door for Doorkeeper {
    fn admit(&self, secret: &str) -> Option<Guest> {
        self.asked.send_modify(|asked| *asked += 1);
        let principal = match secret {
            TOKEN => Principal::machine("owner"),
            ALICE => Principal::user(UserId::from_parts(1, 1), "alice", Role::SuperAdmin.rights()),
            READER => Principal::user(UserId::from_parts(1, 2), "reader", Role::Viewer.rights()),
            _ => return None,
        };
        self.still(&Guest { principal, admitted: None })
    }

    fn still(&self, guest: &Guest) -> Option<Guest> {
        (*self.shut.borrow() == 0).then(|| guest.clone())
    }

    fn changed(&self) -> watch::Receiver<u64> {
        self.shut.subscribe()
    }
}

type ToyServer = Server<Schema<Query, Mutation, Feed>>;

struct World {
    running: Running,
    doorkeeper: Arc<Doorkeeper>,
    readiness: Readiness,
    client: reqwest::Client,
}

impl World {
    fn new() -> Self {
        Self::built(|server| server)
    }

    fn with(socket: SocketLimits, patience: Patience) -> Self {
        Self::built(|server| server.socket_limits(socket).patience(patience))
    }

    fn limited(requests: RequestLimits) -> Self {
        Self::built(|server| server.request_limits(requests))
    }

    /// Without limits of requests, unless they are said.
    fn built(change: impl FnOnce(ToyServer) -> ToyServer) -> Self {
        let schema = Schema::new(Query, Mutation, Feed);
        let readiness = Readiness::default();
        let doorkeeper = Arc::new(Doorkeeper::default());
        let server = Server::new(schema.clone(), schema.sdl(), doorkeeper.clone(), readiness.clone())
            .request_data(|caller| {
                let mut data = Data::default();
                data.insert(caller.clone());
                data
            })
            .request_limits(RequestLimits { of_address: None, of_user: None })
            .downloads(Arc::new(Unending));
        let running = change(server).start(TcpListener::bind("127.0.0.1:0").unwrap()).unwrap();
        Self {
            running,
            doorkeeper,
            readiness,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
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
