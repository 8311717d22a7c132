//! Writes a plan and commits. Few large statements: each one crosses to the connection's thread and back.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::fault::Trouble;
use crate::group::{Plan, Row};
use crate::{Append, Appended, Position, RawEvent, Released};

/// Rows written by one statement, at most.
const CHUNK: usize = 64;

/// Writes everything the plan holds and answers when it is durable.
pub(super) async fn commit(connection: &mut SqliteConnection, plan: &Plan<'_>) -> Result<(), Trouble> {
    for chunk in chunks(&plan.rows) {
        insert_events(connection, chunk).await?;
    }
    for chunk in chunks(&plan.answers) {
        insert_answers(connection, chunk).await?;
    }
    save_claims(connection, plan).await?;
    save_secrets(connection, plan).await?;
    save_snapshots(connection, plan).await?;
    save_checkpoints(connection, plan).await?;
    // Together with the last statement: one crossing less. If the head cannot be written nothing is
    // committed.
    sqlx::query("UPDATE head SET position = ?, checksum = ?; COMMIT")
        .bind(plan.known.position.to_sql())
        .bind(&plan.known.checksum[..])
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert_events(connection: &mut SqliteConnection, rows: &[Row<'_>]) -> Result<(), Trouble> {
    let sql = format!(
        "INSERT INTO events (position, stream, version, name, schema, time_ms, actor, correlation, causation, command, data, \
         checksum) VALUES {}",
        vec!["(?,?,?,?,?,?,?,?,?,?,?,?)"; rows.len()].join(",")
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for row in rows {
        query = query
            .bind(row.position.to_sql())
            .bind(row.stream.shared())
            .bind(row.version.get())
            .bind(row.name)
            .bind(row.schema)
            .bind(row.meta.time_ms)
            .bind(row.meta.actor.as_str())
            .bind(row.meta.correlation.as_str())
            .bind(row.meta.causation.as_deref())
            .bind(row.command.shared())
            .bind(row.data.get())
            .bind(&row.checksum[..]);
    }
    query.execute(connection).await?;
    Ok(())
}

/// Rows as they are stored, with their own checksums.
pub(super) async fn insert_raw(
    connection: &mut SqliteConnection,
    rows: impl Iterator<Item = &RawEvent>,
) -> Result<(), Trouble> {
    let rows: Vec<_> = rows.collect();
    for rows in chunks(&rows) {
        let sql = format!(
            "INSERT INTO events (position, stream, version, name, schema, time_ms, actor, correlation, causation, command, data, \
             checksum) VALUES {}",
            vec!["(?,?,?,?,?,?,?,?,?,?,?,?)"; rows.len()].join(",")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for row in rows {
            query = query
                .bind(row.position)
                .bind(text(&row.stream)?)
                .bind(row.version)
                .bind(text(&row.name)?)
                .bind(row.schema)
                .bind(row.time_ms)
                .bind(text(&row.actor)?)
                .bind(text(&row.correlation)?)
                .bind(row.causation.as_deref().map(text).transpose()?)
                .bind(text(&row.command)?)
                .bind(text(&row.data)?)
                .bind(&row.checksum[..]);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// What is to be stored as text must be text.
pub(super) fn text(bytes: &[u8]) -> Result<&str, sqlx::Error> {
    std::str::from_utf8(bytes).map_err(|error| sqlx::Error::Encode(error.into()))
}

pub(super) async fn insert_runs(connection: &mut SqliteConnection, runs: &[Released]) -> Result<(), Trouble> {
    for runs in chunks(runs) {
        let sql = format!(
            "INSERT INTO released (first, last, checksum) VALUES {}",
            vec!["(?,?,?)"; runs.len()].join(",")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for run in runs {
            query = query.bind(run.first.to_sql()).bind(run.last.to_sql()).bind(&run.checksum[..]);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Counts what stands in for the runs behind a position, so that it is missed when it goes.
pub(super) async fn count_stand_ins(
    connection: &mut SqliteConnection,
    after: Position,
) -> Result<(), Trouble> {
    let query = sqlx::query(
        "UPDATE released SET stand_ins = (SELECT count(*) FROM events WHERE position BETWEEN first AND last) WHERE last > ?",
    );
    query.bind(after.to_sql()).execute(connection).await?;
    Ok(())
}

async fn insert_answers(
    connection: &mut SqliteConnection,
    answers: &[(&Append, Appended)],
) -> Result<(), Trouble> {
    let sql = format!(
        "INSERT INTO commands (id, fingerprint, last_position, event_count, time_ms) VALUES {}",
        vec!["(?,?,?,?,?)"; answers.len()].join(",")
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for (append, appended) in answers {
        query = query
            .bind(append.command.shared())
            .bind(&append.fingerprint[..])
            .bind(appended.last.to_sql())
            .bind(appended.count)
            .bind(append.meta.time_ms);
    }
    query.execute(connection).await?;
    Ok(())
}

async fn save_claims(connection: &mut SqliteConnection, plan: &Plan<'_>) -> Result<(), Trouble> {
    for ((space, key), owner) in &plan.claims {
        let query = match owner {
            Some(owner) => sqlx::query(
                "INSERT INTO claims (space, key, owner) VALUES (?, ?, ?) \
                 ON CONFLICT DO UPDATE SET owner = excluded.owner",
            )
            .bind(*space)
            .bind(*key)
            .bind(owner.shared()),
            None => sqlx::query("DELETE FROM claims WHERE space = ? AND key = ?").bind(*space).bind(*key),
        };
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

async fn save_secrets(connection: &mut SqliteConnection, plan: &Plan<'_>) -> Result<(), Trouble> {
    for (id, sealed) in &plan.secrets {
        let query = match sealed {
            Some(sealed) => sqlx::query(
                "INSERT INTO secrets (id, kind, owner, sealed) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE \
                 SET kind = excluded.kind, owner = excluded.owner, sealed = excluded.sealed",
            )
            .bind(id.as_str())
            .bind(sealed.kind())
            .bind(sealed.owner())
            .bind(sealed.bytes()),
            None => sqlx::query("DELETE FROM secrets WHERE id = ?").bind(id.as_str()),
        };
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

async fn save_snapshots(connection: &mut SqliteConnection, plan: &Plan<'_>) -> Result<(), Trouble> {
    let snapshots: Vec<_> = plan.snapshots.iter().collect();
    for chunk in chunks(&snapshots) {
        let sql = format!(
            "INSERT INTO snapshots (stream, version, schema, data) VALUES {} ON CONFLICT DO UPDATE \
             SET version = excluded.version, schema = excluded.schema, data = excluded.data \
             WHERE excluded.version >= version",
            vec!["(?,?,?,?)"; chunk.len()].join(",")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (stream, snapshot) in chunk {
            query = query
                .bind(stream.shared())
                .bind(snapshot.version.get())
                .bind(snapshot.schema)
                .bind(snapshot.data.get());
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

async fn save_checkpoints(connection: &mut SqliteConnection, plan: &Plan<'_>) -> Result<(), Trouble> {
    for (follower, position) in &plan.checkpoints {
        sqlx::query(
            "INSERT INTO checkpoints (follower, position) VALUES (?, ?) \
             ON CONFLICT DO UPDATE SET position = excluded.position",
        )
        .bind(Arc::<str>::from(*follower))
        .bind(position.to_sql())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The items in runs whose lengths are powers of two, so that few statements are prepared and kept.
pub(super) fn chunks<T>(mut items: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let length = CHUNK.min(items.len());
        let (run, rest) = items.split_at(if length == 0 { return None } else { 1 << length.ilog2() });
        items = rest;
        Some(run)
    })
}
