//! The start of an instance that exists: the same care as for a launch, and nothing of what only our own deserve.

use super::*;

const ASLEEP: &str = "ocid1.instance.asleep";

fn dormant() -> Dormant {
    Dormant { region: REGION.into(), instance: ASLEEP.into() }
}

fn ordered() -> Event {
    StartOrdered { tenant: tenant(), name: "wake".into(), start: dormant(), schedule: schedule(), at: at(0) }
        .into()
}

fn starting(and: impl IntoIterator<Item = Event>) -> Vec<Event> {
    [ordered(), started(0)].into_iter().chain(and).collect()
}

fn start_target() -> Target {
    let (availability_domain, deed) = (String::new(), Deed::Start { instance: ASLEEP.into() });
    Target { region: REGION.into(), availability_domain, size: None, deed }
}

fn tried(number: u32, seconds: i64) -> Event {
    let (token, body_hash, at) = (format!("token-{number}"), "hash".into(), at(seconds));
    AttemptStarted { number, token, target: start_target(), body_hash, at }.into()
}

fn accepted(number: u32, seconds: i64) -> Event {
    let settled = bare(number, Outcome::Accepted, Reason::Launched, seconds);
    let (provider_error, instance) = (None, Some(ASLEEP.into()));
    AttemptSettled { provider_error, instance, availability_domain: String::new(), ..settled }.into()
}

fn outcome_of(events: &[Event]) -> Option<(Outcome, Reason)> {
    match events.first() {
        Some(Event::AttemptSettled(settled)) => Some((settled.outcome, settled.reason)),
        Some(Event::InstanceLost(lost)) => Some((lost.outcome, lost.reason)),
        _ => None,
    }
}

fn refused(seconds: i64, outcome: Outcome, reason: Reason) -> (Grab, Vec<Event>) {
    let mut grab = Grab::folded(&starting([tried(1, seconds)]));
    let told = tell(&mut grab, settle(1, outcome, reason, seconds + 1));
    (grab, told)
}

#[test]
fn an_order_names_what_is_to_be_started_and_where() {
    let order = |start, name: &str| {
        let (tenant, schedule, min_interval) = (tenant(), schedule(), Seconds(1));
        Command::OrderStart(Box::new(OrderStart {
            tenant,
            name: name.into(),
            start,
            schedule,
            min_interval,
            at: at(0),
        }))
    };
    check(&[], order(dormant(), "wake"), Ok(vec![ordered()]));
    let Err(Refusal::Invalid(faults)) = Grab::default().decide(order(Dormant::default(), "")) else {
        panic!("nothing is named")
    };
    let fields: Vec<_> = faults.iter().map(|fault| fault.field.join(".")).collect();
    assert_eq!(fields, ["name", "startInstance.region", "startInstance.instance"]);
    check(&[ordered()], order(dormant(), "wake"), Err(Refusal::AlreadyCreated));
}

#[test]
fn it_is_tried_without_asking_for_domains_image_or_network() {
    let grab = Grab::folded(&starting([]));
    let aim = Aim { region: REGION.into(), availability_domain: String::new(), size: None };
    assert_eq!(grab.plan(around(30)), Step::AttemptNow { number: 1, aim });
    assert_eq!((grab.wanted(), grab.secrets().len()), (1, 0));
}

#[test]
fn an_attempt_serves_its_own_order_and_no_other() {
    let with = |target| {
        let (token, body_hash) = ("token-1".into(), "hash".into());
        Command::Attempt(Box::new(Attempt { number: 1, token, target, body_hash, at: at(5) }))
    };
    check(&starting([]), with(target("AD-1")), Err(Refusal::Overtaken));
    check(&running([]), with(start_target()), Err(Refusal::Overtaken));
    let another = Target { deed: Deed::Start { instance: "ocid1.another".into() }, ..start_target() };
    check(&starting([]), with(another), Err(Refusal::Overtaken));
    assert!(Grab::folded(&starting([])).decide(with(start_target())).is_ok());
}

#[test]
fn no_room_is_a_miss_and_it_is_tried_again_at_the_interval() {
    let (grab, told) = refused(5, Outcome::Capacity, Reason::OutOfHostCapacity);
    assert_eq!(outcome_of(&told), Some((Outcome::Capacity, Reason::OutOfHostCapacity)));
    assert!(matches!(grab.plan(around(90)), Step::AttemptNow { number: 2, .. }));
}

#[test]
fn a_lost_answer_is_found_out_on_the_instance_and_never_asked_again() {
    let (grab, _) = refused(5, Outcome::InDoubt, Reason::AnswerLost);
    assert_eq!(grab.plan(around(30)), Step::LookFor { number: 1 });
    check(&starting([tried(1, 5)]), Command::Resend { number: 1, at: at(6) }, Err(Refusal::Overtaken));
    let crashed = Grab::folded(&starting([tried(1, 5)]));
    assert_eq!(crashed.plan(around(30)), Step::LookFor { number: 1 });

    let mut stopped_still = grab.clone();
    tell(&mut stopped_still, Command::Absent { number: 1, at: at(31) });
    let told = tell(&mut stopped_still, Command::Absent { number: 1, at: at(92) });
    assert_eq!(outcome_of(&told), Some((Outcome::Network, Reason::AnswerLost)));
    let long_after = starting([tried(1, 5), AttemptAbsent { number: 1, at: at(10) }.into()]);
    assert_eq!(Grab::folded(&long_after).plan(around(200_000)), Step::LookFor { number: 1 });
}

#[test]
fn a_refusal_as_out_of_place_is_looked_into_and_one_that_runs_already_is_success() {
    for reason in [Reason::CloudBusy, Reason::Conflict, Reason::TokenConsumed] {
        let (grab, told) = refused(5, Outcome::ServerFault, reason);
        assert_eq!(outcome_of(&told), Some((Outcome::InDoubt, Reason::CloudBusy)));
        assert_eq!((told.len(), grab.plan(around(30))), (1, Step::LookFor { number: 1 }));
    }
    let (mut grab, _) = refused(5, Outcome::ServerFault, Reason::CloudBusy);
    tell(&mut grab, grant(1, ASLEEP, 31));
    assert_eq!(grab.plan(around(32)), Step::Follow { instance: ASLEEP.into() });
    tell(&mut grab, see_running(ASLEEP, 33));
    assert_eq!((grab.state(), grab.held.len()), (State::Succeeded, 1));
}

#[test]
fn what_was_there_before_us_is_never_released() {
    let waits_long = starting([tried(1, 5), accepted(1, 6)]);
    let release = Command::AskRelease { instance: ASLEEP.into(), at: at(10_000) };
    check(&waits_long, release, Err(Refusal::Overtaken));
}

#[test]
fn one_that_falls_back_is_a_miss_and_one_that_has_ended_ends_the_task() {
    let see = |verdict| Command::SeeEnded {
        instance: ASLEEP.into(),
        verdict,
        provider_error: Some(error()),
        at: at(90),
    };
    let mut grab = Grab::folded(&starting([tried(1, 5), accepted(1, 6)]));
    tell(&mut grab, see(Verdict { outcome: Outcome::Capacity, reason: Reason::NeverPlaced }));
    assert_eq!(grab.state(), State::Running);
    assert!(matches!(grab.plan(around(300)), Step::AttemptNow { number: 2, .. }));

    let mut grab = Grab::folded(&starting([tried(1, 5), accepted(1, 6)]));
    tell(&mut grab, see(Verdict { outcome: Outcome::Invalid, reason: Reason::MissingResource }));
    assert_eq!((grab.state(), grab.wish), (State::Failed, Wish::GivenUp(GaveUp::InstanceGone)));
    let reason = state_reason(&grab).english;
    assert!(reason.starts_with("gave up: the instance that was to be started does not exist"), "{reason}");
    assert!(state_hint(&grab).is_some());
}

#[test]
fn one_that_is_not_seen_is_gone_only_when_the_account_answers() {
    let (mut grab, _) = refused(5, Outcome::Auth, Reason::NotAuthorizedOrNotFound);
    assert_eq!((grab.state(), grab.suspicion), (State::Running, Some(Suspicion::Account)));
    tell(&mut grab, Command::SeeAccess { identity: true, shapes: true, at: at(10) });
    let again = Command::Attempt(Box::new(Attempt {
        number: 2,
        token: "token-2".into(),
        target: start_target(),
        body_hash: "hash".into(),
        at: at(100),
    }));
    tell(&mut grab, again);
    tell(&mut grab, settle(2, Outcome::Auth, Reason::NotAuthorizedOrNotFound, 101));
    assert_eq!(grab.wish, Wish::GivenUp(GaveUp::InstanceGone));
}

#[test]
fn a_limit_that_is_named_is_waited_for_and_not_looked_into() {
    let (grab, _) = refused(5, Outcome::Limit, Reason::ServiceLimit);
    assert_eq!(grab.suspicion, None);
    assert!(matches!(grab.plan(around(300)), Step::WaitUntil(due) if due >= at(606)));
}

#[test]
fn its_name_and_schedule_can_be_changed_and_what_it_starts_cannot() {
    let edit = |name: Option<&str>, spec| {
        let (name, schedule, min_interval) = (name.map(str::to_owned), None, Seconds(1));
        let (keep_root_password, keep_user_data, at) = (true, true, at(9));
        Command::Edit(Box::new(Edit {
            name,
            spec,
            keep_root_password,
            keep_user_data,
            schedule,
            min_interval,
            at,
        }))
    };
    let rescheduled = Rescheduled { name: "up".into(), schedule: schedule(), at: at(9) };
    check(&starting([]), edit(Some("up"), None), Ok(vec![rescheduled.clone().into()]));
    check(&starting([]), edit(None, None), Ok(vec![]));
    let refused = Grab::folded(&starting([])).decide(edit(None, Some(spec())));
    assert!(matches!(refused, Err(Refusal::Invalid(faults)) if faults[0].field == ["spec"]));
    let after = Grab::folded(&starting([rescheduled.into()]));
    assert_eq!(
        after.order.map(|order| (order.name, order.goal)),
        Some(("up".into(), Goal::Start(dormant())))
    );
}
