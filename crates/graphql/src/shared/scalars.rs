//! Values that GraphQL has no word for.

use async_graphql::{Enum, InputObject, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use berth_domain::Timestamp;
use berth_store::Position;
use berth_views::{Direction, Span};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DateTime(pub(crate) Timestamp);

/// A moment in UTC, in RFC 3339 with milliseconds: `2026-11-21T03:39:12.417Z`. The client shows it in local time.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/date-time")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        Timestamp::parse(text).map(Self).ok_or_else(|| InputValueError::custom("not a moment in RFC 3339"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EventPosition(pub(crate) Position);

/// A place in the log of events: a whole number from 0 on, written as a decimal string because it may pass 2^53. Positions only
/// grow. `"0"` is before the first event.
#[Scalar]
impl ScalarType for EventPosition {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        text.parse().map(Self).map_err(|_| InputValueError::custom("not a whole number in a string"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Json(pub(crate) serde_json::Value);

/// Any JSON value. Only where the shape is open by nature: the data of an event, the fields of a log entry.
#[Scalar(name = "JSON")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        value.into_json().map(Self).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seconds(pub(crate) u32);

/// A span of time in whole seconds, from 0 on.
#[Scalar]
impl ScalarType for Seconds {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::Number(number) = &value else { return Err(InputValueError::expected_type(value)) };
        let seconds = number.as_u64().and_then(|number| u32::try_from(number).ok());
        seconds.map(Self).ok_or_else(|| InputValueError::custom("not a whole number of seconds"))
    }

    fn to_value(&self) -> Value {
        Value::Number(self.0.into())
    }
}

/// Which way to sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum OrderDirection {
    /// From the smallest, the oldest, or A.
    Asc,
    /// From the largest, the newest, or Z.
    Desc,
}

impl From<OrderDirection> for Direction {
    fn from(direction: OrderDirection) -> Self {
        match direction {
            OrderDirection::Asc => Self::Ascending,
            OrderDirection::Desc => Self::Descending,
        }
    }
}

/// A span between two moments: `from` belongs to it, `to` does not.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct DateTimeRange {
    /// Where it begins. Without it, everything before belongs to it.
    from: Option<DateTime>,
    /// Where it has ended. Without it, everything after belongs to it.
    to: Option<DateTime>,
}

impl From<DateTimeRange> for Span {
    fn from(range: DateTimeRange) -> Self {
        Self { from: range.from.map(|moment| moment.0), to: range.to.map(|moment| moment.0) }
    }
}

/// As GraphQL's `Int` can say it. Counts beyond stay at its end.
pub(crate) fn int(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}
