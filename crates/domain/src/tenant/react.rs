//! What a tenant does about what happened to its grabs. A policy lives with the noun that acts, and is pure.

use super::{command::Command, event::SuspensionReason};
use crate::{
    Timestamp,
    grab::{Event, Outcome, Reason},
    reply::ProviderError,
};

/// A key refused this often in a row is taken to be bad.
const REFUSALS: u32 = 3;

/// The command that follows from an event, which may have happened some time ago.
pub fn react(event: &Event, now: Timestamp) -> Option<Command> {
    let (reason, note, seen_at) = suspicious(event)?;
    Some(Command::Suspend { reason, note, seen_at, at: now })
}

/// What to suspend the tenant for, in whose words, and when that was seen.
fn suspicious(event: &Event) -> Option<(SuspensionReason, String, Timestamp)> {
    match event {
        Event::AttemptSettled(settled) if settled.outcome == Outcome::Auth => {
            let reason = refused(settled.reason, settled.in_a_row)?;
            Some((reason, settled.provider_error.as_ref().map(said).unwrap_or_default(), settled.at))
        }
        Event::PreparationFailed(failed) if failed.outcome == Outcome::Auth => {
            let reason = refused(failed.reason, failed.in_a_row)?;
            Some((reason, said(&failed.provider_error), failed.at))
        }
        Event::AccessProbed(probed) if probed.account_is_closed() => {
            let note = "neither identity nor shapes can be read".to_owned();
            Some((SuspensionReason::AccountSuspended, note, probed.at))
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
fn refused(reason: Reason, in_a_row: u32) -> Option<SuspensionReason> {
    let suspended = match reason {
        Reason::ClockSkew => SuspensionReason::ClockSkew,
        Reason::KeyRejected => SuspensionReason::KeyRejected,
        _ => return None,
    };
    (in_a_row >= REFUSALS).then_some(suspended)
}

fn said(words: &ProviderError) -> String {
    format!("{}: {}", words.code, words.message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grab::{AccessProbed, PreparationFailed};

    /// Why a preparation that failed so, as the third in a row, suspends its tenant; `None` when it does not.
    fn suspends(outcome: Outcome, reason: Reason, in_a_row: u32) -> Option<SuspensionReason> {
        let (code, message) = ("NotAuthenticated".to_owned(), "no".to_owned());
        let provider_error = ProviderError { status: Some(401), code, message, request_id: None };
        let at = Timestamp::default();
        let failed = PreparationFailed { outcome, reason, provider_error, in_a_row, not_before: at, at };
        suspension(&failed.into())
    }

    fn suspension(event: &Event) -> Option<SuspensionReason> {
        match react(event, Timestamp::default()) {
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
