//! Lets old events go, in one transaction with the event that tells of it.
//!
//! The guards of immutability are lifted for this transaction only, and put back in it: nobody else ever sees the table without them.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Row, SqliteConnection};

use super::audit::{EVENT_COLUMNS, raw};
use super::fault::Trouble;
use super::writer::{Tail, Verdict};
use super::{load, read, save};
use crate::checksum::Checksum;
use crate::closings::Digest;
use crate::group::{Mentions, Plan};
use crate::release::Unlawful;
use crate::{Position, RawEvent, Release, Released, StreamId, Version};

/// Positions named in one statement, at most.
const POSITIONS: usize = 8192;
/// Stand-ins looked up by one statement, at most.
const CHUNK: usize = 128;

/// Begins, and commits unless it is refused. The outer error is the database's trouble: the transaction is still open then.
pub(super) async fn transact(
    connection: &mut SqliteConnection,
    release: &Release,
    tail: &mut Tail,
) -> Result<Verdict, Trouble> {
    let mentions = Mentions::of(std::iter::once(&release.append));
    let mut plan = Plan::new(load::begin(connection, &mentions, tail).await?);
    if !plan.would_take(&release.append) {
        let repeat_or_refusal = plan.admit(&release.append);
        sqlx::query("ROLLBACK").execute(connection).await?;
        return Ok(repeat_or_refusal);
    }
    let closed = sqlx::query_scalar("SELECT closed_through FROM books").fetch_one(&mut *connection).await?;
    release.check(Position::from_sql(closed), plan.known.position)?;
    let guards = lift_guards(connection).await?;
    let digest = let_go(connection, release).await?;
    restore_guards(connection, &guards).await?;
    forget_answers(connection, release.through).await?;
    let told = release.told(&digest);
    let verdict = plan.admit(&told);
    save::commit(connection, &plan).await?;
    tail.remember(plan.known);
    Ok(verdict)
}

async fn let_go(connection: &mut SqliteConnection, release: &Release) -> Result<Digest, Trouble> {
    let runs = runs_of(connection, release).await?;
    let stand_ins = stand_ins_of(connection, release, &runs).await?;
    let ends = ends_of_leaving(connection, release).await?;
    delete(connection, &release.positions).await?;
    save::insert_raw(connection, stand_ins.iter()).await?;
    save::insert_runs(connection, &runs).await?;
    save::count_stand_ins(connection, release.after).await?;
    check_ends(connection, &ends).await?;
    Ok(Digest::of_rows(&runs, &stand_ins))
}

/// The runs with the checksum of each one's last event.
async fn runs_of(connection: &mut SqliteConnection, release: &Release) -> Result<Vec<Released>, Trouble> {
    let mut runs = Vec::new();
    for chunk in release.runs().chunks(POSITIONS) {
        let lasts: Vec<_> = chunk.iter().map(|(_, last)| *last).collect();
        let query = sqlx::query(
            "SELECT checksum FROM events WHERE position IN (SELECT value FROM json_each(?)) ORDER BY position",
        );
        let rows = query.bind(listed(&lasts)).fetch_all(&mut *connection).await?;
        if rows.len() != chunk.len() {
            let (missing, asked) = ((chunk.len() - rows.len()) as u64, chunk.len() as u64);
            return Err(Unlawful::NotThere { missing, asked }.into());
        }
        for ((first, last), row) in chunk.iter().zip(&rows) {
            runs.push(Released { first: *first, last: *last, checksum: read::checksum_of(row)? });
        }
    }
    Ok(runs)
}

/// The rows that will stand in, made from those whose places they take.
async fn stand_ins_of(
    connection: &mut SqliteConnection,
    release: &Release,
    runs: &[Released],
) -> Result<Vec<RawEvent>, Trouble> {
    let mut stand_ins = Vec::with_capacity(release.stand_ins.len());
    for chunk in release.stand_ins.chunks(CHUNK) {
        let places: Vec<_> = chunk.iter().map(|stand_in| stand_in.position).collect();
        let sql = format!(
            "SELECT {EVENT_COLUMNS} FROM events WHERE position IN (SELECT value FROM json_each(?)) ORDER BY position"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(listed(&places)).fetch_all(&mut *connection).await?;
        if rows.len() != chunk.len() {
            let (missing, asked) = ((chunk.len() - rows.len()) as u64, chunk.len() as u64);
            return Err(Unlawful::NotThere { missing, asked }.into());
        }
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

/// Of each stream that loses something, the highest version that leaves.
async fn ends_of_leaving(
    connection: &mut SqliteConnection,
    release: &Release,
) -> Result<Vec<(StreamId, Version)>, Trouble> {
    let mut ends = std::collections::BTreeMap::new();
    for chunk in release.positions.chunks(POSITIONS) {
        let query = sqlx::query(
            "SELECT stream, max(version) FROM events WHERE position IN (SELECT value FROM json_each(?)) GROUP BY stream",
        );
        for row in query.bind(listed(chunk)).fetch_all(&mut *connection).await? {
            let stream =
                StreamId::parse(row.try_get(0)?).map_err(|error| sqlx::Error::Decode(error.into()))?;
            let end = ends.entry(stream).or_insert(Version::NONE);
            *end = Version::new(row.try_get(1)?).max(*end);
        }
    }
    Ok(ends.into_iter().collect())
}

/// A stream that ended earlier than before would give a version twice.
async fn check_ends(connection: &mut SqliteConnection, ends: &[(StreamId, Version)]) -> Result<(), Trouble> {
    let streams: Vec<_> = ends.iter().map(|(stream, _)| stream).collect();
    let heads = load::heads_of(connection, &streams).await?;
    match ends.iter().find(|(stream, left)| heads.get(stream).is_none_or(|head| head < left)) {
        Some((stream, _)) => Err(Unlawful::LastOfStream(stream.clone()).into()),
        None => Ok(()),
    }
}

async fn delete(connection: &mut SqliteConnection, positions: &[Position]) -> Result<(), Trouble> {
    for chunk in positions.chunks(POSITIONS) {
        let query = sqlx::query("DELETE FROM events WHERE position IN (SELECT value FROM json_each(?))");
        let deleted = query.bind(listed(chunk)).execute(&mut *connection).await?.rows_affected();
        let asked = chunk.len() as u64;
        if deleted != asked {
            return Err(Unlawful::NotThere { missing: asked.saturating_sub(deleted), asked }.into());
        }
    }
    Ok(())
}

async fn forget_answers(connection: &mut SqliteConnection, through: Position) -> Result<(), Trouble> {
    sqlx::query("UPDATE books SET closed_through = ?")
        .bind(through.to_sql())
        .execute(&mut *connection)
        .await?;
    let query = sqlx::query("DELETE FROM commands WHERE last_position <= ?");
    query.bind(through.to_sql()).execute(connection).await?;
    Ok(())
}

/// Takes the triggers away that make events immutable, and answers how they are made: as the migration wrote them, its only place.
async fn lift_guards(connection: &mut SqliteConnection) -> Result<Vec<String>, Trouble> {
    let query = sqlx::query_as(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'events\\_are\\_%' ESCAPE '\\'",
    );
    let guards: Vec<(String, String)> = query.fetch_all(&mut *connection).await?;
    for (name, _) in &guards {
        let drop = format!("DROP TRIGGER {name}");
        sqlx::raw_sql(AssertSqlSafe(drop)).execute(&mut *connection).await?;
    }
    Ok(guards.into_iter().map(|(_, sql)| sql).collect())
}

async fn restore_guards(connection: &mut SqliteConnection, guards: &[String]) -> Result<(), Trouble> {
    for sql in guards {
        sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut *connection).await?;
    }
    Ok(())
}

/// As a JSON array, for `json_each`: one parameter however many there are.
fn listed(positions: &[Position]) -> String {
    let numbers: Vec<_> = positions.iter().map(ToString::to_string).collect();
    format!("[{}]", numbers.join(","))
}

impl From<Unlawful> for Trouble {
    fn from(unlawful: Unlawful) -> Self {
        Self::Refused(Arc::new(unlawful))
    }
}
