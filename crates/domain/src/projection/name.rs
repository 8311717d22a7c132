//! What a read model is called, in its stream and in every table.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use thiserror::Error;

/// The longest name, in characters.
const LENGTH: usize = 64;

/// 1 to 64 of `a` to `z` and `_`, `log_entry`. Whether there is a read model of that name is not its matter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectionName(String);

/// A text that no read model can be called.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0:?} is not the name of a read model: 1 to 64 of a to z and _")]
pub struct NotAProjection(pub String);

impl ProjectionName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProjectionName {
    type Err = NotAProjection;

    fn from_str(text: &str) -> Result<Self, NotAProjection> {
        let lawful = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if lawful && (1..=LENGTH).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAProjection(text.chars().take(LENGTH).collect()))
        }
    }
}

impl fmt::Display for ProjectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for ProjectionName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ProjectionName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
