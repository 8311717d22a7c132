//! What was asked, by whom, from where, and what came of it: one record for each mutation, in one stream.
//!
//! Each record's seal covers its own content and the seal before it, under a key that is not in the database. So a record that was changed,
//! dropped or moved is found out by whoever has the key. That the last ones were cut off is not: their number has to be known from elsewhere.

mod decide;
mod event;
mod record;
mod replay;
mod seal;
mod state;
#[cfg(test)]
mod tests;
mod upcast;

pub use decide::{Command, Refusal};
pub use event::*;
pub use record::{Outcome, Record};
pub use seal::{Broken, Chain, Key, Seal};
pub use state::Audit;

/// The one stream's id.
pub const ID: &str = "trail";
