//! The one task of a handle that writes: it groups what is asked at the same time into one transaction and answers each after
//! the commit, or when the database cannot be reached in time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

use super::Options;
use super::fault::Trouble;
use super::listen::advance;
use super::pen::{Pen, Verdict, Work};
use crate::group;
use crate::{Append, AppendError, Condition, Exported, Ground, ImportError, Position, Release, Released};

/// A group is given up after this.
const PATIENCE: Duration = Duration::from_millis(1500);
/// While the database is known to be away.
const SHORT_PATIENCE: Duration = Duration::from_millis(400);
/// How often an idle writer looks whether the database is there, and how long it waits for the answer.
const LOOK_EVERY: Duration = Duration::from_millis(700);
const LOOK_PATIENCE: Duration = Duration::from_millis(800);

type Caller = oneshot::Sender<Verdict>;

pub(super) enum Job {
    Append(Box<Append>, Instant, Caller),
    Release(Box<Release>, Caller),
    Import(Vec<Exported>, Vec<Released>, oneshot::Sender<Result<(), ImportError>>),
    Ground(Box<Ground>, oneshot::Sender<Result<(), ImportError>>),
    Close(oneshot::Sender<()>),
}

/// What the handles are told.
pub(super) struct News {
    pub(super) position: Arc<watch::Sender<Position>>,
    pub(super) failure: watch::Sender<Option<String>>,
    pub(super) condition: watch::Sender<Condition>,
}

pub(super) struct Writer {
    pub(super) pen: Pen,
    options: Options,
    jobs: mpsc::Receiver<Job>,
    pub(super) news: News,
    listener: JoinHandle<()>,
    /// How many appends the group before had: so many callers may be about to ask again.
    expected: usize,
}

/// Appends that share a transaction, and what was asked after them.
#[derive(Default)]
struct Group {
    appends: Vec<Append>,
    callers: Vec<Caller>,
    /// Of the first.
    asked: Option<Instant>,
    bytes: usize,
    after: Option<Job>,
}

impl Writer {
    pub(super) fn new(
        pen: Pen,
        options: Options,
        jobs: mpsc::Receiver<Job>,
        news: News,
        listener: JoinHandle<()>,
    ) -> Self {
        Self { pen, options, jobs, news, listener, expected: 1 }
    }

    /// Runs until closed, or until every handle is dropped.
    pub(super) async fn run(mut self) {
        let mut closed = None;
        loop {
            match timeout(LOOK_EVERY, self.jobs.recv()).await {
                Err(_idle) => self.look().await,
                Ok(None) => break,
                Ok(Some(job)) => {
                    let mut group = self.gather(job).await;
                    let after = group.after.take();
                    self.settle(group).await;
                    match after {
                        Some(Job::Close(done)) => {
                            closed = Some(done);
                            break;
                        }
                        Some(other) => self.attend(other).await,
                        None => {}
                    }
                }
            }
        }
        self.end(closed).await;
    }

    async fn end(self, closed: Option<oneshot::Sender<()>>) {
        drop(self.jobs);
        self.listener.abort();
        // It was called off: that is no news.
        let _ended = self.listener.await;
        self.pen.close().await;
        drop(self.news);
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
            match timeout_at(deadline, self.jobs.recv()).await {
                Ok(Some(job)) => group.add(job),
                Ok(None) | Err(_) => break,
            }
        }
        self.expected = group.appends.len().max(1);
        group
    }

    async fn settle(&mut self, group: Group) {
        let deadline = self.deadline(group.asked);
        let verdicts = self.decide(&group.appends, deadline).await;
        self.note_condition(&verdicts);
        advance(&self.news.position, self.pen.seen());
        for (caller, verdict) in group.callers.into_iter().zip(verdicts) {
            // A caller that went away does not take its append back.
            let _unheard = caller.send(verdict);
        }
    }

    /// While the database is away those who waited for the group before have waited long enough.
    fn deadline(&self, asked: Option<Instant>) -> Instant {
        let now = Instant::now();
        match asked {
            Some(asked) if self.is_away() => (asked + PATIENCE).min(now + SHORT_PATIENCE),
            _ => now + PATIENCE,
        }
    }

    async fn decide(&mut self, appends: &[Append], deadline: Instant) -> Vec<Verdict> {
        if appends.is_empty() {
            return Vec::new();
        }
        if self.has_failed() {
            return appends.iter().map(|_| Err(AppendError::Stopped)).collect();
        }
        match self.pen.write(&Work::group(appends), deadline).await {
            Ok(verdicts) => verdicts,
            Err(Trouble::Refused(source)) if appends.len() > 1 => {
                tracing::warn!(error = %source, "the database refused a group, so each half is tried alone");
                let (first, second) = appends.split_at(appends.len() / 2);
                let mut verdicts = Box::pin(self.decide(first, Instant::now() + PATIENCE)).await;
                verdicts.extend(Box::pin(self.decide(second, Instant::now() + PATIENCE)).await);
                verdicts
            }
            Err(trouble) => {
                self.note_end(&trouble);
                let error = AppendError::from(trouble);
                appends.iter().map(|_| Err(error.clone())).collect()
            }
        }
    }

    /// Finds out that the database has gone while nobody asks for anything, and that it has come back.
    async fn look(&mut self) {
        if self.has_failed() {
            return;
        }
        let answer = match timeout(LOOK_PATIENCE, self.pen.look()).await {
            Ok(answer) => answer,
            Err(_late) => Err(Trouble::lost("it did not answer in time")),
        };
        match answer {
            Ok(()) if self.is_away() => self.set(Condition::Well),
            Ok(()) => {}
            Err(trouble) => {
                self.note_end(&trouble);
                tracing::debug!(?trouble, "the database was looked for");
                self.set(Condition::Away);
            }
        }
    }

    /// Full until something was written again: a repeat is answered without writing, so it says nothing of that.
    pub(super) fn note_condition(&self, verdicts: &[Verdict]) {
        let any = |which: fn(&Verdict) -> bool| verdicts.iter().any(which);
        let answers =
            any(|verdict| !matches!(verdict, Err(AppendError::Unavailable(_) | AppendError::Stopped)));
        if any(|verdict| matches!(verdict, Err(AppendError::Unavailable(_)))) {
            self.set(Condition::Away);
        } else if any(|verdict| matches!(verdict, Err(AppendError::StorageFull))) {
            self.set(Condition::Full);
        } else if any(|verdict| verdict.as_ref().is_ok_and(|appended| !appended.repeated))
            || answers && self.is_away()
        {
            self.set(Condition::Well);
        }
    }

    fn set(&self, condition: Condition) {
        let changed =
            self.news.condition.send_if_modified(|known| std::mem::replace(known, condition) != condition);
        match condition {
            Condition::Away if changed => tracing::warn!("the database cannot be reached"),
            Condition::Well if changed => tracing::info!("the log can be appended to again"),
            _ => {}
        }
    }

    pub(super) fn note_end(&self, trouble: &Trouble) {
        if let Trouble::Over(reason) = trouble {
            tracing::error!(reason, "the log has stopped: this process must not write any more");
            self.news.failure.send_replace(Some(reason.clone()));
        }
    }

    fn is_away(&self) -> bool {
        *self.news.condition.borrow() == Condition::Away
    }

    pub(super) fn has_failed(&self) -> bool {
        self.news.failure.borrow().is_some()
    }
}

impl Group {
    fn add(&mut self, job: Job) {
        match job {
            Job::Append(append, asked, caller) => {
                self.bytes += append.weight();
                self.appends.push(*append);
                self.callers.push(caller);
                self.asked.get_or_insert(asked);
            }
            other => self.after = Some(other),
        }
    }

    fn lingers(&self, options: &Options, expected: usize) -> Duration {
        let appends = self.appends.iter();
        group::lingers(appends, expected, (options.linger, options.patience))
    }

    /// Nothing is grouped past a job of another kind: order is kept.
    fn is_full(&self, options: &Options) -> bool {
        self.after.is_some()
            || self.appends.len() >= options.group_appends.max(1)
            || self.bytes >= options.group_bytes
    }
}
