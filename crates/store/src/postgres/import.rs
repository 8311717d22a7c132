//! Puts rows of another log behind the last one, and what that log kept beside its events.

use sqlx::{PgConnection, Row};

use super::fault::Trouble;
use super::load::{begin, heads_of};
use super::read;
use super::save::{column, count_stand_ins, finish, insert_raw, insert_runs, text};
use super::session::Session;
use crate::checksum::Checksum;
use crate::import::{Answer, MARK, Place, answers};
use crate::vault::Sealed;
use crate::{Exported, Ground, ImportError, Position, Released, StreamId};

/// One transaction, rolled back if the rows do not fit. Answers where the log ends then. The outer error is the database's
/// trouble: the transaction may still be open.
pub(super) async fn transact(
    session: &mut Session,
    events: &[Exported],
    released: &[Released],
) -> Result<Result<Position, ImportError>, Trouble> {
    let head = begin(&mut session.connection).await?;
    if let Err(unfit) = place(&mut session.connection, head, events).await?.check(events, released) {
        session.roll_back().await?;
        return Ok(Err(unfit));
    }
    let connection = &mut session.connection;
    if !events.is_empty() || !released.is_empty() {
        set_mark(connection, head.0).await?;
    }
    insert_runs(connection, released).await?;
    insert_raw(connection, &column(events, |exported| &exported.event)).await?;
    count_stand_ins(connection, head.0).await?;
    insert_answers(connection, &answers(events)).await?;
    let (position, checksum) = match events.last() {
        Some(Exported { event, .. }) => (Position::from_sql(event.position), checksum_of(&event.checksum)?),
        None => head,
    };
    finish(connection, &session.schema, position, &checksum).await?;
    Ok(Ok(position))
}

async fn set_mark(connection: &mut PgConnection, position: Position) -> Result<(), Trouble> {
    let query =
        sqlx::query("INSERT INTO checkpoints (follower, position) VALUES ($1, $2) ON CONFLICT DO NOTHING");
    query.bind(MARK).bind(position.to_sql()).execute(connection).await?;
    Ok(())
}

fn checksum_of(bytes: &[u8]) -> Result<Checksum, sqlx::Error> {
    bytes.try_into().map_err(|_| sqlx::Error::Encode("a checksum has 32 bytes".into()))
}

async fn place(
    connection: &mut PgConnection,
    (position, checksum): (Position, Checksum),
    events: &[Exported],
) -> Result<Place, Trouble> {
    let query = sqlx::query("SELECT first, last, checksum FROM released WHERE last >= $1 ORDER BY first");
    let rows = query.bind(position.to_sql()).fetch_all(&mut *connection).await?;
    let runs = rows.iter().map(read::run_of).collect::<Result<_, _>>()?;
    let vanished = sqlx::query_scalar("SELECT coalesce(sum(last - first + 1), 0)::bigint FROM released");
    let vanished = vanished.fetch_one(&mut *connection).await?;
    let mut place = Place::new(position, checksum, runs, vanished);
    let mut streams: Vec<_> = events.iter().filter_map(Exported::stream).collect();
    streams.sort_unstable();
    streams.dedup();
    for (stream, version) in heads_of(connection, &column(&streams, StreamId::as_str)).await? {
        place.ends(&stream, version.get());
    }
    Ok(place)
}

/// The events of one command may come in two imports.
async fn insert_answers(connection: &mut PgConnection, answers: &[Answer<'_>]) -> Result<(), Trouble> {
    let commands: Vec<_> = answers.iter().map(|answer| text(answer.command)).collect::<Result<_, _>>()?;
    sqlx::query(
        "INSERT INTO commands AS known (id, fingerprint, last_position, event_count, time_ms) \
         SELECT * FROM unnest($1::text[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[]) ON CONFLICT (id) DO UPDATE SET \
         event_count = excluded.last_position - (known.last_position - known.event_count), last_position = excluded.last_position",
    )
    .bind(commands)
    .bind(column(answers, |answer| &answer.fingerprint[..]))
    .bind(column(answers, |answer| answer.last))
    .bind(column(answers, |answer| answer.last - answer.first + 1))
    .bind(column(answers, |answer| answer.time_ms))
    .execute(connection)
    .await?;
    Ok(())
}

/// One transaction, as above.
pub(super) async fn transact_ground(
    session: &mut Session,
    ground: &Ground,
) -> Result<Result<(), ImportError>, Trouble> {
    begin(&mut session.connection).await?;
    let query = "SELECT EXISTS (SELECT 1 FROM claims) OR EXISTS (SELECT 1 FROM secrets) OR EXISTS (SELECT 1 FROM checkpoints \
                 WHERE follower <> $1) OR EXISTS (SELECT 1 FROM books WHERE closed_through > 0) \
                 OR EXISTS (SELECT 1 FROM commands WHERE event_count = 0)";
    let is_taken = sqlx::query(query).bind(MARK).fetch_one(&mut session.connection).await?.try_get(0)?;
    if is_taken {
        session.roll_back().await?;
        return Ok(Err(ImportError::NotEmpty));
    }
    insert_ground(&mut session.connection, ground).await?;
    sqlx::raw_sql("COMMIT").execute(&mut session.connection).await?;
    Ok(Ok(()))
}

async fn insert_ground(connection: &mut PgConnection, ground: &Ground) -> Result<(), Trouble> {
    let query = sqlx::query(
        "INSERT INTO claims (space, key, owner) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])",
    )
    .bind(column(&ground.claims, |(space, ..)| space.as_str()))
    .bind(column(&ground.claims, |(_, key, _)| key.as_str()))
    .bind(column(&ground.claims, |(.., owner)| owner.as_str()));
    query.execute(&mut *connection).await?;
    let query = sqlx::query(
        "INSERT INTO secrets (id, kind, owner, sealed) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[])",
    )
    .bind(column(&ground.secrets, |sealed| sealed.id().as_str()))
    .bind(column(&ground.secrets, Sealed::kind))
    .bind(column(&ground.secrets, Sealed::owner))
    .bind(column(&ground.secrets, Sealed::bytes));
    query.execute(&mut *connection).await?;
    let query = sqlx::query(
        "INSERT INTO checkpoints (follower, position) SELECT * FROM unnest($1::text[], $2::bigint[])",
    )
    .bind(column(&ground.checkpoints, |(follower, _)| follower.as_str()))
    .bind(column(&ground.checkpoints, |(_, position)| position.to_sql()));
    query.execute(&mut *connection).await?;
    let closed = ground.closed_through.to_sql();
    let query = sqlx::query("UPDATE books SET closed_through = $1 WHERE id = 1");
    query.bind(closed).execute(&mut *connection).await?;
    let query = sqlx::query("DELETE FROM commands WHERE last_position <= $1");
    query.bind(closed).execute(&mut *connection).await?;
    insert_empty_answers(connection, ground).await
}

/// Nothing tells when they were asked, and nobody asks that.
async fn insert_empty_answers(connection: &mut PgConnection, ground: &Ground) -> Result<(), Trouble> {
    let query = sqlx::query(
        "INSERT INTO commands (id, fingerprint, last_position, event_count, time_ms) \
         SELECT id, fingerprint, after, 0, 0 FROM unnest($1::text[], $2::bytea[], $3::bigint[]) AS answers (id, fingerprint, after) \
         ON CONFLICT DO NOTHING",
    )
    .bind(column(&ground.answers, |(command, ..)| command.as_str()))
    .bind(column(&ground.answers, |(_, fingerprint, _)| &fingerprint[..]))
    .bind(column(&ground.answers, |(.., after)| after.to_sql()));
    query.execute(connection).await?;
    Ok(())
}
