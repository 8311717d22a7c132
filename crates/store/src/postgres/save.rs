//! Writes a plan and commits. A statement for each table, however many rows: each one crosses to the server and back.

use sqlx::{AssertSqlSafe, PgConnection};

use super::fault::Trouble;
use super::place::Schema;
use crate::checksum::Checksum;
use crate::group::{Plan, Row};
use crate::{Append, Appended, Position, RawEvent, Released};

/// Writes everything the plan holds and answers when it is durable.
pub(super) async fn commit(
    connection: &mut PgConnection,
    schema: &Schema,
    plan: &Plan<'_>,
) -> Result<(), Trouble> {
    insert(connection, &plan.rows, &plan.answers).await?;
    save_claims(connection, plan).await?;
    save_secrets(connection, plan).await?;
    save_snapshots(connection, plan).await?;
    save_checkpoints(connection, plan).await?;
    finish(connection, schema, plan.known.position, &plan.known.checksum).await
}

/// Moves the head, tells of it, and commits: one crossing. If the head cannot be written nothing is committed.
pub(super) async fn finish(
    connection: &mut PgConnection,
    schema: &Schema,
    position: Position,
    checksum: &Checksum,
) -> Result<(), Trouble> {
    let script = format!(
        "UPDATE head SET position = {position}, checksum = decode('{}', 'hex') WHERE id = 1; \
         SELECT pg_notify('{}', '{position}'); COMMIT",
        hex::encode(checksum),
        schema.channel()
    );
    sqlx::raw_sql(AssertSqlSafe(script)).execute(connection).await?;
    Ok(())
}

/// Events and answers in one crossing.
async fn insert(
    connection: &mut PgConnection,
    rows: &[Row<'_>],
    answers: &[(&Append, Appended)],
) -> Result<(), Trouble> {
    sqlx::query(
        "WITH appended AS (INSERT INTO events (position, stream, version, name, schema, time_ms, actor, correlation, causation, \
           command, data, checksum) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::int[], \
           $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[])) \
         INSERT INTO commands (id, fingerprint, last_position, event_count, time_ms) \
         SELECT * FROM unnest($13::text[], $14::bytea[], $15::bigint[], $16::bigint[], $17::bigint[])",
    )
    .bind(column(rows, |row| row.position.to_sql()))
    .bind(column(rows, |row| row.stream.as_str()))
    .bind(column(rows, |row| i64::from(row.version.get())))
    .bind(column(rows, |row| row.name))
    .bind(column(rows, |row| i32::from(row.schema)))
    .bind(column(rows, |row| row.meta.time_ms))
    .bind(column(rows, |row| row.meta.actor.as_str()))
    .bind(column(rows, |row| row.meta.correlation.as_str()))
    .bind(column(rows, |row| row.meta.causation.as_deref()))
    .bind(column(rows, |row| row.command.as_str()))
    .bind(column(rows, |row| row.data.get()))
    .bind(column(rows, |row| &row.checksum[..]))
    .bind(column(answers, |(append, _)| append.command.as_str()))
    .bind(column(answers, |(append, _)| &append.fingerprint[..]))
    .bind(column(answers, |(_, appended)| appended.last.to_sql()))
    .bind(column(answers, |(_, appended)| i64::from(appended.count)))
    .bind(column(answers, |(append, _)| append.meta.time_ms))
    .execute(connection)
    .await?;
    Ok(())
}

/// Rows as they are stored, with their own checksums.
pub(super) async fn insert_raw(connection: &mut PgConnection, rows: &[&RawEvent]) -> Result<(), Trouble> {
    sqlx::query(
        "INSERT INTO events (position, stream, version, name, schema, time_ms, actor, correlation, causation, command, data, \
         checksum) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::int[], $6::bigint[], $7::text[], \
         $8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[])",
    )
    .bind(column(rows, |row| row.position))
    .bind(texts(rows, |row| &row.stream)?)
    .bind(column(rows, |row| row.version))
    .bind(texts(rows, |row| &row.name)?)
    .bind(column(rows, |row| i32::try_from(row.schema).unwrap_or(-1)))
    .bind(column(rows, |row| row.time_ms))
    .bind(texts(rows, |row| &row.actor)?)
    .bind(texts(rows, |row| &row.correlation)?)
    .bind(rows.iter().map(|row| row.causation.as_deref().map(text).transpose()).collect::<Result<Vec<_>, _>>()?)
    .bind(texts(rows, |row| &row.command)?)
    .bind(texts(rows, |row| &row.data)?)
    .bind(column(rows, |row| &row.checksum[..]))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn insert_runs(connection: &mut PgConnection, runs: &[Released]) -> Result<(), Trouble> {
    let query = sqlx::query(
        "INSERT INTO released (first, last, checksum) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[])",
    );
    let query =
        query.bind(column(runs, |run| run.first.to_sql())).bind(column(runs, |run| run.last.to_sql()));
    query.bind(column(runs, |run| &run.checksum[..])).execute(connection).await?;
    Ok(())
}

/// Nothing in the chain would tell that an event which stands in is gone, so they are counted: in the runs that end behind a position,
/// once their events are there.
pub(super) async fn count_stand_ins(connection: &mut PgConnection, after: Position) -> Result<(), Trouble> {
    let query = sqlx::query(
        "UPDATE released SET stand_ins = (SELECT count(*) FROM events WHERE position BETWEEN first AND last) WHERE last > $1",
    );
    query.bind(after.to_sql()).execute(connection).await?;
    Ok(())
}

async fn save_claims(connection: &mut PgConnection, plan: &Plan<'_>) -> Result<(), Trouble> {
    for ((space, key), owner) in &plan.claims {
        let query = match owner {
            Some(owner) => sqlx::query(
                "INSERT INTO claims (space, key, owner) VALUES ($1, $2, $3) \
                 ON CONFLICT (space, key) DO UPDATE SET owner = excluded.owner",
            )
            .bind(*space)
            .bind(*key)
            .bind(owner.as_str()),
            None => sqlx::query("DELETE FROM claims WHERE space = $1 AND key = $2").bind(*space).bind(*key),
        };
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

async fn save_secrets(connection: &mut PgConnection, plan: &Plan<'_>) -> Result<(), Trouble> {
    for (id, sealed) in &plan.secrets {
        let query = match sealed {
            Some(sealed) => sqlx::query(
                "INSERT INTO secrets (id, kind, owner, sealed) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE \
                 SET kind = excluded.kind, owner = excluded.owner, sealed = excluded.sealed",
            )
            .bind(id.as_str())
            .bind(sealed.kind())
            .bind(sealed.owner())
            .bind(sealed.bytes()),
            None => sqlx::query("DELETE FROM secrets WHERE id = $1").bind(id.as_str()),
        };
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

async fn save_snapshots(connection: &mut PgConnection, plan: &Plan<'_>) -> Result<(), Trouble> {
    for (stream, snapshot) in &plan.snapshots {
        sqlx::query(
            "INSERT INTO snapshots (stream, version, schema, data) VALUES ($1, $2, $3, $4) ON CONFLICT (stream) DO UPDATE \
             SET version = excluded.version, schema = excluded.schema, data = excluded.data \
             WHERE excluded.version >= snapshots.version",
        )
        .bind(stream.as_str())
        .bind(i64::from(snapshot.version.get()))
        .bind(i32::from(snapshot.schema))
        .bind(snapshot.data.get())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn save_checkpoints(connection: &mut PgConnection, plan: &Plan<'_>) -> Result<(), Trouble> {
    for (follower, position) in &plan.checkpoints {
        sqlx::query(
            "INSERT INTO checkpoints (follower, position) VALUES ($1, $2) \
             ON CONFLICT (follower) DO UPDATE SET position = excluded.position",
        )
        .bind(*follower)
        .bind(position.to_sql())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

pub(super) fn column<'a, T, V>(rows: &'a [T], value: impl Fn(&'a T) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}

fn texts<'a>(
    rows: &[&'a RawEvent],
    bytes: impl Fn(&'a RawEvent) -> &'a Vec<u8>,
) -> Result<Vec<&'a str>, sqlx::Error> {
    rows.iter().map(|row| text(bytes(row))).collect()
}

/// What is to be stored as text must be text.
pub(super) fn text(bytes: &[u8]) -> Result<&str, sqlx::Error> {
    std::str::from_utf8(bytes).map_err(|error| sqlx::Error::Encode(error.into()))
}
