//! When and where the next attempt goes out.

use super::*;

const DAY: i64 = 86_400;

fn lacking(domain: &str, number: u32, seconds: i64) -> Event {
    let settled = bare(number, Outcome::ShapeUnavailable, Reason::DomainLacksShape, seconds);
    AttemptSettled { availability_domain: domain.into(), ..settled }.into()
}

fn some_ids(count: u32) -> impl Iterator<Item = GrabId> {
    // ULIDs of tasks made one after the other: the time moves a little, the chance is whatever it is.
    (0..count).map(|index| {
        let chance = u128::from(index).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C834);
        GrabId::from_parts(1_795_000_000_000 + u64::from(index) * 13, chance)
    })
}

fn domain_of(step: Step) -> String {
    match step {
        Step::AttemptNow { aim, .. } => aim.availability_domain,
        step => panic!("{step:?} is not an attempt"),
    }
}

#[test]
fn availability_domains_take_turns() {
    for (last, next) in [("AD-1", "AD-2"), ("AD-2", "AD-3"), ("AD-3", "AD-1"), ("AD-9", "AD-1")] {
        let given = running([asked_in(last, 1, 5), missed(1, 6)]);
        assert_eq!(domain_of(plan(&given, 200)), next, "after {last}");
    }
}

#[test]
fn only_the_named_domains_are_tried_where_some_are_named() {
    let named = Spec { availability_domains: vec!["AD-3".into(), "AD-1".into()], ..spec() };
    let created =
        Created { tenant: tenant(), name: "ARM".into(), spec: named, schedule: schedule(), at: at(0) };
    let mut given: Vec<Event> = vec![created.into(), started(0)];
    assert_eq!(domain_of(plan(&given, 60)), "AD-3");
    given.extend([asked_in("AD-3", 1, 60), missed(1, 61)]);
    assert_eq!(domain_of(plan(&given, 200)), "AD-1");
    given.extend([asked_in("AD-1", 2, 200), missed(2, 201)]);
    assert_eq!(domain_of(plan(&given, 400)), "AD-3");
}

#[test]
fn a_domain_without_the_shape_is_dropped_for_a_day() {
    let given =
        running([asked_in("AD-2", 1, 5), lacking("AD-2", 1, 6), asked_in("AD-1", 2, 99), missed(2, 100)]);
    assert_eq!(domain_of(plan(&given, 200)), "AD-3");
    assert_eq!(domain_of(plan(&given, 6 + DAY - 1)), "AD-3");
    assert_eq!(domain_of(plan(&given, 6 + DAY)), "AD-2");
}

#[test]
fn a_task_gives_up_when_no_domain_offers_the_shape() {
    let turns = (1..).zip(DOMAINS);
    let given = running(turns.flat_map(|(number, domain)| {
        let seconds = i64::from(number) * 100;
        [asked_in(domain, number, seconds), lacking(domain, number, seconds)]
    }));
    assert_eq!(plan(&given, 500), Step::GiveUp(GaveUp::NoDomainOffersShape));
}

#[test]
fn a_region_that_cannot_be_tried_for_now_keeps_a_task_from_giving_up() {
    let spec = Spec { regions: vec![REGION.into(), "ap-osaka-1".into()], ..spec() };
    let created = Created { tenant: tenant(), name: "ARM".into(), spec, schedule: schedule(), at: at(0) };
    let lacking_all = (1..).zip(DOMAINS).flat_map(|(number, domain)| {
        let seconds = i64::from(number) * 100;
        [asked_in(domain, number, seconds), lacking(domain, number, seconds)]
    });
    let story: Vec<_> = [created.into(), started(0)].into_iter().chain(lacking_all).collect();
    assert_eq!(plan(&story, 500), Step::WaitUntil(at(560)));
}

#[test]
fn what_an_attempt_needs_is_read_when_one_is_due_and_not_before() {
    let grab = Grab::folded(&running([asked(1, 5), missed(1, 6)]));
    assert!(matches!(grab.plan(around(7)), Step::WaitUntil(_)));
    assert_eq!(grab.plan(around(200)), Step::Prepare { region: REGION.into() });
}

#[test]
fn nothing_is_tried_for_a_tenant_that_may_not_act_but_what_is_in_the_air_is_followed() {
    let idle =
        |given: &[Event]| Grab::folded(given).plan(Surroundings { tenant_may_act: false, ..around(200) });
    let look_again = Step::WaitUntil(at(260));
    assert_eq!(idle(&running([asked(1, 5), missed(1, 6)])), look_again, "should its tenant's news be missed");
    assert_eq!(idle(&running([asked(1, 5)])), Step::Resend { number: 1 });
    assert_eq!(idle(&running([asked(1, 5), granted(1, 6)])), Step::Follow { instance: "instance-1".into() });
}

#[test]
fn nothing_is_tried_unless_the_wish_stands() {
    assert_eq!(plan(&[], 200), Step::Rest);
    assert_eq!(plan(&[created()], 200), Step::Rest);
    assert_eq!(plan(&running([paused(Holder::Person, 5)]), 200), Step::Rest);
    assert_eq!(plan(&running([stopped(5)]), 200), Step::Rest);
    assert_eq!(plan(&running([gave_up(GaveUp::LimitReached, 5)]), 200), Step::Rest);
    assert_eq!(Grab::folded(&running([stopped(5)])).next_attempt_at(id(), at(0)), None);
}

#[test]
fn the_first_attempt_comes_within_ten_seconds_of_a_start_or_within_a_shorter_interval() {
    for (interval, within) in [(60, 10_000), (3600, 10_000), (5, 5_000), (1, 1_000)] {
        let grab = Grab::folded(&running_with(Schedule { interval: Seconds(interval), ..schedule() }, []));
        for id in some_ids(500) {
            let due = grab.next_attempt_at(id, at(0)).expect("it runs").since(at(0));
            assert!((0..within).contains(&due), "{due} ms after the start, at an interval of {interval} s");
        }
    }
}

#[test]
fn a_new_start_does_not_wait_for_the_old_interval() {
    let slow = Schedule { interval: Seconds(3600), ..schedule() };
    let grab = Grab::folded(&running_with(slow, [asked(1, 5), missed(1, 6), stopped(7), started(20)]));
    let due = grab.next_attempt_at(id(), at(0)).expect("it runs");
    assert!(due >= at(20) && due < at(30), "{due}");
}

#[test]
fn jitter_stays_within_its_bounds_and_uses_all_of_them() {
    let given = |number| running([asked(number, 100), missed(number, 101)]);
    let gaps: Vec<i64> = (1..=400)
        .map(|number| {
            Grab::folded(&given(number)).next_attempt_at(id(), at(0)).expect("it runs").since(at(100))
        })
        .collect();
    assert!(gaps.iter().all(|gap| (48_000..=72_000).contains(gap)), "60 s give or take 20 %: {gaps:?}");
    assert!(gaps.iter().any(|gap| *gap < 50_000) && gaps.iter().any(|gap| *gap > 70_000));
}

#[test]
fn without_jitter_the_interval_is_kept_to_the_millisecond() {
    let given = running_with(Schedule { jitter_percent: 0, ..schedule() }, [asked(1, 100), missed(1, 101)]);
    assert_eq!(Grab::folded(&given).next_attempt_at(id(), at(0)), Some(at(160)));
}

#[test]
fn an_attempt_that_takes_longer_than_the_interval_is_not_overlapped() {
    let busy = Schedule { interval: Seconds(1), ..schedule() };
    let out = Grab::folded(&running_with(busy, [asked(1, 5)]));
    assert_eq!(out.next_attempt_at(id(), at(0)), None);
    assert_eq!(out.decide(attempt(2, 60)), Err(Refusal::Overtaken));
}

#[test]
fn an_attempt_must_bear_the_next_number() {
    let given = running([asked(1, 5), missed(1, 6)]);
    check(&given, attempt(1, 100), Err(Refusal::Overtaken));
    check(&given, attempt(3, 100), Err(Refusal::Overtaken));
    check(&given, attempt(2, 100), Ok(vec![asked(2, 100)]));
}

#[test]
fn the_same_state_gives_the_same_plan() {
    let given = running([asked(1, 5), missed(1, 6)]);
    assert_eq!(plan(&given, 7), plan(&given, 7));
    assert_eq!(
        Grab::folded(&given).next_attempt_at(id(), at(0)),
        Grab::folded(&given).next_attempt_at(id(), at(50))
    );
}

#[test]
fn what_fell_due_while_asleep_is_spread_over_the_interval() {
    let woken = at(7 * DAY);
    let grab = Grab::folded(&running([asked(1, 5), missed(1, 6)]));
    let mut seconds = [0_u32; 60];
    for id in some_ids(10_000) {
        let due = grab.next_attempt_at(id, woken).expect("it runs").since(woken);
        seconds[usize::try_from(due / 1000).expect("never before it woke")] += 1;
    }
    let peak = seconds.into_iter().max().expect("there are seconds");
    assert!(peak <= 2 * 10_000 / 60, "{peak} attempts in one second");
}

/// Of tasks that were in their stride when the process went away, some fell due meanwhile and others did not.
#[test]
fn however_long_it_slept_no_second_after_waking_holds_twice_the_mean() {
    let tried = |second| Grab::folded(&running([asked(1, second), missed(1, second)]));
    let last_tried: Vec<_> = (0..60).map(tried).collect();
    for slept in [0, 2, 15, 30, 45, 55, 60, 70, 3600] {
        let woken = at(60 + slept);
        let mut seconds = [0_u32; 75];
        for (id, grab) in some_ids(10_000).zip(last_tried.iter().cycle()) {
            let due = grab.next_attempt_at(id, woken).expect("it runs").since(woken);
            seconds[usize::try_from(due / 1000).expect("never before it woke")] += 1;
        }
        let peak = seconds.into_iter().max().expect("there are seconds");
        assert!(peak <= 2 * 10_000 / 60, "{peak} attempts in one second after {slept} s of sleep");
    }
}

#[test]
fn what_falls_due_after_waking_keeps_its_time() {
    let grab = Grab::folded(&running([asked(1, 5), missed(1, 6)]));
    let due = grab.next_attempt_at(id(), at(0)).expect("it runs");
    assert_eq!(grab.next_attempt_at(id(), at(20)), Some(due));
}

#[test]
fn a_clock_that_was_set_back_keeps_no_task_waiting_for_what_it_showed_before() {
    let given = running([asked_in("AD-1", 1, DAY), missed(1, DAY + 1)]);
    let Step::WaitUntil(due) = plan(&given, 10) else { panic!("those who wake together are spread") };
    assert!(due <= at(60), "within an interval of the waking");
    assert_eq!(plan(&given, 60), attempt_in("AD-2", 2));
    let refused = AttemptSettled {
        not_before: Some(at(DAY + 600)),
        ..bare(1, Outcome::Limit, Reason::ServiceLimit, DAY)
    };
    let given = running([asked_in("AD-1", 1, DAY), refused.into()]);
    assert!(!matches!(plan(&given, 10), Step::WaitUntil(_)));
    let given = Grab::folded(&running([asked_in("AD-1", 1, 5), missed(1, 6)]));
    let domains: Vec<String> = DOMAINS.iter().map(|name| (*name).into()).collect();
    let sites = [Site { region: REGION, domains: Some(&domains) }];
    let around = Surroundings { sites: &sites, awake_since: at(DAY), ..around(200) };
    assert_eq!(given.plan(around), attempt_in("AD-2", 2), "begun before the clock was set back");
}

#[test]
fn the_clock_that_nobody_can_set_tells_the_interval_whatever_the_other_shows() {
    let left = |tried: i64, now: i64, tried_ago| {
        let given = Grab::folded(&running([asked(1, tried), missed(1, tried)]));
        match given.plan(Surroundings { tried_ago, ..around(now) }) {
            Step::WaitUntil(due) => due.since(at(now)),
            step => panic!("{step:?} is not to wait"),
        }
    };
    let interval = left(100, 103, None);
    for now in [103, 103 + 3600, 103 + 2 * DAY, 103 - 3600, 103 - DAY] {
        assert_eq!(left(100, now, Some(3_000)), interval, "set by {} s", now - 103);
    }
}

#[test]
fn a_start_that_the_clock_was_set_back_from_loses_neither_interval_nor_pause() {
    let planned = |settled: AttemptSettled| {
        let attempted = [asked(1, 100), settled.into()];
        let story = [vec![created(), started(DAY)], attempted.to_vec()].concat();
        Grab::folded(&story).plan(Surroundings { tried_ago: Some(3_000), ..around(103) })
    };
    let missed = bare(1, Outcome::Capacity, Reason::OutOfHostCapacity, 101);
    let Step::WaitUntil(due) = planned(missed) else { panic!("the interval is not over") };
    assert!(due > at(130), "{due:?}");
    let reason = Reason::CloudFault;
    let refused = AttemptSettled { not_before: Some(at(401)), ..bare(1, Outcome::ServerFault, reason, 101) };
    assert_eq!(planned(refused), Step::WaitUntil(at(401)));
}

#[test]
fn one_attempt_is_all_that_a_person_asked_for_whatever_the_clock_showed() {
    let hurried = Hurried { at: at(DAY) }.into();
    let given = Grab::folded(&running([asked(1, 5), missed(1, 6), hurried, asked(2, 100), missed(2, 101)]));
    let step = given.plan(Surroundings { tried_ago: Some(3_000), ..around(103) });
    assert!(matches!(step, Step::WaitUntil(due) if due > at(130)), "{step:?}");
}

#[test]
fn what_a_person_asks_for_at_once_waits_for_no_interval_also_when_the_clock_was_set_back() {
    let hurried = hurried(10);
    let given = Grab::folded(&running([asked_in("AD-1", 1, DAY), missed(1, DAY), hurried]));
    let domains: Vec<String> = DOMAINS.iter().map(|name| (*name).into()).collect();
    let sites = [Site { region: REGION, domains: Some(&domains) }];
    let around = Surroundings { sites: &sites, tried_ago: Some(1_000), ..around(11) };
    assert_eq!(given.plan(around), attempt_in("AD-2", 2));
}

#[test]
fn what_was_counted_while_the_clock_was_an_hour_ahead_is_not_waited_for_once_it_is_right() {
    let failed = |not_before: i64| {
        let refused = PreparationFailed {
            outcome: Outcome::ServerFault,
            reason: Reason::CloudFault,
            provider_error: error(),
            in_a_row: 1,
            not_before: at(not_before),
            at: at(not_before - 5),
        };
        running([asked(1, 100), missed(1, 101), refused.into()])
    };
    assert_eq!(plan(&failed(3900), 400), attempt_in("AD-2", 2), "the hour was taken away again");
    assert_eq!(plan(&failed(700), 400), Step::WaitUntil(at(700)), "the longest that faults ask for");
}

/// A task that was started in hours that are yet to come has a last attempt that is not.
#[test]
fn after_the_clock_was_set_back_a_task_is_tried_once_at_once_and_then_at_its_interval() {
    let before = vec![created(), started(DAY), hurried(DAY)];
    let fresh = Grab::folded(&before);
    assert!(matches!(plan_of(&fresh, 10), Step::AttemptNow { number: 1, .. }));
    let once = [before, vec![asked(1, 10), missed(1, 11)]].concat();
    let Step::WaitUntil(due) = plan(&once, 12) else { panic!("{:?}", plan(&once, 12)) };
    let regular = Grab::folded(&running([asked(1, 10), missed(1, 11)])).next_attempt_at(id(), at(0));
    assert_eq!(Some(due), regular);
    let once = Grab::folded(&[created(), started(DAY), asked(1, 10), missed(1, 11)]);
    let right_again = Surroundings { tried_ago: Some(1_000), ..around(DAY + 5) };
    assert!(matches!(once.plan(right_again), Step::WaitUntil(_)), "the start is no news");
}
