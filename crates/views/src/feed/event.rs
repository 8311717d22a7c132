//! Raw events, straight from the log: none is ever left out, however far behind one is.

use std::{sync::Arc, time::Duration};

use berth_store::{BATCH_LIMIT, Log, Position, Recorded};
use futures::{Stream, StreamExt};

use super::{News, Rhythm, feed};
use crate::ViewError;

/// As fast as they come. Another node's appends may wake nobody here, so the log is looked at each second.
const RHYTHM: Rhythm = Rhythm { pause: Duration::ZERO, look: Duration::from_secs(1) };

/// Which events. All given conditions must hold; an empty list restricts nothing.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// Of these streams, `grab/grab_…`.
    pub stream: Vec<String>,
    /// Of these names; a trailing `*` matches any ending: `grab.*`.
    pub name: Vec<String>,
    /// Of one cause.
    pub correlation: Option<String>,
}

/// New events.
#[derive(Clone, Debug)]
pub struct EventBatch {
    /// In the order of the log.
    pub events: Vec<Recorded>,
    /// Go on from here.
    pub position: Position,
    /// This node knows of nothing later.
    pub caught_up: bool,
}

/// Events that match after a position, or from now on. Knows nothing of the views: works when they cannot be folded.
pub fn events(
    log: &Arc<dyn Log>,
    filter: EventFilter,
    after: Option<Position>,
) -> impl Stream<Item = Result<EventBatch, ViewError>> + Send + use<> {
    let log = log.clone();
    let filter = Arc::new(filter);
    let woken = log.watch();
    let from = after.unwrap_or_else(|| *woken.borrow());
    feed(woken, from, RHYTHM, move |position| ask(log.clone(), filter.clone(), position)).map(|news| {
        news.map(|News { items, position, more, level, .. }| EventBatch {
            events: items,
            position,
            caught_up: level && !more,
        })
    })
}

async fn ask(
    log: Arc<dyn Log>,
    filter: Arc<EventFilter>,
    after: Position,
) -> Result<News<Recorded>, ViewError> {
    let mut events = log.read(after, BATCH_LIMIT).await?;
    let more = events.len() == BATCH_LIMIT as usize;
    let position = events.last().map_or(after, |event| event.position);
    events.retain(|event| filter.admits(event));
    Ok(News { items: events, skipped: 0, position, more, level: !more })
}

impl EventFilter {
    fn admits(&self, event: &Recorded) -> bool {
        let named = |pattern: &String| match pattern.strip_suffix('*') {
            Some(beginning) => event.name.starts_with(beginning),
            None => event.name == *pattern,
        };
        (self.stream.is_empty() || self.stream.iter().any(|stream| stream == event.stream.as_str()))
            && (self.name.is_empty() || self.name.iter().any(named))
            && self.correlation.as_ref().is_none_or(|wanted| *wanted == event.meta.correlation)
    }
}
