use std::pin::pin;

use berth_store::{Batch, Position, follow};
use futures::StreamExt;

use super::{AnyLog, append_to, positions};

/// Follows until an event at `last` was seen, and answers every position seen on the way.
async fn seen_until(log: AnyLog, after: Position, last: u64) -> Vec<u64> {
    let mut seen = Vec::new();
    let mut batches = pin!(follow(log, after));
    while seen.last().is_none_or(|position| *position < last) {
        let Batch { events, position, .. } = batches.next().await.unwrap().unwrap();
        seen.extend(positions(&events));
        assert_eq!(position.get(), seen.last().copied().unwrap_or(after.get()));
    }
    seen
}

pub(crate) async fn a_follower_sees_each_event_once_in_order_while_appends_race(log: AnyLog) {
    append_to(&log, "before", 0, 600).await.unwrap();
    let early = tokio::spawn(seen_until(log.clone(), Position::START, 1000));
    let late = tokio::spawn(seen_until(log.clone(), Position::new(590), 1000));
    let writers = (0..4).map(|writer| {
        let log = log.clone();
        tokio::spawn(async move {
            for version in 0..100 {
                append_to(&log, writer, version, 1).await.unwrap();
            }
        })
    });
    futures::future::join_all(writers).await;
    assert!(early.await.unwrap().into_iter().eq(1..=1000));
    assert!(late.await.unwrap().into_iter().eq(591..=1000));
}

pub(crate) async fn a_follower_of_an_empty_log_is_told_at_once_that_it_caught_up(log: AnyLog) {
    let mut batches = pin!(follow(log.clone(), Position::START));
    let first = batches.next().await.unwrap().unwrap();
    assert!(first.caught_up && first.events.is_empty() && first.position == Position::START);
    append_to(&log, 1, 0, 2).await.unwrap();
    let second = batches.next().await.unwrap().unwrap();
    assert!(second.caught_up);
    assert_eq!(positions(&second.events), [1, 2]);
}

pub(crate) async fn a_follower_goes_on_from_where_another_stopped(log: AnyLog) {
    append_to(&log, 1, 0, 300).await.unwrap();
    let first = pin!(follow(log.clone(), Position::START)).next().await.unwrap().unwrap();
    assert!(!first.caught_up, "a full batch cannot know");
    let second = pin!(follow(log, first.position)).next().await.unwrap().unwrap();
    assert!(second.caught_up);
    assert_eq!(first.events.len() + second.events.len(), 300);
    assert_eq!(second.events[0].position, first.position.next());
}
