//! What a command took and came to, for whoever follows requests through the server.
//!
//! A span is told once it is over, as one event of a target of its own. While nobody collects spans that target is shut, and what is left of
//! them is one look at a number. Fields bear the names under which a collector shows them; none holds what somebody typed.

use std::fmt::Display;

use berth_actors::Clock;
use tokio::time::Instant;
use tracing::Level;

use crate::order::{Denied, Done, Order};

/// The target of all spans.
pub const SPANS: &str = "berth_spans";

/// Runs from when it is made; without a beginning while nobody collects.
pub(crate) struct Span(Option<Instant>);

impl Span {
    pub(crate) fn begin(clock: &Clock) -> Self {
        Self(tracing::enabled!(target: SPANS, Level::TRACE).then(|| clock.instant()))
    }

    /// A command was carried out, or was not.
    pub(crate) fn command(
        self,
        noun: &str,
        stream: impl Display,
        order: &Order,
        told: &Result<Done, Denied>,
    ) {
        let Some(began) = self.0 else { return };
        let outcome = outcome(told);
        tracing::trace!(
            target: SPANS,
            span = %format_args!("command {noun}"),
            took_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
            request = order.request,
            failed = outcome == "fault",
            berth.noun = noun,
            berth.stream = %stream,
            berth.outcome = outcome,
            berth.command_id = %order.command,
        );
    }
}

fn outcome(told: &Result<Done, Denied>) -> &'static str {
    match told {
        Ok(done) if done.repeated => "repeated",
        Ok(_) => "done",
        Err(Denied::Refused(_)) => "refused",
        Err(Denied::Forbidden(_)) => "forbidden",
        Err(Denied::Fault(_)) => "fault",
    }
}
