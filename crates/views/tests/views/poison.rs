//! An event that one read model cannot take in stops that one and no other.

use std::time::Duration;

use berth_domain::projection::{EventSkipped, Retried};
use berth_store::{Position, StreamId};
use berth_views::{Behind, PROJECTIONS, Status, Unreached, Views};
use tokio::task::JoinHandle;

use crate::world::{World, grab_id, miss, registered, settled, tenant_id, time};
use berth_domain::grab::{Outcome, Reason};

/// Longer than any machine takes.
const LONG: Duration = Duration::from_mins(1);

fn run(views: &Views) -> JoinHandle<()> {
    let views = views.clone();
    tokio::spawn(async move { views.run(std::future::pending()).await.unwrap() })
}

fn parked(views: &Views) -> Vec<&'static str> {
    let alarms = views.alarms();
    alarms.borrow().iter().map(|alarm| alarm.name).collect()
}

async fn until(views: &Views, wanted: impl FnMut(&Vec<berth_views::Projection>) -> bool) {
    let mut watch = views.watch_projections();
    tokio::time::timeout(LONG, watch.wait_for(wanted)).await.expect("it comes about").unwrap();
}

async fn until_parked(views: &Views, count: usize) {
    until(views, |all| all.iter().filter(|each| each.status == Status::Faulted).count() == count).await;
}

async fn world_with_a_bad_row(row: &str) -> (World, String) {
    let world = World::new().await;
    for index in 1..=3 {
        world.running(index, "task", 2).await;
    }
    drop(world.level().await);
    let id = grab_id(1);
    let good: String = world.ask(&format!("SELECT grab FROM grab WHERE id = '{id}'")).await.pop().unwrap();
    world.change(&format!("UPDATE grab_0 SET grab = {row} WHERE id = '{id}'")).await;
    (world, good)
}

#[tokio::test]
async fn one_read_model_is_parked_and_the_others_go_on() {
    let (world, good) = world_with_a_bad_row("'not JSON'").await;
    world.grab(grab_id(2), miss(3)).await;
    let before = world.head().await;
    world.grab(grab_id(1), miss(3)).await;
    let views = world.views().await;
    let running = run(&views);
    until_parked(&views, 1).await;
    assert_eq!(parked(&views), ["grab"]);
    let fault = views.projection("grab").unwrap().fault.unwrap();
    assert_eq!(fault.position, before.next(), "{fault:?}");
    assert!(fault.message.contains("grab"), "{fault:?}");
    assert_eq!(views.projection("grab").unwrap().position, before, "all before it is folded");

    // The others go on, and nobody waits for the one that cannot.
    world.grab(grab_id(3), miss(3)).await;
    let head = world.head().await;
    views.wait_for(head, LONG).await.unwrap();
    for name in PROJECTIONS.into_iter().filter(|name| *name != "grab") {
        let projection = views.projection(name).unwrap();
        assert_eq!((projection.position, projection.status), (head, Status::Live), "{name}");
    }

    // Who asks that one is told at once, and the others and what it holds can be waited for.
    let unreached = views.wait_for_model("grab", head, Duration::MAX).await.unwrap_err();
    assert!(
        matches!(&unreached, Unreached::Parked { position, .. } if *position == before.next()),
        "{unreached:?}"
    );
    assert_eq!(views.wait_for_model("grab", before, Duration::ZERO).await, Ok(()));
    assert_eq!(views.wait_for_model("attempt", head, Duration::ZERO).await, Ok(()));
    let late = Behind { wanted: head.next(), position: head };
    let unreached = views.wait_for_model("attempt", head.next(), Duration::ZERO).await;
    assert_eq!(unreached, Err(Unreached::Behind(late)));

    // It stays parked over a restart, and a retry that helps nothing parks it again.
    running.abort();
    drop(views);
    let views = world.views().await;
    assert_eq!(parked(&views), ["grab"]);
    assert!(views.wait_for_model("grab", head, Duration::MAX).await.is_err(), "and says so before it runs");
    let running = run(&views);
    world.order("grab", Retried { at: time(1) }).await;
    views.wait_for(world.head().await, LONG).await.unwrap();
    until_parked(&views, 1).await;

    let id = grab_id(1);
    world.change(&format!("UPDATE grab_0 SET grab = '{good}' WHERE id = '{id}'")).await;
    world.order("grab", Retried { at: time(2) }).await;
    let head = world.head().await;
    until(&views, |all| all.iter().all(|each| each.status == Status::Live && each.position == head)).await;
    assert!(views.dump().await.unwrap() == world.folded_anew().await);
    assert!(parked(&views).is_empty());
    running.abort();
}

#[tokio::test]
async fn a_fold_that_panics_parks_its_read_model() {
    let (world, _) = world_with_a_bad_row("json_set(grab, '$.tally.faults', 4294967295)").await;
    let lost = settled(3, Outcome::Network, Reason::NotReached);
    world.grab(grab_id(1), vec![crate::world::attempt_started(3), lost.into()]).await;
    let views = world.views().await;
    let running = run(&views);
    until_parked(&views, 1).await;
    let fault = views.projection("grab").unwrap().fault.unwrap();
    assert_eq!(fault.position, world.head().await);
    assert!(fault.message.contains("overflow"), "{fault:?}");
    running.abort();
}

#[tokio::test]
async fn an_event_without_its_shape_is_skipped_for_good_once_somebody_says_so() {
    let world = World::new().await;
    world.tenant(tenant_id(1), vec![registered("one", "ap-tokyo-1")]).await;
    let id = world.running(1, "task", 2).await;
    let bad = world.strange(StreamId::new("grab", id), "grab.attempt_settled", 1, "{}").await;
    world.grab(id, miss(3)).await;
    world.tenant(tenant_id(2), vec![registered("two", "ap-tokyo-1")]).await;
    let views = world.views().await;
    let running = run(&views);
    until_parked(&views, 4).await;
    assert_eq!(parked(&views), ["attempt", "grab", "log_entry", "statistics"]);
    let head = world.head().await;
    views.wait_for(head, LONG).await.unwrap();
    assert_eq!(views.projection("tenant").unwrap().position, head);

    for name in parked(&views) {
        world
            .order(name, EventSkipped { position: bad.get(), reason: "half written".into(), at: time(1) })
            .await;
    }
    let head = world.head().await;
    until(&views, |all| all.iter().all(|each| each.status == Status::Live && each.position == head)).await;
    running.abort();
    assert!(views.dump().await.unwrap() == world.folded_anew().await, "a later folding skips it as well");
    drop(views);
    let offline = world.views_named("offline.db").await;
    offline.level_offline().await.unwrap();
    offline.rebuild_offline(&PROJECTIONS, |_| {}).await.unwrap();
    assert_eq!(offline.dump().await.unwrap(), world.folded_anew().await);
}

#[tokio::test]
async fn an_event_of_a_newer_release_is_passed_over_and_counted() {
    let world = World::new().await;
    let id = world.running(1, "task", 1).await;
    world.strange(StreamId::new("grab", id), "grab.teleported", 1, "{}").await;
    world.strange(StreamId::new("grab", id), "grab.attempt_settled", 99, "{}").await;
    world.strange(StreamId::new("lease", "one"), "lease.granted", 1, "{}").await;
    let views = world.level().await;
    assert_eq!(views.position(), world.head().await);
    let passed = |views: &Views| {
        let all = views.projections().into_iter();
        all.map(|each| (each.name, each.passed_over)).collect::<Vec<_>>()
    };
    let expected = [
        ("alert", 0),
        ("attempt", 2),
        ("channel", 0),
        ("delivery", 0),
        ("grab", 2),
        ("log_entry", 2),
        ("profile", 0),
        ("statistics", 2),
        ("tenant", 0),
    ];
    assert_eq!(passed(&views), expected);
    drop(views);
    assert_eq!(passed(&world.views().await), expected, "it is remembered");
}

#[tokio::test]
async fn a_parked_rebuild_leaves_what_serves_alone() {
    let world = World::new().await;
    let id = world.running(1, "task", 2).await;
    let views = world.level().await;
    let whole = views.dump().await.unwrap();
    // What serves has it behind itself, as if an older release could read it.
    let bad = world.strange(StreamId::new("grab", id), "grab.attempt_settled", 1, "{}").await;
    world.change(&format!("UPDATE model SET position = {bad}, anchor = 0 WHERE name <> ''")).await;
    drop(views);
    let views = world.views().await;
    let error = views.rebuild_offline(&["grab"], |_| {}).await.unwrap_err();
    assert!(error.to_string().contains(&format!("at position {bad}")), "{error}");
    assert_eq!(views.projection("grab").unwrap().status, Status::Faulted);
    let position = |text: &str| text.replace("checkpoint 6", "checkpoint 7");
    assert_eq!(views.dump().await.unwrap(), position(&whole));
    let skipped = EventSkipped { position: bad.get(), reason: "half written".into(), at: time(1) };
    world.order("grab", skipped).await;
    views.level_offline().await.unwrap();
    let projection = views.projection("grab").unwrap();
    assert_eq!((projection.status, projection.position), (Status::Live, Position::new(bad.get() + 1)));
    assert!(projection.rebuilt_at.is_some());
}
