//! Lets old events go, in one transaction with the event that tells of it.
//!
//! The guards of immutability are lifted for this transaction only, and put back in it: nobody else ever sees the table without
//! them.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, PgConnection};

use super::audit::{EVENT_COLUMNS, raw};
use super::fault::Trouble;
use super::read;
use super::save::{column, count_stand_ins, insert_raw, insert_runs};
use crate::checksum::Checksum;
use crate::closings::Digest;
use crate::release::Unlawful;
use crate::{Position, RawEvent, Release, Released};

/// Positions named in one statement, at most.
const CHUNK: usize = 16384;

const LIFT_GUARDS: &str = "ALTER TABLE events DISABLE TRIGGER events_are_never_changed; \
     ALTER TABLE events DISABLE TRIGGER events_are_only_appended; GRANT DELETE ON events TO CURRENT_USER";
const RESTORE_GUARDS: &str = "ALTER TABLE events ENABLE TRIGGER events_are_never_changed; \
     ALTER TABLE events ENABLE TRIGGER events_are_only_appended; REVOKE DELETE ON events FROM CURRENT_USER";

/// Within a transaction that holds the head, which is where the log ends.
pub(super) async fn let_go(
    connection: &mut PgConnection,
    release: &Release,
    head: Position,
) -> Result<Digest, Trouble> {
    let closed = sqlx::query_scalar("SELECT closed_through FROM books").fetch_one(&mut *connection).await?;
    release.check(Position::from_sql(closed), head)?;
    let runs = runs_of(connection, release).await?;
    let stand_ins = stand_ins_of(connection, release, &runs).await?;
    sqlx::raw_sql(LIFT_GUARDS).execute(&mut *connection).await?;
    check_ends(connection, release).await?;
    delete(connection, &release.positions).await?;
    insert_raw(connection, &column(&stand_ins, |stand_in| stand_in)).await?;
    sqlx::raw_sql(RESTORE_GUARDS).execute(&mut *connection).await?;
    insert_runs(connection, &runs).await?;
    count_stand_ins(connection, release.after).await?;
    forget_answers(connection, release.through).await?;
    Ok(Digest::of_rows(&runs, &stand_ins))
}

/// The runs with the checksum of each one's last event.
async fn runs_of(connection: &mut PgConnection, release: &Release) -> Result<Vec<Released>, Trouble> {
    let mut runs = Vec::new();
    for chunk in release.runs().chunks(CHUNK) {
        let query = sqlx::query("SELECT checksum FROM events WHERE position = ANY($1) ORDER BY position");
        let lasts = column(chunk, |(_, last)| last.to_sql());
        let rows = query.bind(lasts).fetch_all(&mut *connection).await?;
        expect_all(rows.len(), chunk.len())?;
        for ((first, last), row) in chunk.iter().zip(&rows) {
            runs.push(Released { first: *first, last: *last, checksum: read::checksum_of(row)? });
        }
    }
    Ok(runs)
}

/// The rows that will stand in, made from those whose places they take.
async fn stand_ins_of(
    connection: &mut PgConnection,
    release: &Release,
    runs: &[Released],
) -> Result<Vec<RawEvent>, Trouble> {
    let mut stand_ins = Vec::with_capacity(release.stand_ins.len());
    for chunk in release.stand_ins.chunks(CHUNK) {
        let sql = format!("SELECT {EVENT_COLUMNS} FROM events WHERE position = ANY($1) ORDER BY position");
        let places = column(chunk, |stand_in| stand_in.position.to_sql());
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(places).fetch_all(&mut *connection).await?;
        expect_all(rows.len(), chunk.len())?;
        for (stand_in, row) in chunk.iter().zip(&rows) {
            stand_ins.push(stand_in.row(raw(row)?, checksum_of_run(runs, stand_in.position)?)?);
        }
    }
    Ok(stand_ins)
}

fn checksum_of_run(runs: &[Released], position: Position) -> Result<&Checksum, Unlawful> {
    let after = runs.partition_point(|run| run.first <= position);
    let run = after.checked_sub(1).and_then(|index| runs.get(index));
    run.map(|run| &run.checksum).ok_or(Unlawful::NoPlace(position))
}

/// A stream that ended earlier than before would give a version twice: its last event leaves only where another stands in.
async fn check_ends(connection: &mut PgConnection, release: &Release) -> Result<(), Trouble> {
    let stays = column(&release.stand_ins, |stand_in| stand_in.position.to_sql());
    for chunk in release.positions.chunks(CHUNK) {
        let query = sqlx::query(
            "SELECT stream FROM events WHERE position = ANY($1) AND position <> ALL($2) \
             AND NOT EXISTS (SELECT 1 FROM events AS later WHERE later.stream = events.stream AND later.version > events.version) \
             LIMIT 1",
        );
        let query = query.bind(column(chunk, |position| position.to_sql())).bind(&stays);
        if let Some(row) = query.fetch_optional(&mut *connection).await? {
            return Err(Unlawful::LastOfStream(read::stream_of(&row, "stream")?).into());
        }
    }
    Ok(())
}

async fn delete(connection: &mut PgConnection, positions: &[Position]) -> Result<(), Trouble> {
    for chunk in positions.chunks(CHUNK) {
        let query = sqlx::query("DELETE FROM events WHERE position = ANY($1)");
        let query = query.bind(column(chunk, |position| position.to_sql()));
        let deleted = query.execute(&mut *connection).await?.rows_affected();
        expect_all(usize::try_from(deleted).unwrap_or(usize::MAX), chunk.len())?;
    }
    Ok(())
}

async fn forget_answers(connection: &mut PgConnection, through: Position) -> Result<(), Trouble> {
    let query = sqlx::query("UPDATE books SET closed_through = $1 WHERE id = 1");
    query.bind(through.to_sql()).execute(&mut *connection).await?;
    let query = sqlx::query("DELETE FROM commands WHERE last_position <= $1");
    query.bind(through.to_sql()).execute(connection).await?;
    Ok(())
}

fn expect_all(found: usize, asked: usize) -> Result<(), Unlawful> {
    let missing = asked.saturating_sub(found) as u64;
    if missing == 0 { Ok(()) } else { Err(Unlawful::NotThere { missing, asked: asked as u64 }) }
}

impl From<Unlawful> for Trouble {
    fn from(unlawful: Unlawful) -> Self {
        Self::Refused(Arc::new(unlawful))
    }
}
