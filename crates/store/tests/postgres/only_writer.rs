//! One writer among many, and the only one.

use std::time::Duration;

use berth_store::postgres::{OpenError, Options, PostgresLog};
use berth_store::{Append, AppendError, Fence, Position, Version, follow};
use futures::StreamExt;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::world::{server, stranger, world, world_at};
use crate::contract::{append_to, events, fresh, stream};

/// Far more than is needed, however busy the machine is.
const LONG: Duration = Duration::from_mins(1);

fn alone() -> Options {
    Options { exclusive: true, ..Options::default() }
}

async fn end_writers(stranger: &mut PgConnection) {
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE application_name LIKE 'berth writer%' AND datname = current_database()";
    sqlx::query(end).execute(stranger).await.unwrap();
}

#[tokio::test]
async fn a_second_only_writer_is_refused_until_the_first_lets_go() {
    let first = world_at(server().database(), alone()).await;
    let error = PostgresLog::open(&first.dsn, alone()).await.map(drop).unwrap_err();
    assert!(matches!(error, OpenError::Held { .. }), "{error}");
    first.postgres.close().await;
    PostgresLog::open(&first.dsn, alone()).await.unwrap();
}

#[tokio::test]
async fn the_only_writer_goes_on_after_its_connection_was_ended() {
    let world = world_at(server().database(), alone()).await;
    append_to(&world.log, 1, 0, 1).await.unwrap();
    let mut stranger = stranger(&world.dsn).await;
    end_writers(&mut stranger).await;
    append_to(&world.log, 1, 1, 1).await.unwrap();
    let error = PostgresLog::open(&world.dsn, alone()).await.map(drop).unwrap_err();
    assert!(matches!(error, OpenError::Held { .. }), "it holds the lock again: {error}");
}

#[tokio::test]
async fn who_lost_its_place_to_another_stops() {
    let world = world_at(server().database(), alone()).await;
    let mut thief = stranger(&world.dsn).await;
    let mut watcher = stranger(&world.dsn).await;
    let query = "SELECT classid::bigint << 32 | objid::bigint FROM pg_locks WHERE locktype = 'advisory' \
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let lock: i64 = sqlx::query_scalar(query).fetch_one(&mut thief).await.unwrap();
    // Waits in the queue, so that it has the lock before anybody else can ask for it.
    let taking = tokio::spawn(async move {
        let take = format!("SELECT pg_advisory_lock({lock})");
        sqlx::raw_sql(AssertSqlSafe(take)).execute(&mut thief).await.unwrap();
        thief
    });
    let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted \
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut watcher).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    end_writers(&mut watcher).await;
    let _thief = taking.await.unwrap();
    let reason = tokio::time::timeout(LONG, world.postgres.failed()).await.unwrap();
    assert!(reason.contains("another server writes to the log"), "{reason}");
    let error = append_to(&world.log, 1, 0, 1).await.unwrap_err();
    assert!(matches!(error, AppendError::Stopped), "{error}");
}

#[tokio::test]
async fn an_append_of_another_server_is_heard_of() {
    let here = world().await;
    let there = world_at(here.dsn.clone(), Options::default()).await;
    let mut woken = here.log.watch();
    append_to(&there.log, 1, 0, 2).await.unwrap();
    let heard = tokio::time::timeout(LONG, woken.wait_for(|position| *position == Position::new(2))).await;
    heard.unwrap().unwrap();
    // What it said before it listened and what it says afterwards are different code: both count.
    append_to(&there.log, 1, 2, 1).await.unwrap();
    let heard = tokio::time::timeout(LONG, woken.wait_for(|position| *position == Position::new(3))).await;
    heard.unwrap().unwrap();
}

#[tokio::test]
async fn a_follower_ends_when_the_log_is_closed() {
    let world = world().await;
    let following = tokio::spawn(follow(world.log.clone(), Position::START).collect::<Vec<_>>());
    append_to(&world.log, 1, 0, 1).await.unwrap();
    world.postgres.close().await;
    following.await.unwrap();
    assert!(matches!(append_to(&world.log, 1, 1, 1).await, Err(AppendError::Stopped)));
}

#[tokio::test]
async fn an_append_waits_for_whoever_is_taking_its_lease_and_is_then_fenced_out() {
    let world = world_at(server().database(), Options::default()).await;
    let lease = world.log.acquire_lease("shard", "node-a", LONG).await.unwrap();
    let fence = Some(Fence { lease: lease.key, epoch: lease.epoch });
    let append = Append { fence, ..fresh() }.write(stream(1), Version::NONE, events(1));
    let mut thief = stranger(&world.dsn).await;
    let mut taking = thief.begin().await.unwrap();
    let take = "UPDATE leases SET owner = 'node-b', epoch = epoch + 1";
    sqlx::query(take).execute(&mut *taking).await.unwrap();
    let log = world.log.clone();
    let appending = tokio::spawn(async move {
        loop {
            match log.append(append.clone()).await {
                Err(AppendError::Unavailable(_)) => {}
                known => return known,
            }
        }
    });
    let mut watcher = stranger(&world.dsn).await;
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    while !appending.is_finished()
        && sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut watcher).await.unwrap() == 0
    {
        tokio::task::yield_now().await;
    }
    taking.commit().await.unwrap();
    let answer = appending.await.unwrap();
    assert!(matches!(answer, Err(AppendError::FencedOut)), "{answer:?}");
}
