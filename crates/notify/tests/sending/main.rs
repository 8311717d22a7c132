//! Letters carried to real sockets: where they may go, what a mail server hears, what a hanging one holds up.

#[path = "../support/mod.rs"]
mod support;

mod guarded;
mod listening;
mod mails;
mod patience;
mod simulated;
