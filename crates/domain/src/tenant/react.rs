//! What a tenant does about what happened to its grabs. A policy lives with the noun that acts, and is pure.

use super::{command::Command, event::SuspensionReason};
use crate::{
    grab::{self, Outcome},
    reply::ProviderError,
};

/// A key refused this often in a row is taken to be bad.
const REFUSALS: u32 = 3;

pub fn react(event: &grab::Event) -> Option<Command> {
    let (outcome, in_a_row, words) = match event {
        grab::Event::AttemptSettled(settled) => {
            (settled.outcome, settled.in_a_row, settled.provider_error.as_ref())
        }
        grab::Event::PreparationFailed(failed) => {
            (failed.outcome, failed.in_a_row, Some(&failed.provider_error))
        }
        _ => return None,
    };
    (outcome == Outcome::Auth && in_a_row >= REFUSALS)
        .then(|| Command::Suspend { reason: SuspensionReason::KeyRejected, note: note(words) })
}

fn note(words: Option<&ProviderError>) -> String {
    words.map(|words| format!("{}: {}", words.code, words.message)).unwrap_or_default()
}
