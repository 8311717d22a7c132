//! A tenant (租户): a cloud account whose credentials we hold, and whether it may act.
//!
//! It knows nothing of grab tasks; it is told how many run when that matters.

mod check;
mod command;
mod decide;
mod event;
pub mod free;
mod pace;
mod react;
mod refusal;
mod replay;
mod retry;
mod state;
#[cfg(test)]
mod tests;
mod upcast;

pub use check::{Awake, next_check};
pub use command::{Command, Register, TestOutcome};
pub use event::*;
pub use pace::{Budget, Next, Pace, Slowdown, TURN_HOLDS_MS, Ticket};
pub use react::react;
pub use refusal::Refusal;
pub use retry::retry_after;
pub use state::{Profile, Status, Tenant, Throttle};

/// Names of tenants are unique: the log claims them in this space.
pub const NAME_CLAIMS: &str = "tenant.name";
