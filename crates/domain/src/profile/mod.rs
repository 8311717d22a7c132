//! A launch profile (启动模板): a wish that is kept under a name, so that many tasks can be made from it.
//!
//! A task takes a copy: what becomes of the profile later changes no task. It knows no tenant, and no tasks.

mod command;
mod decide;
mod event;
mod refusal;
mod replay;
mod state;
#[cfg(test)]
mod tests;
mod upcast;

pub use command::{Command, Create, Edit};
pub use event::*;
pub use refusal::Refusal;
pub use state::{Content, Profile};

/// Names of profiles are unique: the log claims them in this space.
pub const NAME_CLAIMS: &str = "profile.name";
