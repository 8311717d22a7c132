//! How a state is put before people: named fields, each rendered by itself.

use serde::Serialize;
use serde_json::Value;

use crate::Aggregate;

/// A state with a face. Its fields are rendered one at a time, so that a long history is searched by those that matter.
pub(crate) trait Shown: Aggregate {
    const FIELDS: &'static [Field<Self>];
}

/// What a field is called, in camelCase, and what it shows.
pub(crate) type Field<A> = (&'static str, fn(&A) -> Value);

/// Plain data as JSON.
pub(crate) fn json_of(data: impl Serialize) -> Value {
    serde_json::to_value(data).expect("states are plain: they have no maps with odd keys")
}
