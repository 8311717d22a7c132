//! What came of it, sorted by what is to be done next rather than by what the other side called it.

/// The other side took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub status: Option<u16>,
    /// The other side's own words, at most 500 characters, without secrets.
    pub words: String,
}

/// It was not taken, or nobody knows whether it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct Failure {
    pub kind: Kind,
    pub status: Option<u16>,
    /// The other side's own words or, without an answer, what went wrong; at most 500 characters, without secrets.
    pub words: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It may go well later; where the other side said when, not before.
    Passing { retry_after_ms: Option<u64> },
    /// It will never go well like this.
    Refused,
    /// There is nobody any more: the bot was removed, the webhook deleted.
    Gone,
    /// Our own guard does not let us call there.
    Blocked,
}

impl Kind {
    pub const PASSING: Self = Self::Passing { retry_after_ms: None };
}
