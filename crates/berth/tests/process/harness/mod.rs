//! Child processes, a client, and patience: everything waits for a condition with a deadline, and nothing for a time.

mod acknowledged;
mod client;
mod collector;
mod faults;
mod process;
mod server;
mod simulator;
mod socket;

use std::time::{Duration, Instant};

pub(crate) use acknowledged::{Acknowledged, assert_kept};
pub(crate) use client::{Client, Event, Fault, wish};
pub(crate) use collector::{Collector, attribute, has_failed};
pub(crate) use faults::Faults;
pub(crate) use process::{Ended, Process, run, run_completing};
pub(crate) use server::{Server, Settings};
pub(crate) use simulator::Simulator;
pub(crate) use socket::Socket;

/// Far beyond what anything takes on a loaded machine: reached only when something hangs.
pub(crate) const DEADLINE: Duration = Duration::from_mins(1);
/// Between two looks. Short beside everything that is waited for.
const LOOK_AGAIN: Duration = Duration::from_millis(4);

/// Looks again and again until there is something to see.
pub(crate) async fn until<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    within(DEADLINE, what, look).await
}

pub(crate) async fn within<T>(patience: Duration, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(Instant::now() < deadline, "waited {patience:?} in vain: {what}");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
