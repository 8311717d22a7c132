//! What the database itself forbids, and what a log refuses to be opened on.

use berth_store::postgres::{OpenError, Options, PostgresLog};
use berth_store::{AppendError, Log, Position, Release, Version, verify};
use berth_test_postgres::Server;
use futures::future::join_all;
use sqlx::{AssertSqlSafe, PgConnection};

use super::world::{database_of, server, stranger, world, world_at};
use crate::contract::{append_to, event, events, fresh, stream};

const CHANGES: [&str; 5] = [
    "UPDATE events SET data = '{}' WHERE position = 2",
    "DELETE FROM events WHERE position = 3",
    "DELETE FROM events",
    "TRUNCATE events",
    "INSERT INTO events SELECT * FROM events WHERE position = 2 ON CONFLICT (position) DO UPDATE SET data = '{}'",
];
/// Behind an event that is there.
const INSERT: &str = "INSERT INTO events SELECT 0, stream, 99, name, schema, time_ms, actor, correlation, causation, command, data, \
                      checksum FROM events WHERE position = 2";

async fn refused(connection: &mut PgConnection, attempts: &[&'static str], with: &str) {
    for attempt in attempts {
        let error = sqlx::query(*attempt).execute(&mut *connection).await.expect_err(attempt);
        assert!(error.to_string().contains(with), "{attempt}: {error}");
    }
}

#[tokio::test]
async fn events_are_immutable_for_our_own_role_and_for_a_superuser() {
    let superuser = server().database();
    let name = database_of(&superuser);
    server().run("postgres", &format!("CREATE ROLE owner_of_{name} LOGIN"));
    server().run("postgres", &format!("ALTER DATABASE {name} OWNER TO owner_of_{name}"));
    let ours = superuser.replace("berth@", &format!("owner_of_{name}@"));
    let world = world_at(ours.clone(), Options::default()).await;
    append_to(&world.log, 1, 0, 3).await.unwrap();
    for closings in 0..2 {
        let mut owner = stranger(&ours).await;
        refused(&mut owner, &CHANGES, "permission denied").await;
        refused(&mut owner, &[INSERT], "events are only appended").await;
        let mut superuser = stranger(&superuser).await;
        refused(&mut superuser, &CHANGES, "events are immutable").await;
        refused(&mut superuser, &[INSERT], "events are only appended").await;
        // Closing the books lifts the guards and puts them back.
        let release = Release {
            after: Position::new(closings),
            through: Position::new(closings + 1),
            positions: if closings == 0 { vec![Position::new(1)] } else { Vec::new() },
            stand_ins: Vec::new(),
            append: fresh().write(stream(2), Version::new(u32::try_from(closings).unwrap()), events(1)),
        };
        world.log.release(release).await.unwrap();
    }
}

#[tokio::test]
async fn what_the_database_refuses_does_not_hurt_its_neighbours() {
    let world = world().await;
    let mut stranger = stranger(&world.dsn).await;
    let check = "ALTER TABLE events ADD CHECK (name <> 'thing.refused')";
    sqlx::query(check).execute(&mut stranger).await.unwrap();
    let appends = (0..50_u32).map(|n| {
        let name = if n == 7 { "thing.refused" } else { "thing.happened" };
        world.log.append(fresh().write(stream(n), Version::NONE, vec![event(name)]))
    });
    let answers = join_all(appends).await;
    assert!(matches!(&answers[7], Err(AppendError::Storage(_))), "{:?}", answers[7]);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 49);
    assert_eq!(world.log.head().await.unwrap(), Position::new(49));
    assert!(verify(&world.postgres, |_| ()).await.is_clean());
}

#[tokio::test]
async fn a_server_that_may_lose_what_it_acknowledged_is_refused() {
    let server = Server::start();
    let dsn = server.database();
    for (setting, careless, careful) in
        [("fsync", "off", "on"), ("full_page_writes", "off", "on"), ("data_sync_retry", "on", "off")]
    {
        server.run("postgres", &format!("ALTER SYSTEM SET {setting} = {careless}"));
        server.stop();
        server.start_again();
        let error = PostgresLog::open(&dsn, Options::default()).await.map(drop).unwrap_err();
        let advice = format!("{setting} is {careless}; set {setting} = {careful} in postgresql.conf");
        assert!(matches!(error, OpenError::NotDurable { .. }), "{error}");
        assert!(error.to_string().contains(&advice), "{error}");
        server.run("postgres", &format!("ALTER SYSTEM RESET {setting}"));
    }
    server.stop();
    server.start_again();
    PostgresLog::open(&dsn, Options::default()).await.unwrap();
}

#[tokio::test]
async fn a_database_that_does_not_wait_for_its_disk_is_made_to_wait_in_our_sessions() {
    let dsn = server().database();
    server().run("postgres", &format!("ALTER DATABASE {} SET synchronous_commit = off", database_of(&dsn)));
    world_at(dsn, Options::default()).await;
}

#[tokio::test]
async fn tables_of_a_newer_program_are_refused_and_left_alone() {
    let world = world().await;
    world.postgres.close().await;
    let mut stranger = stranger(&world.dsn).await;
    sqlx::query("UPDATE berth_format SET format = 999").execute(&mut stranger).await.unwrap();
    let error = PostgresLog::open(&world.dsn, Options::default()).await.map(drop).unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 999, .. }), "{error}");
}

#[tokio::test]
async fn who_may_not_upgrade_makes_nothing_in_an_empty_database() {
    let dsn = server().database();
    let looker = Options { upgrade: false, ..Options::default() };
    let error = PostgresLog::open(&dsn, looker).await.map(drop).unwrap_err();
    assert!(matches!(error, OpenError::Older { found: 0, .. }), "{error}");
    let query = sqlx::query_scalar("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
    let tables: i64 = query.fetch_one(&mut stranger(&dsn).await).await.unwrap();
    assert_eq!(tables, 0);
}

#[tokio::test]
async fn many_may_open_an_empty_database_at_the_same_time() {
    let dsn = server().database();
    let opened = join_all((0..8).map(|_| PostgresLog::open(&dsn, Options::default()))).await;
    for log in opened {
        assert_eq!(log.unwrap().head().await.unwrap(), Position::START);
    }
}

#[tokio::test]
async fn the_log_is_in_the_schema_that_the_search_path_names() {
    let dsn = server().database();
    let elsewhere = format!("{dsn}&options[search_path]=elsewhere");
    let error = PostgresLog::open(&elsewhere, Options::default()).await.map(drop).unwrap_err();
    assert!(matches!(error, OpenError::NoSchema { .. }), "{error}");
    server().run(database_of(&dsn), "CREATE SCHEMA elsewhere");
    let there = world_at(elsewhere, Options { exclusive: true, ..Options::default() }).await;
    let here = world_at(dsn, Options { exclusive: true, ..Options::default() }).await;
    append_to(&there.log, 1, 0, 3).await.unwrap();
    append_to(&here.log, 1, 0, 1).await.unwrap();
    assert_eq!(there.log.head().await.unwrap(), Position::new(3));
    assert_eq!(here.log.head().await.unwrap(), Position::new(1));
}

#[tokio::test]
async fn a_database_that_lost_what_it_acknowledged_is_not_written_to() {
    let world = world().await;
    append_to(&world.log, 1, 0, 3).await.unwrap();
    let script = "ALTER TABLE events DISABLE TRIGGER USER; DELETE FROM events WHERE position = 3; \
                  UPDATE head SET position = 2, checksum = (SELECT checksum FROM events WHERE position = 2); \
                  ALTER TABLE events ENABLE TRIGGER USER";
    sqlx::raw_sql(AssertSqlSafe(script.to_owned())).execute(&mut stranger(&world.dsn).await).await.unwrap();
    let error = append_to(&world.log, 2, 0, 1).await.unwrap_err();
    assert!(matches!(error, AppendError::Stopped), "{error}");
    let reason = world.postgres.failed().await;
    assert!(reason.contains("ends at event 2 but had acknowledged event 3"), "{reason}");
}
