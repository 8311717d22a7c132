//! The server goes away and comes back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use berth_store::postgres::{Options, PostgresLog};
use berth_store::{AppendError, Condition, ReadError, StreamId, Version, verify};
use berth_test_postgres::Server;
use futures::future::join_all;

use super::checker::{Answer, Asked, faults};
use super::world::{World, world_at};
use crate::contract::{AnyLog, all, append_to, events, fresh};

/// What is promised, and what a busy machine may add to it.
const TOLD_WITHIN: Duration = Duration::from_secs(2 + 1);
const BACK_WITHIN: Duration = Duration::from_secs(5 + 5);

/// Everybody who asks is told that the database is away, in time.
async fn told(world: &World, callers: u32) {
    let asked = Instant::now();
    let answers = join_all((0..callers).map(|n| append_to(&world.log, format!("lost-{n}"), 0, 1))).await;
    let waited = asked.elapsed();
    assert!(waited < TOLD_WITHIN, "{waited:?}");
    for answer in answers {
        assert!(matches!(answer, Err(AppendError::Unavailable(_))), "{answer:?}");
    }
    assert_eq!(*world.log.condition().borrow(), Condition::Away);
}

async fn back(world: &World, since: Instant) {
    let mut condition = world.log.condition();
    let well = condition.wait_for(|condition| *condition == Condition::Well);
    tokio::time::timeout(BACK_WITHIN, well).await.unwrap().unwrap();
    assert!(since.elapsed() < BACK_WITHIN);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_server_is_gone_everybody_is_told_in_time_and_afterwards_all_goes_on() {
    let server = Server::start();
    let world = world_at(server.database(), Options { exclusive: true, ..Options::default() }).await;
    append_to(&world.log, 1, 0, 5).await.unwrap();
    assert_eq!(*world.log.condition().borrow(), Condition::Well);
    server.stop();
    told(&world, 1).await;
    told(&world, 3000).await;
    let asked = Instant::now();
    assert!(matches!(world.log.head().await, Err(ReadError::Storage(_))));
    assert!(asked.elapsed() < TOLD_WITHIN);
    server.start_again();
    back(&world, Instant::now()).await;
    assert_eq!(append_to(&world.log, 1, 5, 1).await.unwrap().last.get(), 6);
    assert_eq!(all(&world.log).await.len(), 6);
    assert!(verify(&world.postgres, |_| ()).await.is_clean());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_log_notices_that_the_server_has_gone_and_come_back() {
    let server = Server::start();
    let world = world_at(server.database(), Options::default()).await;
    server.stop();
    let mut condition = world.log.condition();
    let away = condition.wait_for(|condition| *condition == Condition::Away);
    tokio::time::timeout(BACK_WITHIN, away).await.unwrap().unwrap();
    server.start_again();
    back(&world, Instant::now()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_holds_still_is_as_good_as_gone() {
    let server = Server::start();
    let world = world_at(server.database(), Options { exclusive: true, ..Options::default() }).await;
    append_to(&world.log, 1, 0, 5).await.unwrap();
    server.freeze();
    told(&world, 1).await;
    told(&world, 100).await;
    server.thaw();
    back(&world, Instant::now()).await;
    // What was asked while it held still may have happened; what was acknowledged has.
    append_to(&world.log, 1, 5, 1).await.unwrap();
    assert!(verify(&world.postgres, |_| ()).await.is_clean());
}

/// Appends one after the other, each asked until its fate is known, until told to end.
async fn call(log: AnyLog, number: u32, ended: tokio::sync::watch::Receiver<bool>) -> Vec<Asked> {
    let stream = StreamId::new("caller", number);
    let mut asked = Vec::new();
    while !*ended.borrow() {
        let version = Version::new(u32::try_from(asked.len()).unwrap());
        let append = fresh().write(stream.clone(), version, events(1));
        let answer = loop {
            match log.append(append.clone()).await {
                Ok(appended) => break Answer::Done { last: appended.last.get() },
                Err(AppendError::Unavailable(_)) => {}
                Err(other) => panic!("{other:?}"),
            }
        };
        asked.push(Asked { command: append.command.to_string(), events: 1, answer });
    }
    asked
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_server_crashes_under_load() {
    let server = Server::start();
    let dsn = server.database();
    let first = world_at(dsn.clone(), Options::default()).await;
    let second = PostgresLog::open(&dsn, Options::default()).await.unwrap();
    let logs: [AnyLog; 2] = [first.log.clone(), Arc::new(second)];
    let (end, ended) = tokio::sync::watch::channel(false);
    let callers: Vec<_> = (0..16)
        .map(|number| tokio::spawn(call(logs[number as usize % 2].clone(), number, ended.clone())))
        .collect();
    let mut woken = first.log.watch();
    for _ in 0..4 {
        let here = *woken.borrow_and_update();
        woken.wait_for(|position| position.get() > here.get() + 200).await.unwrap();
        server.stop();
        server.start_again();
    }
    end.send_replace(true);
    let asked: Vec<_> = join_all(callers).await.into_iter().flat_map(Result::unwrap).collect();
    let log = all(&first.log).await;
    let log: Vec<_> = log.iter().map(|event| (event.position.get(), event.command.to_string())).collect();
    assert_eq!(faults(&log, &[], &asked), Vec::<String>::new());
    assert!(verify(&first.postgres, |_| ()).await.is_clean());
}
