//! Some courses that are at the same place go on together: each event is read once, and all is written in one transaction.

use berth_store::{CommandId, Log, Position, Recorded};
use sqlx::{Connection, Sqlite, SqliteConnection, Transaction};

use super::{
    Fact, Noun,
    course::{Course, Reached, Stop},
    fact,
    portion::{self, Bound, Portion},
};
use crate::{ViewError, projection::Skips};

/// What a step came to.
pub(crate) enum Step {
    Folded(Folded),
    /// One of the courses stopped, by its index, and nothing was written.
    Stopped {
        index: usize,
        position: Option<Position>,
        message: String,
        tried: Position,
    },
    /// What some courses folded one by one has left the log since, and other events stand in for it: they must begin anew.
    Outrun,
}

pub(crate) struct Folded {
    /// How many events.
    pub(crate) count: u64,
    /// The log held nothing more.
    pub(crate) exhausted: bool,
    /// Somebody ordered something about a read model.
    pub(crate) ordered: bool,
}

/// Folds what comes next into courses that are at the same place, up to `budget` events.
///
/// It reads ahead while it folds, so that both threads of SQLite are busy when there is much to catch up. After an error the courses hold what
/// was rolled back: they must be loaded anew.
pub(crate) async fn step(
    connection: &mut SqliteConnection,
    log: &dyn Log,
    courses: &mut [&mut Course],
    skips: &Skips,
    bound: Bound,
    budget: u64,
) -> Result<Step, ViewError> {
    let after = courses.first().map_or(Position::START, |course| course.position());
    let closed_before = log.closed_through().await?;
    let mut next = portion::read(log, after, bound).await?;
    if next.count == 0 && next.reached == after {
        return Ok(Step::Folded(Folded { count: 0, exhausted: next.exhausted, ordered: false }));
    }
    let mut transaction = begin(connection).await?;
    let mut so_far = SoFar::default();
    let stopped = loop {
        so_far.count(&next);
        let folding = take_in(&mut transaction, courses, skips, &next.facts);
        if next.last || so_far.events >= budget {
            break folding.await.err();
        }
        let (folded, ahead) = futures::join!(folding, portion::read(log, next.reached, bound));
        match folded {
            Err(stopped) => break Some(stopped),
            Ok(()) => next = ahead?,
        }
    };
    let closed = log.closed_through().await?;
    let closed_meanwhile = closed != closed_before && after < closed;
    if closed_meanwhile || courses.iter().any(|course| is_outrun(course, closed)) {
        return Ok(retreat(courses, Step::Outrun));
    }
    let reached = Reached { position: next.reached, last: so_far.last, closed };
    let stopped = match stopped {
        None => save(&mut transaction, courses, &reached).await.err(),
        some => some,
    };
    match stopped {
        None => transaction.commit().await?,
        Some((_, Stop::Failure(error))) => return Err(error),
        Some((index, Stop::Poison { position, message })) => {
            let tried = next.reached;
            drop(transaction);
            return Ok(retreat(courses, Step::Stopped { index, position, message, tried }));
        }
    }
    for course in courses.iter_mut() {
        course.advance(&reached);
    }
    Ok(Step::Folded(Folded { count: so_far.events, exhausted: next.exhausted, ordered: so_far.ordered }))
}

/// Folds events that are given, all or none, into courses wherever they are.
pub(crate) async fn fold(
    connection: &mut SqliteConnection,
    log: &dyn Log,
    courses: &mut [&mut Course],
    skips: &Skips,
    events: &[Recorded],
) -> Result<(), ViewError> {
    let Some(last) = events.last() else { return Ok(()) };
    let closed = log.closed_through().await?;
    let reached =
        Reached { position: last.position, last: Some((last.position, last.command.clone())), closed };
    let facts = fact::read(log, events.to_vec()).await?;
    let mut transaction = begin(connection).await?;
    let folding = async {
        take_in(&mut transaction, courses, skips, &facts).await?;
        save(&mut transaction, courses, &reached).await
    };
    match folding.await {
        Ok(()) => transaction.commit().await?,
        Err((_, Stop::Failure(error))) => return Err(error),
        Err((index, Stop::Poison { position, message })) => {
            let (name, position) = (courses[index].model.name, position.unwrap_or(last.position));
            return Err(ViewError::Parked { name, position, message });
        }
    }
    for course in courses.iter_mut() {
        course.advance(&reached);
    }
    Ok(())
}

#[derive(Default)]
struct SoFar {
    events: u64,
    last: Option<(Position, CommandId)>,
    ordered: bool,
}

impl SoFar {
    fn count(&mut self, portion: &Portion) {
        self.events += portion.count;
        self.last = portion.last_event.clone().or_else(|| self.last.take());
        self.ordered |= portion.facts.iter().any(|fact| matches!(fact.noun, Noun::Ordered(_)));
    }
}

/// Rolled back when dropped.
pub(crate) async fn begin(connection: &mut SqliteConnection) -> Result<Transaction<'_, Sqlite>, ViewError> {
    Ok(connection.begin_with("BEGIN IMMEDIATE").await?)
}

type Stopped = (usize, Stop);

async fn take_in(
    connection: &mut SqliteConnection,
    courses: &mut [&mut Course],
    skips: &Skips,
    facts: &[Fact],
) -> Result<(), Stopped> {
    for (index, course) in courses.iter_mut().enumerate() {
        course.take_in(connection, facts, skips).await.map_err(|stop| (index, stop))?;
    }
    Ok(())
}

async fn save(
    connection: &mut SqliteConnection,
    courses: &mut [&mut Course],
    reached: &Reached,
) -> Result<(), Stopped> {
    for (index, course) in courses.iter_mut().enumerate() {
        course.save(connection, reached).await.map_err(|stop| (index, stop))?;
    }
    Ok(())
}

fn retreat(courses: &mut [&mut Course], step: Step) -> Step {
    for course in courses.iter_mut() {
        course.retreat();
    }
    step
}

/// The books were closed over a place behind which it has folded and before which it has not.
pub(crate) fn is_outrun(course: &Course, closed: Position) -> bool {
    let at = course.position();
    Position::START < at && at < closed && course.checkpoint.closed != closed
}
