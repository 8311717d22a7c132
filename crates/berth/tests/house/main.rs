//! Rules of the house that no compiler checks.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod budget;
mod features;
mod map;
mod sources;
mod standing_alone;
