//! What came of it, sorted by what is to be done next rather than by what the other side called it.

use crate::Target;

/// The other side took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub status: Option<u16>,
    /// The other side's own words, at most 500 characters, without secrets.
    pub words: String,
    /// So many recipients it did not take it for.
    pub left_out: usize,
}

impl Receipt {
    /// What people may read of it. How many were left out is ours to say.
    pub fn told(self, target: &Target) -> String {
        let words = target.told(self.status, self.words);
        match self.left_out {
            0 => words,
            left_out => format!("{words}; recipients refused (被拒收的收件人): {left_out}"),
        }
    }
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
