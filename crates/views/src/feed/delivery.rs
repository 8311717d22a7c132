//! Deliveries that changed: each once and as it is now, however long the gap.

use std::{sync::Arc, time::Duration};

use berth_store::Position;
use futures::{Stream, StreamExt};

use super::{HEARTBEAT, News, Rhythm, feed};
use crate::{
    ViewError, Views,
    delivery::{self, DeliveryRow, Filter},
};

/// At most 4 batches a second.
const RHYTHM: Rhythm =
    Rhythm { pause: Duration::from_millis(250), behind: Duration::from_millis(250), look: HEARTBEAT };
const BATCH_LIMIT: u32 = 200;

/// Changed deliveries.
#[derive(Clone, Debug)]
pub struct DeliveryBatch {
    /// In the order of their last news.
    pub rows: Vec<DeliveryRow>,
    /// Go on from here.
    pub position: Position,
    /// This node knows of nothing later.
    pub caught_up: bool,
}

/// Deliveries that match and whose rows changed after a position, or from now on.
pub fn delivery_changes(
    views: &Views,
    filter: Filter,
    after: Option<Position>,
) -> impl Stream<Item = Result<DeliveryBatch, ViewError>> + Send + use<> {
    let (views, filter) = (views.clone(), Arc::new(filter));
    let from = after.unwrap_or_else(|| views.head());
    feed(views.watch(), from, RHYTHM, move |position| ask(views.clone(), filter.clone(), position)).map(
        |news| {
            news.map(|News { items, position, more, level, .. }| DeliveryBatch {
                rows: items,
                position,
                caught_up: level && !more,
            })
        },
    )
}

async fn ask(views: Views, filter: Arc<Filter>, after: Position) -> Result<News<DeliveryRow>, ViewError> {
    let head = views.head();
    let (rows, reached) = delivery::changed_since(&views, after, &filter, BATCH_LIMIT).await?;
    let more = rows.len() == BATCH_LIMIT as usize;
    let position = match rows.last() {
        Some(last) if more => last.position,
        _ => reached.max(after),
    };
    Ok(News { items: rows, skipped: 0, position, more, level: reached >= head })
}
