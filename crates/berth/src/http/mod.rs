//! The port: GraphQL over POST and WebSocket, health, the schema's text, and one page. It knows no schema; it is given an executor.
//!
//! Deliberately absent: queries by GET, batches, uploads, cookies, any other subprotocol than `graphql-transport-ws`, and the
//! transport of async-graphql, whose limits are not ours.

mod body;
mod caller;
mod downloads;
mod drain;
mod endpoints;
mod engine;
mod frames;
mod guard;
mod health;
mod origin;
mod page;
mod protocol;
mod refused;
mod socket;
#[cfg(test)]
mod tests;
mod wrapping;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_web::{App, HttpServer, dev::ServerHandle, web};
use async_graphql::{Data, Executor};
use tokio::{sync::Semaphore, task::JoinHandle};

pub use caller::{Authenticated, Locale};
pub use downloads::{Downloads, Lines, Wanted};
pub use engine::Patience;
pub use guard::QueryLimits;
pub use health::Readiness;
pub use socket::SocketLimits;

use crate::token::TokenDigest;
use drain::Drain;
use engine::Engine;

/// Two do for one person's console; each costs a thread and its buffers.
const WORKERS: usize = 2;
const CONNECTIONS_PER_WORKER: usize = 512;
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// A server that was not started yet.
pub struct Server<E> {
    executor: E,
    schema: String,
    token: TokenDigest,
    readiness: Readiness,
    data: engine::RequestData,
    limits: QueryLimits,
    patience: Patience,
    socket: SocketLimits,
    downloads: Arc<dyn Downloads>,
}

/// What all workers share.
struct Shared {
    engine: Engine,
    schema: String,
    token: TokenDigest,
    readiness: Readiness,
    drain: Drain,
    socket: SocketLimits,
    sockets: Arc<Semaphore>,
    downloads: Arc<dyn Downloads>,
}

impl<E: Executor> Server<E> {
    /// `schema` is the text that `/schema.graphql` shows.
    pub fn new(executor: E, schema: String, token: TokenDigest, readiness: Readiness) -> Self {
        Self {
            executor,
            schema,
            token,
            readiness,
            data: Arc::new(|_| Data::default()),
            limits: QueryLimits::default(),
            patience: Patience::default(),
            socket: SocketLimits::default(),
            downloads: downloads::none(),
        }
    }

    /// What resolvers find in their context; called once for every operation, on a socket too.
    #[must_use]
    pub fn request_data(self, data: impl Fn(&Authenticated) -> Data + Send + Sync + 'static) -> Self {
        Self { data: Arc::new(data), ..self }
    }

    #[must_use]
    pub fn query_limits(self, limits: QueryLimits) -> Self {
        Self { limits, ..self }
    }

    #[must_use]
    pub fn patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    #[must_use]
    pub fn socket_limits(self, socket: SocketLimits) -> Self {
        Self { socket, ..self }
    }

    /// What `/api` gives as streams; nothing unless this is said.
    #[must_use]
    pub fn downloads(self, downloads: Arc<dyn Downloads>) -> Self {
        Self { downloads, ..self }
    }

    /// Serves on a listener that is bound already, so that the caller knows the port and says what is wrong with it. Must be called
    /// within a tokio runtime. Signals are left to the caller.
    pub fn start(self, listener: TcpListener) -> io::Result<Running> {
        let address = listener.local_addr()?;
        let drain = Drain::new();
        let shared = web::Data::new(Shared {
            engine: Engine::new(self.executor, self.data, self.limits, self.patience),
            schema: self.schema,
            token: self.token,
            readiness: self.readiness,
            drain: drain.clone(),
            socket: self.socket,
            sockets: Arc::new(Semaphore::new(self.socket.sockets)),
            downloads: self.downloads,
        });
        let server = HttpServer::new(move || {
            let app = App::new().app_data(shared.clone()).configure(endpoints::configure);
            app.wrap_fn(wrapping::wrap)
        })
        .workers(WORKERS)
        .max_connections(CONNECTIONS_PER_WORKER)
        .keep_alive(KEEP_ALIVE)
        .disable_signals()
        .shutdown_timeout(GRACE.as_secs())
        .listen(listener)?
        .run();
        Ok(Running { address, handle: server.handle(), drain, task: tokio::spawn(server) })
    }
}

/// How long requests under way may take to end once the server drains.
const GRACE: Duration = Duration::from_secs(10);

/// A server that serves. Dropping it leaves it serving.
pub struct Running {
    address: SocketAddr,
    handle: ServerHandle,
    drain: Drain,
    task: JoinHandle<io::Result<()>>,
}

impl Running {
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on `/readyz` says no and operations are refused; sockets are closed with 1001. It goes on answering.
    pub fn refuse(&self) {
        self.drain.begin();
    }

    /// Closes every socket with 1001, refuses what is new, lets requests under way end for up to ten seconds, and returns when the
    /// last worker stopped.
    pub async fn drain(self) -> io::Result<()> {
        self.drain.begin();
        self.handle.stop(true).await;
        self.task.await.unwrap_or_else(|error| Err(io::Error::other(error)))
    }
}
