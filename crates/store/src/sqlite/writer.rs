//! The one task that writes: it groups what is asked at the same time into one transaction and answers each
//! after the commit.

use std::borrow::Borrow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sqlx::SqliteConnection;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use super::fault::Trouble;
use super::heads::Heads;
use super::lease::LeaseRequest;
use super::recent::Recent;
use super::{Options, load, open, release, save};
use crate::checksum::Checksum;
use crate::group::{self, Known, Mentions, Plan};
use crate::{
    Append, AppendError, Appended, Condition, Exported, Ground, ImportError, Lease, LeaseError, Position,
    ReadError, Release, Released,
};

/// Ends of streams remembered: about 1 MB when full, twice over.
const HEADS_REMEMBERED: usize = 4096;

pub(super) type Verdict = Result<Appended, AppendError>;

pub(super) enum Job {
    Append(Box<Append>, oneshot::Sender<Verdict>),
    Release(Box<Release>, oneshot::Sender<Verdict>),
    Lease(LeaseRequest, oneshot::Sender<Result<Lease, LeaseError>>),
    LimitPages(u32, oneshot::Sender<Result<(), AppendError>>),
    Import(Vec<Exported>, Vec<Released>, oneshot::Sender<Result<(), ImportError>>),
    Ground(Box<Ground>, oneshot::Sender<Result<(), ImportError>>),
    Imported(oneshot::Sender<Result<(), ImportError>>),
    Compact(PathBuf, oneshot::Sender<Result<bool, ReadError>>),
    Close(oneshot::Sender<()>),
}

/// Where the log ends, as far as this writer knows: and it is the only one.
pub(super) struct Tail {
    pub(super) position: Position,
    pub(super) checksum: Checksum,
    pub(super) heads: Heads,
}

impl Tail {
    pub(super) fn new(position: Position, checksum: Checksum) -> Self {
        Self { position, checksum, heads: Heads::new(HEADS_REMEMBERED) }
    }

    /// Takes over what holds after a commit.
    pub(super) fn remember(&mut self, known: Known) {
        self.position = known.position;
        self.checksum = known.checksum;
        for (stream, version) in known.heads {
            self.heads.set(stream, version);
        }
    }
}

pub(super) struct Writer {
    pub(super) connection: SqliteConnection,
    pub(super) tail: Tail,
    options: Options,
    jobs: mpsc::Receiver<Job>,
    pub(super) says: Says,
    /// How many appends the group before had: so many callers may be about to ask again.
    expected: usize,
}

/// What it tells everybody.
pub(super) struct Says {
    pub(super) recent: Arc<Recent>,
    pub(super) position: watch::Sender<Position>,
    pub(super) failure: watch::Sender<Option<String>>,
    pub(super) condition: watch::Sender<Condition>,
}

/// Appends that share a transaction, and what was asked after them.
#[derive(Default)]
struct Group {
    appends: Vec<(Box<Append>, oneshot::Sender<Verdict>)>,
    bytes: usize,
    after: Option<Job>,
}

impl Writer {
    pub(super) fn new(
        connection: SqliteConnection,
        tail: Tail,
        options: Options,
        jobs: mpsc::Receiver<Job>,
        says: Says,
    ) -> Self {
        Self { connection, tail, options, jobs, says, expected: 1 }
    }

    /// Runs until closed, or until every handle is dropped.
    pub(super) async fn run(mut self) {
        let mut closed = None;
        while let Some(job) = self.jobs.recv().await {
            let group = self.gather(job).await;
            self.settle(group.appends).await;
            match group.after {
                Some(Job::Close(done)) => {
                    closed = Some(done);
                    break;
                }
                Some(other) => self.attend(other).await,
                None => {}
            }
        }
        drop(self.jobs);
        if self.says.failure.borrow().is_none() {
            open::close(self.connection).await;
        }
        if let Some(done) = closed {
            // Nobody may be waiting any more.
            let _unheard = done.send(());
        }
    }

    /// Takes what is waiting already, and lingers as [`group::lingers`] says.
    async fn gather(&mut self, first: Job) -> Group {
        let mut group = Group::default();
        group.add(first);
        let began = Instant::now();
        while !group.is_full(&self.options) {
            if let Ok(job) = self.jobs.try_recv() {
                group.add(job);
                continue;
            }
            let deadline = began + group.lingers(&self.options, self.expected);
            match tokio::time::timeout_at(deadline, self.jobs.recv()).await {
                Ok(Some(job)) => group.add(job),
                Ok(None) | Err(_) => break,
            }
        }
        self.expected = group.appends.len().max(1);
        group
    }

    async fn settle(&mut self, group: Vec<(Box<Append>, oneshot::Sender<Verdict>)>) {
        let (appends, callers): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        let verdicts = self.decide(&appends).await;
        self.note_fullness(&verdicts);
        for (caller, verdict) in callers.into_iter().zip(verdicts) {
            // A caller that went away does not take its append back.
            let _unheard = caller.send(verdict);
        }
    }

    /// Full until something was written again. A repeat is answered without writing, so it says nothing.
    fn note_fullness(&self, verdicts: &[Verdict]) {
        let full = verdicts.iter().any(|verdict| matches!(verdict, Err(AppendError::StorageFull)));
        let written =
            verdicts.iter().any(|verdict| verdict.as_ref().is_ok_and(|appended| !appended.repeated));
        if full || written {
            let condition = if full { Condition::Full } else { Condition::Well };
            self.says.condition.send_if_modified(|known| std::mem::replace(known, condition) != condition);
        }
    }

    async fn decide(&mut self, appends: &[Box<Append>]) -> Vec<Verdict> {
        if appends.is_empty() {
            return Vec::new();
        }
        if self.has_failed() {
            return appends.iter().map(|_| Err(AppendError::Stopped)).collect();
        }
        match self.attempt(appends).await {
            Ok(verdicts) => verdicts,
            Err(Trouble::Refused(source)) if appends.len() > 1 => {
                tracing::warn!(error = %source, "the database refused a group, so each append is tried alone");
                let mut verdicts = Vec::with_capacity(appends.len());
                for append in appends {
                    verdicts.push(self.alone(append).await);
                }
                verdicts
            }
            Err(trouble) => {
                let error = AppendError::from(trouble);
                appends.iter().map(|_| Err(error.clone())).collect()
            }
        }
    }

    async fn alone(&mut self, append: &Append) -> Verdict {
        if self.has_failed() {
            return Err(AppendError::Stopped);
        }
        match self.attempt(&[append]).await {
            Ok(mut verdicts) => verdicts.pop().expect("one append, one verdict"),
            Err(trouble) => Err(trouble.into()),
        }
    }

    /// One transaction. After trouble nothing is written, or the log has stopped.
    async fn attempt(&mut self, appends: &[impl Borrow<Append>]) -> Result<Vec<Verdict>, Trouble> {
        match self.transact(appends).await {
            Ok(verdicts) => {
                self.tell();
                Ok(verdicts)
            }
            Err(trouble) => Err(self.recover(trouble).await),
        }
    }

    pub(super) fn tell(&self) {
        self.says.position.send_if_modified(|position| {
            let moved = *position != self.tail.position;
            *position = self.tail.position;
            moved
        });
    }

    async fn transact(&mut self, appends: &[impl Borrow<Append>]) -> Result<Vec<Verdict>, Trouble> {
        let mentions = Mentions::of(appends.iter().map(Borrow::borrow));
        let known = load::begin(&mut self.connection, &mentions, &self.tail).await?;
        let mut plan = Plan::new(known);
        let verdicts = appends.iter().map(|append| plan.admit(append.borrow())).collect();
        if plan.answers.is_empty() {
            sqlx::query("ROLLBACK").execute(&mut self.connection).await?;
        } else {
            save::commit(&mut self.connection, &plan).await?;
            self.says.recent.add(&plan.rows);
        }
        self.tail.remember(plan.known);
        Ok(verdicts)
    }

    pub(super) async fn settle_release(&mut self, release: &Release) -> Verdict {
        if self.has_failed() {
            return Err(AppendError::Stopped);
        }
        // Before, so that nobody finds there what has left the log.
        self.says.recent.clear();
        let verdict = match release::transact(&mut self.connection, release, &mut self.tail).await {
            Ok(verdict) => verdict,
            Err(trouble) => Err(self.recover(trouble).await.into()),
        };
        self.tell();
        self.note_fullness(std::slice::from_ref(&verdict));
        verdict
    }

    /// Rolls back and forgets what was remembered; or stops for good, if nobody can say what the file holds
    /// now.
    pub(super) async fn recover(&mut self, trouble: Trouble) -> Trouble {
        if let Trouble::Broken(source) = &trouble {
            self.stop(&source.to_string());
            return trouble;
        }
        // SQLite may have rolled back by itself, and then refuses to do it again.
        let rolled_back = sqlx::query("ROLLBACK").execute(&mut self.connection).await.map_err(Trouble::from);
        if let Err(worse @ Trouble::Broken(_)) = rolled_back {
            return Box::pin(self.recover(worse)).await;
        }
        self.tail.heads.clear();
        self.says.recent.clear();
        match open::load_tail(&mut self.connection).await {
            Ok(tail) => {
                self.tail = tail;
                trouble
            }
            Err(error) => {
                self.stop(&error.to_string());
                trouble
            }
        }
    }

    pub(super) fn has_failed(&self) -> bool {
        self.says.failure.borrow().is_some()
    }

    fn stop(&mut self, reason: &str) {
        tracing::error!(reason, "the log has stopped: a write failed and its fate is unknown");
        self.says.failure.send_replace(Some(reason.to_owned()));
    }
}

impl Group {
    fn add(&mut self, job: Job) {
        match job {
            Job::Append(append, caller) => {
                self.bytes += append.weight();
                self.appends.push((append, caller));
            }
            other => self.after = Some(other),
        }
    }

    fn lingers(&self, options: &Options, expected: usize) -> Duration {
        let appends = self.appends.iter().map(|(append, _)| &**append);
        group::lingers(appends, expected, (options.linger, options.patience))
    }

    /// Nothing is grouped past a job of another kind: order is kept.
    fn is_full(&self, options: &Options) -> bool {
        self.after.is_some()
            || self.appends.len() >= options.group_appends.max(1)
            || self.bytes >= options.group_bytes
    }
}
