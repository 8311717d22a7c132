//! How an event that was written in an older shape is read: lifted from each version to the next, up to today's.

use std::ops::RangeInclusive;

use serde::{de::DeserializeOwned, de::Error as _};
use serde_json::{Value, value::RawValue};

use crate::event::{DecodeError, from_raw};

/// One step of one event, from the version it names to the one after it.
///
/// It need not check what it lifts: whether the result has today's shape is seen when that is read.
pub(crate) struct Upcaster {
    pub(crate) name: &'static str,
    pub(crate) from: u16,
    pub(crate) lift: fn(Value) -> Value,
}

/// Reads data that was written at the first of these versions as the shape of the last.
pub(crate) fn read<T: DeserializeOwned>(
    upcasters: &[Upcaster],
    name: &str,
    versions: RangeInclusive<u16>,
    data: &RawValue,
) -> Result<T, DecodeError> {
    let (written, today) = versions.into_inner();
    if written == today {
        return from_raw(name, written, data);
    }
    if written == 0 || written > today {
        return Err(DecodeError::Unknown { name: name.to_owned(), schema: written });
    }
    lifted(upcasters, name, written..today, data)
        .and_then(serde_json::from_value)
        .map_err(|source| DecodeError::Shape { name: name.to_owned(), schema: written, source })
}

fn lifted(
    upcasters: &[Upcaster],
    name: &str,
    mut steps: std::ops::Range<u16>,
    data: &RawValue,
) -> Result<Value, serde_json::Error> {
    let written = serde_json::from_str(data.get())?;
    steps.try_fold(written, |value, from| {
        let step = upcasters.iter().find(|step| step.name == name && step.from == from);
        let step = step.ok_or_else(|| serde_json::Error::custom(format!("no upcaster lifts v{from}")))?;
        Ok((step.lift)(value))
    })
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro makes nouns for other modules")]
mod tests {
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;
    use crate::event::{Event as _, events};

    /// Shelved was written as `{"to":"AD-1"}` first, then as `{"domain":"AD-1"}`, and names its domains today.
    const UPCASTERS: &[Upcaster] = &[
        Upcaster {
            name: "parcel.shelved",
            from: 1,
            lift: |mut value| json!({ "domain": value["to"].take() }),
        },
        Upcaster {
            name: "parcel.shelved",
            from: 2,
            lift: |mut value| json!({ "domains": [value["domain"].take()] }),
        },
    ];

    events! {
        /// A noun of these tests alone.
        UPCASTERS;
        Shelved = "parcel.shelved" v 3,
        Weighed = "parcel.weighed" v 2,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Shelved {
        domains: Vec<String>,
    }

    /// Its version was raised, and its upcaster forgotten.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Weighed {
        grams: u32,
    }

    fn decode(name: &str, schema: u16, data: &str) -> Result<Event, DecodeError> {
        Event::decode(name, schema, &RawValue::from_string(data.into()).expect("it is JSON"))
    }

    #[test]
    fn every_older_shape_is_lifted_step_by_step() {
        let today = Event::from(Shelved { domains: vec!["AD-1".into()] });
        for (schema, data) in
            [(1, r#"{"to":"AD-1"}"#), (2, r#"{"domain":"AD-1"}"#), (3, r#"{"domains":["AD-1"]}"#)]
        {
            assert_eq!(decode("parcel.shelved", schema, data).expect("it is known"), today, "v{schema}");
        }
    }

    #[test]
    fn a_shape_newer_than_this_release_is_unknown_and_a_broken_old_one_is_not() {
        let read = |schema| decode("parcel.shelved", schema, "{}");
        assert!(matches!(read(4), Err(DecodeError::Unknown { schema: 4, .. })));
        assert!(matches!(read(0), Err(DecodeError::Unknown { schema: 0, .. })));
        for schema in 1..=3 {
            assert!(matches!(read(schema), Err(DecodeError::Shape { .. })), "v{schema}");
        }
        let unnamed = decode("parcel.posted", 1, "{}");
        assert!(matches!(unnamed, Err(DecodeError::Unknown { .. })), "{unnamed:?}");
    }

    #[test]
    fn a_forgotten_upcaster_is_told_and_does_not_ask_for_an_upgrade() {
        let read = decode("parcel.weighed", 1, r#"{"grams":7}"#);
        assert!(matches!(read, Err(DecodeError::Shape { schema: 1, .. })), "{read:?}");
    }
}
