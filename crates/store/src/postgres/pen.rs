//! Writes groups over whatever connection there is, and finds another when it is lost.
//!
//! A connection that is lost between COMMIT and its answer leaves the writer in doubt. The whole group is then done again: the
//! lock on the head makes it wait for what the lost session was doing, and the commands say what that had committed.

use std::collections::HashSet;
use std::time::Duration;

use sqlx::Connection;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::fault::Trouble;
use super::place::{Place, Schema};
use super::session::Session;
use super::{OpenError, import, load, open, release, save};
use crate::checksum::Checksum;
use crate::group::{Mentions, Plan};
use crate::{
    Append, AppendError, Appended, CommandId, Exported, Ground, ImportError, Position, Release, Released,
    StorageError,
};

/// Before a group is tried again; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);
/// So long another may hold the lock of the only writer after our connection was lost: it may be our own session that the server
/// has not yet seen ended.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);

pub(super) type Verdict = Result<Appended, AppendError>;

/// What is to happen in one transaction.
pub(super) struct Work<'a> {
    appends: Vec<&'a Append>,
    release: Option<&'a Release>,
}

impl<'a> Work<'a> {
    pub(super) fn group(appends: &'a [Append]) -> Self {
        Self { appends: appends.iter().collect(), release: None }
    }

    /// Lets old events go, and appends what tells of it.
    pub(super) fn release(release: &'a Release) -> Self {
        Self { appends: vec![&release.append], release: Some(release) }
    }
}

pub(super) struct Pen {
    place: Place,
    schema: Schema,
    exclusive: bool,
    session: Option<Session>,
    /// The log was seen to reach this far. A database that has less is not the one it was.
    seen: Position,
    refused_since: Option<Instant>,
    /// What was wrong the last time that the database could not be reached.
    cause: Option<StorageError>,
}

impl Pen {
    pub(super) fn new(place: Place, exclusive: bool, session: Session, seen: Position) -> Self {
        let schema = session.schema.clone();
        Self { place, schema, exclusive, session: Some(session), seen, refused_since: None, cause: None }
    }

    pub(super) fn seen(&self) -> Position {
        self.seen
    }

    /// Does it, again and again until its fate is known or it is too late.
    pub(super) async fn write(
        &mut self,
        work: &Work<'_>,
        deadline: Instant,
    ) -> Result<Vec<Verdict>, Trouble> {
        let mut planned = HashSet::new();
        let mut pause = FIRST_PAUSE;
        loop {
            match timeout_at(deadline, self.attempt(work, &mut planned)).await {
                Ok(Err(Trouble::Lost(source) | Trouble::Again(source))) => self.cause = Some(source),
                Ok(known) => {
                    self.cause = None;
                    return known;
                }
                Err(_late) => return Err(self.unreachable()),
            }
            let next = Instant::now() + pause;
            if next >= deadline {
                return Err(self.unreachable());
            }
            sleep_until(next).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    /// Puts rows of another log behind the last one.
    pub(super) async fn import(
        &mut self,
        events: &[Exported],
        released: &[Released],
        deadline: Instant,
    ) -> Result<Result<(), ImportError>, Trouble> {
        let mut session = self.take_session().await?;
        let importing = import::transact(&mut session, events, released);
        let outcome = timeout_at(deadline, importing).await.unwrap_or_else(|_| Err(self.unreachable()));
        let done = self.keep(session, outcome).await?;
        Ok(done.map(|end| self.seen = end))
    }

    /// Puts what that log kept beside its events.
    pub(super) async fn import_ground(
        &mut self,
        ground: &Ground,
        deadline: Instant,
    ) -> Result<Result<(), ImportError>, Trouble> {
        let mut session = self.take_session().await?;
        let importing = import::transact_ground(&mut session, ground);
        let outcome = timeout_at(deadline, importing).await.unwrap_or_else(|_| Err(self.unreachable()));
        self.keep(session, outcome).await
    }

    /// Whether the database answers, over a connection that is fit to write. One that was lost meanwhile is no news if there is
    /// another.
    pub(super) async fn look(&mut self) -> Result<(), Trouble> {
        if self.session.is_some() && self.ask().await.is_ok() {
            return Ok(());
        }
        self.ask().await
    }

    async fn ask(&mut self) -> Result<(), Trouble> {
        let mut session = self.take_session().await?;
        let answer = session.connection.ping().await.map_err(Trouble::from);
        self.keep(session, answer).await
    }

    pub(super) async fn close(self) {
        if let Some(session) = self.session {
            session.close().await;
        }
    }

    fn unreachable(&self) -> Trouble {
        match &self.cause {
            Some(cause) => Trouble::Lost(cause.clone()),
            None => Trouble::lost("it did not answer in time"),
        }
    }

    async fn attempt(
        &mut self,
        work: &Work<'_>,
        planned: &mut HashSet<CommandId>,
    ) -> Result<Vec<Verdict>, Trouble> {
        let mut session = self.take_session().await?;
        let outcome = self.transact(&mut session, work, planned).await;
        self.keep(session, outcome).await
    }

    async fn begin(&self, session: &mut Session) -> Result<(Position, Checksum), Trouble> {
        let head = load::begin(&mut session.connection).await?;
        if head.0 >= self.seen {
            return Ok(head);
        }
        let (found, seen) = (head.0, self.seen);
        Err(Trouble::Over(format!("the database ends at event {found} but had acknowledged event {seen}")))
    }

    /// One transaction. What an earlier try may have committed is in `planned`, so that it is not answered as a
    /// repeat.
    async fn transact(
        &mut self,
        session: &mut Session,
        work: &Work<'_>,
        planned: &mut HashSet<CommandId>,
    ) -> Result<Vec<Verdict>, Trouble> {
        let head = self.begin(session).await?;
        let mentions = Mentions::of(work.appends.iter().copied());
        let told;
        let mut plan = Plan::new(load::known(&mut session.connection, &mentions, head).await?);
        let appends = match work.release {
            Some(release) if plan.would_take(&release.append) => {
                let digest = release::let_go(&mut session.connection, release, head.0).await?;
                told = release.told(&digest);
                vec![&told]
            }
            _ => work.appends.clone(),
        };
        let verdicts: Vec<_> = appends.iter().map(|append| plan.admit(append)).collect();
        let verdicts = as_first_asked(&appends, verdicts, planned);
        if plan.answers.is_empty() {
            session.roll_back().await?;
        } else {
            planned.extend(plan.answers.iter().map(|(append, _)| append.command.clone()));
            save::commit(&mut session.connection, &session.schema, &plan).await?;
        }
        self.seen = plan.known.position;
        Ok(verdicts)
    }

    /// Taken out of its place: if what follows is given up half-way, the connection goes with it.
    async fn take_session(&mut self) -> Result<Session, Trouble> {
        match self.session.take() {
            Some(session) => Ok(session),
            None => self.connect().await,
        }
    }

    async fn keep<T>(&mut self, mut session: Session, outcome: Result<T, Trouble>) -> Result<T, Trouble> {
        let usable = match &outcome {
            Ok(_) => true,
            Err(Trouble::Lost(_) | Trouble::Over(_)) => false,
            Err(Trouble::Again(_) | Trouble::Full | Trouble::Refused(_)) => session.roll_back().await.is_ok(),
        };
        if usable {
            self.session = Some(session);
        }
        outcome
    }

    async fn connect(&mut self) -> Result<Session, Trouble> {
        let mut session = Session::connect(&self.place).await?;
        if session.schema != self.schema {
            return Err(Trouble::Over("search_path leads to another schema than before".into()));
        }
        session.end_elders(&self.place).await?;
        open::check_format(&mut session, &self.place).await?;
        if self.exclusive {
            self.take_writer_lock(&mut session).await?;
        }
        Ok(session)
    }

    async fn take_writer_lock(&mut self, session: &mut Session) -> Result<(), Trouble> {
        if session.take_writer_lock().await? {
            self.refused_since = None;
            return Ok(());
        }
        let since = *self.refused_since.get_or_insert_with(Instant::now);
        if since.elapsed() < LOCK_PATIENCE {
            return Err(Trouble::lost("another session holds the lock of the only writer"));
        }
        Err(Trouble::Over(OpenError::Held { place: self.place.for_people() }.to_string()))
    }
}

/// An append that an earlier try of ours had planned as new and that is now found committed is that try's, not a repeat. Only
/// the first of each command: others in the group are repeats of it.
fn as_first_asked(appends: &[&Append], verdicts: Vec<Verdict>, planned: &HashSet<CommandId>) -> Vec<Verdict> {
    let mut ours: HashSet<&CommandId> = planned.iter().collect();
    let pairs = appends.iter().zip(verdicts);
    let own = |(append, verdict): (&&Append, Verdict)| match verdict {
        Ok(appended) if ours.remove(&append.command) => Ok(Appended { repeated: false, ..appended }),
        other => other,
    };
    pairs.map(own).collect()
}

impl From<OpenError> for Trouble {
    fn from(error: OpenError) -> Self {
        match error {
            // While a standby takes over, the old primary may come back as one.
            OpenError::Unreachable { .. } | OpenError::Storage { .. } | OpenError::Standby { .. } => {
                Self::lost(error)
            }
            lasting => Self::Over(lasting.to_string()),
        }
    }
}
