//! What may be asked about log entries.

use berth_domain::{Text, Timestamp};
use berth_store::Position;
use sqlx::{Row, sqlite::SqliteRow};

use super::{Category, Entry, Filter, INDEX_BITS, Level, MODEL, place};
use crate::{
    Cursor, Edge, Page, Slice, ViewError, Views,
    reader::Reader,
    sql::{self, Query},
};

/// After so many rows no more are read for one page of folded entries. A run longer than this goes on in the next page.
const SCANNED: usize = 1_500;
/// Rows in which a text is looked for at once, and at most for one page. It goes on in the next page, which is therefore there though this
/// one may be empty: no index finds a word, and ten million lines take seconds.
const SEARCHED_AT_ONCE: usize = 20_000;
const SEARCHED: usize = 40_000;

/// Newest first. With folding, an entry has the place of all the lines that it stands for.
pub async fn page(views: &Views, filter: &Filter, slice: &Slice) -> Result<Page<Entry>, ViewError> {
    let mut moment = views.read().await?;
    let position = sql::checkpoint(&mut moment, MODEL.name).await?;
    let mut runs = Runs::new(filter);
    let mut stretch = Stretch::from(slice.cursor().map(|cursor| bound_of(cursor, slice)).transpose()?);
    let (mut scanned, mut searched) = (0, 0);
    loop {
        let wanted = if filter.fold { slice.count() * 2 + 200 } else { slice.count() + 1 };
        if filter.search.is_some() && stretch.until.is_none() {
            stretch.until = end_of_search(&mut moment, filter, slice, stretch.bound).await?;
            searched += SEARCHED_AT_ONCE;
        }
        let rows = rows(&mut moment, filter, slice, stretch, wanted).await?;
        scanned += rows.len();
        // Of a stretch that holds more than was wanted, the rest is read next.
        let next = if rows.len() == wanted {
            Stretch { bound: rows.last().map(place_of), ..stretch }
        } else {
            Stretch::from(stretch.until)
        };
        runs.extend(rows);
        let Some(reached) = next.bound.filter(|_| runs.found.len() <= slice.count()) else {
            return Ok(Page::of(slice, runs.edges(), position));
        };
        if scanned >= SCANNED || searched >= SEARCHED {
            return Ok(Page::of(slice, runs.edges(), position).given_up_at(cursor(reached, reached), slice));
        }
        stretch = next;
    }
}

/// What is read next: from behind a place up to another and with it; from the end of the log, and to the other one, where there is none.
#[derive(Clone, Copy)]
struct Stretch {
    bound: Option<i64>,
    until: Option<i64>,
}

impl From<Option<i64>> for Stretch {
    fn from(bound: Option<i64>) -> Self {
        Self { bound, until: None }
    }
}

/// The last place in which a text is looked for next; nothing, when what is left is less than would be looked at.
async fn end_of_search(
    reader: &mut Reader,
    filter: &Filter,
    slice: &Slice,
    bound: Option<i64>,
) -> Result<Option<i64>, ViewError> {
    let whatever_they_say = Filter { search: None, ..filter.clone() };
    let mut query = whatever_they_say.query("place", |query| Stretch::from(bound).push(query, slice));
    query.push(format_args!(" ORDER BY place {} LIMIT 1 OFFSET {}", order(slice), SEARCHED_AT_ONCE - 1));
    let place = query.build().fetch_optional(reader).await?;
    Ok(place.map(|row| row.try_get("place")).transpose()?)
}

/// Entries that match after a position, oldest first; how many were left out to stay within `most`; the position that this is true
/// as of; and whether more than `limit` are waiting. An event's lines are never torn apart.
///
/// At most `most` entries are sent at all: older ones are left out, and counted.
pub async fn after(
    views: &Views,
    after: Position,
    filter: &Filter,
    limit: u32,
    most: u32,
) -> Result<News, ViewError> {
    let mut moment = views.read().await?;
    let reached = sql::checkpoint(&mut moment, MODEL.name).await?;
    let (from, skipped) = skip(&mut moment, filter, after, most).await?;
    let mut query = filter.query("*", |query| {
        query.push(" AND place >= ").push_bind(place(from.next(), 0));
    });
    query.push(format_args!(" ORDER BY place LIMIT {}", limit + 1));
    let rows = query.build().fetch_all(&mut moment).await?;
    let mut entries = rows.iter().map(entry_of).collect::<Result<Vec<_>, _>>()?;
    let more = entries.len() > limit as usize;
    if more {
        let torn = entries.last().map(|entry| entry.position);
        entries.retain(|entry| Some(entry.position) != torn);
    }
    let last = entries.last().map_or(from, |entry| entry.position);
    let position = if more { last } else { reached.max(after) };
    let mut runs = Runs::new(filter);
    runs.extend(entries);
    Ok(News { entries: runs.edges().into_iter().map(|edge| edge.row).collect(), skipped, position, more })
}

/// What [`after`] found.
#[derive(Clone, Debug)]
pub struct News {
    pub entries: Vec<Entry>,
    pub skipped: u64,
    pub position: Position,
    pub more: bool,
}

/// Where to begin such that at most `most` entries follow, and how many are passed over.
async fn skip(
    reader: &mut Reader,
    filter: &Filter,
    after: Position,
    most: u32,
) -> Result<(Position, u64), ViewError> {
    let mut query = filter.query("place", |query| {
        query.push(" AND place >= ").push_bind(place(after.next(), 0));
    });
    query.push(" ORDER BY place DESC LIMIT 1 OFFSET ").push_bind(most);
    let Some(row) = query.build().fetch_optional(&mut *reader).await? else { return Ok((after, 0)) };
    let (from, _) = whereabouts(row.try_get("place")?);
    let mut query = filter.count(|query| {
        query.push(" AND place >= ").push_bind(place(after.next(), 0));
        query.push(" AND place < ").push_bind(place(from.next(), 0));
    });
    Ok((from, query.build_query_scalar().fetch_one(reader).await?))
}

async fn rows(
    reader: &mut Reader,
    filter: &Filter,
    slice: &Slice,
    stretch: Stretch,
    count: usize,
) -> Result<Vec<Entry>, ViewError> {
    let mut query = filter.query("*", |query| stretch.push(query, slice));
    query.push(format_args!(" ORDER BY place {} LIMIT {count}", order(slice)));
    query.build().fetch_all(reader).await?.iter().map(entry_of).collect()
}

impl Stretch {
    fn push(self, query: &mut Query, slice: &Slice) {
        let (behind, before) = if slice.is_forward() { ("<", ">=") } else { (">", "<=") };
        for (compare, place) in [(behind, self.bound), (before, self.until)] {
            if let Some(place) = place {
                query.push(format_args!(" AND place {compare} ")).push_bind(place);
            }
        }
    }
}

fn order(slice: &Slice) -> &'static str {
    if slice.is_forward() { "DESC" } else { "ASC" }
}

/// Entries as they are told: equal neighbours as one, if so wished, in whichever direction they come.
struct Runs {
    found: Vec<Run>,
    fold: bool,
}

struct Run {
    newest: Entry,
    oldest: i64,
}

impl Runs {
    fn new(filter: &Filter) -> Self {
        Self { found: Vec::new(), fold: filter.fold }
    }

    fn extend(&mut self, entries: Vec<Entry>) {
        for entry in entries {
            match self.found.last_mut() {
                Some(run) if self.fold && run.newest.equals(&entry) => run.take_in(entry),
                _ => self.found.push(Run { oldest: place_of(&entry), newest: entry }),
            }
        }
    }

    fn edges(self) -> Vec<Edge<Entry>> {
        self.found.into_iter().map(|run| Edge { cursor: run.cursor(), row: run.newest }).collect()
    }
}

impl Run {
    fn take_in(&mut self, entry: Entry) {
        self.newest.repeat_count += 1;
        if place_of(&entry) < self.oldest {
            self.oldest = place_of(&entry);
            self.newest.first_time = entry.time;
        } else {
            let Entry { repeat_count, first_time, .. } = self.newest;
            self.newest = Entry { repeat_count, first_time, ..entry };
        }
    }

    /// Both ends: what is older begins behind one, what is newer before the other.
    fn cursor(&self) -> Cursor {
        cursor(place_of(&self.newest), self.oldest)
    }
}

fn cursor(newest: i64, oldest: i64) -> Cursor {
    Cursor::new(format!("log~{newest}~{oldest}"))
}

fn bound_of(cursor: &Cursor, slice: &Slice) -> Result<i64, ViewError> {
    let ends = cursor.as_str().strip_prefix("log~").and_then(|ends| ends.split_once('~'));
    let end = ends.map(|(newest, oldest)| if slice.is_forward() { oldest } else { newest });
    end.and_then(|end| end.parse().ok()).ok_or_else(|| cursor.wrong())
}

fn place_of(entry: &Entry) -> i64 {
    place(entry.position, entry.index)
}

fn whereabouts(place: i64) -> (Position, u32) {
    let index = place & ((1 << INDEX_BITS) - 1);
    (Position::new((place >> INDEX_BITS).unsigned_abs()), u32::try_from(index).unwrap_or_default())
}

fn entry_of(row: &SqliteRow) -> Result<Entry, ViewError> {
    let time = Timestamp::from_millis(row.try_get("time_ms")?);
    let (level, category): (usize, &str) = (row.try_get::<u8, _>("level")?.into(), row.try_get("category")?);
    let (position, index) = whereabouts(row.try_get("place")?);
    let unknown = |what: &str| ViewError::Corrupt { what: what.to_owned() };
    Ok(Entry {
        position,
        index,
        time,
        level: *Level::ALL.get(level).ok_or_else(|| unknown("level"))?,
        category: Category::ALL
            .into_iter()
            .find(|each| each.word() == category)
            .ok_or_else(|| unknown("category"))?,
        key: row.try_get("key")?,
        message: Text::new(row.try_get::<String, _>("english")?, row.try_get::<String, _>("chinese")?),
        fields: sql::from_json(row, "fields")?,
        tenant: sql::parsed_option(row, "tenant")?,
        grab: sql::parsed_option(row, "grab")?,
        actor: row.try_get("actor")?,
        repeat_count: 1,
        first_time: time,
    })
}
