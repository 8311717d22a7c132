//! What the capacity report says, which in the real service too is one thing and what launches are answered another.

use serde::Deserialize;

use super::{anything, matches};

/// The first that fits is used.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Report {
    #[serde(default = "anything")]
    ad: String,
    #[serde(default = "anything")]
    shape: String,
    room: Room,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Room {
    Available,
    Full,
    Unsupported,
}

impl Room {
    /// In the service's own words.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Available => "AVAILABLE",
            Self::Full => "OUT_OF_HOST_CAPACITY",
            Self::Unsupported => "HARDWARE_NOT_SUPPORTED",
        }
    }
}

pub(super) fn room(reports: &[Report], domain: &str, shape: &str) -> Option<Room> {
    let fits = |report: &&Report| matches(&report.ad, domain) && matches(&report.shape, shape);
    reports.iter().find(fits).map(|report| report.room)
}
