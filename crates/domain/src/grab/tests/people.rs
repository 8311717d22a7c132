//! What people and tenants may ask, in each of the eight states.

use super::*;

/// What an action does in a state.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Does {
    /// It makes this true.
    Act,
    /// It is so already: no events, no refusal.
    Nothing,
    Refuse,
}
use Does::{Act, Nothing, Refuse};

/// A history that ends in this state.
fn history_of(state: State) -> Vec<Event> {
    match state {
        State::Pending => vec![created()],
        State::Running => running([asked(1, 5), missed(1, 6)]),
        State::CoolingDown => {
            running([asked(1, 5), bare(1, Outcome::Throttled, Reason::ThrottledUser, 6).into()])
        }
        State::Paused => running([paused(Holder::Person, 5)]),
        State::Succeeded => running([asked(1, 5), granted(1, 6), ran(1, 90)]),
        State::Failed => running([gave_up(GaveUp::DeadlinePassed, 5)]),
        State::Stopped => running([stopped(5)]),
        State::NeedsReview => running([asked(1, 5), review(Review::NotFoundOut, 6)]),
    }
}

/// Checks one row of a table for each state, in the order of `State::ALL`.
#[expect(clippy::needless_pass_by_value, reason = "a story reads better without ampersands")]
fn table(action: Action, command: Command, event: impl Into<Event>, rows: [Does; 8]) {
    let event = event.into();
    for (state, does) in State::ALL.into_iter().zip(rows) {
        let history = history_of(state);
        assert_eq!(Grab::folded(&history).state(), state);
        let then = match does {
            Act => Ok(vec![event.clone()]),
            Nothing => Ok(vec![]),
            Refuse => Err(Refusal::NotNow { action, state }),
        };
        check(&history, command.clone(), then);
        assert_eq!(
            Grab::folded(&history).allowed_actions().contains(&action),
            does == Act,
            "{action:?} in {state:?}"
        );
    }
}

#[test]
fn a_task_is_started_when_it_is_new_ended_or_unclear() {
    //          pending  running  cooling  paused  succeeded  failed  stopped  review
    let rows = [Act, Nothing, Nothing, Refuse, Refuse, Act, Act, Act];
    table(Action::Start, Command::Start { at: at(100) }, Started { at: at(100) }, rows);
}

#[test]
fn a_person_pauses_what_runs() {
    let (by, at) = (Holder::Person, at(100));
    let rows = [Refuse, Act, Act, Nothing, Refuse, Refuse, Refuse, Refuse];
    table(Action::Pause, Command::Pause { by, at }, Paused { by, at }, rows);
}

#[test]
fn a_person_resumes_what_is_paused() {
    let (by, at) = (Holder::Person, at(100));
    let rows = [Refuse, Nothing, Nothing, Act, Refuse, Refuse, Refuse, Refuse];
    table(Action::Resume, Command::Resume { by, at }, Resumed { at }, rows);
}

#[test]
fn a_task_is_stopped_while_it_runs_waits_or_is_unclear() {
    let rows = [Refuse, Act, Act, Act, Refuse, Refuse, Nothing, Act];
    table(Action::Stop, Command::Stop { at: at(100) }, Stopped { at: at(100) }, rows);
}

#[test]
fn a_tenant_that_may_not_act_holds_what_runs_and_is_never_refused() {
    for state in State::ALL {
        let (by, at) = (Holder::Tenant, at(100));
        let then = if state.runs() { vec![Paused { by, at }.into()] } else { vec![] };
        check(&history_of(state), Command::Pause { by, at }, Ok(then));
    }
}

#[test]
fn a_tenant_that_may_act_again_wakes_only_what_it_held() {
    let resume = Command::Resume { by: Holder::Tenant, at: at(100) };
    for state in State::ALL {
        check(&history_of(state), resume.clone(), Ok(vec![]));
    }
    check(&running([paused(Holder::Tenant, 5)]), resume, Ok(vec![Resumed { at: at(100) }.into()]));
}

#[test]
fn a_persons_hold_outlasts_the_tenants() {
    let held_by_tenant = running([paused(Holder::Tenant, 5)]);
    let by_person = Event::from(Paused { by: Holder::Person, at: at(9) });
    check(&held_by_tenant, Command::Pause { by: Holder::Person, at: at(9) }, Ok(vec![by_person.clone()]));

    let held_by_both = running([paused(Holder::Tenant, 5), by_person.clone()]);
    check(&held_by_both, Command::Resume { by: Holder::Tenant, at: at(10) }, Ok(vec![]));

    let tenant_came_later = running([by_person]);
    check(&tenant_came_later, Command::Pause { by: Holder::Tenant, at: at(10) }, Ok(vec![]));
}

#[test]
fn a_person_may_end_the_tenants_hold() {
    let resume = Command::Resume { by: Holder::Person, at: at(9) };
    check(&running([paused(Holder::Tenant, 5)]), resume, Ok(vec![Resumed { at: at(9) }.into()]));
}

#[test]
fn a_task_that_got_its_instance_while_paused_cannot_be_paused_again() {
    let got = running([asked(1, 5), paused(Holder::Person, 6), granted(1, 7), ran(1, 90)]);
    let refusal = Refusal::NotNow { action: Action::Pause, state: State::Succeeded };
    check(&got, Command::Pause { by: Holder::Person, at: at(100) }, Err(refusal));
}

#[test]
fn nothing_can_be_asked_of_a_task_that_was_never_made() {
    for command in [
        Command::Start { at: at(1) },
        Command::Stop { at: at(1) },
        Command::Resume { by: Holder::Tenant, at: at(1) },
        attempt(1, 1),
        grant(1, "instance-1", 1),
    ] {
        check(&[], command, Err(Refusal::NoSuchTask));
    }
}

#[test]
fn every_refusal_explains_itself_in_both_languages() {
    use crate::explain::Explain;
    let not_now = State::ALL.into_iter().flat_map(|state| {
        [
            Action::Start,
            Action::Pause,
            Action::Resume,
            Action::Stop,
            Action::Update,
            Action::AttemptNow,
            Action::Delete,
        ]
        .map(|action| Refusal::NotNow { action, state })
    });
    let others = [
        Refusal::NoSuchTask,
        Refusal::AlreadyCreated,
        Refusal::Overtaken,
        Refusal::AttemptOut,
        Refusal::TooSoon(at(60)),
    ];
    for refusal in not_now.chain(others) {
        for explanation in refusal.explain() {
            assert!(explanation.message.english.is_ascii(), "{refusal:?}");
            assert!(!explanation.message.chinese.is_ascii(), "{refusal:?}");
        }
    }
}

#[test]
fn every_state_has_a_reason_in_both_languages() {
    for state in State::ALL {
        let reason = state_reason(&Grab::folded(&history_of(state)));
        assert!(!reason.english.is_empty() && !reason.chinese.is_ascii(), "{state:?}: {reason:?}");
    }
}
