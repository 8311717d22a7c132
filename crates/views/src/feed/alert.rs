//! Alerts that were raised, resolved or adjusted: each once and as it is now, however long the gap.

use std::time::Duration;

use berth_store::Position;
use futures::{Stream, StreamExt};

use super::{HEARTBEAT, News, Rhythm, feed};
use crate::{
    ViewError, Views,
    alert::{self, AlertRow},
};

/// At most 4 batches a second.
const RHYTHM: Rhythm =
    Rhythm { pause: Duration::from_millis(250), behind: Duration::from_millis(250), look: HEARTBEAT };
const BATCH_LIMIT: u32 = 200;

/// Changed alerts.
#[derive(Clone, Debug)]
pub struct AlertBatch {
    pub rows: Vec<AlertRow>,
    /// Go on from here.
    pub position: Position,
    /// This node knows of nothing later.
    pub caught_up: bool,
}

/// Alerts whose rows changed after a position, or from now on.
pub fn alert_changes(
    views: &Views,
    after: Option<Position>,
) -> impl Stream<Item = Result<AlertBatch, ViewError>> + Send + use<> {
    let views = views.clone();
    let from = after.unwrap_or_else(|| views.head());
    feed(views.watch(), from, RHYTHM, move |position| ask(views.clone(), position)).map(|news| {
        news.map(|News { items, position, more, level, .. }| AlertBatch {
            rows: items,
            position,
            caught_up: level && !more,
        })
    })
}

async fn ask(views: Views, after: Position) -> Result<News<AlertRow>, ViewError> {
    let head = views.head();
    let (rows, reached) = alert::changed_since(&views, after, BATCH_LIMIT).await?;
    let more = rows.len() == BATCH_LIMIT as usize;
    let position = match rows.last() {
        Some(last) if more => last.position,
        _ => reached.max(after),
    };
    Ok(News { items: rows, skipped: 0, position, more, level: reached >= head })
}
