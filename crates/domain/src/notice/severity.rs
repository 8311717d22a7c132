//! How much something matters.

use serde::{Deserialize, Serialize};

/// From what is good to know to what costs something every minute. Words stand in events, so they are for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    #[default]
    Info,
    Warning,
    /// It is told in quiet hours, too.
    Critical,
}

impl Severity {
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Critical];
}
