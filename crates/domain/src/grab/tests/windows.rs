//! When the schedule lets attempts start.

use super::*;

/// Monday, 2 March 2026, midnight in UTC.
const MONDAY: &str = "2026-03-02T00:00:00Z";
const HOUR: i64 = 3_600_000;

fn monday(hours: i64) -> Timestamp {
    Timestamp::parse(MONDAY).expect("it is a moment").plus_millis(hours * HOUR)
}

fn window(days: &[Day], from_hour: u16, to_hour: u16) -> Window {
    Window { days: days.to_vec(), from_minute: from_hour * 60, to_minute: to_hour * 60 }
}

fn within(windows: Vec<Window>) -> Schedule {
    Schedule { windows, ..schedule() }
}

/// A task with this schedule, started on that Monday at midnight.
fn on_monday(schedule: Schedule) -> Grab {
    let created = Created { tenant: tenant(), name: "ARM".into(), spec: spec(), schedule, at: monday(0) };
    Grab::folded(&[created.into(), Started { at: monday(0) }.into()])
}

fn step_at(grab: &Grab, now: Timestamp) -> Step {
    let domains = ["AD-1".to_owned()];
    let sites = [Site { region: REGION, domains: Some(&domains) }];
    grab.plan(Surroundings { now, awake_since: monday(0), sites: &sites, ..around(0) })
}

#[test]
fn without_windows_every_moment_will_do() {
    assert_eq!(schedule().opens(monday(7)), monday(7));
}

#[test]
fn a_window_opens_on_its_days_at_its_minute_and_closes_at_the_other() {
    let nights = within(vec![window(&[Day::Monday, Day::Thursday], 3, 5)]);
    assert_eq!(nights.opens(monday(0)), monday(3));
    assert_eq!(nights.opens(monday(4)), monday(4));
    assert_eq!(nights.opens(monday(5)), monday(3 * 24 + 3), "the next one is on Thursday");
    assert_eq!(nights.opens(monday(4 * 24)), monday(7 * 24 + 3), "and then on Monday");
}

#[test]
fn a_window_over_midnight_belongs_to_the_day_on_which_it_begins() {
    let night = within(vec![window(&[Day::Sunday], 22, 5)]);
    assert_eq!(night.opens(monday(4)), monday(4), "it began on Sunday");
    assert_eq!(night.opens(monday(5)), monday(6 * 24 + 22));
}

#[test]
fn the_clock_of_the_windows_may_be_ahead_of_utc_or_behind() {
    let morning =
        |utc_offset_minutes| Schedule { utc_offset_minutes, ..within(vec![window(&[Day::Monday], 9, 10)]) };
    assert_eq!(morning(480).opens(monday(0)), monday(1), "09:00 in Shanghai is 01:00 in UTC");
    assert_eq!(morning(-300).opens(monday(0)), monday(14));
    assert_eq!(morning(840).opens(monday(0)), monday(7 * 24 - 5), "it is Monday there five hours sooner");
}

#[test]
fn of_several_windows_the_next_one_counts() {
    let twice = within(vec![window(&[], 20, 21), window(&[], 3, 4)]);
    assert_eq!(twice.opens(monday(0)), monday(3));
    assert_eq!(twice.opens(monday(4)), monday(20));
}

#[test]
fn nothing_is_tried_before_the_start() {
    let later = on_monday(Schedule { start_at: Some(monday(2)), ..schedule() });
    let Step::WaitUntil(moment) = step_at(&later, monday(1)) else { panic!("it is too soon") };
    assert!(moment >= monday(2) && moment < monday(2).plus_millis(10_000), "{moment}");
    assert!(matches!(step_at(&later, moment), Step::AttemptNow { .. }));
    let missed = step_at(&later, monday(5));
    assert!(
        matches!(missed, Step::AttemptNow { .. }),
        "a start missed while away is made up for: {missed:?}"
    );
}

#[test]
fn no_attempt_starts_outside_of_the_windows_however_late_it_is_planned() {
    let nights = on_monday(within(vec![window(&[], 3, 5)]));
    let due = nights.next_attempt_at(id(), monday(0)).expect("it runs");
    assert!(due >= monday(3) && due < monday(3).plus_millis(10_000), "{due}");
    assert!(matches!(step_at(&nights, due), Step::AttemptNow { .. }));
    let Step::WaitUntil(moment) = step_at(&nights, monday(5)) else { panic!("the window has closed") };
    assert!(moment >= monday(24 + 3), "its turn came too late: {moment}");
}

#[test]
fn tasks_whose_windows_open_together_do_not_start_together() {
    let nights = on_monday(within(vec![window(&[], 3, 5)]));
    let due = |chance| nights.next_attempt_at(GrabId::from_parts(1, chance), monday(0));
    let moments: std::collections::BTreeSet<_> = (0..50).map(due).collect();
    assert!(moments.len() > 40, "{moments:?}");
}

#[test]
fn a_deadline_before_the_window_ends_the_task() {
    let schedule = Schedule { deadline: Some(monday(2)), ..within(vec![window(&[], 3, 5)]) };
    let task = on_monday(schedule);
    assert_eq!(step_at(&task, monday(1)), Step::WaitUntil(monday(2)));
    assert_eq!(step_at(&task, monday(2)), Step::GiveUp(GaveUp::DeadlinePassed));
}

#[test]
fn windows_and_moments_that_make_no_sense_are_refused() {
    let faults = |schedule: Schedule| {
        let mut violations = crate::explain::Violations::default();
        schedule.check(Seconds(1), &mut violations);
        let faults = violations.into_result().err().unwrap_or_default();
        faults.into_iter().map(|fault| fault.field.join(".")).collect::<Vec<_>>()
    };
    assert!(faults(within(vec![window(&[], 22, 24), window(&Day::ALL, 22, 5)])).is_empty());
    for (from, to) in [(3, 3), (24, 1), (1, 25)] {
        assert_eq!(faults(within(vec![window(&[], from, to)])), ["schedule.windows.0"], "{from} to {to}");
    }
    assert_eq!(faults(within(vec![window(&[], 1, 2); 33])), ["schedule.windows"]);
    assert_eq!(faults(Schedule { utc_offset_minutes: 841, ..schedule() }), ["schedule.utcOffsetMinutes"]);
    let backwards = Schedule { start_at: Some(monday(2)), deadline: Some(monday(1)), ..schedule() };
    assert_eq!(faults(backwards), ["schedule.deadline"]);
}

fn by_cron(cron: &str, minutes: u16) -> Schedule {
    Schedule { cron_windows: vec![CronWindow { cron: cron.into(), minutes }], ..schedule() }
}

#[test]
fn a_cron_window_opens_when_its_expression_comes_and_closes_after_its_minutes() {
    let nights = by_cron("0 3 * * MON,THU", 120);
    assert_eq!(nights.opens(monday(0)), monday(3));
    assert_eq!(nights.opens(monday(4)), monday(4));
    assert_eq!(nights.opens(monday(5)), monday(3 * 24 + 3), "it closes at its last minute's end");
    assert_eq!(
        by_cron("*/15 * * * *", 1).opens(monday(0).plus_millis(60_000)),
        monday(0).plus_millis(900_000)
    );
}

#[test]
fn a_cron_window_that_opened_while_nobody_looked_is_open_as_long_as_its_minutes_last() {
    let weekly = by_cron("0 22 * * FRI", 3 * 1_440);
    let (opened, closes) = (monday(-2 * 24 - 2), monday(24 - 2));
    assert_eq!(weekly.opens(opened), opened);
    assert_eq!(weekly.opens(monday(0)), monday(0));
    assert_eq!(weekly.opens(closes), monday(4 * 24 + 22));
}

#[test]
fn a_cron_window_is_read_on_the_schedules_own_clock_and_beside_the_weekly_ones() {
    let shanghai = Schedule { utc_offset_minutes: 480, ..by_cron("0 3 * * *", 60) };
    assert_eq!(shanghai.opens(monday(0)), monday(19));
    let both = Schedule { windows: vec![window(&[], 10, 11)], ..by_cron("0 3 * * *", 60) };
    assert_eq!(both.opens(monday(4)), monday(10));
    assert_eq!(both.opens(monday(11)), monday(27));
}

#[test]
fn a_leap_day_is_found_across_a_century_that_has_none() {
    let leap = by_cron("0 0 29 2 *", 1_440);
    let day = |text: &str| Timestamp::parse(text).expect("it is a moment");
    assert_eq!(leap.opens(day("2096-03-01T00:00:00Z")), day("2104-02-29T00:00:00Z"));
}

#[test]
fn an_expression_that_never_comes_or_is_none_is_refused() {
    let fields = |cron: &str, minutes| {
        let refusal = refused(&by_cron(cron, minutes));
        refusal.into_iter().map(|violation| violation.field.join(".")).collect::<Vec<_>>()
    };
    for lawful in ["0 3 * * *", "*/5 1-6 * JAN-MAR mon", "0 0 L * *", "0 9 * * 1#2", "59 23 29 2 *"] {
        assert!(fields(lawful, 10_080).is_empty(), "{lawful}");
    }
    let endless = "0 ".repeat(1_000_000);
    for wrong in [
        "",
        "@daily",
        "* * * *",
        "0 0 * * * *",
        "0 24 * * *",
        "0 0 30 2 *",
        "0 0 31 4,6 *",
        "一 * * * *",
        &endless,
    ] {
        assert_eq!(
            fields(wrong, 5),
            ["schedule.cronWindows.0.cron"],
            "{:?}",
            wrong.get(..20).unwrap_or(wrong)
        );
    }
    for minutes in [0, 10_081] {
        assert_eq!(fields("0 3 * * *", minutes), ["schedule.cronWindows.0.minutes"]);
    }
    let many =
        Schedule { cron_windows: vec![CronWindow { cron: "x".into(), minutes: 1 }; 1_000], ..schedule() };
    assert_eq!(refused(&many).len(), 33, "no more are read than may be there");
}

#[test]
fn windows_of_an_expression_that_this_release_cannot_read_keep_closed_and_cost_nothing() {
    let strange = by_cron("0 0 30 2 *", 60);
    assert!(strange.opens(monday(0)) > monday(7 * 365 * 24));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_a_schedule_panic(cron in "[ -~]{0,40}", minutes: u16, at in -1_000_000_000_000_i64..9_000_000_000_000) {
        let schedule = by_cron(&cron, minutes);
        let from = Timestamp::from_millis(at);
        proptest::prop_assert!(schedule.opens(from) >= from);
        refused(&schedule);
    }

    #[test]
    fn a_cron_window_is_open_at_the_moment_that_it_opens(minute in 0..60_u32, hour in 0..24_u32, day in 0..7_u32, at in 0..4_000_000_000_000_i64) {
        let schedule = by_cron(&format!("{minute} {hour} * * {day}"), 5);
        let opens = schedule.opens(Timestamp::from_millis(at));
        proptest::prop_assert_eq!(schedule.opens(opens), opens);
        proptest::prop_assert!(opens.millis() - at <= 7 * 86_400_000);
    }
}

/// What is wrong with a schedule.
fn refused(schedule: &Schedule) -> Vec<crate::Violation> {
    let mut violations = crate::explain::Violations::default();
    schedule.check(Seconds(1), &mut violations);
    violations.into_result().err().unwrap_or_default()
}
