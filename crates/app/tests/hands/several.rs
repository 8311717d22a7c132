//! Several instances by one task: one after another, each its own, and never one too many.

use berth_app::grab::{Change, NewGrab};
use berth_cloud::{Limit, fake::Answer};
use berth_domain::{
    GrabId, TenantId,
    grab::{Event, Grab, Outcome, Spec, State},
};
use berth_store::{Log, SecretId};

use crate::world::{Stage, new_grab, order, play, refusal_codes};

fn wanting(tenant: TenantId, count: u32) -> NewGrab {
    let new = new_grab(tenant, 5);
    NewGrab { spec: Spec { count, ..new.spec.clone() }, ..new }
}

async fn task_for(stage: &Stage, count: u32) -> GrabId {
    let tenant = stage.tenant("tokyo").await;
    stage.app.grabs.create(wanting(tenant, count), order("new")).await.unwrap().id
}

async fn until_held(stage: &Stage, id: GrabId, held: usize) -> Grab {
    for _ in 0..3600 {
        let grab = stage.state(id).await;
        if grab.held.len() == held {
            return grab;
        }
        stage.pass(1).await;
    }
    panic!("{:?} after an hour", stage.state(id).await)
}

fn for_so_many(count: u32) -> Change {
    Change { spec: Some(wanting(TenantId::from_parts(0, 0), count).spec), ..Change::default() }
}

#[test]
fn three_instances_are_got_one_after_another_each_with_its_own_name() {
    play([Answer::CAPACITY, Answer::Grant, Answer::CAPACITY], async |stage| {
        let id = task_for(&stage, 3).await;
        let grab = stage.until(id, State::Succeeded).await;
        let misses_and_grants =
            [Outcome::Capacity, Outcome::Accepted, Outcome::Capacity, Outcome::Accepted, Outcome::Accepted];
        assert_eq!(stage.outcomes(id).await, misses_and_grants);

        let alive = stage.cloud.alive();
        let held: Vec<_> = grab.held.iter().map(|held| held.instance.clone()).collect();
        assert_eq!(held, alive.iter().map(|seen| seen.id.clone()).collect::<Vec<_>>());
        let first = alive[0].display_name.clone();
        let names: Vec<_> = alive.iter().map(|seen| seen.display_name.clone()).collect();
        assert_eq!(names, [first.clone(), format!("{first}-2"), format!("{first}-3")]);
        assert_eq!(first, format!("抢ARM机器 {}", &id.to_string()[id.to_string().len() - 8..]));
        let numbers: Vec<_> = grab.held.iter().map(|held| held.number).collect();
        assert_eq!(numbers, [2, 4, 5]);
        let obtained = |event: &&Event| matches!(event, Event::InstanceObtained(_));
        assert_eq!(stage.history(id).await.iter().filter(obtained).count(), 2);
        stage.pass(3600).await;
        assert_eq!(stage.cloud.launches().len(), 5, "nothing is tried after success");
    });
}

#[test]
fn the_next_one_is_tried_for_at_the_interval() {
    play([], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let mut new = wanting(tenant, 2);
        new.schedule.interval = berth_domain::Seconds(300);
        new.schedule.jitter_percent = 0;
        let id = stage.app.grabs.create(new, order("new")).await.unwrap().id;
        stage.until(id, State::Succeeded).await;
        let started: Vec<_> = stage.history(id).await.iter().filter_map(began).collect();
        assert_eq!(started.len(), 2);
        assert!((300_000..310_000).contains(&(started[1] - started[0])), "{started:?}");
    });
}

fn began(event: &Event) -> Option<i64> {
    match event {
        Event::AttemptStarted(started) => Some(started.at.millis()),
        _ => None,
    }
}

#[test]
fn a_lost_answer_is_not_taken_for_the_instance_that_is_held() {
    let script = [Answer::Grant, Answer::GrantUnheard, Answer::Unreached, Answer::THROTTLE, Answer::CAPACITY];
    play(script, async |stage| {
        let id = task_for(&stage, 2).await;
        let grab = stage.until(id, State::Succeeded).await;
        let alive: Vec<_> = stage.cloud.alive().into_iter().map(|seen| seen.id).collect();
        assert_eq!(alive, grab.held.iter().map(|held| held.instance.clone()).collect::<Vec<_>>());
        assert_eq!(alive.len(), 2, "found by its name, and bought once");
        let history = stage.history(id).await;
        assert!(!history.iter().any(|event| matches!(event, Event::SurplusSeen(_))), "{history:#?}");
    });
}

#[test]
fn a_limit_that_is_named_after_the_first_is_looked_into_and_the_first_is_no_find() {
    play([Answer::Grant, Answer::LIMIT], async |stage| {
        let cores = |used| Limit {
            name: "standard-a1-core-count".into(),
            availability_domain: None,
            total: 8.0,
            used,
        };
        stage.cloud.set_limits([cores(4.0)]);
        let id = task_for(&stage, 2).await;
        let grab = stage.until(id, State::Succeeded).await;
        assert_eq!((grab.held.len(), stage.cloud.alive().len(), grab.false_limits), (2, 2, 1));
    });
    play([Answer::Grant, Answer::LIMIT], async |stage| {
        let (name, availability_domain) = ("standard-a1-core-count".into(), None);
        stage.cloud.set_limits([Limit { name, availability_domain, total: 4.0, used: 4.0 }]);
        let id = task_for(&stage, 2).await;
        let grab = stage.until(id, State::Failed).await;
        assert_eq!((grab.held.len(), stage.cloud.alive().len()), (1, 1), "what it has got is kept");
    });
}

#[test]
fn whoever_dies_between_two_goes_on_for_the_rest() {
    play([], async |mut stage| {
        let id = task_for(&stage, 3).await;
        until_held(&stage, id, 1).await;
        stage.restart().await;
        until_held(&stage, id, 2).await;
        stage.restart_later(3600).await;
        let grab = stage.until(id, State::Succeeded).await;
        assert_eq!((grab.held.len(), stage.cloud.alive().len()), (3, 3));
    });
}

#[test]
fn wishing_for_what_is_there_ends_it_and_for_less_is_refused() {
    play([Answer::Grant, Answer::Grant], async |stage| {
        stage.cloud.then(vec![Answer::CAPACITY; 1000]);
        let id = task_for(&stage, 4).await;
        until_held(&stage, id, 2).await;
        stage.app.grabs.pause(id, order("pause")).await.unwrap();
        stage.pass(60).await;
        let refused = stage.app.grabs.update(id, for_so_many(1), order("fewer")).await.unwrap_err();
        assert_eq!(refusal_codes(refused), [berth_domain::Code::Invalid]);
        let told = stage.app.grabs.update(id, for_so_many(2), order("enough")).await.unwrap();
        assert_eq!((told.state.state(), told.state.held.len()), (State::Succeeded, 2));
        stage.pass(3600).await;
        assert_eq!(stage.cloud.alive().len(), 2);
    });
}

#[test]
fn a_password_is_forgotten_when_the_last_runs_and_not_before() {
    play([], async |stage| {
        let id = task_for(&stage, 2).await;
        let grab = until_held(&stage, id, 1).await;
        let name = grab.secrets()[0].clone();
        let secret = SecretId::parse(&name.0).unwrap();
        assert!(stage.log.secret(&secret).await.unwrap().is_some(), "the next one needs it");
        stage.until(id, State::Succeeded).await;
        assert!(stage.log.secret(&secret).await.unwrap().is_none());
    });
}
