//! Rules of the house that no compiler checks.

mod budget;
mod map;
mod sources;
mod standing_alone;
