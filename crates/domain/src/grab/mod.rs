//! A grab (抢机任务): a standing wish for one scarce instance, tried until the cloud has room.
//!
//! The wish and the having are kept apart. The wish may change while the cloud has not answered: stopping with an
//! attempt in the air is lawful, and a grant that comes too late is recorded and never lost.

mod classify;
mod command;
mod cron;
mod decide;
mod event;
mod evolve;
mod follow;
mod goal;
mod hint;
mod outcome;
mod plan;
mod react;
mod refusal;
mod replay;
mod schedule;
mod settle;
mod spec;
mod state;
mod summarise;
mod suspicion;
#[cfg(test)]
mod tests;
mod upcast;
mod words;

pub use classify::{answers, classify};
pub use command::{Attempt, Command, Create, Edit, Ended, OrderStart, Settle};
pub use cron::CronWindow;
pub use event::*;
pub use follow::PLACED_WITHIN_MS;
pub use goal::{Dormant, Goal};
pub use outcome::{Outcome, Reason, Verdict};
pub use plan::{Aim, Site, Step, Surroundings, TENANT_PAUSE_MS};
pub use react::react;
pub use refusal::Refusal;
pub(crate) use replay::wanted;
pub use schedule::{Day, Schedule, Window};
pub use spec::{Network, Size, Spec};
pub use state::{Accepted, Action, Asked, Grab, Have, Held, LastAttempt, Order, State, Tally, Wish};
pub use summarise::{Entry, Summary, summarise};
pub use suspicion::Suspicion;
pub(crate) use upcast::of_one;
pub use words::{state_hint, state_reason};

/// How long after it was made a retry token is still trusted. The vendor keeps it for 24 h.
pub const TOKEN_LIFE_MS: i64 = 23 * 3_600_000;
/// Two full listings at least this far apart must lack an instance before it counts as never launched.
pub const ABSENCE_MS: i64 = 60_000;
/// How often a lost attempt is asked again with its own token.
pub const RESENDS: u8 = 3;
/// How many faults in a row raise the alarm.
pub const FAULTS_TO_ALARM: u32 = 5;
