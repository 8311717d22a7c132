//! What the rules of reports say, a sentence a test.

use super::*;
use crate::{
    Aggregate, GrabId, TenantId, Timestamp, event::Event as _, grab::Outcome, tenant::SuspensionReason,
};

const CHINA: Rhythm = Rhythm { hour: 8, utc_offset_minutes: 480 };

fn moment(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("it is a moment")
}

fn day(text: &str) -> Day {
    text.parse().expect("it is a day")
}

fn of_tenant(number: u64, obtained: u64, attempts: u64) -> OfTenant {
    let by_outcome = [(Outcome::Capacity, attempts)].into();
    let tasks = Tasks { running: 1, ..Tasks::default() };
    let sums = Sums { attempts, by_outcome, obtained, tasks, ..Sums::default() };
    OfTenant { tenant: TenantId::from_parts(number, 1), name: format!("tenant {number:03}"), sums }
}

fn obtained(number: u64) -> Obtained {
    Obtained {
        grab: GrabId::from_parts(number, 2),
        name: "抢ARM机器".into(),
        tenant: TenantId::from_parts(1, 1),
        tenant_name: "tokyo".into(),
        instance: format!("instance {number:03}"),
        region: "ap-tokyo-1".into(),
        shape: "VM.Standard.A1.Flex".into(),
        public_ip: Some("203.0.113.7".into()),
        private_ip: None,
        at: moment("2026-11-21T01:00:00Z").plus_millis(i64::try_from(number).expect("it is small")),
    }
}

fn make(at: &str) -> Command {
    let gathered = Gathered { tenants: vec![of_tenant(1, 0, 7)], ..Gathered::default() };
    let make = Make { day: day("2026-11-21"), rhythm: CHINA, gathered, at: moment(at) };
    Command::Make(Box::new(make))
}

#[test]
fn a_report_is_made_once_and_is_then_so_already() {
    let made = Report::default().decide(make("2026-11-22T00:00:01Z")).expect("the day is over");
    let [Event::Made(first)] = made.as_slice() else { panic!("one event: {made:?}") };
    assert_eq!(first.from, moment("2026-11-20T16:00:00Z"));
    assert_eq!(first.to, moment("2026-11-21T16:00:00Z"));
    assert_eq!(first.figures.all.attempts, 7);
    assert_eq!(Report::folded(&made).decide(make("2026-11-23T00:00:00Z")), Ok(vec![]));
}

#[test]
fn what_is_yet_to_happen_is_not_reported() {
    let refused = Report::default().decide(make("2026-11-21T15:59:59.999Z"));
    assert_eq!(refused, Err(Refusal::NotOver { day: day("2026-11-21") }));
    assert!(Report::default().decide(make("2026-11-21T16:00:00Z")).is_ok());
}

#[test]
fn yesterdays_report_is_due_from_its_hour_on_and_before_that_none_is() {
    for (now, due) in [
        ("2026-11-21T23:59:59.999Z", None),
        ("2026-11-22T00:00:00Z", Some("2026-11-21")),
        ("2026-11-22T15:59:59Z", Some("2026-11-21")),
        ("2026-11-22T16:00:00Z", None),
    ] {
        assert_eq!(CHINA.due(moment(now)), due.map(day), "at {now}");
    }
}

#[test]
fn the_hour_comes_once_a_day() {
    assert_eq!(CHINA.next(moment("2026-11-21T23:59:59.999Z")), moment("2026-11-22T00:00:00Z"));
    assert_eq!(CHINA.next(moment("2026-11-22T00:00:00Z")), moment("2026-11-23T00:00:00Z"));
    let late = Rhythm { hour: 23, utc_offset_minutes: -720 };
    assert_eq!(late.next(moment("2026-12-31T12:00:00Z")), moment("2027-01-01T11:00:00Z"));
}

#[test]
fn days_follow_one_another_without_a_gap_wherever_midnight_is() {
    for utc_offset_minutes in [-720, -210, 0, 330, 345, 480, 765, 840] {
        let rhythm = Rhythm { hour: 8, utc_offset_minutes };
        let mut each = day("2028-02-27");
        for _ in 0..4 {
            let (this, following) = (rhythm.span(each), rhythm.span(each.after()));
            assert_eq!(this.to, following.from, "{each} at {utc_offset_minutes}");
            assert_eq!(this.to.since(this.from), 86_400_000);
            assert_eq!(this.from.millis() % 3_600_000, 0, "full hours");
            let shifted = this.from.since(each.begins(utc_offset_minutes));
            assert!((0..3_600_000).contains(&shifted), "{shifted}");
            each = each.after();
        }
    }
}

#[test]
fn a_day_reads_back_from_its_own_text_and_from_no_other() {
    assert_eq!(day("2026-02-28").after(), day("2026-03-01"));
    assert_eq!(day("2026-01-01").before().to_string(), "2025-12-31");
    for wrong in ["2026-2-28", "2026-02-30", "20260228", "", "2026-02-28 "] {
        assert_eq!(wrong.parse::<Day>(), Err(NotADay(wrong.to_owned())));
    }
}

#[test]
fn who_got_most_and_then_who_tried_most_is_listed_and_the_rest_is_summed() {
    let mut tenants: Vec<_> = (0..120).map(|number| of_tenant(number, 0, number + 1)).collect();
    tenants.push(of_tenant(900, 2, 0));
    let silent = OfTenant { sums: Sums::default(), ..of_tenant(901, 0, 0) };
    let all = 120 * 121 / 2;
    let figures = Gathered { tenants: [tenants, vec![silent]].concat(), ..Gathered::default() }.figures();
    assert_eq!(figures.tenants.len(), LISTED);
    assert_eq!(figures.tenants[0].name, "tenant 900");
    assert_eq!(figures.tenants[1].sums.attempts, 120);
    let others = figures.others.expect("not all are listed");
    assert_eq!(others.tenants, 71, "who has nothing to tell is nobody");
    assert_eq!(others.sums.attempts, 71 * 72 / 2);
    assert_eq!((figures.all.attempts, figures.all.obtained, figures.all.tasks.running), (all, 2, 121));
    assert_eq!(figures.all.by_outcome[&Outcome::Capacity], all);
}

#[test]
fn nothing_is_left_out_where_all_can_be_listed() {
    let tenants = (0..50).map(|number| of_tenant(number, 0, 1)).collect();
    let figures = Gathered { tenants, ..Gathered::default() }.figures();
    assert_eq!((figures.tenants.len(), figures.others), (50, None));
    assert_eq!(Gathered::default().figures(), Figures::default());
}

#[test]
fn the_latest_instances_are_listed_in_the_order_of_time() {
    let figures =
        Gathered { obtained: (0..70).rev().map(obtained).collect(), ..Gathered::default() }.figures();
    let names: Vec<_> = figures.obtained.iter().map(|each| each.instance.as_str()).collect();
    assert_eq!((names.len(), names[0], names[49]), (LISTED, "instance 020", "instance 069"));
}

#[test]
fn all_suspended_tenants_are_counted_and_the_first_by_name_listed() {
    let suspended = |number: u64| SuspendedTenant {
        tenant: TenantId::from_parts(number, 1),
        name: format!("tenant {number:03}"),
        reason: SuspensionReason::KeyRejected,
    };
    let figures =
        Gathered { suspended: (0..60).rev().map(suspended).collect(), ..Gathered::default() }.figures();
    assert_eq!((figures.suspended_in_all, figures.suspended.len()), (60, LISTED));
    assert_eq!(figures.suspended[0].name, "tenant 000");
}

#[test]
fn no_report_is_a_large_event_however_many_tenants_there_are() {
    let long = |mut each: OfTenant| {
        each.name = "名".repeat(100);
        each.sums.by_outcome = Outcome::ALL.into_iter().map(|outcome| (outcome, u64::MAX / 10_000)).collect();
        each
    };
    let tenants = (0..10_000).map(|number| long(of_tenant(number, 1, number))).collect();
    let obtained = (0..10_000).map(obtained).collect();
    let make = Make {
        day: day("2026-11-21"),
        rhythm: CHINA,
        gathered: Gathered { tenants, obtained, suspended: vec![] },
        at: moment("2026-11-22T00:00:00Z"),
    };
    let events = Report::default().decide(Command::Make(Box::new(make))).expect("the day is over");
    assert!(events[0].encode().get().len() < 100_000);
}
