//! Who may do what: one table, asked where a request comes in and again where its command is carried out.
//!
//! What can be asked is an [`Act`]; each needs one [`Right`]; a [`Role`] is a set of rights, and an API token has some of its user's.
//! Whoever is not named in the table may nothing.

mod act;
mod place;
mod principal;
mod role;

pub use act::Act;
pub use place::Place;
pub use principal::{Forbidden, Principal};
pub use role::{Right, Rights, Role};
