//! What may be asked about log entries.

use berth_domain::{GrabId, TenantId, Text, Timestamp};
use berth_store::Position;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{Category, Entry, INDEX_BITS, Level, MODEL, place};
use crate::{
    Cursor, Edge, Page, Slice, Span, ViewError, Views,
    sql::{self, Query},
};

/// Which entries. All given conditions must hold; an empty list restricts nothing.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// At least this grave.
    pub min_level: Option<Level>,
    pub category: Vec<Category>,
    pub grab: Vec<GrabId>,
    pub tenant: Vec<TenantId>,
    /// The message, in either language, contains this. Case means nothing in Latin letters.
    pub search: Option<String>,
    pub time: Span,
    /// Equal neighbours, among those that match, become one entry.
    pub fold: bool,
}

/// Rows read at most for one page of folded entries. A run longer than this goes on in the next page.
const SCANNED: usize = 10_000;

/// Newest first. With folding, an entry has the place of all the lines that it stands for.
pub async fn page(views: &Views, filter: &Filter, slice: &Slice) -> Result<Page<Entry>, ViewError> {
    let mut moment = views.read().await?;
    let position = sql::checkpoint(&mut moment, MODEL.name).await?;
    let mut runs = Runs::new(filter);
    let mut bound = slice.cursor().map(|cursor| bound_of(cursor, slice)).transpose()?;
    let mut scanned = 0;
    loop {
        let wanted = if filter.fold { slice.count() * 2 + 200 } else { slice.count() + 1 };
        let rows = rows(&mut moment, filter, slice, bound, wanted).await?;
        let exhausted = rows.len() < wanted;
        scanned += rows.len();
        bound = rows.last().map(place_of).or(bound);
        runs.extend(rows);
        if exhausted || runs.found.len() > slice.count() {
            return Ok(Page::of(slice, runs.edges(), position));
        }
        if scanned >= SCANNED {
            return Ok(cut_short(Page::of(slice, runs.edges(), position), slice));
        }
    }
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
    let mut query = filter.query("SELECT * FROM log_entry");
    query.push(" AND place >= ").push_bind(place(from.next(), 0));
    query.push(format_args!(" ORDER BY place LIMIT {}", limit + 1));
    let rows = query.build().fetch_all(&mut *moment).await?;
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
    connection: &mut SqliteConnection,
    filter: &Filter,
    after: Position,
    most: u32,
) -> Result<(Position, u64), ViewError> {
    let mut query = filter.query("SELECT place FROM log_entry");
    query.push(" AND place >= ").push_bind(place(after.next(), 0));
    query.push(" ORDER BY place DESC LIMIT 1 OFFSET ").push_bind(most);
    let Some(row) = query.build().fetch_optional(&mut *connection).await? else { return Ok((after, 0)) };
    let (from, _) = whereabouts(row.try_get("place")?);
    let mut query = filter.query("SELECT count(*) FROM log_entry");
    query.push(" AND place >= ").push_bind(place(after.next(), 0));
    query.push(" AND place < ").push_bind(place(from.next(), 0));
    Ok((from, query.build_query_scalar().fetch_one(connection).await?))
}

async fn rows(
    connection: &mut SqliteConnection,
    filter: &Filter,
    slice: &Slice,
    bound: Option<i64>,
    count: usize,
) -> Result<Vec<Entry>, ViewError> {
    let (compare, order) = if slice.is_forward() { ("<", "DESC") } else { (">", "ASC") };
    let mut query = filter.query("SELECT * FROM log_entry");
    if let Some(bound) = bound {
        query.push(format_args!(" AND place {compare} ")).push_bind(bound);
    }
    query.push(format_args!(" ORDER BY place {order} LIMIT {count}"));
    query.build().fetch_all(connection).await?.iter().map(entry_of).collect()
}

impl Filter {
    fn query(&self, select: &str) -> Query {
        let mut query = Query::new(format!("{select} WHERE TRUE"));
        if let Some(level) = self.min_level {
            query.push(" AND level >= ").push_bind(level as u8);
        }
        let categories: Vec<_> = self.category.iter().map(|category| category.word()).collect();
        sql::among(&mut query, "category", &categories);
        sql::among(&mut query, "grab", &self.grab);
        sql::among(&mut query, "tenant", &self.tenant);
        self.time.push(&mut query, "time_ms");
        if let Some(text) = &self.search {
            let pattern = sql::anywhere(text);
            query.push(" AND (english LIKE ").push_bind(pattern.clone()).push(" ESCAPE '\\'");
            query.push(" OR chinese LIKE ").push_bind(pattern).push(" ESCAPE '\\')");
        }
        query
    }
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
        Cursor::new(format!("log~{}~{}", place_of(&self.newest), self.oldest))
    }
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

/// A page that stopped at the limit of reading, not at the end of the list.
fn cut_short(page: Page<Entry>, slice: &Slice) -> Page<Entry> {
    if slice.is_forward() { Page { has_next: true, ..page } } else { Page { has_previous: true, ..page } }
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
