//! No history leads a grab anywhere that its tables do not know.

use berth_domain::{
    Aggregate, GrabId, Seconds, Timestamp,
    event::Event as _,
    grab::{
        AccessProbed, Action, AlarmRaised, Attempt, AttemptAbsent, AttemptResent, AttemptSettled,
        AttemptStarted, Command, Edit, Edited, Ended, Event, Failed, Grab, Have, Holder, Hurried,
        InstanceLost, InstanceObtained, LimitChecked, Paused, PreparationFailed, Queued, Refusal,
        ReleaseAsked, Resumed, ReviewNeeded, Settle, Site, Started, State, Step, Stopped, Succeeded,
        SurplusSeen, Surroundings, Suspicion, Wish, state_reason,
    },
    tenant::Limit,
};
use proptest::{collection::vec, option, prelude::*};

use crate::arbitrary::{
    created, error, gave_up, holder, limits, moment, number, outcome, reason, review, schedule, spec, target,
    text, verdict,
};

proptest! {
    #![proptest_config(crate::config(120))]

    #[test]
    fn no_sequence_of_events_reaches_an_undeclared_state(first in created(), events in vec(event(), 0..40)) {
        let mut grab = Grab::folded([&first]);
        for event in &events {
            grab.evolve(event);
            let state = grab.state();
            prop_assert!(State::ALL.contains(&state));
            prop_assert!(!state_reason(&grab).english.is_empty());
            what_is_allowed_is_what_is_decided(&grab)?;
        }
    }

    #[test]
    fn decide_never_panics_and_what_it_says_can_be_taken_in(
        first in created(),
        events in vec(event(), 0..20),
        commands in vec(command(), 1..20),
    ) {
        let mut grab = Grab::folded(std::iter::once(&first).chain(&events));
        for command in commands {
            for event in grab.decide(command).unwrap_or_default() {
                grab.evolve(&event);
            }
            what_is_allowed_is_what_is_decided(&grab)?;
        }
    }

    #[test]
    fn no_command_panics_before_the_task_exists(command in command()) {
        prop_assert_eq!(Grab::default().decide(command), Err(Refusal::NoSuchTask));
    }

    #[test]
    fn only_commands_lead_only_to_states_where_wish_and_have_agree(commands in vec(command(), 0..60), first in created()) {
        let mut grab = Grab::folded([&first]);
        for command in commands {
            let before = grab.clone();
            for event in grab.decide(command).unwrap_or_default() {
                grab.evolve(&event);
            }
            prop_assert!(grab.held.starts_with(&before.held), "what is held stays held");
            prop_assert!(grab.held.len() <= grab.wanted(), "nothing is held that was not wanted");
            let ids: std::collections::BTreeSet<_> = grab.held.iter().map(|held| &held.instance).collect();
            prop_assert_eq!(ids.len(), grab.held.len(), "each is held once");
            if grab.wish == Wish::Unspoken {
                prop_assert_eq!(&grab.have, &Have::Nothing, "nothing is tried before it is wished for");
            }
        }
    }

    #[test]
    fn folding_is_the_same_each_time_and_from_any_snapshot(
        first in created(),
        events in vec(event(), 0..30),
        cut in any::<prop::sample::Index>(),
    ) {
        let all: Vec<Event> = std::iter::once(first).chain(events).collect();
        let (prefix, rest) = all.split_at(cut.index(all.len() + 1));
        let before = Grab::folded(prefix);
        prop_assert_eq!(&before, &Grab::folded(prefix));

        let snapshot = serde_json::to_string(&before).expect("a state can be written");
        let mut resumed: Grab = serde_json::from_str(&snapshot).expect("a state can be read");
        prop_assert_eq!(&resumed, &before);
        for event in rest {
            resumed.evolve(event);
        }
        prop_assert_eq!(resumed, Grab::folded(&all));
    }

    #[test]
    fn every_event_reads_back_as_it_was_written(event in prop_oneof![created(), event()]) {
        let read = Event::decode(event.name(), event.schema(), &event.encode()).expect("it was just written");
        prop_assert_eq!(read, event);
    }

    #[test]
    fn nothing_is_tried_while_something_is_out(
        first in created(),
        events in vec(event(), 0..30),
        (now, awake_since) in (moment(), moment()),
        tried_ago in option::of(0..1_000_000_i64),
        tenant_may_act in any::<bool>(),
        domains in option::of(vec(text(), 0..4)),
        chance in any::<u128>(),
    ) {
        let grab = Grab::folded(std::iter::once(&first).chain(&events));
        let id = GrabId::from_parts(1, chance);
        let sites = ["region", "other"].map(|region| Site { region, domains: domains.as_deref() });
        let around = Surroundings { id, now, awake_since, tried_ago, tenant_may_act, sites: &sites };
        match grab.plan(around) {
            Step::AttemptNow { number, .. } => {
                prop_assert!(grab.have == Have::Nothing && grab.wish == Wish::Standing && tenant_may_act);
                prop_assert_eq!(number, grab.next_number());
            }
            Step::Prepare { .. } => prop_assert!(grab.have == Have::Nothing && grab.wish == Wish::Standing),
            Step::WaitUntil(moment) => prop_assert!(moment > now, "waiting for the past would spin"),
            Step::Resend { .. } => prop_assert!(grab.wish == Wish::Standing),
            Step::LookFor { .. } | Step::AskReview(_) => prop_assert!(matches!(grab.have, Have::Asked(_))),
            Step::Follow { .. } => prop_assert!(matches!(grab.have, Have::Accepted(_))),
            Step::GiveUp(_) => prop_assert!(grab.have == Have::Nothing && grab.wish == Wish::Standing),
            Step::LookInto(suspicion) => {
                prop_assert!(grab.have == Have::Nothing && grab.wish == Wish::Standing && tenant_may_act);
                prop_assert_eq!(grab.suspicion, Some(suspicion));
            }
            Step::Rest => prop_assert!(!matches!(grab.have, Have::Asked(_) | Have::Accepted(_))),
        }
    }

    #[test]
    fn whatever_is_planned_the_rules_permit(first in created(), events in vec(event(), 0..30), now in moment()) {
        let grab = Grab::folded(std::iter::once(&first).chain(&events));
        let domains = ["AD-1".to_owned(), "AD-2".to_owned()];
        let id = GrabId::from_parts(1, 9);
        let sites = [Site { region: "region", domains: Some(&domains) }];
        let around =
            Surroundings { id, now, awake_since: now, tried_ago: None, tenant_may_act: true, sites: &sites };
        let command = match grab.plan(around) {
            Step::AttemptNow { number, .. } => an_attempt(number, now),
            Step::Resend { number } => Command::Resend { number, at: now },
            Step::LookFor { number } => Command::Absent { number, at: now },
            Step::LookInto(Suspicion::Limit) => Command::SeeLimits { limits: vec![], found: None, at: now },
            Step::LookInto(Suspicion::Account) => Command::SeeAccess { identity: false, shapes: false, at: now },
            Step::GiveUp(why) => Command::GiveUp { why, at: now },
            Step::AskReview(why) => Command::AskReview { why, at: now },
            Step::Prepare { .. } | Step::Follow { .. } | Step::WaitUntil(_) | Step::Rest => return Ok(()),
        };
        let events = grab.decide(command).expect("a step of the plan is no step that the rules refuse");
        prop_assert!(!events.is_empty(), "a step that changes nothing would be planned again for ever");
    }
}

/// A number without end is written as nothing.
#[cfg(debug_assertions)]
#[test]
#[should_panic(expected = "cannot be read back")]
fn an_event_that_could_not_be_read_again_is_not_written() {
    let limit = Limit { name: "a1".into(), availability_domain: None, total: f64::INFINITY, used: 0.0 };
    let (instance, at) = (None, Timestamp::default());
    let event = LimitChecked { limits: vec![limit], used_up: true, instance, false_alarms: 1, at };
    drop(Event::from(event).encode());
}

/// An action is offered exactly when a person's command for it would make something true. The one exception is a
/// person who takes over the tenant's hold: a pause that changes who holds it, not its state.
fn what_is_allowed_is_what_is_decided(grab: &Grab) -> Result<(), TestCaseError> {
    let (state, at, by) = (grab.state(), Timestamp::from_millis(0), Holder::Person);
    for (action, command) in [
        (Action::Start, Command::Start { at }),
        (Action::Pause, Command::Pause { by, at }),
        (Action::Resume, Command::Resume { by, at }),
        (Action::Stop, Command::Stop { at }),
        (Action::Delete, Command::Delete { at }),
    ] {
        let takes_over =
            state == State::Paused && action == Action::Pause && grab.wish == Wish::Paused(Holder::Tenant);
        // What waits for a place is started by nobody but the place that frees.
        let waits = action == Action::Start && grab.queued_at().is_some();
        let offered = grab.allowed_actions().contains(&action) || takes_over || waits;
        match grab.decide(command) {
            Ok(events) => prop_assert_eq!(!events.is_empty(), offered, "{:?} in {:?}", action, state),
            Err(refusal) => {
                prop_assert!(!offered, "{:?} in {:?}", action, state);
                let out = matches!(grab.have, Have::Asked(_) | Have::Accepted(_)) && action == Action::Delete;
                let expected = match grab.deleted_at {
                    Some(_) => Refusal::NoSuchTask,
                    None if out => Refusal::AttemptOut,
                    None => Refusal::NotNow { action, state },
                };
                prop_assert_eq!(refusal, expected);
            }
        }
    }
    Ok(())
}

pub(crate) fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        wishes(),
        attempts(),
        settled(),
        ends(),
        (verdict(), error(), number(), moment(), moment()).prop_map(
            |(verdict, provider_error, in_a_row, not_before, at)| {
                let (outcome, reason) = (verdict.outcome, verdict.reason);
                PreparationFailed { outcome, reason, provider_error, in_a_row, not_before, at }.into()
            }
        ),
    ]
}

fn wishes() -> BoxedStrategy<Event> {
    prop_oneof![
        moment().prop_map(|at| Started { at }.into()),
        (holder(), moment()).prop_map(|(by, at)| Paused { by, at }.into()),
        moment().prop_map(|at| Resumed { at }.into()),
        moment().prop_map(|at| Stopped { at }.into()),
        moment().prop_map(|at| Queued { at }.into()),
        moment().prop_map(|at| Hurried { at }.into()),
        (text(), spec(), schedule(), moment()).prop_map(|(name, spec, schedule, at)| Edited {
            name,
            spec,
            schedule,
            at
        }
        .into()),
    ]
    .boxed()
}

fn attempts() -> BoxedStrategy<Event> {
    prop_oneof![
        2 => (number(), text(), target(), moment()).prop_map(|(number, token, target, at)| {
            AttemptStarted { number, token, target, body_hash: "hash".into(), at }.into()
        }),
        1 => (number(), moment()).prop_map(|(number, at)| AttemptResent { number, at }.into()),
        1 => (number(), moment()).prop_map(|(number, at)| AttemptAbsent { number, at }.into()),
    ]
    .boxed()
}

fn settled() -> BoxedStrategy<Event> {
    let what = (number(), text(), outcome(), reason(), option::of(error()));
    let rest = (option::of(text()), number(), option::of(moment()), moment());
    (what, rest)
        .prop_map(|((number, availability_domain, outcome, reason, provider_error), rest)| {
            let (instance, in_a_row, not_before, at) = rest;
            AttemptSettled {
                number,
                availability_domain,
                outcome,
                reason,
                provider_error,
                request_id: None,
                duration_ms: 1,
                instance,
                work_request: None,
                in_a_row,
                not_before,
                at,
            }
            .into()
        })
        .boxed()
}

fn ends() -> BoxedStrategy<Event> {
    prop_oneof![
        (number(), text(), outcome(), reason(), moment()).prop_map(
            |(number, instance, outcome, reason, at)| {
                let (in_a_row, not_before) = (number, Some(at));
                InstanceLost {
                    number,
                    instance,
                    outcome,
                    reason,
                    provider_error: None,
                    in_a_row,
                    not_before,
                    at,
                }
                .into()
            }
        ),
        (vec(text(), 0..3), moment()).prop_map(|(instances, at)| SurplusSeen { instances, at }.into()),
        (number(), text(), text(), option::of(text()), moment()).prop_map(
            |(number, instance, availability_domain, private_ip, at)| {
                let (public_ip, held) = (None, 1);
                let seen = InstanceObtained {
                    number,
                    instance,
                    availability_domain,
                    public_ip,
                    private_ip,
                    held,
                    at,
                };
                seen.into()
            }
        ),
        (number(), text(), text(), option::of(text()), moment()).prop_map(
            |(number, instance, availability_domain, public_ip, at)| {
                Succeeded { number, instance, availability_domain, public_ip, private_ip: None, at }.into()
            }
        ),
        (number(), text(), moment())
            .prop_map(|(number, instance, at)| ReleaseAsked { number, instance, at }.into()),
        (limits(), any::<bool>(), option::of(text()), moment()).prop_map(
            |(limits, used_up, instance, at)| {
                LimitChecked { limits, used_up, instance, false_alarms: 1, at }.into()
            }
        ),
        (any::<bool>(), any::<bool>(), moment()).prop_map(|(identity, shapes, at)| {
            AccessProbed { identity, shapes, not_before: at, at }.into()
        }),
        (number(), verdict(), moment()).prop_map(|(faults, verdict, at)| {
            let (outcome, reason) = (verdict.outcome, verdict.reason);
            AlarmRaised { faults, outcome, reason, provider_error: None, at }.into()
        }),
        (gave_up(), option::of(text()), moment())
            .prop_map(|(why, detail, at)| Failed { why, detail, at }.into()),
        (review(), moment()).prop_map(|(why, at)| ReviewNeeded { why, at }.into()),
    ]
    .boxed()
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        asked_by_people(),
        asked_by_the_hunter(),
        (number(), verdict(), error(), option::of(moment()), moment()).prop_map(
            |(number, verdict, provider_error, not_before, at)| {
                let ended = Ended::Not { verdict, provider_error, not_before };
                Command::Settle(Box::new(Settle { number, ended, request_id: None, duration_ms: 1, at }))
            }
        ),
        (number(), text(), moment()).prop_map(|(number, instance, at)| {
            let ended = Ended::Accepted { instance, work_request: None };
            Command::Settle(Box::new(Settle { number, ended, request_id: None, duration_ms: 1, at }))
        }),
    ]
}

fn asked_by_people() -> BoxedStrategy<Command> {
    prop_oneof![
        moment().prop_map(|at| Command::Start { at }),
        (holder(), moment()).prop_map(|(by, at)| Command::Pause { by, at }),
        (holder(), moment()).prop_map(|(by, at)| Command::Resume { by, at }),
        moment().prop_map(|at| Command::Stop { at }),
        moment().prop_map(|at| Command::Queue { at }),
        moment().prop_map(|at| Command::QueueAgain { at }),
        (prop::sample::select(vec![Action::Start, Action::Resume]), moment())
            .prop_map(|(action, at)| Command::Await { action, at }),
        moment().prop_map(|at| Command::Hurry { min_interval: Seconds(1), at }),
        moment().prop_map(|at| Command::Delete { at }),
        (option::of(text()), option::of(spec()), any::<bool>(), moment()).prop_map(
            |(name, spec, keep, at)| {
                let (keep_root_password, keep_user_data) = (keep, !keep);
                let (schedule, min_interval) = (None, Seconds(1));
                let edit =
                    Edit { name, spec, keep_root_password, keep_user_data, schedule, min_interval, at };
                Command::Edit(Box::new(edit))
            }
        ),
    ]
    .boxed()
}

fn asked_by_the_hunter() -> BoxedStrategy<Command> {
    prop_oneof![
        (verdict(), error(), moment()).prop_map(|(verdict, provider_error, at)| Command::FailPreparation {
            verdict,
            provider_error,
            at
        }),
        (number(), moment()).prop_map(|(number, at)| an_attempt(number, at)),
        (number(), moment()).prop_map(|(number, at)| Command::Resend { number, at }),
        (number(), moment()).prop_map(|(number, at)| Command::Absent { number, at }),
        (text(), moment()).prop_map(|(instance, at)| Command::SeeRunning {
            instance,
            public_ip: None,
            private_ip: None,
            at
        }),
        (text(), verdict(), moment()).prop_map(|(instance, verdict, at)| Command::SeeEnded {
            instance,
            verdict,
            provider_error: None,
            at
        }),
        (vec(text(), 0..3), moment()).prop_map(|(instances, at)| Command::SeeSurplus { instances, at }),
        (text(), moment()).prop_map(|(instance, at)| Command::AskRelease { instance, at }),
        (limits(), option::of(text()), moment()).prop_map(|(limits, found, at)| Command::SeeLimits {
            limits,
            found,
            at
        }),
        (any::<bool>(), any::<bool>(), moment()).prop_map(|(identity, shapes, at)| Command::SeeAccess {
            identity,
            shapes,
            at
        }),
        (gave_up(), moment()).prop_map(|(why, at)| Command::GiveUp { why, at }),
        (review(), moment()).prop_map(|(why, at)| Command::AskReview { why, at }),
    ]
    .boxed()
}

fn an_attempt(number: u32, at: Timestamp) -> Command {
    let target = berth_domain::grab::Target {
        region: "region".into(),
        size: None,
        availability_domain: "AD-1".into(),
        deed: berth_domain::grab::Deed::Launch(berth_domain::grab::Build {
            image: "image".into(),
            subnet: "subnet".into(),
            display_name: "name".into(),
        }),
    };
    let (token, body_hash) = (format!("token-{number}"), "hash".into());
    Command::Attempt(Box::new(Attempt { number, token, target, body_hash, at }))
}
