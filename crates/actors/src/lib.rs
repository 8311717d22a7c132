//! A small runtime on actix: who is awake, who died, what is due, and what time it is.
//!
//! An actor here is a mailbox around one state, known by an id. [`Registry`] starts it when somebody writes to it, puts
//! it to sleep when nothing has happened for a while, and brings it back when it panicked. What sleeps is a row in a
//! [`DueIndex`]; an actor exists only while something happens to it.
//!
//! Deliberately absent: any word of what the actors are about, any storage (an actor comes back with whatever its
//! factory gives it), any message to another node, and actix's own `Supervisor`, which does not bring a panicked actor
//! back and restarts a finished one for ever.
//!
//! The process must be built with `panic = "unwind"`; with `abort` one panic ends everything.

mod arbiters;
mod clock;
mod due;
mod registry;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub use arbiters::Arbiters;
pub use clock::Clock;
pub use due::{DueIndex, run_due};
pub use registry::{Busy, Hosted, Lifeline, Options, Registry, Respawn, SendError};
