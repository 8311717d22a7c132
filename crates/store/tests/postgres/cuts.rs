//! Eight writers on one database, through a proxy that breaks their connections at the worst moments; and two naive ways that the
//! same judge must catch.

use std::sync::Arc;

use berth_store::postgres::{Options, PostgresLog};
use berth_store::{
    Append, AppendError, Appended, CommandId, Log, NewEvent, Position, StreamId, Version, follow, verify,
};
use futures::StreamExt;
use futures::future::join_all;
use sqlx::{Connection, PgConnection, PgPool};

use super::checker::{Answer, Asked, faults};
use super::proxy::{Chance, Fault, Proxy};
use super::world::{database_of, server, stranger};
use crate::contract::{AnyLog, all, events, fresh, stream};

const WRITERS: usize = 8;
const CALLERS_OF_EACH: usize = 4;
/// The run goes on until so many connections were broken.
const CUTS: u32 = 300;
/// The name of the last event.
const END: &str = "thing.ended";

fn broken(chance: &Chance) -> u32 {
    chance.done().iter().filter(|(fault, _)| **fault != Fault::Delayed).map(|(_, count)| count).sum()
}

/// Asks until somebody answers: what is not known is asked again with the same command id.
async fn insist(log: &AnyLog, append: &Append) -> Result<Appended, AppendError> {
    loop {
        match log.append(append.clone()).await {
            Err(AppendError::Unavailable(_)) => {}
            known => return known,
        }
    }
}

/// Appends to a stream of its own, and now and then to one that others append to as well, guessing where that ends: some are
/// refused.
async fn call(log: AnyLog, chance: Arc<Chance>, number: usize) -> Vec<Asked> {
    let mut asked = Vec::new();
    let (own, shared) = (StreamId::new("own", number), stream("shared"));
    let (mut own_version, mut shared_version) = (0, 0);
    while broken(&chance) < CUTS {
        let count = 1 + u32::try_from(chance.draw(3)).unwrap();
        let guesses = u32::from(chance.draw(4) == 0);
        let append = fresh().write(own.clone(), Version::new(own_version), events(count)).write(
            shared.clone(),
            Version::new(shared_version),
            events(guesses),
        );
        let append =
            if guesses == 0 { Append { writes: append.writes[..1].to_vec(), ..append } } else { append };
        let answer = match insist(&log, &append).await {
            Ok(appended) => {
                own_version += count;
                shared_version += guesses;
                Answer::Done { last: appended.last.get() }
            }
            Err(AppendError::Conflict { actual, .. }) => {
                shared_version = actual.get();
                Answer::Refused
            }
            Err(other) => panic!("{other:?}"),
        };
        asked.push(Asked { command: append.command.to_string(), events: (count + guesses).into(), answer });
    }
    asked
}

/// Follows to the end, over every lost connection.
async fn follow_to_the_end(log: AnyLog) -> Vec<u64> {
    let mut seen = Vec::new();
    let mut position = Position::START;
    loop {
        let mut batches = std::pin::pin!(follow(log.clone(), position));
        while let Some(Ok(batch)) = batches.next().await {
            position = batch.position;
            seen.extend(batch.events.iter().map(|event| event.position.get()));
            if batch.events.last().is_some_and(|last| last.name == END) {
                return seen;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_writers_whose_connections_break_keep_every_promise() {
    let dsn = server().database();
    let seed = 20_261_121;
    let chance = Arc::new(Chance::seeded(seed));
    let admin = PgPool::connect(&dsn).await.unwrap();
    let proxy = Proxy::start(server().socket_directory(), admin, chance.clone());
    let through = proxy.dsn(database_of(&dsn));
    let direct = PostgresLog::open(&dsn, Options::default()).await.unwrap();
    let mut logs: Vec<AnyLog> = Vec::new();
    for number in 0..WRITERS {
        let options = Options { group_appends: if number % 2 == 0 { 2048 } else { 2 }, ..Options::default() };
        logs.push(Arc::new(PostgresLog::open(&through, options).await.unwrap()));
    }
    let followed = logs.iter().take(3).cloned().chain([Arc::new(direct.clone()) as AnyLog]);
    let followers: Vec<_> = followed.map(|log| tokio::spawn(follow_to_the_end(log))).collect();

    chance.arm(true);
    let callers = (0..WRITERS * CALLERS_OF_EACH)
        .map(|number| tokio::spawn(call(logs[number % WRITERS].clone(), chance.clone(), number)));
    let mut asked: Vec<Asked> = join_all(callers).await.into_iter().flat_map(Result::unwrap).collect();
    chance.arm(false);
    let end = fresh().write(stream("end"), Version::NONE, vec![NewEvent::new(END, 1, &()).unwrap()]);
    let ended = direct.append(end.clone()).await.unwrap();
    asked.push(Asked {
        command: end.command.to_string(),
        events: 1,
        answer: Answer::Done { last: ended.last.get() },
    });

    let sights: Vec<_> = join_all(followers).await.into_iter().map(Result::unwrap).collect();
    let direct_log: AnyLog = Arc::new(direct.clone());
    let log = all(&direct_log).await;
    let log: Vec<_> = log.iter().map(|event| (event.position.get(), event.command.to_string())).collect();
    assert_eq!(faults(&log, &sights, &asked), Vec::<String>::new(), "seed {seed}");
    assert!(verify(&direct, |_| ()).await.is_clean());
    let refused = asked.iter().filter(|asked| asked.answer == Answer::Refused).count();
    assert!(refused > 20, "a run without refusals shows less: {refused}");
    let done = chance.done();
    assert!(done.len() == 5 && done.values().all(|times| *times > 20), "{done:?}");
    println!("{} events, {} asked, {refused} refused, {done:?}", log.len(), asked.len());
}

#[tokio::test]
async fn an_answer_that_is_lost_is_found_and_not_called_a_repeat() {
    let dsn = server().database();
    let chance = Arc::new(Chance::always(Fault::CutBeforeTheAnswer));
    let admin = PgPool::connect(&dsn).await.unwrap();
    let proxy = Proxy::start(server().socket_directory(), admin, chance.clone());
    let log = PostgresLog::open(&proxy.dsn(database_of(&dsn)), Options::default()).await.unwrap();
    chance.arm(true);
    let append = fresh().write(stream(1), Version::NONE, vec![NewEvent::new("thing.made", 1, &1).unwrap()]);
    let answer = log.append(append.clone()).await.unwrap();
    assert_eq!(answer, Appended { last: Position::new(1), count: 1, repeated: false });
    assert_eq!(chance.done()[&Fault::CutBeforeTheAnswer], 1);
    let again = log.append(append).await.unwrap();
    assert_eq!(again, Appended { repeated: true, ..answer });
}

/// A log as one would first write it: a sequence gives positions, and nobody looks a command up.
async fn naive_log(dsn: &str) -> PgConnection {
    let mut connection = stranger(dsn).await;
    let table = "CREATE TABLE naive (position bigserial PRIMARY KEY, command text NOT NULL)";
    sqlx::query(table).execute(&mut connection).await.unwrap();
    connection
}

async fn naive_events(connection: &mut PgConnection, after: u64) -> Vec<(u64, String)> {
    let query = sqlx::query_as("SELECT position, command FROM naive WHERE position > $1 ORDER BY position");
    let rows: Vec<(i64, String)> = query.bind(after.cast_signed()).fetch_all(connection).await.unwrap();
    rows.into_iter().map(|(position, command)| (position.cast_unsigned(), command)).collect()
}

#[tokio::test]
async fn the_judge_catches_positions_from_a_sequence() {
    let dsn = server().database();
    let mut reader = naive_log(&dsn).await;
    let (mut slow, mut quick) = (stranger(&dsn).await, stranger(&dsn).await);
    let mut seen = Vec::new();
    let mut first = slow.begin().await.unwrap();
    sqlx::query("INSERT INTO naive (command) VALUES ('slow')").execute(&mut *first).await.unwrap();
    sqlx::query("INSERT INTO naive (command) VALUES ('quick')").execute(&mut quick).await.unwrap();
    seen.extend(naive_events(&mut reader, 0).await.iter().map(|(position, _)| *position));
    first.commit().await.unwrap();
    seen.extend(naive_events(&mut reader, seen[0]).await.iter().map(|(position, _)| *position));

    let log = naive_events(&mut reader, 0).await;
    let done =
        |command: &str, last| Asked { command: command.into(), events: 1, answer: Answer::Done { last } };
    let faults = faults(&log, &[seen], &[done("slow", 1), done("quick", 2)]);
    assert_eq!(faults, ["follower 0 did not see each event once and in order"]);
}

#[tokio::test]
async fn the_judge_catches_a_repeat_that_does_not_look_the_command_up() {
    let dsn = server().database();
    let mut reader = naive_log(&dsn).await;
    let chance = Arc::new(Chance::always(Fault::CutBeforeTheAnswer));
    let admin = PgPool::connect(&dsn).await.unwrap();
    let proxy = Proxy::start(server().socket_directory(), admin, chance.clone());
    let command = CommandId::fresh().to_string();
    for armed in [true, false] {
        let mut connection = stranger(&proxy.dsn(database_of(&dsn))).await;
        chance.arm(armed);
        let script = format!("BEGIN; INSERT INTO naive (command) VALUES ('{command}'); COMMIT");
        let done = sqlx::raw_sql(sqlx::AssertSqlSafe(script)).execute(&mut connection).await;
        assert_eq!(done.is_err(), armed, "the first answer is lost");
    }
    let log = naive_events(&mut reader, 0).await;
    let faults = faults(&log, &[], &[Asked { command, events: 1, answer: Answer::Done { last: 2 } }]);
    assert!(faults.len() == 1 && faults[0].ends_with("has its events at [1, 2]"), "{faults:?}");
}
