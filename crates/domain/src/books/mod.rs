//! The books (账本): how far the log is closed. What is older than a person wants to keep leaves it for an archive.
//!
//! It knows positions as plain numbers and nothing of how a log lets go of them.

mod decide;
mod event;
mod frozen;
mod refusal;
mod replay;
mod retention;
mod state;
#[cfg(test)]
mod tests;
mod upcast;

pub use decide::{Close, Command};
pub use event::*;
pub use frozen::{Frozen, Pulse, Silence, frozen, silence};
pub use refusal::Refusal;
pub(crate) use retention::full_hour;
pub use retention::{Retention, cutoffs};
pub use state::Books;

/// There is one: `books/books`.
pub const ID: &str = "books";
