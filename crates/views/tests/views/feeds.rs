//! Feeds over cuts: whatever moment they are cut at, they go on from their last position without a gap or a double.

use std::{pin::pin, sync::Arc};

use crate::world::{World, grab_id, miss};
use berth_store::{BATCH_LIMIT, Position, Recorded};
use berth_views::{
    feed::{EventFilter, Tail, attempts, events, grab_changes, log_entries},
    grab,
    log_entry::Filter,
};
use futures::StreamExt;

/// Follows while `happens` goes on beside it.
async fn beside(world: Arc<World>, index: u64, misses: u32) {
    world.running(index, "task", 0).await;
    for number in 1..=misses {
        world.grab(grab_id(index), miss(number)).await;
    }
}

#[tokio::test]
async fn events_are_each_told_once_over_cuts() {
    let world = Arc::new(World::new().await);
    let writer = tokio::spawn(beside(world.clone(), 1, 150));
    let tail = Arc::new(Tail::new(world.log.clone()));
    let (mut told, mut position) = (Vec::new(), Position::START);
    while told.len() < 302 {
        let mut feed = pin!(events(&tail, EventFilter::default(), Some(position)));
        // Cut after every second batch.
        for _ in 0..2 {
            let batch = feed.next().await.unwrap().unwrap();
            told.extend(batch.events.iter().map(|event| event.position.get()));
            position = batch.position;
        }
    }
    writer.await.unwrap();
    assert_eq!(told, (1..=302).collect::<Vec<_>>());
}

/// Whoever is told an event is told the same one, from whatever position they come, and however far behind the newest ones it is.
#[tokio::test]
async fn what_is_kept_of_the_log_is_what_the_log_says_and_is_read_once_for_all() {
    let world = Arc::new(World::new().await);
    let tail = Tail::new(world.log.clone());
    beside(world.clone(), 1, 20).await;
    let early = tail.read(Position::START, BATCH_LIMIT).await.unwrap();
    beside(world.clone(), 2, 700).await;
    let head = world.events().await.last().unwrap().position.get();
    for after in [0, 1, 41, 42, 500, head - 513, head - 512, head - 511, head - 1, head, head + 7] {
        let after = Position::new(after);
        let kept = tail.read(after, BATCH_LIMIT).await.unwrap();
        let told = world.log.read(after, berth_store::BATCH_LIMIT).await.unwrap();
        let positions = |event: &Recorded| (event.position, event.name.clone());
        let kept_positions: Vec<_> = kept.iter().map(|event| positions(event)).collect();
        assert_eq!(kept_positions, told.iter().map(positions).collect::<Vec<_>>(), "after {after}");
        let again = tail.read(after, BATCH_LIMIT).await.unwrap();
        let shared = kept.iter().zip(&again).all(|(one, other)| Arc::ptr_eq(one, other));
        assert!(shared || after.get() < head - 512, "the log was read twice for what comes after {after}");
    }
    assert_eq!(early.len(), 42);
}

#[tokio::test]
async fn log_entries_are_each_told_once_over_cuts() {
    let world = Arc::new(World::new().await);
    let views = world.views().await;
    let follower = tokio::spawn({
        let views = views.clone();
        async move { views.run(std::future::pending()).await }
    });
    let writer = tokio::spawn(beside(world.clone(), 1, 50));
    let (mut told, mut position) = (Vec::new(), Position::START);
    while told.len() < 102 {
        let mut feed = pin!(log_entries(&views, Filter::default(), Some(position)));
        let batch = feed.next().await.unwrap().unwrap();
        assert_eq!(batch.skipped, 0);
        told.extend(batch.entries.iter().map(|entry| entry.position.get()));
        position = batch.position;
    }
    writer.await.unwrap();
    follower.abort();
    assert_eq!(told, (1..=102).collect::<Vec<_>>());
}

#[tokio::test]
async fn attempts_are_each_told_once_as_they_are_settled_over_cuts() {
    let world = Arc::new(World::new().await);
    let views = world.views().await;
    let follower = tokio::spawn({
        let views = views.clone();
        async move { views.run(std::future::pending()).await }
    });
    world.running(2, "another", 1).await;
    let writer = tokio::spawn(beside(world.clone(), 1, 50));
    let (mut told, mut position) = (Vec::new(), Position::START);
    while told.len() < 50 {
        let mut feed = pin!(attempts(&views, vec![grab_id(1)], Some(position)));
        let batch = feed.next().await.unwrap().unwrap();
        assert!(batch.attempts.iter().all(|row| row.grab == grab_id(1) && row.outcome.is_some()));
        told.extend(batch.attempts.iter().map(|row| row.number));
        position = batch.position;
    }
    writer.await.unwrap();
    follower.abort();
    assert_eq!(told, (1..=50).collect::<Vec<_>>());
}

#[tokio::test]
async fn tasks_reach_their_newest_state_over_cuts_and_never_go_back() {
    let world = Arc::new(World::new().await);
    let views = world.views().await;
    let follower = tokio::spawn({
        let views = views.clone();
        async move { views.run(std::future::pending()).await }
    });
    let writer = tokio::spawn(beside(world.clone(), 1, 50));
    let (mut seen, mut position) = (Position::START, Position::START);
    while seen < Position::new(102) {
        let mut feed = pin!(grab_changes(&views, vec![], Some(position)));
        let batch = feed.next().await.unwrap().unwrap();
        for row in batch.rows {
            assert!(row.position > seen && row.position <= batch.position);
            seen = row.position;
        }
        position = batch.position;
    }
    writer.await.unwrap();
    follower.abort();
    assert_eq!(grab::by_id(&views, grab_id(1)).await.unwrap().unwrap().position, seen);
}

#[tokio::test]
async fn a_far_gap_tells_each_task_once_and_the_rest_is_level() {
    let world = World::new().await;
    for index in 1..=3 {
        world.running(index, "task", 5).await;
    }
    let views = world.level().await;
    let mut feed = pin!(grab_changes(&views, vec![], Some(Position::START)));
    let batch = feed.next().await.unwrap().unwrap();
    assert_eq!(batch.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 2, 3].map(grab_id));
    assert!(batch.caught_up && batch.position == views.position());

    let mut one = pin!(grab_changes(&views, vec![grab_id(2)], Some(Position::START)));
    assert_eq!(one.next().await.unwrap().unwrap().rows.len(), 1);
    let mut now = pin!(grab_changes(&views, vec![], None));
    let level = now.next().await.unwrap().unwrap();
    assert!(level.rows.is_empty() && level.caught_up && level.position == views.position());
}

#[tokio::test]
async fn events_are_found_by_stream_and_by_the_beginning_of_their_name() {
    let world = World::new().await;
    world.running(1, "one", 2).await;
    world.running(2, "two", 1).await;
    let told = async |filter: EventFilter| {
        let tail = Arc::new(Tail::new(world.log.clone()));
        let mut feed = pin!(events(&tail, filter, Some(Position::START)));
        let batch = feed.next().await.unwrap().unwrap();
        assert!(batch.caught_up && batch.position == Position::new(10));
        batch.events.len()
    };
    let named = |name: &str| EventFilter { name: vec![name.into()], ..EventFilter::default() };
    assert_eq!(told(named("grab.attempt_*")).await, 6);
    assert_eq!(told(named("grab.created")).await, 2);
    assert_eq!(told(named("tenant.*")).await, 0);
    let stream = vec![format!("grab/{}", grab_id(2))];
    assert_eq!(told(EventFilter { stream, ..EventFilter::default() }).await, 4);
}
