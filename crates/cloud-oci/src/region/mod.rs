//! Where the cloud has places, as an allow-list.
//!
//! A `Region` can only be one of the rows of the table, so a hostile text never gets as far as a URL.

mod table;
#[cfg(test)]
mod tests;

use std::fmt;

use self::table::{REGIONS, Row};

/// One region of the provider. Cheap to copy; equal if it has the same id.
#[derive(Clone, Copy)]
pub struct Region(&'static Row);

impl Region {
    /// Finds a region by its id (`ap-tokyo-1`) or its short code (`nrt`), in any case, as the SDK does.
    pub fn find(text: &str) -> Result<Self, UnknownRegion> {
        let wanted = text.trim();
        let is_it = |row: &&Row| row.id.eq_ignore_ascii_case(wanted) || row.code.eq_ignore_ascii_case(wanted);
        REGIONS.iter().find(is_it).map(Self).ok_or_else(|| UnknownRegion { text: printable(wanted) })
    }

    /// All regions, sorted by id.
    pub fn all() -> impl Iterator<Item = Self> {
        REGIONS.iter().map(Self)
    }

    /// The full name, as in `ap-tokyo-1`.
    pub fn id(self) -> &'static str {
        self.0.id
    }

    /// Three letters in lower case, as in `nrt`.
    pub fn code(self) -> &'static str {
        self.0.code
    }

    /// The realm, as in `oc1`. Accounts do not reach beyond their realm.
    pub fn realm(self) -> &'static str {
        self.0.realm.id
    }

    /// The second-level domain of the realm, as in `oraclecloud.com`.
    pub fn domain(self) -> &'static str {
        self.0.realm.domain
    }
}

/// Nobody knows a region of this name. Newer than this program, or mistyped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown region `{text}`")]
pub struct UnknownRegion {
    text: String,
}

impl UnknownRegion {
    /// The same sentence in Chinese.
    pub fn chinese(&self) -> String {
        format!("未知的区域“{}”", self.text)
    }
}

/// What of a wrong name may be shown again: a name's own letters and no more than a name's length, for it may be
/// anything, even a secret pasted into the wrong field.
fn printable(text: &str) -> String {
    let is_harmless =
        text.len() <= 32 && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    if is_harmless { text.to_owned() } else { "…".to_owned() }
}

impl PartialEq for Region {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Region {}

impl fmt::Debug for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Region({})", self.id())
    }
}

impl fmt::Display for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}
