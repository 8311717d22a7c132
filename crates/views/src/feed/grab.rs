//! Tasks that changed: each once and as it is now, however long the gap.

use std::time::Duration;

use berth_domain::GrabId;
use berth_store::Position;
use futures::{Stream, StreamExt};

use super::{HEARTBEAT, News, Rhythm, feed};
use crate::{
    ViewError, Views,
    grab::{self, GrabRow},
};

/// At most 4 batches a second.
const RHYTHM: Rhythm =
    Rhythm { pause: Duration::from_millis(250), behind: Duration::from_millis(250), look: HEARTBEAT };
const BATCH_LIMIT: u32 = 200;

/// Changed tasks.
#[derive(Clone, Debug)]
pub struct TaskBatch {
    pub rows: Vec<GrabRow>,
    /// Go on from here.
    pub position: Position,
    /// This node knows of nothing later.
    pub caught_up: bool,
}

/// Tasks whose rows changed after a position, or from now on; only some of them, if any is named.
pub fn grab_changes(
    views: &Views,
    ids: Vec<GrabId>,
    after: Option<Position>,
) -> impl Stream<Item = Result<TaskBatch, ViewError>> + Send + use<> {
    let views = views.clone();
    let from = after.unwrap_or_else(|| views.head());
    feed(views.watch(), from, RHYTHM, move |position| ask(views.clone(), ids.clone(), position)).map(|news| {
        news.map(|News { items, position, more, level, .. }| TaskBatch {
            rows: items,
            position,
            caught_up: level && !more,
        })
    })
}

async fn ask(views: Views, ids: Vec<GrabId>, after: Position) -> Result<News<GrabRow>, ViewError> {
    let head = views.head();
    let (rows, reached) = grab::changed_since(&views, after, &ids, BATCH_LIMIT).await?;
    let more = rows.len() == BATCH_LIMIT as usize;
    let position = match rows.last() {
        Some(last) if more => last.position,
        _ => reached.max(after),
    };
    Ok(News { items: rows, skipped: 0, position, more, level: reached >= head })
}
