//! A user (用户): somebody who signs in, with a role, a password, perhaps a second factor, and the ways in that stand open: sessions of a
//! browser and API tokens of scripts.
//!
//! What the rules hold of a way in is the digest of its secret; a password and a second factor are named by a [`crate::SecretRef`]. Whether
//! what somebody typed is right is found out outside; here it is decided what follows.

mod command;
mod decide;
mod event;
mod password;
mod refusal;
mod replay;
mod state;
#[cfg(test)]
mod tests;
mod upcast;

pub use command::{Checked, Command, Create, Proof, SignIn};
pub use event::*;
pub use password::check_password;
pub use refusal::Refusal;
pub use state::{ApiToken, Content, Digest, SecondFactor, Session, User};

/// Names of users are unique: the log claims them in this space.
pub const NAME_CLAIMS: &str = "user.name";
/// The first user claims this, so that there is one first user, for ever.
pub const SETUP_CLAIMS: &str = "user.setup";
/// So many browsers may be signed in as one user; the oldest gives way.
pub const SESSIONS: usize = 20;
/// So many API tokens one user may have.
pub const TOKENS: usize = 50;
/// So many recovery codes come with a second factor.
pub const RECOVERY_CODES: u8 = 10;
