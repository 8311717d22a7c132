//! The log in a `PostgreSQL` database, 14 or later, for one server or for many.
//!
//! Each handle has one task that writes, over a connection of its own, and groups what is asked of it at the same time into one
//! transaction. Positions come from one row that every such transaction locks first, so they are dense and in commit order
//! whoever writes. Who cannot reach the database is told so within two seconds; when it is back, appending goes on by itself.
//!
//! Everything is in the schema that the address's `search_path` names first. A text with the character NUL, which `PostgreSQL` has
//! no place for, is refused. A pooler that hands out connections by the transaction (`PgBouncer` in that mode) cannot stand in
//! front: `LISTEN` and the lock of the only writer belong to sessions.

mod attend;
mod audit;
mod fault;
mod ground;
mod import;
mod lease;
mod listen;
mod load;
mod open;
mod pen;
mod place;
mod read;
mod release;
mod save;
mod session;
mod storage;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, timeout};

use self::fault::Trouble;
pub use self::open::OpenError;
use self::pen::Pen;
use self::place::Place;
use self::writer::{Job, News, Writer};
use crate::vault::Sealed;
use crate::{
    Append, AppendError, Appended, CommandId, Condition, Fingerprint, Lease, LeaseError, Log, Position,
    ReadError, Recorded, Release, Released, SecretId, Snapshot, StreamId, Version,
};

/// How many appends may wait for the writer before asking itself waits.
const WAITING_LIMIT: usize = 4096;
const CONNECT_LIMIT: Duration = Duration::from_millis(1500);
/// A reading, or a lease, that takes longer than this has lost its connection.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
const READER_IDLE: Duration = Duration::from_mins(1);

/// The limits of a group, and who else may write.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether this is to be the only writer: a second one is refused while this one lives.
    pub exclusive: bool,
    /// Whether tables may be made, and brought up to date. Without it a log of an older format is refused.
    pub upgrade: bool,
    /// At most so many appends share a transaction; 1 means a transaction for each.
    pub group_appends: usize,
    /// And at most so many bytes of events.
    pub group_bytes: usize,
    /// How long a group waits for the callers that the group before shows to be about. A lone caller never waits.
    pub linger: Duration,
    /// And how long it waits while all in it are patient.
    pub patience: Duration,
    /// Connections that read; opened when needed, closed when idle. One more listens and one writes.
    pub readers: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            exclusive: false,
            upgrade: true,
            group_appends: 2048,
            group_bytes: 4 << 20,
            linger: Duration::from_millis(2),
            patience: Duration::from_millis(15),
            readers: 4,
        }
    }
}

/// A handle; clones share one writer. It ends when the last is dropped, or by [`PostgresLog::close`].
#[derive(Clone)]
pub struct PostgresLog {
    jobs: mpsc::Sender<Job>,
    readers: PgPool,
    position: watch::Receiver<Position>,
    failure: watch::Receiver<Option<String>>,
    condition: watch::Receiver<Condition>,
}

impl PostgresLog {
    /// Opens the log at an address such as `postgres://user@host/database`, or makes it in an empty schema. Brings its tables up
    /// to date; refuses a server that may lose what it acknowledges, and tables of a newer program.
    pub async fn open(dsn: &str, options: Options) -> Result<Self, OpenError> {
        let place = Place::parse(dsn)?;
        let (session, head) = open::open(&place, &options).await?;
        let readers = pool(&place, &options);
        let (jobs, waiting) = mpsc::channel(WAITING_LIMIT);
        let (position_sender, position) = watch::channel(head);
        let (failure_sender, failure) = watch::channel(None);
        let (condition_sender, condition) = watch::channel(Condition::Well);
        let position_sender = Arc::new(position_sender);
        let listening = listen::listen(readers.clone(), session.schema.clone(), position_sender.clone());
        let news = News { position: position_sender, failure: failure_sender, condition: condition_sender };
        let pen = Pen::new(place, options.exclusive, session, head);
        tokio::spawn(Writer::new(pen, options, waiting, news, tokio::spawn(listening)).run());
        Ok(Self { jobs, readers, position, failure, condition })
    }

    /// Waits until what was asked before is answered, then lets go of the database. Later appends are
    /// [`AppendError::Stopped`].
    pub async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.jobs.send(Job::Close(done)).await.is_ok() {
            // An error means that the writer has ended already.
            let _ended = closed.await;
        }
        self.readers.close().await;
    }

    /// Resolves, with the reason, when this process must not write here any more: another has become the only writer, or the
    /// database is not the one it was. Never resolves otherwise.
    pub async fn failed(&self) -> String {
        let mut failure = self.failure.clone();
        let reason = match failure.wait_for(Option::is_some).await {
            Ok(reason) => reason.clone(),
            Err(_) => None,
        };
        match reason {
            Some(reason) => reason,
            None => std::future::pending().await,
        }
    }
}

fn pool(place: &Place, options: &Options) -> PgPool {
    PgPoolOptions::new()
        .max_connections(options.readers.max(1) + 1)
        .min_connections(0)
        .acquire_timeout(CONNECT_LIMIT)
        .idle_timeout(READER_IDLE)
        .max_lifetime(None)
        .after_connect(|connection, _| {
            // Leases go this way: an epoch that was given must not be given again after a crash. Compiling a plan takes longer
            // than any of our queries.
            let settings =
                sqlx::raw_sql("SET synchronous_commit = on; SET lock_timeout = 1000; SET jit = off");
            Box::pin(async move { settings.execute(connection).await.map(drop) })
        })
        .connect_lazy_with(place.reader())
}

async fn in_time<T>(reading: impl Future<Output = Result<T, ReadError>>) -> Result<T, ReadError> {
    match timeout(ANSWER_LIMIT, reading).await {
        Ok(read) => read,
        Err(_late) => Err(ReadError::Storage(Arc::from(Box::from("the database did not answer in time")))),
    }
}

async fn lease_in_time<T>(
    asking: impl Future<Output = Result<Result<T, LeaseError>, Trouble>>,
) -> Result<T, LeaseError> {
    match timeout(ANSWER_LIMIT, asking).await {
        Ok(answer) => answer?,
        Err(_late) => Err(Trouble::lost("the database did not answer in time").into()),
    }
}

#[async_trait]
impl Log for PostgresLog {
    async fn append(&self, batch: Append) -> Result<Appended, AppendError> {
        let (answer, answered) = oneshot::channel();
        let job = Job::Append(Box::new(batch), Instant::now(), answer);
        self.jobs.send(job).await.map_err(|_| AppendError::Stopped)?;
        answered.await.unwrap_or(Err(AppendError::Stopped))
    }

    async fn answered(&self, command: &CommandId) -> Result<Option<(Appended, Fingerprint)>, ReadError> {
        in_time(read::answered(&self.readers, command)).await
    }

    async fn read(&self, after: Position, limit: u32) -> Result<Vec<Recorded>, ReadError> {
        in_time(read::events(&self.readers, after, limit)).await
    }

    async fn read_stream(
        &self,
        stream: &StreamId,
        after: Version,
        limit: u32,
    ) -> Result<Vec<Recorded>, ReadError> {
        in_time(read::stream(&self.readers, stream, after, limit)).await
    }

    /// Asks the database: others may write too.
    async fn head(&self) -> Result<Position, ReadError> {
        in_time(read::head(&self.readers)).await
    }

    fn watch(&self) -> watch::Receiver<Position> {
        self.position.clone()
    }

    fn condition(&self) -> watch::Receiver<Condition> {
        self.condition.clone()
    }

    async fn release(&self, release: Release) -> Result<Appended, AppendError> {
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Job::Release(Box::new(release), answer)).await.map_err(|_| AppendError::Stopped)?;
        answered.await.unwrap_or(Err(AppendError::Stopped))
    }

    async fn released(&self, after: Position, limit: u32) -> Result<Vec<Released>, ReadError> {
        in_time(read::released(&self.readers, after, limit)).await
    }

    async fn closed_through(&self) -> Result<Position, ReadError> {
        in_time(read::closed_through(&self.readers)).await
    }

    async fn snapshot(&self, stream: &StreamId, schema: u16) -> Result<Option<Snapshot>, ReadError> {
        in_time(read::snapshot(&self.readers, stream, schema)).await
    }

    async fn checkpoint(&self, follower: &str) -> Result<Position, ReadError> {
        in_time(read::checkpoint(&self.readers, follower)).await
    }

    async fn secret(&self, id: &SecretId) -> Result<Option<Sealed>, ReadError> {
        in_time(read::secret(&self.readers, id)).await
    }

    async fn holds_secrets(&self) -> Result<bool, ReadError> {
        in_time(read::holds_secrets(&self.readers)).await
    }

    async fn claim_owner(&self, space: &str, key: &str) -> Result<Option<StreamId>, ReadError> {
        in_time(read::claim_owner(&self.readers, space, key)).await
    }

    async fn claimed(&self, space: &str) -> Result<Vec<(String, StreamId)>, ReadError> {
        in_time(read::claimed(&self.readers, space)).await
    }

    async fn acquire_lease(&self, key: &str, owner: &str, ttl: Duration) -> Result<Lease, LeaseError> {
        lease_in_time(lease::acquire(&self.readers, key, owner, ttl)).await
    }

    async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<Lease, LeaseError> {
        lease_in_time(lease::renew(&self.readers, lease, ttl)).await
    }

    async fn release_lease(&self, lease: &Lease) -> Result<(), LeaseError> {
        lease_in_time(lease::release(&self.readers, lease)).await
    }
}
