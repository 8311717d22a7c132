//! Raw events, straight from the log: none is ever left out, however far behind one is.

use std::{sync::Arc, time::Duration};

use berth_store::{BATCH_LIMIT, Position, Recorded};
use futures::{Stream, StreamExt};

use super::{News, Rhythm, Tail, feed};
use crate::ViewError;

/// What comes after silence is told at once, and what follows ten times a second: each batch is a reading of the log and an answer of its
/// own, and hundreds of subscribers would otherwise keep the server busy with batches of one. Another node's appends may wake nobody here,
/// so the log is looked at each second.
const RHYTHM: Rhythm =
    Rhythm { pause: Duration::from_millis(100), behind: Duration::ZERO, look: Duration::from_secs(1) };

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
    pub events: Vec<Arc<Recorded>>,
    /// Go on from here.
    pub position: Position,
    /// This node knows of nothing later.
    pub caught_up: bool,
}

/// So much is told at once, in bytes: what the events say, and about what is told of each beside it. Whoever does not read holds up some
/// batches, wherever those wait.
const TOLD: usize = BESIDE * MOST_TOLD as usize;
const BESIDE: usize = 256;
/// So many, if they say nothing at all.
const MOST_TOLD: u32 = 48;

/// Events that match after a position, or from now on. Knows nothing of the views: works when they cannot be folded.
pub fn events(
    tail: &Arc<Tail>,
    filter: EventFilter,
    after: Option<Position>,
) -> impl Stream<Item = Result<EventBatch, ViewError>> + Send + use<> {
    let tail = tail.clone();
    let filter = Arc::new(filter);
    let woken = tail.log.watch();
    let from = after.unwrap_or_else(|| *woken.borrow());
    feed(woken, from, RHYTHM, move |position| ask(tail.clone(), filter.clone(), position)).map(|news| {
        news.map(|News { items, position, more, level, .. }| EventBatch {
            events: items,
            position,
            caught_up: level && !more,
        })
    })
}

async fn ask(
    tail: Arc<Tail>,
    filter: Arc<EventFilter>,
    after: Position,
) -> Result<News<Arc<Recorded>>, ViewError> {
    let limit = filter.limit();
    let mut events = tail.read(after, limit).await?;
    let mut more = events.len() == limit as usize;
    let mut position = events.last().map_or(after, |event| event.position);
    events.retain(|event| filter.admits(event));
    let told = fitting(&events);
    if told < events.len() {
        events.truncate(told);
        (position, more) = (events[told - 1].position, true);
    }
    Ok(News { items: events, skipped: 0, position, more, level: !more })
}

/// How many of the first are told: one at least, however much it says.
fn fitting(events: &[Arc<Recorded>]) -> usize {
    let mut bytes = 0;
    let fits = events.iter().take_while(|event| {
        let first = bytes == 0;
        bytes += event.data.get().len() + BESIDE;
        first || bytes <= TOLD
    });
    fits.count()
}

impl EventFilter {
    /// How many to read at once: what is not told then is read again. Of those that match a filter there may be few among many.
    fn limit(&self) -> u32 {
        let everything = self.stream.is_empty() && self.name.is_empty() && self.correlation.is_none();
        if everything { MOST_TOLD } else { BATCH_LIMIT }
    }

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
