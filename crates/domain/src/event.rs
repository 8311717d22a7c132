//! How events are named and written down.
//!
//! A name and its shape are for ever: they are spelled out beside each event, independent of Rust names, and every
//! released shape has a golden JSON under `tests/golden`. Old shapes are lifted when read, in the noun's `upcast.rs`.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use thiserror::Error;

/// One thing that can have happened to one kind of aggregate.
pub trait Event: Clone + PartialEq + std::fmt::Debug + Send + Sync + 'static {
    /// Every name with the version of its shape that is written today.
    const NAMES: &'static [(&'static str, u16)];
    /// The spelled-out name, `grab.attempt_settled`.
    fn name(&self) -> &'static str;
    /// Version of the shape that [`Event::encode`] writes.
    fn schema(&self) -> u16;
    /// The event as JSON. Never holds a secret: secrets are named by a `SecretRef`.
    fn encode(&self) -> Box<RawValue>;
    /// Reads an event back, lifting an older shape first.
    fn decode(name: &str, schema: u16, data: &RawValue) -> Result<Self, DecodeError>;
}

/// Why a stored event could not be read.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// Written by a newer release than this one.
    #[error("event {name} v{schema} is not known to this release; upgrade it")]
    Unknown { name: String, schema: u16 },
    /// The name is known, the data does not fit its shape.
    #[error("event {name} v{schema} does not have its shape")]
    Shape {
        name: String,
        schema: u16,
        #[source]
        source: serde_json::Error,
    },
}

/// Writes one event's data. Plain structs of strings and numbers always serialise.
pub fn to_raw<T: Serialize>(data: &T) -> Box<RawValue> {
    serde_json::value::to_raw_value(data)
        .expect("event data is plain: it has no maps with odd keys and no failing serializer")
}

/// Reads one event's data.
pub fn from_raw<T: DeserializeOwned>(name: &str, schema: u16, data: &RawValue) -> Result<T, DecodeError> {
    serde_json::from_str(data.get()).map_err(|source| DecodeError::Shape {
        name: name.to_owned(),
        schema,
        source,
    })
}

/// Declares the events of a noun as one table: how older shapes are lifted, then variant, spelled-out name, version of its shape.
///
/// Each variant holds the struct of the same name.
macro_rules! events {
    ($(#[$doc:meta])* $upcasters:ident; $( $variant:ident = $name:literal v $schema:literal ),+ $(,)?) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum Event { $( #[doc = concat!("`", $name, "`")] $variant($variant) ),+ }

        impl $crate::event::Event for Event {
            const NAMES: &'static [(&'static str, u16)] = &[ $( ($name, $schema) ),+ ];
            fn name(&self) -> &'static str { match self { $( Self::$variant(_) => $name ),+ } }
            fn schema(&self) -> u16 { match self { $( Self::$variant(_) => $schema ),+ } }
            fn encode(&self) -> Box<serde_json::value::RawValue> {
                let data = match self { $( Self::$variant(data) => $crate::event::to_raw(data) ),+ };
                // JSON writes a number without end as nothing, and then the whole history could never be read again.
                debug_assert!(
                    <Self as $crate::event::Event>::decode(self.name(), self.schema(), &data).is_ok(),
                    "{} v{} cannot be read back", self.name(), self.schema(),
                );
                data
            }
            fn decode(name: &str, schema: u16, data: &serde_json::value::RawValue) -> Result<Self, $crate::event::DecodeError> {
                match name {
                    $( $name => $crate::upcast::read($upcasters, name, schema..=$schema, data).map(Self::$variant), )+
                    _ => Err($crate::event::DecodeError::Unknown { name: name.to_owned(), schema }),
                }
            }
        }

        $( impl From<$variant> for Event { fn from(data: $variant) -> Self { Self::$variant(data) } } )+
    };
}
pub(crate) use events;
