//! What may be asked about attempts.

use std::collections::BTreeMap;

use berth_domain::{GrabId, Timestamp, grab::Outcome};
use berth_store::Position;
use sqlx::{Row, sqlite::SqliteRow};

use super::{AttemptRow, MODEL, row_of};
use crate::{
    Direction, Edge, Page, Slice, ViewError, Views,
    page::{Column, Keyset},
    reader::Reader,
    sql::{self, Query},
};

/// One attempt of a task.
pub async fn by_number(views: &Views, grab: GrabId, number: u32) -> Result<Option<AttemptRow>, ViewError> {
    Ok(by_numbers(views, &[(grab, number)]).await?.pop())
}

/// Those that exist of some attempts, each named by its task and its number, in no order.
pub async fn by_numbers(views: &Views, wanted: &[(GrabId, u32)]) -> Result<Vec<AttemptRow>, ViewError> {
    among(&mut views.once().await?, wanted).await
}

/// A task's attempts, newest first; only those that ended in one of these ways, if any is named.
pub async fn page(
    views: &Views,
    grab: GrabId,
    outcomes: &[Outcome],
    slice: &Slice,
) -> Result<Page<AttemptRow>, ViewError> {
    let mut moment = views.read().await?;
    let position = sql::checkpoint(&mut moment, MODEL.name).await?;
    let mut query = Query::new("SELECT * FROM attempt WHERE grab = ");
    query.push_bind(grab.to_string());
    let words: Vec<_> = outcomes.iter().map(|outcome| outcome.word()).collect();
    sql::among(&mut query, "outcome", &words);
    NEWEST_FIRST.push(&mut query, slice)?;
    let rows = query.build().fetch_all(&mut moment).await?;
    let edges: Result<_, ViewError> = rows
        .iter()
        .map(|row| Ok(Edge { cursor: NEWEST_FIRST.cursor(&NEWEST_FIRST.place(row)?), row: row_of(row)? }))
        .collect();
    Ok(Page::of(slice, edges?, position))
}

/// Of attempts that were settled at some positions, in their order, those that are folded that far, each once and as it is now; and how
/// far that is.
pub(crate) async fn settled(
    views: &Views,
    wanted: &[(Position, GrabId, u32)],
) -> Result<(Vec<AttemptRow>, Position), ViewError> {
    let mut moment = views.read().await?;
    let folded = sql::checkpoint(&mut moment, MODEL.name).await?;
    let within = wanted.iter().filter(|(position, ..)| *position <= folded);
    let keys: Vec<_> = within.map(|(_, grab, number)| (*grab, *number)).collect();
    if keys.is_empty() {
        return Ok((Vec::new(), folded));
    }
    let rows = among(&mut moment, &keys).await?.into_iter();
    let mut rows: BTreeMap<_, _> = rows.map(|row| ((row.grab, row.number), row)).collect();
    Ok((keys.iter().filter_map(|key| rows.remove(key)).collect(), folded))
}

async fn among(reader: &mut Reader, wanted: &[(GrabId, u32)]) -> Result<Vec<AttemptRow>, ViewError> {
    let query = sqlx::query(
        "SELECT attempt.* FROM json_each(?) AS wanted JOIN attempt \
         ON attempt.grab = wanted.value ->> 0 AND attempt.number = wanted.value ->> 1",
    );
    query.bind(sql::json(&wanted)).fetch_all(reader).await?.iter().map(row_of).collect()
}

/// The newest attempt of each task that has any, in no order.
pub async fn latest(views: &Views, grabs: &[GrabId]) -> Result<Vec<AttemptRow>, ViewError> {
    let query = sqlx::query(
        "SELECT attempt.* FROM json_each(?) AS wanted JOIN attempt ON attempt.grab = wanted.value \
         AND attempt.number = (SELECT max(number) FROM attempt AS any WHERE any.grab = wanted.value)",
    );
    let rows = query.bind(sql::list(grabs)).fetch_all(&mut views.once().await?).await?;
    rows.iter().map(row_of).collect()
}

/// One task's attempts that ended in one way, of those that began in one slice of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    pub grab: GrabId,
    /// Counted from the first slice on, which is 0.
    pub slice: i64,
    pub outcome: Outcome,
    pub attempts: u32,
}

/// So many of a task's newest attempts are looked at, at most: the older end of a long bar of a fast task stays empty.
const LATELY: u32 = 5000;

/// How the attempts of some tasks ended that began at a moment or later, in slices of so many milliseconds.
pub async fn slots(
    views: &Views,
    grabs: &[GrabId],
    first: Timestamp,
    width_ms: i64,
) -> Result<Vec<Slot>, ViewError> {
    let query = sqlx::query(
        "SELECT wanted.value AS grab, (past.started_ms - ?) / ? AS slice, past.outcome AS outcome, count(*) AS attempts \
         FROM json_each(?) AS wanted JOIN attempt AS past ON past.grab = wanted.value \
         AND past.number > (SELECT max(number) FROM attempt AS any WHERE any.grab = wanted.value) - ? \
         WHERE past.started_ms >= ? AND past.outcome IS NOT NULL GROUP BY 1, 2, 3",
    );
    let query = query.bind(first.millis()).bind(width_ms).bind(sql::list(grabs)).bind(LATELY);
    let rows = query.bind(first.millis()).fetch_all(&mut views.once().await?).await?;
    rows.iter().map(slot_of).collect()
}

fn slot_of(row: &SqliteRow) -> Result<Slot, ViewError> {
    let outcome: &str = row.try_get("outcome")?;
    Ok(Slot {
        grab: sql::parsed(row, "grab")?,
        slice: row.try_get("slice")?,
        outcome: Outcome::from_word(outcome).ok_or_else(|| sql::unreadable("outcome", &outcome))?,
        attempts: row.try_get("attempts")?,
    })
}

const NEWEST_FIRST: Keyset = Keyset {
    name: "attempt",
    key: Column::Number("number"),
    tie: Column::Text("grab"),
    direction: Direction::Descending,
};
