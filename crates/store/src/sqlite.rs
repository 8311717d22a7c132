//! The log in one `SQLite` file, for one node.
//!
//! One task owns the only connection that writes, and groups what is asked of it at the same time into one
//! transaction; a few other connections read. WAL with `synchronous=FULL`: what was answered survives a power
//! cut. It trusts that no other process writes (take the [`crate::DirectoryLock`] first); should one do so
//! all the same, appends fail rather than corrupt the log.

mod attend;
mod audit;
mod back_up;
mod compact;
mod fault;
mod ground;
mod heads;
mod import;
mod lease;
mod load;
mod open;
mod read;
mod recent;
mod release;
mod save;
mod storage;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::SqlitePool;
use tokio::sync::{mpsc, oneshot, watch};

use self::lease::LeaseRequest;
pub use self::open::{OpenError, make_private};
use self::recent::Recent;
use self::writer::{Job, Says, Writer};
use crate::vault::Sealed;
use crate::{
    Append, AppendError, Appended, CommandId, Condition, Fingerprint, Lease, LeaseError, Log, Position,
    ReadError, Recorded, Release, Released, SecretId, Snapshot, StreamId, Version,
};

/// How many appends may wait for the writer before asking itself waits.
const WAITING_LIMIT: usize = 4096;

/// The limits of a group, and of memory. The defaults suit a small server.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether tables may be made, and brought up to date. Without it a log of an older format is refused.
    pub upgrade: bool,
    /// At most so many appends share a transaction; 1 means a transaction for each.
    pub group_appends: usize,
    /// And at most so many bytes of events.
    pub group_bytes: usize,
    /// How long a group waits for the callers that the group before shows to be about. A lone caller never
    /// waits.
    pub linger: Duration,
    /// And how long it waits while all in it are patient.
    pub patience: Duration,
    /// Connections that read; opened when needed, closed when idle.
    pub readers: u32,
    pub writer_cache_kib: u32,
    pub reader_cache_kib: u32,
    /// The file never grows beyond so many pages of 4 KiB; appends beyond are [`AppendError::StorageFull`].
    pub max_pages: Option<u32>,
    /// The WAL is folded into the file at this length: a longer one spares writes, a shorter one spares time when opening
    /// after a crash.
    pub wal_pages: u32,
    /// With less than `Full` a power cut loses what was answered: the power-cut test must be able to fail.
    #[cfg(feature = "weak")]
    pub synchronous: sqlx::sqlite::SqliteSynchronous,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            upgrade: true,
            group_appends: 2048,
            group_bytes: 4 << 20,
            linger: Duration::from_millis(2),
            patience: Duration::from_millis(25),
            readers: 3,
            writer_cache_kib: 1024,
            reader_cache_kib: 256,
            max_pages: None,
            wal_pages: 2000,
            #[cfg(feature = "weak")]
            synchronous: sqlx::sqlite::SqliteSynchronous::Full,
        }
    }
}

/// A handle; clones share one log. The writer ends when the last is dropped, or by [`SqliteLog::close`].
#[derive(Clone)]
pub struct SqliteLog {
    path: PathBuf,
    jobs: mpsc::Sender<Job>,
    readers: SqlitePool,
    recent: Arc<Recent>,
    position: watch::Receiver<Position>,
    failure: watch::Receiver<Option<String>>,
    condition: watch::Receiver<Condition>,
}

impl SqliteLog {
    /// Opens the file, or makes it. Brings its tables up to date; refuses a file of a newer program.
    pub async fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        let opened = open::open(path, &options).await?;
        let (jobs, waiting) = mpsc::channel(WAITING_LIMIT);
        let (position_sender, position) = watch::channel(opened.tail.position);
        let (failure_sender, failure) = watch::channel(None);
        let (condition_sender, condition) = watch::channel(Condition::Well);
        let recent = Arc::<Recent>::default();
        let says = Says {
            recent: recent.clone(),
            position: position_sender,
            failure: failure_sender,
            condition: condition_sender,
        };
        tokio::spawn(Writer::new(opened.writer, opened.tail, options, waiting, says).run());
        let readers = opened.readers;
        Ok(Self { path: path.into(), jobs, readers, recent, position, failure, condition })
    }

    /// Waits until what was asked before is answered, then lets go of the file. Later appends are
    /// [`AppendError::Stopped`].
    pub async fn close(&self) {
        self.readers.close().await;
        let (done, closed) = oneshot::channel();
        if self.jobs.send(Job::Close(done)).await.is_ok() {
            // An error means that the writer has ended already.
            let _ended = closed.await;
        }
    }

    /// Resolves, with the reason, when a write has failed such that its fate is unknown. The process must
    /// then end and open the log anew: a second sync after a failed one may falsely succeed. Never resolves
    /// otherwise.
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

    /// Changes [`Options::max_pages`] while running: a quota, or room for an emergency.
    pub async fn limit_pages(&self, pages: u32) -> Result<(), AppendError> {
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Job::LimitPages(pages, answer)).await.map_err(|_| AppendError::Stopped)?;
        answered.await.unwrap_or(Err(AppendError::Stopped))
    }

    async fn lease(&self, request: LeaseRequest) -> Result<Lease, LeaseError> {
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Job::Lease(request, answer)).await.map_err(|_| LeaseError::Stopped)?;
        answered.await.unwrap_or(Err(LeaseError::Stopped))
    }
}

#[async_trait]
impl Log for SqliteLog {
    async fn append(&self, batch: Append) -> Result<Appended, AppendError> {
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Job::Append(Box::new(batch), answer)).await.map_err(|_| AppendError::Stopped)?;
        answered.await.unwrap_or(Err(AppendError::Stopped))
    }

    async fn answered(&self, command: &CommandId) -> Result<Option<(Appended, Fingerprint)>, ReadError> {
        read::answered(&self.readers, command).await
    }

    async fn read(&self, after: Position, limit: u32) -> Result<Vec<Recorded>, ReadError> {
        match self.recent.after(after, limit) {
            Some(events) => Ok(events),
            None => read::events(&self.readers, after, limit).await,
        }
    }

    async fn read_stream(
        &self,
        stream: &StreamId,
        after: Version,
        limit: u32,
    ) -> Result<Vec<Recorded>, ReadError> {
        read::stream(&self.readers, stream, after, limit).await
    }

    async fn read_stream_from_snapshot(
        &self,
        stream: &StreamId,
        schema: u16,
        limit: u32,
    ) -> Result<(Option<Snapshot>, Vec<Recorded>), ReadError> {
        read::stream_from_snapshot(&self.readers, stream, schema, limit).await
    }

    /// Known without asking the database: the only writer is here.
    async fn head(&self) -> Result<Position, ReadError> {
        Ok(*self.position.borrow())
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
        read::released(&self.readers, after, limit).await
    }

    async fn closed_through(&self) -> Result<Position, ReadError> {
        read::closed_through(&self.readers).await
    }

    async fn snapshot(&self, stream: &StreamId, schema: u16) -> Result<Option<Snapshot>, ReadError> {
        read::snapshot(&self.readers, stream, schema).await
    }

    async fn checkpoint(&self, follower: &str) -> Result<Position, ReadError> {
        read::checkpoint(&self.readers, follower).await
    }

    async fn secret(&self, id: &SecretId) -> Result<Option<Sealed>, ReadError> {
        read::secret(&self.readers, id).await
    }

    async fn holds_secrets(&self) -> Result<bool, ReadError> {
        read::holds_secrets(&self.readers).await
    }

    async fn claim_owner(&self, space: &str, key: &str) -> Result<Option<StreamId>, ReadError> {
        read::claim_owner(&self.readers, space, key).await
    }

    async fn claimed(&self, space: &str) -> Result<Vec<(String, StreamId)>, ReadError> {
        read::claimed(&self.readers, space).await
    }

    async fn acquire_lease(&self, key: &str, owner: &str, ttl: Duration) -> Result<Lease, LeaseError> {
        self.lease(LeaseRequest::Acquire { key: key.into(), owner: owner.into(), ttl }).await
    }

    async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<Lease, LeaseError> {
        self.lease(LeaseRequest::Renew { lease: lease.clone(), ttl }).await
    }

    async fn release_lease(&self, lease: &Lease) -> Result<(), LeaseError> {
        self.lease(LeaseRequest::Release { lease: lease.clone() }).await.map(drop)
    }
}
