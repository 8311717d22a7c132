//! Launch profiles.

mod input;
mod mutation;
mod object;
mod query;

pub(crate) use mutation::{LaunchProfileMutation, id_of};
pub(crate) use object::LaunchProfile;
pub(crate) use query::{LaunchProfileQuery, by_ids};
