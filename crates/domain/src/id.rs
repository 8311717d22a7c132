//! Names of things: one newtype per noun, printed with a prefix that names it, the same text in every URL, log line,
//! event and answer. Inside is a ULID: 48 bits of milliseconds, 80 bits of chance, both given by the caller.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use thiserror::Error;
use ulid::Ulid;

/// A text that is not an id of the wanted kind.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{text:?} is not an id that begins with `{prefix}`")]
pub struct NotAnId {
    pub prefix: &'static str,
    pub text: String,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Ulid);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            /// Makes an id from the moment and 128 bits of chance, of which 80 are used.
            pub fn from_parts(milliseconds: u64, chance: u128) -> Self {
                Self(Ulid::from_parts(milliseconds, chance))
            }

            /// A number that is spread evenly over ids: for shards, phases and arbiters.
            pub fn hash(self) -> u64 {
                spread(self.0.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let wrong = || NotAnId { prefix: $prefix, text: text.chars().take(64).collect() };
                let rest = text.strip_prefix($prefix).ok_or_else(wrong)?;
                let ulid = Ulid::from_string(rest).map_err(|_| wrong())?;
                // One thing, one text: lower case and overflowing forms of the same number are refused.
                if ulid.to_string() == rest { Ok(Self(ulid)) } else { Err(wrong()) }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    };
}

id!(
    /// A cloud account whose credentials we hold (租户).
    TenantId, "tenant_"
);
id!(
    /// A standing wish for one scarce instance (抢机任务).
    GrabId, "grab_"
);
id!(
    /// One notice on its way to one channel (送达).
    DeliveryId, "delivery_"
);
id!(
    /// A wish that is kept under a name (启动模板).
    ProfileId, "profile_"
);
id!(
    /// Somebody who signs in (用户).
    UserId, "user_"
);
id!(
    /// One sign-in, until it ends (会话).
    SessionId, "session_"
);
id!(
    /// A script's way in, under its user's rights (API 令牌).
    TokenId, "token_"
);
id!(
    /// A way to tell people what happens (通知渠道).
    ChannelId, "channel_"
);

/// `SplitMix64` over both halves: fixed for ever, since phases of tasks hang on it.
#[expect(clippy::cast_possible_truncation, reason = "both halves are taken, one at a time")]
pub(crate) fn spread(value: u128) -> u64 {
    let mut x = (value as u64) ^ ((value >> 64) as u64).rotate_left(32);
    x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_from_its_own_text() {
        let id = GrabId::from_parts(1_700_000_000_000, 42);
        assert_eq!(id.to_string().parse::<GrabId>(), Ok(id));
        assert!(id.to_string().starts_with("grab_"));
    }

    #[test]
    fn an_id_of_another_noun_is_refused() {
        let tenant = TenantId::from_parts(1_700_000_000_000, 42).to_string();
        assert!(tenant.parse::<GrabId>().is_err());
        assert!(tenant.to_lowercase().parse::<TenantId>().is_err(), "one thing has one text");
    }
}
