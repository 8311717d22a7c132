//! The port: GraphQL over POST and WebSocket, health, the schema's text, and two pages. It knows no schema; it is given an executor.
//!
//! Deliberately absent: queries by GET, batches, uploads, any other subprotocol than `graphql-transport-ws`, and the
//! transport of async-graphql, whose limits are not ours.

mod alertmanager;
mod answer;
mod answered;
mod assets;
mod body;
mod caller;
mod codes;
mod documents;
mod door;
mod downloads;
mod drain;
mod endpoints;
mod engine;
mod frames;
mod guard;
mod health;
mod meters;
mod origin;
mod outbox;
mod pace;
mod protocol;
mod refused;
mod seats;
mod socket;
mod span;
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
use rustix::net::sockopt::{set_socket_send_buffer_size, set_tcp_user_timeout};
use tokio::{sync::Semaphore, task::JoinHandle};

pub use alertmanager::{Intake, Notification};
pub use answered::Answered;
pub use caller::{Asker, Locale, Over, cookie_name};
pub use door::{Door, Guest};
pub use downloads::{Downloads, Lines, Wanted};
pub use engine::Patience;
pub use guard::QueryLimits;
pub use health::Readiness;
pub use meters::Meters;
pub use pace::RequestLimits;
pub use socket::SocketLimits;

use drain::Drain;
use engine::Engine;
use pace::Pace;
use seats::Seats;

/// Two do for one person's console; each costs a thread and its buffers.
const WORKERS: usize = 2;
const CONNECTIONS_PER_WORKER: usize = 2048;
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// A server that was not started yet.
pub struct Server<E> {
    executor: E,
    schema: String,
    door: Arc<dyn Door>,
    behind_proxy: bool,
    requests: RequestLimits,
    readiness: Readiness,
    data: engine::RequestData,
    limits: QueryLimits,
    patience: Patience,
    socket: SocketLimits,
    downloads: Arc<dyn Downloads>,
    intake: Arc<dyn Intake>,
    meters: Meters,
}

/// What all workers share.
struct Shared {
    engine: Engine,
    schema: web::Bytes,
    door: Arc<dyn Door>,
    behind_proxy: bool,
    pace: Pace,
    patience: Patience,
    readiness: Readiness,
    drain: Drain,
    socket: SocketLimits,
    sockets: Arc<Semaphore>,
    seats: Seats,
    downloads: Arc<dyn Downloads>,
    intake: Arc<dyn Intake>,
    meters: Meters,
}

impl<E: Executor> Server<E> {
    /// `schema` is the text that `/schema.graphql` shows.
    pub fn new(executor: E, schema: String, door: Arc<dyn Door>, readiness: Readiness) -> Self {
        Self {
            executor,
            schema,
            door,
            behind_proxy: false,
            requests: RequestLimits::default(),
            readiness,
            data: Arc::new(|_| Data::default()),
            limits: QueryLimits::default(),
            patience: Patience::default(),
            socket: SocketLimits::default(),
            downloads: downloads::none(),
            intake: alertmanager::nowhere(),
            meters: Meters::default(),
        }
    }

    /// What resolvers find in their context; called once for every operation, on a socket too.
    #[must_use]
    pub fn request_data(self, data: impl Fn(&Asker) -> Data + Send + Sync + 'static) -> Self {
        Self { data: Arc::new(data), ..self }
    }

    /// A proxy that ends TLS stands in front: its word on who asks is believed, and cookies are for TLS only.
    #[must_use]
    pub fn behind_proxy(self, behind_proxy: bool) -> Self {
        Self { behind_proxy, ..self }
    }

    #[must_use]
    pub fn request_limits(self, requests: RequestLimits) -> Self {
        Self { requests, ..self }
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

    /// Where the alerts of others go; nowhere unless this is said.
    #[must_use]
    pub fn intake(self, intake: Arc<dyn Intake>) -> Self {
        Self { intake, ..self }
    }

    /// Counts what is done on these.
    #[must_use]
    pub fn meters(self, meters: Meters) -> Self {
        Self { meters, ..self }
    }

    /// Serves on a listener that is bound already, so that the caller knows the port and says what is wrong with it. Must be called
    /// within a tokio runtime. Signals are left to the caller.
    pub fn start(self, listener: TcpListener) -> io::Result<Running> {
        let address = listener.local_addr()?;
        // Each connection that is accepted has these from the listener. To a peer that takes nothing the kernel stops offering: whoever writes
        // waits for room, and could not close the connection themselves.
        set_socket_send_buffer_size(&listener, SEND_BUFFER)?;
        set_tcp_user_timeout(&listener, u32::try_from(self.socket.stall.as_millis()).unwrap_or(u32::MAX))?;
        let drain = Drain::new();
        let shared = web::Data::new(Shared {
            engine: Engine::new(self.executor, self.data, self.limits, self.patience)
                .metered(self.meters.clone()),
            schema: self.schema.into(),
            door: self.door,
            behind_proxy: self.behind_proxy,
            pace: Pace::new(self.requests),
            patience: self.patience,
            readiness: self.readiness,
            drain: drain.clone(),
            socket: self.socket,
            sockets: Arc::new(Semaphore::new(self.socket.sockets)),
            seats: Seats::new(self.socket.of_address, self.socket.of_user),
            downloads: self.downloads,
            intake: self.intake,
            meters: self.meters,
        });
        let server = HttpServer::new(move || {
            let app = App::new().app_data(shared.clone()).configure(endpoints::configure);
            app.wrap_fn(wrapping::wrap)
        })
        .workers(WORKERS)
        .max_connections(CONNECTIONS_PER_WORKER)
        .keep_alive(KEEP_ALIVE)
        .h1_write_buffer_size(WRITE_BUFFER)
        .client_request_timeout(self.patience.headers)
        .disable_signals()
        .shutdown_timeout(GRACE.as_secs())
        .listen(listener)?
        .run();
        Ok(Running { address, handle: server.handle(), drain, task: tokio::spawn(server) })
    }
}

/// What the kernel keeps for a peer that does not read; it would grow to some megabytes, which of five hundred is more than a small server has.
/// To one who is 100 ms away it is still 2 MB a second.
const SEND_BUFFER: usize = 128 << 10;
/// Beside what the kernel keeps, in bytes: as soon as so much is there, nothing is added until it is sent.
const WRITE_BUFFER: usize = 4 << 10;
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
