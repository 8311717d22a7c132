//! A read model is rebuilt beside the one that serves, and takes its place all at once.

use std::{collections::BTreeSet, pin::pin, task::Poll};

use berth_domain::projection::RebuildRequested;
use berth_store::Position;
use berth_views::{PROJECTIONS, Projection, Status, ViewError, Views, attempt, grab};
use futures::FutureExt;

use crate::world::{World, grab_id, miss, time};

/// More events than one step of a rebuild takes.
const TASKS: u64 = 60;
const MISSES: u32 = 60;

async fn tables(world: &World) -> BTreeSet<String> {
    let query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'model'";
    world.ask::<String>(query).await.into_iter().collect()
}

fn is_rebuilding(views: &Views, name: &str) -> bool {
    views.projection(name).unwrap().status == Status::Rebuilding
}

fn rebuilt(views: &Views) -> usize {
    views.projections().iter().filter(|projection| projection.rebuilt_at.is_some()).count()
}

#[tokio::test]
async fn rebuilding_gives_the_same_rows_each_time_and_leaves_nothing_behind() {
    let world = World::new().await;
    world.crowd(5, 4).await;
    let views = world.level().await;
    let whole = views.dump().await.unwrap();
    let before = tables(&world).await;
    for round in 1..=2 {
        views.rebuild_offline(&PROJECTIONS, |_| {}).await.unwrap();
        assert_eq!(views.dump().await.unwrap(), whole);
        let expected: BTreeSet<_> =
            before.iter().map(|name| name.replace("_0", &format!("_{round}"))).collect();
        assert_eq!(tables(&world).await, expected);
        assert_eq!(rebuilt(&views), PROJECTIONS.len());
    }
    let indexes = "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
    assert_eq!(world.ask::<i64>(indexes).await, [24], "indexes that were put off are made");
}

#[tokio::test]
async fn what_serves_goes_on_serving_and_folding_while_it_is_rebuilt() {
    let world = World::new().await;
    world.crowd(TASKS, MISSES).await;
    let views = world.level().await;
    for name in PROJECTIONS {
        world.order(name, RebuildRequested { at: time(1) }).await;
    }
    let count = grab::count(&views, &grab::Filter::default()).await.unwrap();
    let (mut asked, mut misses, mut places) = (0, MISSES, BTreeSet::new());
    let mut run = pin!(views.run(std::future::pending()));
    while rebuilt(&views) < PROJECTIONS.len() {
        assert!(run.as_mut().now_or_never().is_none());
        tokio::task::yield_now().await;
        let Some(place) = views.projection("grab").unwrap().rebuild_position else { continue };
        if places.insert(place) && places.len() <= 3 {
            assert!(is_rebuilding(&views, "attempt"));
            misses += 1;
            world.grab(grab_id(1), miss(misses)).await;
            assert_eq!(grab::count(&views, &grab::Filter::default()).await.unwrap(), count);
            assert!(attempt::by_number(&views, grab_id(2), MISSES).await.unwrap().is_some());
            asked += 1;
        }
    }
    assert!(asked >= 2, "the rebuild was looked at {asked} times");
    let head = world.head().await;
    while views.position() < head {
        assert!(run.as_mut().now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    assert!(views.dump().await.unwrap() == world.folded_anew().await);
}

#[tokio::test]
async fn kills_during_a_rebuild_do_no_harm() {
    let world = World::new().await;
    world.crowd(TASKS, MISSES).await;
    drop(world.level().await);
    for name in ["attempt", "grab", "statistics"] {
        world.order(name, RebuildRequested { at: time(1) }).await;
    }
    let (mut chance, mut seen) = (7_u64, BTreeSet::new());
    for kill in 0..20 {
        let views = world.views().await;
        let place = || {
            let projection = views.projection("attempt").unwrap();
            (projection.rebuild_position, projection.rebuilt_at.is_some())
        };
        let begun_at = place();
        seen.insert(begun_at);
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut run = Box::pin(views.run(std::future::pending()));
        // Each is dropped at another place in its work: so many wakings after its start or, every other one,
        // after its first step. Wakings alone say little of how far it got: a slow machine makes one of several.
        let mut left = (chance >> 33) % 40;
        std::future::poll_fn(|context| {
            let poll = run.as_mut().poll(context);
            let has_stepped = kill % 2 == 0 || place() != begun_at;
            if rebuilt(&views) == 3 || (has_stepped && left == 0) {
                return Poll::Ready(());
            }
            left -= u64::from(has_stepped);
            poll.map(|_| ())
        })
        .await;
    }
    assert!(seen.len() >= 3, "it was killed at different places: {seen:?}");
    let views = world.views().await;
    views.level_offline().await.unwrap();
    assert_eq!(rebuilt(&views), 3);
    assert!(views.dump().await.unwrap() == world.folded_anew().await);
    let generations =
        "SELECT count(DISTINCT generation) FROM model WHERE name IN ('attempt', 'grab', 'statistics')";
    assert_eq!(world.ask::<i64>(generations).await, [1], "it was begun once, and went on where it was");
}

#[tokio::test]
async fn however_early_it_is_killed_an_order_is_not_forgotten() {
    for wakings in 0..24 {
        let world = World::new().await;
        world.crowd(2, 2).await;
        drop(world.level().await);
        world.order("tenant", RebuildRequested { at: time(1) }).await;
        let views = world.views().await;
        let mut run = Box::pin(views.run(std::future::pending()));
        let mut left = wakings;
        std::future::poll_fn(|context| {
            if left == 0 || rebuilt(&views) == 1 {
                return Poll::Ready(());
            }
            left -= 1;
            run.as_mut().poll(context).map(|_| ())
        })
        .await;
        drop(run);
        drop(views);
        let views = world.views().await;
        views.level_offline().await.unwrap();
        assert_eq!(rebuilt(&views), 1, "killed after {wakings} wakings");
        let generation = "SELECT generation FROM model WHERE name = 'tenant'";
        assert_eq!(world.ask::<i64>(generation).await, [1], "once, killed after {wakings} wakings");
    }
}

#[tokio::test]
async fn an_order_is_carried_out_once() {
    let world = World::new().await;
    world.crowd(2, 2).await;
    drop(world.level().await);
    world.order("tenant", RebuildRequested { at: time(1) }).await;
    for _ in 0..3 {
        let views = world.views().await;
        views.level_offline().await.unwrap();
        assert_eq!(rebuilt(&views), 1);
    }
    assert!(tables(&world).await.contains("tenant_1"));
    drop(std::fs::remove_file(world.directory.path().join("views.db")));
    let views = world.level().await;
    assert_eq!(rebuilt(&views), 0, "whoever folds from nothing has carried it out");
}

#[tokio::test]
async fn a_second_rebuild_is_refused_while_one_runs() {
    let world = World::new().await;
    world.crowd(TASKS, MISSES).await;
    let views = world.level().await;
    views.check_rebuild("grab").unwrap();
    assert!(matches!(views.check_rebuild("grub"), Err(ViewError::NoSuchProjection { .. })));
    world.order("grab", RebuildRequested { at: time(1) }).await;
    let mut run = pin!(views.run(std::future::pending()));
    while !is_rebuilding(&views, "grab") {
        assert!(run.as_mut().now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    assert!(matches!(views.check_rebuild("grab"), Err(ViewError::Rebuilding { .. })));
    assert!(matches!(views.rebuild_offline(&["grab"], |_| {}).await, Err(ViewError::Busy)));
    // Ordered all the same, it is not begun.
    world.order("grab", RebuildRequested { at: time(2) }).await;
    let head = world.head().await;
    let settled =
        |all: &Vec<Projection>| all.iter().all(|each| each.status == Status::Live && each.position == head);
    while !settled(&views.projections()) {
        assert!(run.as_mut().now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    assert!(tables(&world).await.contains("grab_1"));
    assert!(views.dump().await.unwrap() == world.folded_anew().await);
}

#[tokio::test]
async fn an_unfinished_rebuild_is_known_before_anybody_runs_it() {
    let world = World::new().await;
    world.crowd(TASKS, MISSES).await;
    let views = world.level().await;
    world.order("attempt", RebuildRequested { at: time(1) }).await;
    let mut run = Box::pin(views.run(std::future::pending()));
    let place = |views: &Views| views.projection("attempt").unwrap().rebuild_position;
    while place(&views).is_none_or(|place| place == Position::START) {
        assert!(run.as_mut().now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    drop(run);
    let reached = place(&views);
    drop(views);
    let views = world.views().await;
    assert_eq!(place(&views), reached);
    assert_eq!(views.projection("attempt").unwrap().status, Status::Rebuilding);
}
