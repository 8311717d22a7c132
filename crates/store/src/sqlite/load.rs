//! Loads what a group mentions, inside its transaction. Few large statements: each one crosses to the
//! connection's thread and back.

use std::collections::HashMap;

use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};

use super::fault::Trouble;
use super::read::{answer_of, command_of};
use super::writer::Tail;
use crate::group::{Known, Mentions};
use crate::{Appended, CommandId, Fingerprint, StreamId, Version};

/// Names asked for in one statement, at most.
const CHUNK: usize = 128;

/// Begins the transaction and looks up what is mentioned. Heads that are remembered are not looked up.
pub(super) async fn begin(
    connection: &mut SqliteConnection,
    mentions: &Mentions<'_>,
    tail: &Tail,
) -> Result<Known, Trouble> {
    let answers = begin_with_answers(connection, mentions).await?;
    Ok(Known {
        position: tail.position,
        checksum: tail.checksum,
        answers,
        heads: heads(connection, mentions, tail).await?,
        claims: claims(connection, mentions).await?,
        epochs: epochs(connection, mentions).await?,
    })
}

async fn begin_with_answers(
    connection: &mut SqliteConnection,
    mentions: &Mentions<'_>,
) -> Result<HashMap<CommandId, (Appended, Fingerprint)>, Trouble> {
    let commands: Vec<_> = mentions.commands.iter().collect();
    let mut answers = HashMap::new();
    for (index, chunk) in commands.chunks(CHUNK).enumerate() {
        // Together with the first look-up: one crossing less.
        let begin = if index == 0 { "BEGIN IMMEDIATE; " } else { "" };
        let sql = format!(
            "{begin}SELECT id, fingerprint, last_position, event_count FROM commands WHERE id IN ({})",
            places("?", chunk.len())
        );
        let query = chunk.iter().fold(sqlx::query(AssertSqlSafe(sql)), |query, id| query.bind(id.shared()));
        for row in query.fetch_all(&mut *connection).await? {
            answers.insert(command_of(&row, "id")?, answer_of(&row)?);
        }
    }
    Ok(answers)
}

async fn heads(
    connection: &mut SqliteConnection,
    mentions: &Mentions<'_>,
    tail: &Tail,
) -> Result<HashMap<StreamId, Version>, Trouble> {
    let mut remembered = HashMap::new();
    let mut unknown = Vec::new();
    for stream in mentions.streams.iter().copied() {
        match tail.heads.get(stream) {
            Some(version) => drop(remembered.insert(stream.clone(), version)),
            None => unknown.push(stream),
        }
    }
    remembered.extend(heads_of(connection, &unknown).await?);
    Ok(remembered)
}

/// Where these streams end, as the database has it. [`Version::NONE`] if they do not exist.
pub(super) async fn heads_of(
    connection: &mut SqliteConnection,
    streams: &[&StreamId],
) -> Result<HashMap<StreamId, Version>, Trouble> {
    let mut heads = HashMap::new();
    for chunk in streams.chunks(CHUNK) {
        // A subquery for each name takes the last entry of the index; grouping would walk all of them.
        let sql = format!(
            "SELECT column1, (SELECT max(version) FROM events WHERE stream = column1) FROM (VALUES {})",
            places("(?)", chunk.len())
        );
        let query =
            chunk.iter().fold(sqlx::query(AssertSqlSafe(sql)), |query, stream| query.bind(stream.shared()));
        let rows = query.fetch_all(&mut *connection).await?;
        for (stream, row) in chunk.iter().zip(rows) {
            let version: Option<u32> = row.try_get(1)?;
            heads.insert((*stream).clone(), Version::new(version.unwrap_or_default()));
        }
    }
    Ok(heads)
}

async fn claims(
    connection: &mut SqliteConnection,
    mentions: &Mentions<'_>,
) -> Result<HashMap<(String, String), StreamId>, Trouble> {
    let names: Vec<_> = mentions.claims.iter().collect();
    let mut claims = HashMap::new();
    for chunk in names.chunks(CHUNK) {
        let sql = format!(
            "SELECT space, key, owner FROM claims WHERE (space, key) IN (VALUES {})",
            places("(?, ?)", chunk.len())
        );
        let query = chunk
            .iter()
            .fold(sqlx::query(AssertSqlSafe(sql)), |query, (space, key)| query.bind(*space).bind(*key));
        for row in query.fetch_all(&mut *connection).await? {
            claims.insert((row.try_get(0)?, row.try_get(1)?), owner_of(&row)?);
        }
    }
    Ok(claims)
}

fn owner_of(row: &SqliteRow) -> Result<StreamId, sqlx::Error> {
    StreamId::parse(row.try_get("owner")?).map_err(|error| sqlx::Error::Decode(error.into()))
}

async fn epochs(
    connection: &mut SqliteConnection,
    mentions: &Mentions<'_>,
) -> Result<HashMap<String, u64>, Trouble> {
    let mut epochs = HashMap::new();
    for lease in &mentions.leases {
        // Run out but not yet taken by another still holds: nobody else has acted.
        let query = sqlx::query("SELECT epoch FROM leases WHERE key = ? AND owner IS NOT NULL").bind(*lease);
        for row in query.fetch_all(&mut *connection).await? {
            let epoch: i64 = row.try_get(0)?;
            epochs.insert((*lease).to_owned(), epoch.unsigned_abs());
        }
    }
    Ok(epochs)
}

/// `each`, so many times or more: sizes are powers of two, so that few statements are prepared and kept. What
/// is left unbound is NULL, which equals nothing.
fn places(each: &str, count: usize) -> String {
    vec![each; count.next_power_of_two()].join(",")
}
