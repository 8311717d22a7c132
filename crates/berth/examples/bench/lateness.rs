//! How late attempts begin, read from the log afterwards.
//!
//! When an attempt is due follows from the task's events alone, so the rules that the server ran are asked again: the due time
//! after the attempt before, against the moment that the attempt was written down with.

use std::{collections::HashMap, path::Path};

use anyhow::Result;
use berth_domain::{
    Aggregate as _, GrabId, Timestamp,
    event::Event as _,
    grab::{Event, Grab},
};
use berth_store::{
    Log as _, Position,
    sqlite::{Options, SqliteLog},
};

use crate::sample::Sample;

const PAGE: u32 = 2000;

/// In milliseconds, of attempts that came due after `since`. The log must be nobody else's at the time.
pub(crate) async fn of_attempts(log: &Path, since: Timestamp) -> Result<Sample> {
    let log = SqliteLog::open(log, Options::default()).await?;
    let mut grabs: HashMap<GrabId, Grab> = HashMap::new();
    let mut late = Vec::new();
    let mut after = Position::START;
    loop {
        let page = log.read(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.position;
        for recorded in page.iter().filter(|recorded| recorded.stream.kind() == "grab") {
            let id: GrabId = recorded.stream.id().parse()?;
            let event = Event::decode(&recorded.name, recorded.schema, &recorded.data)?;
            let grab = grabs.entry(id).or_default();
            late.extend(lateness(grab, id, &event, since));
            grab.evolve(&event);
        }
    }
    log.close().await;
    Ok(Sample::of(late.into_iter().map(f64::from)))
}

/// A first attempt does not count: it waits for what all of its tenant's tasks need to know of the region.
fn lateness(before: &Grab, id: GrabId, event: &Event, since: Timestamp) -> Option<i32> {
    let Event::AttemptStarted(started) = event else { return None };
    before.last.as_ref().filter(|last| last.at >= since)?;
    let due = before.next_attempt_at(id, Timestamp::default())?;
    i32::try_from(started.at.since(due)).ok()
}
