//! The whole program from outside: the real binary as a child process, a simulated cloud as another, and what that cloud saw as
//! the judge. Nothing here knows the code; it knows the command line, the API and `GET /_sim/state`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod alerts;
mod bad_input;
mod capacity;
mod command_line;
mod configuration;
mod cut_off;
mod demo;
mod draining;
mod full_disk;
mod harness;
mod killed;
mod postgres_gone;
mod prometheus;
mod secrets;
mod storage_faults;
mod traces;
mod travelling;
mod watching;
