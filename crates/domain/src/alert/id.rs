//! Which alert: a rule of ours, or one that somebody else's Alertmanager hands in.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use thiserror::Error;

use super::rule_name::RuleName;

/// Before the digits of one from outside. No rule's name holds a hyphen.
const EXTERNAL: &str = "ext-";

/// Second half of the stream's name: `cpu`, or `ext-` and 32 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertId {
    Rule(RuleName),
    External(ExternalId),
}

/// Made from whatever its sender knows it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternalId(u128);

/// A text that no alert is known by.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0:?} is neither an alert rule nor ext- with 32 hexadecimal digits")]
pub struct NotAnAlert(pub String);

impl ExternalId {
    /// From a digest of what its sender calls it: names of streams are short and plain, whatever the sender writes.
    pub const fn of_digest(digest: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(digest))
    }
}

impl fmt::Display for AlertId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(name) => name.fmt(f),
            Self::External(ExternalId(digest)) => write!(f, "{EXTERNAL}{digest:032x}"),
        }
    }
}

impl FromStr for AlertId {
    type Err = NotAnAlert;

    fn from_str(text: &str) -> Result<Self, NotAnAlert> {
        if let Ok(name) = text.parse() {
            return Ok(Self::Rule(name));
        }
        let digits = text.strip_prefix(EXTERNAL).and_then(|digits| u128::from_str_radix(digits, 16).ok());
        // One thing, one text: upper case, a sign and missing zeros are refused.
        let external = digits.map(|digest| Self::External(ExternalId(digest)));
        let same = external.filter(|id| id.to_string() == text);
        same.ok_or_else(|| NotAnAlert(text.chars().take(64).collect()))
    }
}

impl Serialize for AlertId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AlertId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
