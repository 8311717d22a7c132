//! Loads what a group mentions, inside its transaction.
//!
//! The head is locked first and in a statement of its own: only statements that begin after the lock was had see what the
//! transaction before has written.

use std::collections::HashMap;

use sqlx::{AssertSqlSafe, PgConnection, Row, ValueRef};

use super::fault::Trouble;
use super::read::{answer_of, checksum_of, command_of, stream_of, version_of};
use crate::checksum::Checksum;
use crate::group::{Known, Mentions};
use crate::{Appended, CommandId, Fingerprint, Position, StreamId, Version};

/// One crossing, two statements.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; \
                     SELECT position, checksum FROM head WHERE id = 1 FOR UPDATE";

/// Begins the transaction. From here on nobody else appends until it ends.
pub(super) async fn begin(connection: &mut PgConnection) -> Result<(Position, Checksum), Trouble> {
    let rows = sqlx::raw_sql(BEGIN).fetch_all(connection).await?;
    let row = rows.first().ok_or_else(|| Trouble::Over("the log's head is missing".into()))?;
    Ok((Position::from_sql(row.try_get(0)?), checksum_of(row)?))
}

pub(super) async fn known(
    connection: &mut PgConnection,
    mentions: &Mentions<'_>,
    (position, checksum): (Position, Checksum),
) -> Result<Known, Trouble> {
    let (answers, heads) = answers_and_heads(connection, mentions).await?;
    Ok(Known {
        position,
        checksum,
        answers,
        heads,
        claims: claims(connection, mentions).await?,
        epochs: epochs(connection, mentions).await?,
    })
}

type Answers = HashMap<CommandId, (Appended, Fingerprint)>;
type Heads = HashMap<StreamId, Version>;

/// What every group asks for, in one crossing: a row without a fingerprint is a stream's.
async fn answers_and_heads(
    connection: &mut PgConnection,
    mentions: &Mentions<'_>,
) -> Result<(Answers, Heads), Trouble> {
    let commands: Vec<_> = mentions.commands.iter().map(|command| command.as_str()).collect();
    let streams: Vec<_> = mentions.streams.iter().map(|stream| stream.as_str()).collect();
    let sql = format!(
        "SELECT id, fingerprint, last_position, event_count, NULL AS stream, NULL AS version FROM commands WHERE id = ANY($2) \
         UNION ALL SELECT NULL, NULL, NULL, NULL, stream, version FROM ({HEADS}) AS heads"
    );
    let query = sqlx::query(AssertSqlSafe(sql)).bind(streams).bind(commands);
    let (mut answers, mut heads) = (Answers::new(), Heads::new());
    for row in query.fetch_all(connection).await? {
        if row.try_get_raw("fingerprint")?.is_null() {
            heads.insert(stream_of(&row, "stream")?, version_of(&row, "version")?);
        } else {
            answers.insert(command_of(&row, "id")?, answer_of(&row)?);
        }
    }
    Ok((answers, heads))
}

/// A subquery for each name takes the last entry of the index; grouping would walk all of them.
const HEADS: &str = "SELECT stream, (SELECT version FROM events WHERE events.stream = mentioned.stream ORDER BY version DESC LIMIT 1) \
                     AS version FROM unnest($1::text[]) AS mentioned (stream)";

/// Where these streams end. [`Version::NONE`] if they do not exist.
pub(super) async fn heads_of(connection: &mut PgConnection, streams: &[&str]) -> Result<Heads, Trouble> {
    let rows = sqlx::query(HEADS).bind(streams).fetch_all(connection).await?;
    let heads = rows.iter().map(|row| Ok((stream_of(row, "stream")?, version_of(row, "version")?)));
    Ok(heads.collect::<Result<_, sqlx::Error>>()?)
}

async fn claims(
    connection: &mut PgConnection,
    mentions: &Mentions<'_>,
) -> Result<HashMap<(String, String), StreamId>, Trouble> {
    if mentions.claims.is_empty() {
        return Ok(HashMap::new());
    }
    let (spaces, keys): (Vec<_>, Vec<_>) = mentions.claims.iter().copied().unzip();
    let query = sqlx::query(
        "SELECT space, key, owner FROM claims WHERE (space, key) IN (SELECT * FROM unnest($1::text[], $2::text[]))",
    );
    let rows = query.bind(spaces).bind(keys).fetch_all(connection).await?;
    let claims = rows.iter().map(|row| Ok(((row.try_get(0)?, row.try_get(1)?), stream_of(row, "owner")?)));
    Ok(claims.collect::<Result<_, sqlx::Error>>()?)
}

/// Locks the leases against a thief until this transaction ends, in one order for all.
async fn epochs(
    connection: &mut PgConnection,
    mentions: &Mentions<'_>,
) -> Result<HashMap<String, u64>, Trouble> {
    if mentions.leases.is_empty() {
        return Ok(HashMap::new());
    }
    let leases: Vec<_> = mentions.leases.iter().copied().collect();
    // Run out but not yet taken by another still holds: nobody else has acted.
    let query = sqlx::query(
        "SELECT key, epoch FROM leases WHERE key = ANY($1) AND owner IS NOT NULL ORDER BY key FOR SHARE",
    );
    let rows = query.bind(leases).fetch_all(connection).await?;
    let epochs = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get::<i64, _>(1)?.unsigned_abs())));
    Ok(epochs.collect::<Result<_, sqlx::Error>>()?)
}
