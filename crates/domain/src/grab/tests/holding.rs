//! Held before it began: what waits for a place, and what is wished for while its tenant may not act.

use super::*;

fn queued(seconds: i64) -> Event {
    Queued { at: at(seconds) }.into()
}

fn resumed(seconds: i64) -> Event {
    Resumed { at: at(seconds) }.into()
}

fn start(seconds: i64) -> Command {
    Command::Start { at: at(seconds) }
}

fn resume(by: Holder, seconds: i64) -> Command {
    Command::Resume { by, at: at(seconds) }
}

fn wait(action: Action) -> Command {
    Command::Await { action, at: at(40) }
}

#[test]
fn whatever_waits_for_a_place_is_held_and_then_starts() {
    for by in [Holder::Person, Holder::Tenant] {
        let waiting = vec![created(), queued(20)];
        let held = Event::from(Paused { by, at: at(30) });
        check(&waiting, Command::Pause { by, at: at(30) }, Ok(vec![held.clone()]));
        let held = [waiting, vec![held]].concat();
        let grab = Grab::folded(&held);
        assert_eq!((grab.state(), grab.queued_at()), (State::Paused, None));
        check(&held, resume(by, 40), Ok(vec![started(40)]));
    }
}

#[test]
fn what_ran_before_its_tenant_held_it_waits_again_and_goes_on_where_it_was() {
    let held = running([asked(1, 5), missed(1, 6), paused(Holder::Tenant, 10)]);
    check(&held, Command::QueueAgain { at: at(20) }, Ok(vec![queued(20)]));
    let waiting = [held, vec![queued(20)]].concat();
    check(&waiting, Command::QueueAgain { at: at(21) }, Ok(vec![]));
    check(&waiting, start(30), Ok(vec![resumed(30)]));
    let grab = Grab::folded(&[waiting, vec![resumed(30)]].concat());
    assert_eq!((grab.state(), grab.tally.attempts, grab.tally.before_start), (State::Running, 1, 0));
    assert_eq!(grab.started_at, Some(at(0)));
}

#[test]
fn only_what_its_tenant_holds_waits_again() {
    for given in [vec![created()], running([]), running([paused(Holder::Person, 5)]), running([stopped(5)])] {
        check(&given, Command::QueueAgain { at: at(20) }, Ok(vec![]));
    }
}

#[test]
fn a_new_start_that_is_held_before_its_turn_counts_its_attempts_anew() {
    let one = Schedule { max_attempts: 1, ..schedule() };
    let used_up = [asked(1, 5), missed(1, 6), gave_up(GaveUp::AttemptsExhausted, 6)];
    let held = running_with(one, used_up.into_iter().chain([queued(20), paused(Holder::Tenant, 30)]));
    check(&held, resume(Holder::Tenant, 40), Ok(vec![started(40)]));
    let begun = [held, vec![started(40)]].concat();
    assert!(!matches!(plan(&begun, 400), Step::GiveUp(_)));
}

#[test]
fn what_is_wished_for_while_the_tenant_may_not_act_is_held_by_it() {
    let held = Event::from(Paused { by: Holder::Tenant, at: at(40) });
    let (by_person, by_tenant) = (running([paused(Holder::Person, 5)]), running([paused(Holder::Tenant, 5)]));
    for given in [vec![created()], running([stopped(5)]), running([review(Review::NotFoundOut, 5)])] {
        check(&given, wait(Action::Start), Ok(vec![queued(40), held.clone()]));
    }
    check(&[created(), queued(5)], wait(Action::Start), Ok(vec![held.clone()]));
    check(&by_person, wait(Action::Resume), Ok(vec![held]));
    check(&by_tenant, wait(Action::Resume), Ok(vec![]));
    for action in [Action::Start, Action::Resume] {
        check(&running([]), wait(action), Ok(vec![]));
    }
    let (start, resume) = (Action::Start, Action::Resume);
    let not_now = |action, state| Err(Refusal::NotNow { action, state });
    check(&by_person, wait(start), not_now(start, State::Paused));
    check(&running([stopped(5)]), wait(resume), not_now(resume, State::Stopped));
}
