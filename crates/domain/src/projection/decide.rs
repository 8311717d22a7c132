//! Command × state → events or refusal.

use super::{
    event::{Event, EventSkipped, RebuildRequested, Retried},
    refusal::Refusal,
    state::{Projection, evolve},
};
use crate::{Aggregate, Timestamp, access::Act, explain::Violations};

/// The longest reason, in characters.
const REASON_LENGTH: usize = 500;

/// What may be ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Rebuild { at: Timestamp },
    Retry { at: Timestamp },
    Skip { position: u64, reason: String, at: Timestamp },
}

impl Aggregate for Projection {
    const KIND: &'static str = "projection";
    const SNAPSHOT: u16 = 1;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn act(_: &Command) -> Act {
        Act::OrderProjections
    }

    fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Rebuild { at } => Ok(vec![RebuildRequested { at }.into()]),
            Command::Retry { at } => Ok(vec![Retried { at }.into()]),
            Command::Skip { position, .. } if self.skipped.contains_key(&position) => Ok(vec![]),
            Command::Skip { position, reason, at } => skip(position, reason.trim(), at),
        }
    }

    fn evolve(&mut self, event: &Event) {
        evolve(self, event);
    }
}

fn skip(position: u64, reason: &str, at: Timestamp) -> Result<Vec<Event>, Refusal> {
    let mut violations = Violations::default();
    violations.require(position > 0, &["position"], "positions begin at 1", "位置从 1 开始");
    violations.require(!reason.is_empty(), &["reason"], "say why it is skipped", "请填写跳过的原因");
    violations.require(
        reason.chars().take(REASON_LENGTH + 1).count() <= REASON_LENGTH,
        &["reason"],
        "the reason is longer than 500 characters",
        "原因超过 500 个字符",
    );
    violations.into_result().map_err(Refusal::Invalid)?;
    Ok(vec![EventSkipped { position, reason: reason.to_owned(), at }.into()])
}
