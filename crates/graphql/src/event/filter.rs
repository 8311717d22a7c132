//! Which events.

use async_graphql::InputObject;
use berth_domain::Timestamp;
use berth_store::Recorded;
use berth_views::{Span, feed};

use crate::shared::scalars::DateTimeRange;

/// Which events. Every condition given must hold; of a list, one item must.
#[derive(Default, InputObject)]
pub(crate) struct EventFilter {
    /// Of one of these streams, `grab/grab_…`.
    stream_id: Option<Vec<String>>,
    /// Of one of these types. A `*` at the end stands for any ending: `grab.*`.
    #[graphql(name = "type")]
    kind: Option<Vec<String>>,
    /// Of this cause.
    correlation_id: Option<String>,
    /// Happened within this span.
    time: Option<DateTimeRange>,
}

impl EventFilter {
    /// The span is not the feed's business: it is looked at apart.
    pub(super) fn read(self) -> (feed::EventFilter, Span) {
        let rest = feed::EventFilter {
            stream: self.stream_id.unwrap_or_default(),
            name: self.kind.unwrap_or_default(),
            correlation: self.correlation_id,
        };
        (rest, self.time.map(Into::into).unwrap_or_default())
    }
}

/// Whether an event passes.
pub(super) fn admits((filter, span): &(feed::EventFilter, Span), event: &Recorded) -> bool {
    let named = |pattern: &String| match pattern.strip_suffix('*') {
        Some(beginning) => event.name.starts_with(beginning),
        None => event.name == *pattern,
    };
    (filter.stream.is_empty() || filter.stream.iter().any(|stream| stream == event.stream.as_str()))
        && (filter.name.is_empty() || filter.name.iter().any(named))
        && filter.correlation.as_ref().is_none_or(|wanted| *wanted == event.meta.correlation)
        && within(*span, event)
}

pub(super) fn within(span: Span, event: &Recorded) -> bool {
    let time = Timestamp::from_millis(event.meta.time_ms);
    span.from.is_none_or(|from| from <= time) && span.to.is_none_or(|to| time < to)
}
