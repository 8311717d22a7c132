//! Names that only one thing of a kind may bear: the log claims them.

use berth_store::{ClaimChange, StreamId};

/// The names of one kind, as claimed for one stream.
pub(crate) struct Names<'a> {
    pub(crate) space: &'static str,
    pub(crate) owner: &'a StreamId,
}

impl Names<'_> {
    pub(crate) fn take(&self, name: &str) -> ClaimChange {
        ClaimChange::Take { space: self.space, key: key_of(name), owner: self.owner.clone() }
    }

    pub(crate) fn release(&self, name: &str) -> ClaimChange {
        ClaimChange::Release { space: self.space, key: key_of(name), owner: self.owner.clone() }
    }

    /// From the name it has, if any, to another. Nothing, when it is the same.
    pub(crate) fn change(&self, known: Option<&str>, name: &str) -> Vec<ClaimChange> {
        if known == Some(name) {
            return Vec::new();
        }
        known.map(|known| self.release(known)).into_iter().chain([self.take(name)]).collect()
    }
}

/// Names that differ only in case would be told apart by nobody.
fn key_of(name: &str) -> String {
    name.trim().to_lowercase()
}
