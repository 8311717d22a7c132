//! What a tenant does about what happened to its grabs. A policy lives with the noun that acts, and is pure.

use super::{command::Command, event::SuspensionReason};
use crate::{
    grab::{Event, Outcome, Reason},
    reply::ProviderError,
};

/// A key refused this often in a row is taken to be bad.
const REFUSALS: u32 = 3;

pub fn react(event: &Event) -> Option<Command> {
    match event {
        Event::AttemptSettled(settled) if settled.outcome == Outcome::Auth => {
            refused(settled.reason, settled.in_a_row, settled.provider_error.as_ref())
        }
        Event::PreparationFailed(failed) if failed.outcome == Outcome::Auth => {
            refused(failed.reason, failed.in_a_row, Some(&failed.provider_error))
        }
        Event::AccessProbed(probed) if probed.account_is_closed() => {
            let note = "neither identity nor shapes can be read".to_owned();
            Some(Command::Suspend { reason: SuspensionReason::AccountSuspended, note })
        }
        Event::AttemptSettled(_)
        | Event::PreparationFailed(_)
        | Event::AccessProbed(_)
        | Event::Created(_)
        | Event::StartOrdered(_)
        | Event::Rescheduled(_)
        | Event::Started(_)
        | Event::Paused(_)
        | Event::Resumed(_)
        | Event::Stopped(_)
        | Event::Queued(_)
        | Event::Edited(_)
        | Event::Hurried(_)
        | Event::Deleted(_)
        | Event::AttemptStarted(_)
        | Event::AttemptResent(_)
        | Event::AttemptAbsent(_)
        | Event::ReleaseAsked(_)
        | Event::InstanceLost(_)
        | Event::SurplusSeen(_)
        | Event::InstanceObtained(_)
        | Event::Succeeded(_)
        | Event::LimitChecked(_)
        | Event::AlarmRaised(_)
        | Event::Failed(_)
        | Event::ReviewNeeded(_)
        | Event::AttemptsSummarised(_) => None,
    }
}

/// Missing rights are a matter of one task, and are not the key's fault.
fn refused(reason: Reason, in_a_row: u32, words: Option<&ProviderError>) -> Option<Command> {
    let suspended = match reason {
        Reason::ClockSkew => SuspensionReason::ClockSkew,
        Reason::KeyRejected => SuspensionReason::KeyRejected,
        _ => return None,
    };
    (in_a_row >= REFUSALS).then(|| Command::Suspend { reason: suspended, note: note(words) })
}

fn note(words: Option<&ProviderError>) -> String {
    words.map(|words| format!("{}: {}", words.code, words.message)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Timestamp,
        grab::{AccessProbed, PreparationFailed},
    };

    /// Why a preparation that failed so, as the third in a row, suspends its tenant; `None` when it does not.
    fn suspends(outcome: Outcome, reason: Reason, in_a_row: u32) -> Option<SuspensionReason> {
        let (code, message) = ("NotAuthenticated".to_owned(), "no".to_owned());
        let provider_error = ProviderError { status: Some(401), code, message, request_id: None };
        let at = Timestamp::default();
        let failed = PreparationFailed { outcome, reason, provider_error, in_a_row, not_before: at, at };
        suspension(&failed.into())
    }

    fn suspension(event: &Event) -> Option<SuspensionReason> {
        match react(event) {
            Some(Command::Suspend { reason, .. }) => Some(reason),
            _ => None,
        }
    }

    #[test]
    fn a_key_refused_three_times_suspends_and_a_wrong_clock_is_told_apart() {
        assert_eq!(suspends(Outcome::Auth, Reason::KeyRejected, 2), None);
        assert_eq!(suspends(Outcome::Auth, Reason::KeyRejected, 3), Some(SuspensionReason::KeyRejected));
        assert_eq!(suspends(Outcome::Auth, Reason::ClockSkew, 3), Some(SuspensionReason::ClockSkew));
    }

    #[test]
    fn what_is_not_the_keys_fault_does_not_suspend() {
        for reason in [Reason::NotPermitted, Reason::HomeRegionOnly, Reason::NotAuthorizedOrNotFound] {
            assert_eq!(suspends(Outcome::Auth, reason, 9), None, "{reason:?}");
        }
        assert_eq!(suspends(Outcome::Network, Reason::NotReached, 9), None);
    }

    #[test]
    fn an_account_that_answers_nothing_is_suspended_at_once() {
        let probed = |identity, shapes| {
            let at = Timestamp::default();
            suspension(&AccessProbed { identity, shapes, not_before: at, at }.into())
        };
        assert_eq!(probed(false, false), Some(SuspensionReason::AccountSuspended));
        for (identity, shapes) in [(true, false), (false, true), (true, true)] {
            assert_eq!(probed(identity, shapes), None);
        }
    }
}
