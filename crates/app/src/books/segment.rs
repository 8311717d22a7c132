//! What of the log is old, and what of that may leave it. In memory at once: one page of the log and one stream's part of a segment.

use std::collections::BTreeSet;

use berth_domain::{
    Aggregate, Timestamp,
    event::Event as _,
    grab::{Entry, Event, Grab, Summary, summarise},
};
use berth_store::{Log, Position, ReadError, Recorded, StandIn, StreamId, Version};

use super::time_of;
use crate::{ledger::read, quarantine::Unreadable};

const PAGE: u32 = 512;

/// A segment that is old, and what of it leaves.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) after: Position,
    pub(super) through: Position,
    /// Ascending.
    pub(super) positions: Vec<Position>,
    /// Ascending.
    pub(super) stand_ins: Vec<StandIn>,
}

/// The old events after a position, at most so many; absent when there are none. The last event of the log is never among them.
///
/// A task keeps everything from a skipped event on: whoever folds that without it comes to another state than a stand-in tells.
pub(super) async fn find(
    log: &dyn Log,
    after: Position,
    cutoff: Timestamp,
    limit: u64,
    skipped: &BTreeSet<Position>,
) -> Result<Option<Found>, ReadError> {
    let Some((through, streams)) = old(log, after, cutoff, limit).await? else { return Ok(None) };
    let mut found = Found { after, through, positions: Vec::new(), stand_ins: Vec::new() };
    for stream in streams {
        let summaries = match stream_part(log, &stream, (after, through), skipped).await? {
            Ok((before, entries)) => summarise(&before, &entries, through.get()),
            Err(unreadable) => {
                let error: &dyn std::error::Error = &unreadable;
                tracing::warn!(stream = stream.as_str(), error, "what cannot be read stays in the log");
                continue;
            }
        };
        for summary in summaries {
            found.add(&stream, summary);
        }
    }
    found.positions.sort_unstable();
    found.stand_ins.sort_unstable_by_key(|stand_in| stand_in.position);
    Ok(Some(found))
}

impl Found {
    fn add(&mut self, stream: &StreamId, summary: Summary) {
        let (version, position) = summary.stands_at;
        self.positions.extend(summary.released.into_iter().map(Position::new));
        let event = Event::from(summary.event);
        self.stand_ins.push(StandIn {
            position: Position::new(position),
            stream: stream.clone(),
            version: Version::new(version),
            name: event.name().to_owned(),
            schema: event.schema(),
            data: event.encode(),
        });
    }
}

/// How far the log is old, and which tasks something happened to until there. Times are no order, so the first event that is not
/// old ends it.
async fn old(
    log: &dyn Log,
    after: Position,
    cutoff: Timestamp,
    limit: u64,
) -> Result<Option<(Position, BTreeSet<StreamId>)>, ReadError> {
    let head = log.head().await?;
    let (mut through, mut streams, mut seen) = (after, BTreeSet::new(), 0);
    loop {
        let page = log.read(through, PAGE).await?;
        let is_old = |event: &&Recorded| time_of(event) < cutoff && event.position < head;
        let taken: Vec<_> = page.iter().take_while(is_old).collect();
        seen += taken.len() as u64;
        let grabs = taken.iter().filter(|event| event.stream.kind() == Grab::KIND);
        streams.extend(grabs.map(|event| event.stream.clone()));
        through = taken.last().map_or(through, |last| last.position);
        if taken.len() < page.len() || page.is_empty() || seen >= limit {
            return Ok((through > after).then_some((through, streams)));
        }
    }
}

/// A task as it was before the segment, and what happened to it within.
type Part = (Grab, Vec<Entry>);

async fn stream_part(
    log: &dyn Log,
    stream: &StreamId,
    (after, through): (Position, Position),
    skipped: &BTreeSet<Position>,
) -> Result<Result<Part, Unreadable>, ReadError> {
    let (mut before, mut entries, mut version) = (Grab::default(), Vec::new(), Version::NONE);
    loop {
        let page = log.read_stream(stream, version, PAGE).await?;
        for recorded in &page {
            if recorded.position > through || skipped.contains(&recorded.position) {
                return Ok(Ok((before, entries)));
            }
            let event = match read::<Grab>(recorded) {
                Ok(event) => event,
                Err(unreadable) => return Ok(Err(unreadable)),
            };
            if recorded.position <= after {
                before.evolve(&event);
            } else {
                let (version, position) = (recorded.version.get(), recorded.position.get());
                entries.push(Entry { version, position, event });
            }
        }
        let Some(last) = page.last() else { return Ok(Ok((before, entries))) };
        version = last.version;
    }
}
