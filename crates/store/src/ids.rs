//! The names by which things in the log are called.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const COMMAND_LIMIT: usize = 128;
const STREAM_LIMIT: usize = 256;
/// One before the databases' last number, so that there always is a next.
const LAST_POSITION: u64 = i64::MAX as u64 - 1;

/// A place in the whole log: given 1..N without holes, in commit order; released events leave holes. Zero is the place before the
/// first event.
/// Serialised as a decimal string, because JavaScript's numbers end at 2^53.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(u64);

impl Position {
    /// Before the first event.
    pub const START: Self = Self(0);

    pub const fn new(position: u64) -> Self {
        Self(position)
    }

    pub const fn get(self) -> u64 {
        self.0
    }

    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// What is beyond the databases' numbers is behind every event, as their last number is.
    pub(crate) fn to_sql(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }

    pub(crate) fn from_sql(value: i64) -> Self {
        Self(u64::try_from(value).unwrap_or_default())
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Position {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.parse() {
            Ok(position) if position <= LAST_POSITION => Ok(Self(position)),
            _ => Err(InvalidId("a position is a whole number from 0 to 9223372036854775806")),
        }
    }
}

/// A place within one stream: given 1..n without holes; released events leave holes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(u32);

impl Version {
    /// The stream does not exist.
    pub const NONE: Self = Self(0);

    pub const fn new(version: u32) -> Self {
        Self(version)
    }

    pub const fn get(self) -> u32 {
        self.0
    }

    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The name of a stream, printed as `kind/id`. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(Arc<str>);

impl StreamId {
    /// # Panics
    /// If `kind` or `id` cannot be part of a name (see [`StreamId::parse`]): both are made by code, so that
    /// is a bug.
    pub fn new(kind: &'static str, id: impl fmt::Display) -> Self {
        Self::parse(&format!("{kind}/{id}")).expect("kind and id are printable and short")
    }

    /// At most 256 bytes: a kind without `/`, then `/`, then an id; neither is empty or holds spaces or
    /// control characters.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let lawful =
            text.len() <= STREAM_LIMIT && !text.chars().any(|each| each.is_whitespace() || each.is_control());
        match text.split_once('/') {
            Some((kind, id)) if lawful && !kind.is_empty() && !id.is_empty() => Ok(Self(text.into())),
            _ => Err(InvalidId("a stream is named kind/id, without spaces, in at most 256 bytes")),
        }
    }

    pub fn kind(&self) -> &str {
        self.halves().0
    }

    pub fn id(&self) -> &str {
        self.halves().1
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn shared(&self) -> Arc<str> {
        self.0.clone()
    }

    fn halves(&self) -> (&str, &str) {
        self.0.split_once('/').expect("parse saw the slash")
    }
}

/// Who asks, once: a repeat under the same id is answered what the first was.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(Arc<str>);

impl CommandId {
    /// 1 to 128 printable ASCII characters, no spaces.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let lawful = (1..=COMMAND_LIMIT).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if lawful {
            Ok(Self(text.into()))
        } else {
            Err(InvalidId("a command id is 1 to 128 printable ASCII characters without spaces"))
        }
    }

    /// An id nobody has used: for commands that the system gives itself and never repeats.
    ///
    /// Begins with the time, so that ids made together are kept together: ids in random order would touch a
    /// page of the database each, which halves the rate of appends.
    pub fn fresh() -> Self {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(format!("command_{:016x}{:016x}", since_1970.as_micros(), rand::random::<u64>()).into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn shared(&self) -> Arc<str> {
        self.0.clone()
    }
}

/// Names a secret; holds nothing of it. Events may carry it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretId(Arc<str>);

impl SecretId {
    /// An id nobody has used.
    pub fn fresh() -> Self {
        Self(format!("secret_{:032x}", rand::random::<u128>()).into())
    }

    /// `secret_` and 1 to 64 letters or digits.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        match text.strip_prefix("secret_") {
            Some(rest)
                if (1..=64).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric()) =>
            {
                Ok(Self(text.into()))
            }
            _ => Err(InvalidId("a secret is named secret_ and up to 64 letters or digits")),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text is no such name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidId(&'static str);

/// Printed, parsed and serialised as their text.
macro_rules! textual {
    ($($name:ident),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::parse(text)
            }
        }
    )+};
}
textual!(StreamId, CommandId, SecretId);

/// Serialised as the string that `Display` prints and `FromStr` reads.
macro_rules! serde_as_text {
    ($($name:ident),+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}
serde_as_text!(Position, StreamId, CommandId, SecretId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_prints_its_kind_and_id_and_is_parsed_back() {
        let stream = StreamId::new("grab", "grab_01J");
        assert_eq!(
            (stream.kind(), stream.id(), stream.to_string().as_str()),
            ("grab", "grab_01J", "grab/grab_01J")
        );
        assert_eq!(StreamId::parse("grab/grab_01J"), Ok(stream));
        for wrong in ["", "grab", "/x", "grab/", "grab/a b", "grab/a\nb"] {
            assert!(StreamId::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_position_is_a_decimal_string_in_json() {
        let position = Position::new(9_007_199_254_740_993);
        assert_eq!(serde_json::to_string(&position).unwrap(), "\"9007199254740993\"");
        assert_eq!(serde_json::from_str::<Position>("\"9007199254740993\"").unwrap(), position);
    }

    #[test]
    fn a_position_that_no_log_can_reach_is_refused() {
        let last = Position::new(9_223_372_036_854_775_806);
        assert_eq!("9223372036854775806".parse(), Ok(last));
        assert_eq!(last.next().to_sql(), i64::MAX);
        for wrong in ["9223372036854775807", "9223372036854775808", "18446744073709551615", "-1", "1.0", ""] {
            assert!(wrong.parse::<Position>().is_err(), "{wrong}");
            assert!(serde_json::from_str::<Position>(&format!("\"{wrong}\"")).is_err(), "{wrong}");
        }
        assert_eq!(Position::new(u64::MAX).next().to_sql(), i64::MAX);
    }

    #[test]
    fn a_command_id_is_printable_and_bounded() {
        assert!(CommandId::parse(&"x".repeat(128)).is_ok());
        for wrong in [String::new(), "x".repeat(129), "a b".into(), "命令".into()] {
            assert!(CommandId::parse(&wrong).is_err(), "{wrong:?}");
        }
        assert_ne!(CommandId::fresh(), CommandId::fresh());
    }
}
