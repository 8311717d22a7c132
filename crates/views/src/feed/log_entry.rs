//! New log entries. Who is far behind is told how many were left out, and reads those in pages.

use std::time::Duration;

use berth_store::Position;
use futures::{Stream, StreamExt};

use super::{HEARTBEAT, News, Rhythm, feed};
use crate::{
    ViewError, Views,
    log_entry::{self, Entry, Filter},
};

/// At most 10 batches a second.
const RHYTHM: Rhythm =
    Rhythm { pause: Duration::from_millis(100), behind: Duration::from_millis(100), look: HEARTBEAT };
const BATCH_LIMIT: u32 = 500;
/// Of a longer gap only so many of the newest are sent: never an endless replay into a phone.
const BEHIND_LIMIT: u32 = 5000;

/// New log entries.
#[derive(Clone, Debug)]
pub struct LogBatch {
    /// Oldest first. Equal neighbours within the batch are folded, if the filter says so.
    pub entries: Vec<Entry>,
    /// Left out because they came too fast: read pages for them.
    pub skipped: u64,
    /// Go on from here.
    pub position: Position,
    /// This node knows of nothing later.
    pub caught_up: bool,
}

/// Entries that match, written after a position, or from now on.
pub fn log_entries(
    views: &Views,
    filter: Filter,
    after: Option<Position>,
) -> impl Stream<Item = Result<LogBatch, ViewError>> + Send + use<> {
    let views = views.clone();
    let from = after.unwrap_or_else(|| views.head());
    feed(views.watch(), from, RHYTHM, move |position| ask(views.clone(), filter.clone(), position)).map(
        |news| {
            news.map(|News { items, skipped, position, more, level }| LogBatch {
                entries: items,
                skipped,
                position,
                caught_up: level && !more,
            })
        },
    )
}

async fn ask(views: Views, filter: Filter, after: Position) -> Result<News<Entry>, ViewError> {
    let head = views.head();
    let found = log_entry::after(&views, after, &filter, BATCH_LIMIT, BEHIND_LIMIT).await?;
    Ok(News {
        items: found.entries,
        skipped: found.skipped,
        position: found.position,
        more: found.more,
        level: found.position >= head,
    })
}
