//! Grabbing the start of an instance that was there before, over a cloud that has no room for it at first.

use berth_app::grab::NewStart;
use berth_cloud::{Lifecycle, fake::Answer};
use berth_domain::{
    GrabId, Seconds, TenantId,
    grab::{Dormant, Event, GaveUp, Have, Outcome, Schedule, State, Wish},
};

use crate::world::{Stage, order, play, refusal_codes};

/// A tenant with an instance that somebody stopped.
pub(crate) async fn asleep(stage: &Stage) -> (TenantId, String) {
    let tenant = stage.tenant("tokyo").await;
    let made = stage.grab(tenant, 5).await;
    let instance = stage.until(made, State::Succeeded).await.held[0].instance.clone();
    stage.cloud.stop(&instance);
    (tenant, instance)
}

fn wake(tenant: TenantId, instance: &str) -> NewStart {
    let instance = Dormant { region: "ap-tokyo-1".into(), instance: instance.into() };
    let schedule = Schedule { interval: Seconds(5), jitter_percent: 20, ..Schedule::default() };
    NewStart { tenant, name: "wake".into(), instance, schedule }
}

pub(crate) async fn task_for(stage: &Stage, tenant: TenantId, instance: &str) -> GrabId {
    let id = stage.app.grabs.create_start(wake(tenant, instance), order("wake")).await.unwrap().id;
    stage.app.grabs.start(id, order("go")).await.unwrap();
    id
}

fn lifecycle(stage: &Stage, instance: &str) -> Lifecycle {
    stage.cloud.alive().into_iter().find(|seen| seen.id == instance).unwrap().lifecycle
}

#[test]
fn a_start_is_tried_until_there_is_room_and_ends_with_the_address() {
    play([], async |stage| {
        let (tenant, instance) = asleep(&stage).await;
        stage.cloud.answer_starts([Answer::CAPACITY, Answer::THROTTLE, Answer::CAPACITY]);
        let id = task_for(&stage, tenant, &instance).await;
        let grab = stage.until(id, State::Succeeded).await;
        let outcomes = [Outcome::Capacity, Outcome::Throttled, Outcome::Capacity, Outcome::Accepted];
        assert_eq!(stage.outcomes(id).await, outcomes);
        let [held] = &grab.held[..] else { panic!("{:?}", grab.held) };
        assert_eq!((&held.instance, held.public_ip.as_deref()), (&instance, Some("192.0.2.7")));
        assert_eq!(lifecycle(&stage, &instance), Lifecycle::Running);
        let tokens: std::collections::BTreeSet<_> =
            stage.cloud.starts().into_iter().map(|start| start.token).collect();
        assert_eq!(tokens.len(), 4, "each attempt its own");
        assert_eq!((stage.cloud.launches().len(), stage.cloud.terminations().len()), (1, 0));
        stage.pass(3600).await;
        assert_eq!(stage.cloud.starts().len(), 4, "nothing is tried after success");
    });
}

#[test]
fn a_lost_answer_is_found_out_on_the_instance_itself() {
    for (lost, starts) in [(Answer::GrantUnheard, 1), (Answer::Unheard, 2)] {
        play([], async |stage| {
            let (tenant, instance) = asleep(&stage).await;
            stage.cloud.answer_starts([lost]);
            let id = task_for(&stage, tenant, &instance).await;
            stage.until(id, State::Succeeded).await;
            assert_eq!(stage.cloud.starts().len(), starts, "never asked again while in doubt");
            let resent = stage.history(id).await.into_iter();
            assert_eq!(resent.filter(|event| matches!(event, Event::AttemptResent(_))).count(), 0);
        });
    }
}

#[test]
fn an_instance_that_somebody_started_meanwhile_is_success() {
    play([], async |stage| {
        let (tenant, instance) = asleep(&stage).await;
        stage.cloud.answer_starts([Answer::GrantUnheard, Answer::WRONG_STATE]);
        let first = task_for(&stage, tenant, &instance).await;
        stage.until(first, State::Succeeded).await;
        let new = wake(tenant, &instance);
        let second = stage.app.grabs.create_start(new, order("again")).await.unwrap().id;
        stage.app.grabs.start(second, order("go-again")).await.unwrap();
        stage.until(second, State::Succeeded).await;
        assert_eq!(stage.outcomes(second).await, [Outcome::InDoubt, Outcome::Accepted]);
    });
}

#[test]
fn an_instance_that_has_ended_fails_the_task_and_says_so() {
    play([], async |stage| {
        let (tenant, instance) = asleep(&stage).await;
        stage.cloud.end(&instance);
        let id = task_for(&stage, tenant, &instance).await;
        let grab = stage.until(id, State::Failed).await;
        assert_eq!(grab.wish, Wish::GivenUp(GaveUp::InstanceGone));
    });
}

#[test]
fn an_instance_that_never_was_fails_the_task_once_the_account_was_seen_to_answer() {
    play([], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = task_for(&stage, tenant, "ocid1.instance.nowhere").await;
        let grab = stage.until(id, State::Failed).await;
        assert_eq!(grab.wish, Wish::GivenUp(GaveUp::InstanceGone));
        let history = stage.history(id).await;
        assert!(history.iter().any(|event| matches!(event, Event::AccessProbed(_))), "{history:#?}");
    });
}

#[test]
fn what_hangs_for_hours_is_followed_and_never_ended() {
    play([], async |stage| {
        let (tenant, instance) = asleep(&stage).await;
        stage.cloud.displace(&instance);
        let id = task_for(&stage, tenant, &instance).await;
        stage.pass(3 * 3600).await;
        assert!(matches!(stage.state(id).await.have, Have::Accepted(_)));
        assert_eq!(stage.cloud.terminations(), Vec::<String>::new());
    });
}

#[test]
fn one_that_stops_again_before_it_runs_is_a_miss_and_is_tried_again() {
    play([], async |stage| {
        let (tenant, instance) = asleep(&stage).await;
        let id = task_for(&stage, tenant, &instance).await;
        while stage.cloud.starts().is_empty() {
            stage.clock.sleep(std::time::Duration::from_millis(10)).await;
        }
        stage.cloud.stop(&instance);
        let grab = stage.until(id, State::Succeeded).await;
        assert!(grab.tally.by_outcome.contains_key(&Outcome::Capacity), "{:?}", grab.tally);
        assert_eq!((stage.cloud.starts().len(), grab.held.len()), (2, 1));
    });
}

#[test]
fn whoever_dies_with_a_start_in_the_air_looks_first() {
    play([], async |mut stage| {
        let (tenant, instance) = asleep(&stage).await;
        stage.cloud.answer_starts([Answer::GrantUnheard]);
        let id = task_for(&stage, tenant, &instance).await;
        while stage.cloud.starts().is_empty() {
            stage.clock.sleep(std::time::Duration::from_millis(1)).await;
        }
        stage.restart().await;
        stage.until(id, State::Succeeded).await;
        assert_eq!(stage.cloud.starts().len(), 1);
    });
}

#[test]
fn nobody_starts_in_a_region_that_does_not_exist() {
    play([], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let mut new = wake(tenant, "ocid1.instance.1");
        new.instance.region = "nowhere-1".into();
        let refused = stage.app.grabs.create_start(new, order("wake")).await.unwrap_err();
        assert_eq!(refusal_codes(refused), [berth_domain::Code::Invalid]);
    });
}
