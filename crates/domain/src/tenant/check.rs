//! When a tenant is looked after by itself: is its key still good, is its account still there?
//!
//! Each has its own moment within the interval, made of its id: it is the same after a restart, and thousands of tenants are spread over
//! the whole of it. Nothing is stored for that but when the last test was.

use super::{
    command::TestOutcome,
    decide::CLOCK_SKEW,
    event::ConnectionTested,
    state::{Status, Tenant},
};
use crate::{Seconds, TenantId, Timestamp};

/// The classifier's word for a key that is not taken.
const KEY_REJECTED: &str = "key_rejected";

/// Those whose moment passed while nobody was there are tested one after another within this, or within the interval where that is
/// shorter.
const CATCH_UP_MS: i64 = 3_600_000;
/// A start has enough to do.
const START_MS: i64 = 60_000;
/// A key that was refused is tried once more after this, before anything follows from it.
const CONFIRM_AFTER_MS: i64 = 60_000;

/// Since when the process that asks is there, and what time it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Awake {
    pub since: Timestamp,
    pub now: Timestamp,
}

/// When a tenant is tested next that was tested last at some moment, if ever. In the past where it is time to. Absent when nobody is
/// tested by itself.
pub fn next_check(
    id: TenantId,
    last_tested_at: Option<Timestamp>,
    every: Seconds,
    awake: Awake,
) -> Option<Timestamp> {
    if every.0 == 0 {
        return None;
    }
    // What was noted as yet to come was noted before somebody set the clock back, and says nothing.
    let tested = last_tested_at.filter(|tested| *tested <= awake.now);
    let own_moment = tested.map(|tested| moment_after(id, tested, every));
    let missed = own_moment.is_none_or(|moment| moment <= awake.since);
    if missed { Some(caught_up(id, every, awake)) } else { own_moment }
}

/// The first of its moments after another.
fn moment_after(id: TenantId, after: Timestamp, every: Seconds) -> Timestamp {
    let phase = within(id.hash(), every.millis());
    let rounds = (after.millis() - phase).div_euclid(every.millis()) + 1;
    Timestamp::from_millis(rounds * every.millis() + phase)
}

fn caught_up(id: TenantId, every: Seconds, awake: Awake) -> Timestamp {
    if awake.since > awake.now {
        // The clock was set back since the start, so nothing can be counted from there.
        return awake.now;
    }
    // Other bits than those of the phase: who shares a moment shall not share this one.
    let wait = within(id.hash().rotate_left(32), CATCH_UP_MS.min(every.millis()));
    awake.since.plus_millis(START_MS + wait)
}

fn within(number: u64, span_ms: i64) -> i64 {
    i64::try_from(number % span_ms.unsigned_abs().max(1)).unwrap_or(0)
}

impl Tenant {
    /// When it is tested next by itself; see [`next_check`]. A suspended one as well: its account may be back, and a test that succeeds
    /// reinstates it. One whose key was never tried is tried anyway, and a disabled one is left alone.
    pub fn next_check(&self, id: TenantId, every: Seconds, awake: Awake) -> Option<Timestamp> {
        match self.status {
            Status::Untested | Status::Disabled | Status::Removed => None,
            Status::Active | Status::Suspended(_) => {
                let regular = next_check(id, self.last_checked_at, every, awake)?;
                Some(self.confirmation(awake.now).map_or(regular, |soon| soon.min(regular)))
            }
        }
    }

    /// When a refusal that nothing followed from yet is looked into. A test since then that said nothing puts it off to the regular one.
    fn confirmation(&self, now: Timestamp) -> Option<Timestamp> {
        let refused = self.refused_at.filter(|refused| *refused <= now && self.may_act())?;
        (self.last_checked_at == Some(refused)).then(|| refused.plus_millis(CONFIRM_AFTER_MS))
    }

    /// Refused once, a key is asked for again; refused twice in a row, with nothing but silence between, it is refused.
    pub(super) fn believed(&self, outcome: TestOutcome) -> TestOutcome {
        match outcome {
            TestOutcome::Doubtful(failure) if self.refused_at.is_some() && is_refusal(&failure.reason) => {
                TestOutcome::Rejected(failure)
            }
            other => other,
        }
    }

    /// Takes in what a test says of the key, for the next test.
    pub(super) fn note_refusal(&mut self, tested: &ConnectionTested) {
        let outdone = self.worked_since(tested.at.plus_millis(-i64::from(tested.duration_ms)), tested.at);
        match &tested.failure {
            None => self.refused_at = None,
            Some(failure) if is_refusal(&failure.reason) && !outdone => self.refused_at = Some(tested.at),
            Some(_) => {}
        }
    }
}

/// Whether the key was refused, in the classifier's words. Missing rights are not the key's fault.
fn is_refusal(reason: &str) -> bool {
    [KEY_REJECTED, CLOCK_SKEW].contains(&reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Aggregate, SecretRef,
        tenant::{Command, Event, Failure, Registered, Reinstated, Suspended, SuspensionReason},
    };

    const DAY: Seconds = Seconds(86_400);
    const HOUR_MS: i64 = 3_600_000;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_795_000_000_000 + seconds * 1000)
    }

    fn id(number: u128) -> TenantId {
        TenantId::from_parts(1_795_000_000_000, number)
    }

    fn awake(since: Timestamp, now: Timestamp) -> Awake {
        Awake { since, now }
    }

    fn active() -> Vec<Event> {
        let registered = Registered {
            name: "tokyo".into(),
            tenancy: "ocid1.tenancy.oc1..aaaa".into(),
            user: "ocid1.user.oc1..aaaa".into(),
            fingerprint: "20:3b:97".into(),
            home_region: "ap-tokyo-1".into(),
            credential: SecretRef("secret_1".into()),
            proxy: None,
            at: at(0),
        };
        vec![registered.into(), tested(None, 1)]
    }

    fn failure(reason: &str) -> Failure {
        let (code, message) = ("NotAuthenticated".to_owned(), "no".to_owned());
        Failure { reason: reason.to_owned(), status: Some(401), code, message, request_id: None }
    }

    fn tested(failure: Option<Failure>, seconds: i64) -> Event {
        ConnectionTested { duration_ms: 80, failure, at: at(seconds) }.into()
    }

    fn suspended(reason: SuspensionReason) -> Event {
        Suspended { reason, note: "NotAuthenticated: no".into() }.into()
    }

    /// What follows from a refusal that nobody asked for.
    fn doubted(given: &[Event], reason: &str, seconds: i64) -> Vec<Event> {
        let outcome = TestOutcome::Doubtful(failure(reason));
        let command = Command::RecordTest { outcome, duration_ms: 80, at: at(seconds) };
        Tenant::folded(given).decide(command).expect("a test can always be noted")
    }

    fn next(given: &[Event], since: i64, now: i64) -> Option<Timestamp> {
        Tenant::folded(given).next_check(id(7), DAY, awake(at(since), at(now)))
    }

    #[test]
    fn each_tenant_has_its_own_moment_within_every_interval() {
        let now = awake(at(0), at(5));
        let first = next_check(id(7), Some(at(1)), DAY, now).expect("it is tested");
        assert!(first > at(1) && first <= at(1).plus(DAY), "{first}");
        let second = next_check(id(7), Some(first), DAY, awake(at(0), first));
        assert_eq!(second, Some(first.plus(DAY)), "late or not, it keeps its moment");
        let late = first.plus_millis(HOUR_MS / 2);
        assert_eq!(next_check(id(7), Some(late), DAY, awake(at(0), late)), second);
    }

    #[test]
    fn moments_are_spread_over_the_whole_interval() {
        let mut hours = [0_u32; 24];
        for number in 0..2_400 {
            let next = next_check(id(number), Some(at(0)), DAY, awake(at(0), at(0))).expect("it is tested");
            hours[usize::try_from((next.since(at(0)) - 1) / HOUR_MS).expect("it is within a day")] += 1;
        }
        assert!(hours.iter().all(|tenants| (50..200).contains(tenants)), "{hours:?}");
    }

    #[test]
    fn after_a_start_those_that_were_missed_come_one_after_another_within_an_hour() {
        let started = at(10 * 86_400);
        let mut minutes = [0_u32; 61];
        for number in 0..6_000 {
            let next =
                next_check(id(number), Some(at(0)), DAY, awake(started, started)).expect("it is tested");
            let later = awake(started, started.plus_millis(HOUR_MS));
            assert_eq!(next_check(id(number), Some(at(0)), DAY, later), Some(next), "it is no moving target");
            minutes[usize::try_from(next.since(started) / 60_000).expect("it is after the start")] += 1;
        }
        assert_eq!(minutes[0], 0, "the start has enough to do");
        assert!(minutes[1..].iter().all(|tenants| (50..200).contains(tenants)), "{minutes:?}");
    }

    #[test]
    fn a_short_interval_is_caught_up_with_within_itself() {
        let started = at(86_400);
        for number in 0..100 {
            let next =
                next_check(id(number), None, Seconds(600), awake(started, started)).expect("it is tested");
            assert!(next.since(started) < 60_000 + 600_000, "{next}");
        }
    }

    #[test]
    fn with_no_interval_nobody_is_tested() {
        assert_eq!(next_check(id(7), None, Seconds(0), awake(at(0), at(9))), None);
    }

    #[test]
    fn a_clock_that_was_set_back_puts_no_test_off() {
        let tested_next_year = Some(at(365 * 86_400));
        let next = next_check(id(7), tested_next_year, DAY, awake(at(0), at(86_400))).expect("it is tested");
        assert!(next <= at(86_400), "{next}");
        let started_next_year = awake(at(365 * 86_400), at(9));
        assert_eq!(next_check(id(7), Some(at(-86_400)), DAY, started_next_year), Some(at(9)));
    }

    #[test]
    fn active_and_suspended_tenants_are_tested_and_no_others() {
        let with = |event: Event| [active(), vec![event]].concat();
        assert!(next(&active(), 0, 9).is_some());
        assert!(next(&with(suspended(SuspensionReason::AccountSuspended)), 0, 9).is_some());
        assert_eq!(next(&with(crate::tenant::Disabled {}.into()), 0, 9), None);
        assert_eq!(next(&with(crate::tenant::Enabled {}.into()), 0, 9), None, "it is tried anyway");
        assert_eq!(next(&[], 0, 9), None);
    }

    #[test]
    fn a_key_that_is_refused_once_is_asked_for_again_soon_and_suspends_nobody() {
        let refused = doubted(&active(), "key_rejected", 100);
        assert_eq!(refused, [tested(Some(failure("key_rejected")), 100)]);
        let given = [active(), refused].concat();
        assert_eq!(Tenant::folded(&given).status, Status::Active);
        assert_eq!(next(&given, 0, 101), Some(at(160)));
        assert_eq!(next(&given, 150, 151), Some(at(160)), "a restart forgets nothing");
    }

    #[test]
    fn a_key_that_is_refused_twice_in_a_row_suspends_for_what_was_said_last() {
        for (word, reason) in
            [("key_rejected", SuspensionReason::KeyRejected), ("clock_skew", SuspensionReason::ClockSkew)]
        {
            let given = [active(), doubted(&active(), word, 100)].concat();
            let then = doubted(&given, word, 160);
            assert_eq!(then, [tested(Some(failure(word)), 160), suspended(reason)]);
        }
    }

    #[test]
    fn a_key_that_works_in_between_begins_anew() {
        let given = [active(), doubted(&active(), "key_rejected", 100), vec![tested(None, 160)]].concat();
        assert_eq!(doubted(&given, "key_rejected", 200).len(), 1);
        let lifted = [suspended(SuspensionReason::KeyRejected), Reinstated {}.into()];
        let given = [active(), doubted(&active(), "key_rejected", 100), lifted.to_vec()].concat();
        assert_eq!(doubted(&given, "key_rejected", 200).len(), 1);
    }

    #[test]
    fn trouble_with_the_network_never_suspends_and_puts_a_second_look_off_to_the_regular_one() {
        for reason in ["not_reached", "cloud_fault", "answer_lost", "throttled_user", "not_permitted"] {
            let mut given = active();
            for seconds in [100, 160, 220] {
                given.extend(doubted(&given, reason, seconds));
            }
            assert_eq!(Tenant::folded(&given).status, Status::Active, "{reason}");
        }
        let silent = tested(Some(failure("not_reached")), 160);
        let given = [active(), doubted(&active(), "key_rejected", 100), vec![silent]].concat();
        assert!(next(&given, 0, 161).is_some_and(|next| next > at(220)));
        assert_eq!(doubted(&given, "key_rejected", 86_500).len(), 2, "silence does not clear a key");
    }

    #[test]
    fn a_refusal_that_was_long_on_its_way_is_not_counted_against_a_key_that_worked_meanwhile() {
        let slow = ConnectionTested { duration_ms: 5_000, failure: Some(failure("key_rejected")), at: at(4) };
        let given = [active(), vec![slow.into()]].concat();
        assert_eq!(Tenant::folded(&given).refused_at, None);
    }

    #[test]
    fn a_suspended_tenant_stays_so_until_a_test_succeeds() {
        let given = [active(), vec![suspended(SuspensionReason::KeyRejected)]].concat();
        let mut refused = given.clone();
        for seconds in [100, 160] {
            refused.extend(doubted(&refused, "key_rejected", seconds));
        }
        assert_eq!(refused.len(), given.len() + 2, "nothing but the tests");
        let works = Command::RecordTest { outcome: TestOutcome::Works, duration_ms: 80, at: at(200) };
        let then = Tenant::folded(&refused).decide(works).expect("it can be noted");
        assert_eq!(then, [tested(None, 200), Reinstated {}.into()]);
    }
}
