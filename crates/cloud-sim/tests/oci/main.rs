//! The simulator from outside: signed requests over real HTTP.

mod capacity;
mod client;
mod control;
mod launches;
mod lists;
mod networks;
mod outcomes;
mod retry_tokens;
mod signatures;
