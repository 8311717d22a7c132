//! The daily report (日报): what was tried and got on one day, in figures. Made once, and never again otherwise.
//!
//! It knows neither who reads it nor where the figures come from. Deliberately absent: words for people.

mod day;
mod decide;
mod event;
mod figures;
mod refusal;
mod replay;
mod rhythm;
#[cfg(test)]
mod tests;
mod upcast;

pub use day::{Day, NotADay};
pub use decide::{Command, Make, Report};
pub use event::*;
pub use figures::{Gathered, LISTED};
pub use refusal::Refusal;
pub use rhythm::{Rhythm, Span};
