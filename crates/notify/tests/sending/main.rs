//! Letters carried to real sockets: where they may go, what a mail server hears, what a hanging one holds up.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../support/mod.rs"]
mod support;

mod guarded;
mod listening;
mod mails;
mod patience;
mod simulated;
