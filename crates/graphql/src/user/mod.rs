//! Users, their sessions and API tokens.

mod account;
mod input;
mod keep;
mod object;
mod query;
mod session;

pub(crate) use account::AccountMutation;
pub(crate) use keep::UserMutation;
pub(crate) use query::{AuditQuery, UserQuery};
pub(crate) use session::SessionMutation;
