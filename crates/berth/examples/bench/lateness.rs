//! How late attempts begin, read from the log afterwards.
//!
//! When an attempt is due follows from the task's events alone, so the rules that the server ran are asked again: the due time
//! after the attempt before, against the moment that the attempt was written down with.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    path::Path,
};

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

use crate::{
    sample::{Sample, float},
    table::Row,
};

const PAGE: u32 = 2000;

/// What came due within a span of time.
pub(crate) struct Attempts {
    pub(crate) due: u64,
    /// Of those that began, in milliseconds.
    pub(crate) late: Sample,
    /// How many began in each second of the span.
    by_second: BTreeMap<i64, u32>,
}

impl Attempts {
    /// The fullest second beside the mean: a herd that marches in step would show.
    pub(crate) fn peak(&self) -> Row {
        let peak = f64::from(self.by_second.values().copied().max().unwrap_or_default());
        let mean = f64::from(self.by_second.values().sum::<u32>()) / float(self.by_second.len() as u64);
        Row::new("attempts in the fullest second", format!("{peak:.0}"), format!("{mean:.0}: the mean"))
            .ratio(peak / mean)
            .goal("≤ 2", peak <= 2.0 * mean)
    }
}

/// Reads the whole log, which must be nobody else's at the time. First attempts do not count: they wait for what all tasks of
/// their tenant need to know of the region.
pub(crate) async fn of_attempts(log: &Path, span: &Range<Timestamp>) -> Result<Attempts> {
    let log = SqliteLog::open(log, Options::default()).await?;
    let mut grabs: HashMap<GrabId, Grab> = HashMap::new();
    let (mut late, mut by_second) = (Vec::new(), BTreeMap::new());
    let mut after = Position::START;
    loop {
        let page = log.read(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.position;
        for recorded in page.iter().filter(|recorded| recorded.stream.kind() == "grab") {
            let id: GrabId = recorded.stream.id().parse()?;
            let event = Event::decode(&recorded.name, recorded.schema, &recorded.data)?;
            let grab = grabs.entry(id).or_default();
            if let (Event::AttemptStarted(started), Some(due)) = (&event, due_within(grab, id, span)) {
                late.push(f64::from(i32::try_from(started.at.since(due))?));
            }
            if let Event::AttemptStarted(started) = &event
                && whole_seconds(span).contains(&started.at)
            {
                *by_second.entry(started.at.millis() / 1000).or_default() += 1;
            }
            grab.evolve(&event);
        }
    }
    log.close().await;
    let waiting = grabs.iter().filter(|(id, grab)| due_within(grab, **id, span).is_some()).count();
    Ok(Attempts { due: (late.len() + waiting) as u64, late: Sample::of(late), by_second })
}

/// Without the broken seconds at its ends.
fn whole_seconds(span: &Range<Timestamp>) -> Range<Timestamp> {
    let full = |at: Timestamp| Timestamp::from_millis(at.millis() / 1000 * 1000);
    full(span.start.plus_millis(999))..full(span.end)
}

fn due_within(grab: &Grab, id: GrabId, span: &Range<Timestamp>) -> Option<Timestamp> {
    grab.last.as_ref()?;
    grab.next_attempt_at(id, Timestamp::default()).filter(|due| span.contains(due))
}
