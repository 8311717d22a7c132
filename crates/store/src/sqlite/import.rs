//! Puts rows of another log behind the last one, and what that log kept beside its events.

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::fault::Trouble;
use super::writer::Tail;
use super::{load, read, save};
use crate::import::{Answer, MARK, Place, answers};
use crate::{Exported, Ground, ImportError, Position, Released, StreamId};

/// Rows written by one statement, at most.
const CHUNK: usize = 128;

/// One transaction, rolled back if the rows do not fit. The outer error is the database's trouble: the transaction is still open then.
pub(super) async fn transact(
    connection: &mut SqliteConnection,
    events: &[Exported],
    released: &[Released],
    tail: &mut Tail,
) -> Result<Result<(), ImportError>, Trouble> {
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    if let Err(unfit) = place(connection, events, tail).await?.check(events, released) {
        sqlx::query("ROLLBACK").execute(connection).await?;
        return Ok(Err(unfit));
    }
    if !events.is_empty() || !released.is_empty() {
        set_mark(connection, tail.position).await?;
    }
    save::insert_runs(connection, released).await?;
    save::insert_raw(connection, events.iter().map(|exported| &exported.event)).await?;
    save::count_stand_ins(connection, tail.position).await?;
    for chunk in answers(events).chunks(CHUNK) {
        insert_answers(connection, chunk).await?;
    }
    if let Some(Exported { event, .. }) = events.last() {
        let query = sqlx::query("UPDATE head SET position = ?, checksum = ?");
        query.bind(event.position).bind(&event.checksum[..]).execute(&mut *connection).await?;
    }
    sqlx::query("COMMIT").execute(connection).await?;
    if let Some(Exported { event, .. }) = events.last() {
        let checksum = event.checksum[..].try_into().unwrap_or(tail.checksum);
        *tail = Tail::new(Position::from_sql(event.position), checksum);
    }
    Ok(Ok(()))
}

async fn set_mark(connection: &mut SqliteConnection, position: Position) -> Result<(), Trouble> {
    let query =
        sqlx::query("INSERT INTO checkpoints (follower, position) VALUES (?, ?) ON CONFLICT DO NOTHING");
    query.bind(MARK).bind(position.to_sql()).execute(connection).await?;
    Ok(())
}

/// Whether an import is under way is forgotten.
pub(super) async fn clear_mark(connection: &mut SqliteConnection) -> Result<(), Trouble> {
    sqlx::query("DELETE FROM checkpoints WHERE follower = ?").bind(MARK).execute(connection).await?;
    Ok(())
}

async fn place(
    connection: &mut SqliteConnection,
    events: &[Exported],
    tail: &Tail,
) -> Result<Place, Trouble> {
    let at = tail.position.to_sql();
    let query = sqlx::query("SELECT first, last, checksum FROM released WHERE last >= ? ORDER BY first");
    let rows = query.bind(at).fetch_all(&mut *connection).await?;
    let runs = rows.iter().map(read::run_of).collect::<Result<_, _>>()?;
    let vanished = sqlx::query_scalar("SELECT coalesce(sum(last - first + 1), 0) FROM released");
    let vanished = vanished.fetch_one(&mut *connection).await?;
    let mut place = Place::new(tail.position, tail.checksum, runs, vanished);
    let mut streams: Vec<_> = events.iter().filter_map(Exported::stream).collect();
    streams.sort_unstable();
    streams.dedup();
    let streams: Vec<&StreamId> = streams.iter().collect();
    for (stream, version) in load::heads_of(connection, &streams).await? {
        place.ends(&stream, version.get());
    }
    Ok(place)
}

async fn insert_answers(connection: &mut SqliteConnection, answers: &[Answer<'_>]) -> Result<(), Trouble> {
    for answers in save::chunks(answers) {
        let sql = format!(
            "INSERT INTO commands (id, fingerprint, last_position, event_count, time_ms) VALUES {} ON CONFLICT DO UPDATE SET \
             event_count = excluded.last_position - (last_position - event_count), last_position = excluded.last_position",
            vec!["(?,?,?,?,?)"; answers.len()].join(",")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for answer in answers {
            query = query
                .bind(save::text(answer.command)?)
                .bind(&answer.fingerprint[..])
                .bind(answer.last)
                .bind(answer.last - answer.first + 1)
                .bind(answer.time_ms);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// One transaction, as above.
pub(super) async fn transact_ground(
    connection: &mut SqliteConnection,
    ground: &Ground,
) -> Result<Result<(), ImportError>, Trouble> {
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    let query = "SELECT EXISTS (SELECT 1 FROM claims) OR EXISTS (SELECT 1 FROM secrets) OR EXISTS (SELECT 1 FROM checkpoints \
                 WHERE follower <> ?) OR EXISTS (SELECT 1 FROM books WHERE closed_through > 0) \
                 OR EXISTS (SELECT 1 FROM commands WHERE event_count = 0)";
    if sqlx::query_scalar(query).bind(MARK).fetch_one(&mut *connection).await? {
        sqlx::query("ROLLBACK").execute(connection).await?;
        return Ok(Err(ImportError::NotEmpty));
    }
    insert_ground(connection, ground).await?;
    let closed = ground.closed_through.to_sql();
    sqlx::query("UPDATE books SET closed_through = ?").bind(closed).execute(&mut *connection).await?;
    let query = sqlx::query("DELETE FROM commands WHERE last_position <= ?");
    query.bind(closed).execute(&mut *connection).await?;
    insert_empty_answers(connection, ground).await?;
    sqlx::query("COMMIT").execute(connection).await?;
    Ok(Ok(()))
}

async fn insert_ground(connection: &mut SqliteConnection, ground: &Ground) -> Result<(), Trouble> {
    for (space, key, owner) in &ground.claims {
        let query = sqlx::query("INSERT INTO claims (space, key, owner) VALUES (?, ?, ?)");
        query.bind(space).bind(key).bind(owner.shared()).execute(&mut *connection).await?;
    }
    for sealed in &ground.secrets {
        let query = sqlx::query("INSERT INTO secrets (id, kind, owner, sealed) VALUES (?, ?, ?, ?)");
        let query = query.bind(sealed.id().as_str()).bind(sealed.kind());
        query.bind(sealed.owner()).bind(sealed.bytes()).execute(&mut *connection).await?;
    }
    for (follower, position) in &ground.checkpoints {
        let query = sqlx::query("INSERT INTO checkpoints (follower, position) VALUES (?, ?)");
        query.bind(follower).bind(position.to_sql()).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Nothing tells when they were asked, and nobody asks that.
async fn insert_empty_answers(connection: &mut SqliteConnection, ground: &Ground) -> Result<(), Trouble> {
    for (command, fingerprint, after) in &ground.answers {
        let query = sqlx::query(
            "INSERT INTO commands (id, fingerprint, last_position, event_count, time_ms) VALUES (?, ?, ?, 0, 0) \
             ON CONFLICT DO NOTHING",
        );
        let query = query.bind(command.shared()).bind(&fingerprint[..]).bind(after.to_sql());
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

impl Exported {
    /// Nothing if the name is not lawful: then the row is refused.
    pub(crate) fn stream(&self) -> Option<StreamId> {
        StreamId::parse(std::str::from_utf8(&self.event.stream).ok()?).ok()
    }
}
