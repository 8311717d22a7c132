//! Attempts as they are settled: none is left out, each as it is now.
//!
//! What has been settled is read from the log, and the attempts from their rows: an index by position over the longest table, for the
//! few who watch, would cost at every attempt of everybody.

use std::{sync::Arc, time::Duration};

use berth_domain::{
    Aggregate, GrabId,
    event::Event as _,
    grab::{Event, Grab},
};
use berth_store::{Position, Recorded};
use futures::{Stream, StreamExt};

use super::{HEARTBEAT, News, Rhythm, feed};
use crate::{
    ViewError, Views,
    attempt::{self, AttemptRow},
};

/// At most 4 batches a second.
const RHYTHM: Rhythm =
    Rhythm { pause: Duration::from_millis(250), behind: Duration::from_millis(250), look: HEARTBEAT };
/// Events read for one batch. About half of them settle an attempt.
const READ_LIMIT: u32 = 1000;

/// Settled attempts.
#[derive(Clone, Debug)]
pub struct AttemptBatch {
    /// In the order in which they were settled. One that was in doubt comes again when it is known how it ended.
    pub attempts: Vec<AttemptRow>,
    /// Go on from here.
    pub position: Position,
    /// This node knows of nothing later.
    pub caught_up: bool,
}

/// Attempts that were settled after a position, or from now on; only of some tasks, if any is named.
pub fn attempts(
    views: &Views,
    grabs: Vec<GrabId>,
    after: Option<Position>,
) -> impl Stream<Item = Result<AttemptBatch, ViewError>> + Send + use<> {
    let views = views.clone();
    let grabs: Arc<[GrabId]> = grabs.into();
    let from = after.unwrap_or_else(|| views.head());
    feed(views.watch(), from, RHYTHM, move |position| ask(views.clone(), grabs.clone(), position)).map(
        |news| {
            news.map(|News { items, position, more, level, .. }| AttemptBatch {
                attempts: items,
                position,
                caught_up: level && !more,
            })
        },
    )
}

async fn ask(views: Views, grabs: Arc<[GrabId]>, after: Position) -> Result<News<AttemptRow>, ViewError> {
    let head = views.head();
    let events = views.log().read(after, READ_LIMIT).await?;
    let read = if events.len() < READ_LIMIT as usize { head } else { last_of(&events, after) };
    let settled: Vec<_> = events.iter().filter_map(settled).collect();
    let wanted: Vec<_> =
        settled.into_iter().filter(|(_, grab, _)| grabs.is_empty() || grabs.contains(grab)).collect();
    let (attempts, folded) = attempt::settled(&views, &wanted).await?;
    let position = read.min(folded).max(after);
    Ok(News {
        items: attempts,
        skipped: 0,
        position,
        more: read < head && folded >= read,
        level: folded >= head,
    })
}

fn last_of(events: &[Recorded], after: Position) -> Position {
    events.last().map_or(after, |event| event.position)
}

/// Which attempt an event settles, and where. One that nobody can read settles none: it has parked the rows as well.
fn settled(recorded: &Recorded) -> Option<(Position, GrabId, u32)> {
    if recorded.stream.kind() != Grab::KIND {
        return None;
    }
    let grab = recorded.stream.id().parse().ok()?;
    match Event::decode(&recorded.name, recorded.schema, &recorded.data).ok()? {
        Event::AttemptSettled(settled) => Some((recorded.position, grab, settled.number)),
        _ => None,
    }
}
