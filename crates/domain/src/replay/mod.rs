//! What a thing was at any moment of its history, and which event made it so.
//!
//! A history is folded by the very rules that acted; nothing is written anywhere. States come as JSON in words for people.

mod diff;
mod history;
mod shown;
#[cfg(test)]
mod tests;

pub use diff::{Change, apply};
pub use history::{Fact, History, Point, Replayed, Unreplayable};
pub(crate) use shown::{Field, Shown, json_of};
