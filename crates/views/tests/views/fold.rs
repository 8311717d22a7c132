//! What the views promise about folding: once is enough, twice is harmless, and anew gives the same.

use std::time::Duration;

use crate::world::{
    World, attempt_started, created, grab_id, provider_error, registered, settled, started, tenant_id, time,
};
use berth_domain::{
    grab::{AttemptResent, InstanceLost, Outcome, Reason, State},
    tenant::{ConnectionTested, Failure, Reinstated, Status, Suspended, SuspensionReason},
};
use berth_store::Position;
use berth_views::{Behind, attempt, grab, tenant};
use futures::FutureExt;

async fn busy_world() -> World {
    let world = World::new().await;
    world.tenant(tenant_id(1), vec![registered("东京一号", "ap-tokyo-1")]).await;
    for index in 1..=5 {
        world.running(index, &format!("抢ARM机器 {index}"), 4).await;
    }
    world
}

#[tokio::test]
async fn folding_twice_changes_nothing() {
    let world = busy_world().await;
    let views = world.level().await;
    let once = views.dump().await.unwrap();
    views.fold(&world.events().await).await.unwrap();
    assert_eq!(views.dump().await.unwrap(), once);
    assert!(once.contains("抢ARM机器 5") && once.lines().count() > 60, "the dump holds every row");
}

#[tokio::test]
async fn folding_anew_and_in_whatever_portions_gives_the_same_rows() {
    let world = busy_world().await;
    let whole = world.level().await.dump().await.unwrap();
    for size in [1, 3, 7] {
        let views = world.views_named(&format!("views-{size}.db")).await;
        for portion in world.events().await.chunks(size) {
            views.fold(portion).await.unwrap();
        }
        assert_eq!(views.dump().await.unwrap(), whole, "in portions of {size}");
    }
}

#[tokio::test]
async fn a_follower_that_is_killed_anywhere_goes_on_without_harm() {
    let world = busy_world().await;
    let whole = world.level().await.dump().await.unwrap();
    let views = world.views_named("killed.db").await;
    let mut polls = 1;
    while views.position() < world.log.head().await.unwrap() {
        // Dropped after some polls: each wakes at another place in its work.
        let mut run = Box::pin(views.run(std::future::pending()));
        for _ in 0..polls {
            let _unfinished = run.as_mut().now_or_never();
            tokio::task::yield_now().await;
        }
        polls += 1;
    }
    assert_eq!(views.dump().await.unwrap(), whole);
}

#[tokio::test]
async fn a_read_model_of_another_version_is_folded_anew_and_no_other() {
    let world = busy_world().await;
    let views = world.level().await;
    let whole = views.dump().await.unwrap();
    drop(views);
    world.change("UPDATE model SET version = 99 WHERE name = 'grab'").await;
    let again = world.views().await;
    let head = world.head().await;
    for projection in again.projections() {
        let expected = if projection.name == "grab" { Position::START } else { head };
        assert_eq!(projection.position, expected, "{projection:?}");
    }
    assert_eq!(again.projection("grab").unwrap().status, berth_views::Status::CatchingUp);
    assert_eq!(grab::count(&again, &grab::Filter::default()).await.unwrap(), 0);
    assert_eq!(again.position(), Position::START, "who waits for it waits");
    world.catch_up(&again).await;
    assert_eq!(again.dump().await.unwrap(), whole);
}

#[tokio::test]
async fn a_file_that_fits_is_kept() {
    let world = busy_world().await;
    let reached = world.level().await.position();
    assert_eq!(world.views().await.position(), reached);
}

#[tokio::test]
async fn a_file_ahead_of_the_log_or_of_another_log_or_damaged_is_folded_anew() {
    for damage in [
        "UPDATE model SET position = 100000 WHERE name = 'grab'",
        "UPDATE model SET command = 'command_of_another_history' WHERE name = 'tenant'",
        "DROP TABLE model",
    ] {
        let world = busy_world().await;
        drop(world.level().await);
        world.change(damage).await;
        let views = world.views().await;
        assert!(views.projections().iter().all(|each| each.position == Position::START), "{damage}");
    }
    let world = busy_world().await;
    let text = "not a database at all, but long enough to be looked at as one";
    std::fs::write(world.directory.path().join("views.db"), text).unwrap();
    assert_eq!(world.views().await.position(), Position::START);
}

#[tokio::test]
async fn who_waits_for_a_position_is_told_when_it_is_reached_or_late() {
    let world = busy_world().await;
    let views = world.views().await;
    let head = world.log.head().await.unwrap();
    let late = views.wait_for(head, Duration::ZERO).await;
    assert_eq!(late, Err(Behind { wanted: head, position: Position::START }));
    world.catch_up(&views).await;
    assert_eq!(views.wait_for(head, Duration::ZERO).await, Ok(()));
}

#[tokio::test]
async fn a_task_is_what_the_domain_makes_of_its_events() {
    let world = World::new().await;
    let id = world.running(1, "抢ARM机器", 2).await;
    let views = world.level().await;
    let row = grab::by_id(&views, id).await.unwrap().unwrap();
    assert_eq!(row.grab.state(), State::Running);
    assert_eq!(row.grab.tally.attempts, 2);
    assert_eq!((row.version.get(), row.position), (6, views.position()));
    assert_eq!(row.next_attempt_at(), Some(time(10 + 120 + 60)));
    assert!(!row.is_busy());
    assert_eq!(row.activity, Position::new(2), "an attempt does not move it in the list");
}

#[tokio::test]
async fn a_doubtful_attempt_becomes_what_is_found_out_and_an_accepted_one_may_be_lost() {
    let world = World::new().await;
    let id = grab_id(1);
    world.grab(id, vec![created(1, "a"), started(), attempt_started(1)]).await;
    let views = world.level().await;
    let one = async || attempt::by_number(&views, id, 1).await.unwrap().unwrap();
    assert_eq!((one().await.outcome, one().await.resends), (None, 0));

    let doubt = settled(1, Outcome::InDoubt, Reason::AnswerLost);
    world.grab(id, vec![doubt.into(), AttemptResent { number: 1, at: time(80) }.into()]).await;
    world.catch_up(&views).await;
    assert_eq!((one().await.outcome, one().await.resends), (Some(Outcome::InDoubt), 1));

    let mut accepted = settled(1, Outcome::Accepted, Reason::Launched);
    accepted.instance = Some("instance-1".into());
    accepted.provider_error = None;
    world.grab(id, vec![accepted.into()]).await;
    world.catch_up(&views).await;
    assert_eq!((one().await.outcome, one().await.provider_error), (Some(Outcome::Accepted), None));

    let lost = InstanceLost {
        number: 1,
        instance: "instance-1".into(),
        outcome: Outcome::Capacity,
        reason: Reason::OutOfHostCapacity,
        provider_error: Some(provider_error()),
        in_a_row: 1,
        not_before: None,
        at: time(90),
    };
    world.grab(id, vec![lost.into()]).await;
    world.catch_up(&views).await;
    let row = one().await;
    assert_eq!((row.outcome, row.reason), (Some(Outcome::Capacity), Some(Reason::OutOfHostCapacity)));
    assert_eq!(row.provider_error, Some(provider_error()));
    assert_eq!((row.position, row.resends), (views.position(), 1));
}

#[tokio::test]
async fn a_tenant_remembers_why_it_may_not_act() {
    let world = World::new().await;
    let id = tenant_id(1);
    let failure = Failure {
        reason: "key_rejected".into(),
        status: Some(401),
        code: "NotAuthenticated".into(),
        message: "no".into(),
        request_id: None,
    };
    let tested = ConnectionTested { duration_ms: 5, failure: Some(failure.clone()), at: time(1) };
    let suspended = Suspended { reason: SuspensionReason::KeyRejected, note: "NotAuthenticated: no".into() };
    world.tenant(id, vec![registered("a", "eu-frankfurt-1"), tested.into(), suspended.into()]).await;
    let views = world.level().await;
    let row = tenant::by_id(&views, id).await.unwrap().unwrap();
    assert_eq!(row.tenant.status, Status::Suspended(SuspensionReason::KeyRejected));
    assert_eq!((row.last_failure, row.note.as_deref()), (Some(failure), Some("NotAuthenticated: no")));

    world.tenant(id, vec![Reinstated {}.into()]).await;
    world.catch_up(&views).await;
    assert_eq!(tenant::by_id(&views, id).await.unwrap().unwrap().note, None);
}
