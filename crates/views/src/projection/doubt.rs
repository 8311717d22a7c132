//! What is done with an event that cannot be folded: it is tried again some times, apart from the read models that can, and then the
//! one that cannot is parked.

use std::time::Duration;

use berth_store::Position;
use sqlx::SqliteConnection;
use tokio::time::Instant;

use super::ProjectionFault;
use crate::{
    ViewError,
    fold::{course::Course, portion::Bound},
    sql,
};

/// An event is tried so often before its read model is parked.
const TRIES: u32 = 5;
/// The pause after the first failure. Each later one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// A read model failed lately.
#[derive(Clone, Debug)]
pub(crate) struct Doubt {
    /// The event that it failed at. Unknown until events are tried one by one.
    at: Option<Position>,
    /// Where it was when it failed, at the latest.
    through: Position,
    times: u32,
    pub(crate) retry_at: Instant,
}

impl Doubt {
    /// How far it may go while in doubt: up to the event, then that event alone.
    pub(crate) fn bound(&self, position: Position) -> Bound {
        match self.at {
            Some(at) if position.next() < at => {
                Bound { through: Some(Position::new(at.get() - 1)), single: false }
            }
            _ => Bound { through: None, single: true },
        }
    }

    /// Whether, having come to a position, there is none any more.
    pub(crate) fn is_over(&self, position: Position) -> bool {
        position >= self.at.unwrap_or(self.through)
    }
}

/// A course could not go on. After enough tries it must be parked: then this answers why.
pub(crate) fn stopped(
    course: &mut Course,
    position: Option<Position>,
    message: String,
    tried: Position,
) -> Option<ProjectionFault> {
    let alone = course.doubt.as_ref().is_some_and(|doubt| doubt.bound(course.position()).single);
    // One event was tried, so it is that one.
    let at = position.or(alone.then_some(tried));
    let before = course.doubt.as_ref().filter(|doubt| doubt.at == at).map_or(0, |doubt| doubt.times);
    let times = before + u32::from(at.is_some());
    tracing::warn!(
        projection = course.model.name,
        position = at.map(Position::get),
        times,
        message,
        "a read model cannot take in an event"
    );
    let through = course.doubt.as_ref().map_or(tried, |doubt| doubt.through.max(tried));
    let pause = FIRST_PAUSE * 2_u32.saturating_pow(times.saturating_sub(1));
    course.doubt = Some(Doubt { at, through, times, retry_at: Instant::now() + pause });
    at.filter(|_| times >= TRIES).map(|position| ProjectionFault { position, message })
}

/// It stays where it is until somebody orders otherwise. The others go on.
pub(crate) async fn park(
    connection: &mut SqliteConnection,
    course: &mut Course,
    fault: ProjectionFault,
) -> Result<(), ViewError> {
    write(connection, course, Some(&fault)).await?;
    tracing::error!(
        projection = course.model.name,
        generation = course.generation,
        position = fault.position.get(),
        message = fault.message,
        "a read model is parked: it cannot take in an event; retry it, or skip the event with a reason"
    );
    course.doubt = None;
    course.fault = Some(fault);
    Ok(())
}

/// It may try again.
pub(crate) async fn unpark(connection: &mut SqliteConnection, course: &mut Course) -> Result<(), ViewError> {
    if course.fault.is_some() {
        write(connection, course, None).await?;
        tracing::info!(projection = course.model.name, "a parked read model tries again");
    }
    course.fault = None;
    course.doubt = None;
    Ok(())
}

async fn write(
    connection: &mut SqliteConnection,
    course: &Course,
    fault: Option<&ProjectionFault>,
) -> Result<(), ViewError> {
    let query = sqlx::query(
        "UPDATE model SET fault_position = ?, fault_message = ? WHERE name = ? AND generation = ?",
    );
    let query = query.bind(fault.map(|fault| sql::number(fault.position)));
    let query = query.bind(fault.map(|fault| fault.message.as_str()));
    query.bind(course.model.name).bind(course.generation).execute(connection).await?;
    Ok(())
}
