//! What may be ordered about a read model, a sentence a test.

use super::*;
use crate::{Aggregate, Explain, Timestamp};

const AT: Timestamp = Timestamp::from_millis(1_795_000_000_000);

fn skip(position: u64, reason: &str) -> Command {
    Command::Skip { position, reason: reason.into(), at: AT }
}

fn skipped(position: u64, reason: &str) -> Event {
    EventSkipped { position, reason: reason.into(), at: AT }.into()
}

fn check(given: &[Event], when: Command, then: &Result<Vec<Event>, Refusal>) {
    assert_eq!(&Projection::folded(given).decide(when), then, "given {given:#?}");
}

#[test]
fn a_rebuild_and_a_retry_may_be_ordered_as_often_as_anyone_likes() {
    let (rebuild, retry) = (RebuildRequested { at: AT }.into(), Retried { at: AT }.into());
    for given in [&[][..], &[rebuild, retry]] {
        check(given, Command::Rebuild { at: AT }, &Ok(vec![RebuildRequested { at: AT }.into()]));
        check(given, Command::Retry { at: AT }, &Ok(vec![Retried { at: AT }.into()]));
    }
}

#[test]
fn an_event_is_skipped_once_and_then_it_is_already_so() {
    check(&[], skip(7, "  broken "), &Ok(vec![skipped(7, "broken")]));
    check(&[skipped(7, "broken")], skip(7, "still broken"), &Ok(vec![]));
    check(&[skipped(7, "broken")], skip(8, "too"), &Ok(vec![skipped(8, "too")]));
    assert_eq!(Projection::folded(&[skipped(7, "broken")]).skipped[&7], "broken");
}

#[test]
fn who_skips_says_why_in_at_most_500_characters_and_where() {
    let fields = |command| {
        let refusal = Projection::default().decide(command).unwrap_err();
        refusal.explain().into_iter().map(|one| one.field.concat()).collect::<Vec<_>>()
    };
    assert_eq!(fields(skip(0, " \n")), ["position", "reason"]);
    assert_eq!(fields(skip(1, &"坏".repeat(501))), ["reason"]);
    assert!(Projection::default().decide(skip(1, &"坏".repeat(500))).is_ok());
}

#[test]
fn a_name_is_1_to_64_of_a_to_z_and_underscore() {
    for lawful in ["attempt", "log_entry", &"a".repeat(64)] {
        assert_eq!(lawful.parse::<ProjectionName>().map(|name| name.to_string()), Ok(lawful.to_owned()));
    }
    for unlawful in ["", "Grab", "grab-1", "grab/1", "抢", &"a".repeat(65)] {
        assert!(unlawful.parse::<ProjectionName>().is_err(), "{unlawful:?}");
    }
}
