//! What may be asked about deliveries.

use berth_domain::{ChannelId, DeliveryId, GrabId, TenantId, channel::Topic};
use berth_store::Position;
use sqlx::{Row, sqlite::SqliteRow};

use super::{DeliveryRow, MODEL, State, topic_word};
use crate::{
    Direction, Edge, Page, Slice, ViewError, Views,
    fold::whole::Whole as _,
    page::{Column, Keyset},
    sql::{self, Query},
};

/// Which deliveries. All given conditions must hold; an empty list restricts nothing.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub channel: Vec<ChannelId>,
    pub task: Vec<GrabId>,
    pub tenant: Vec<TenantId>,
    pub state: Vec<State>,
    pub topic: Vec<Topic>,
}

/// How many of a channel's deliveries are not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub channel: ChannelId,
    /// On their way, or waiting.
    pub waiting: u64,
    /// Given up.
    pub failed: u64,
}

/// The place in a list is that of the event which queued it: it never changes, and whatever comes later comes before all others.
const NEWEST_FIRST: Keyset = Keyset {
    name: "delivery",
    key: Column::Number("born"),
    tie: Column::Text("id"),
    direction: Direction::Descending,
};

/// Newest first. Rows that come or change neither repeat nor hide a row of a later page.
pub async fn page(views: &Views, filter: &Filter, slice: &Slice) -> Result<Page<DeliveryRow>, ViewError> {
    let mut moment = views.read().await?;
    let position = sql::checkpoint(&mut moment, MODEL.name).await?;
    let mut query = Query::new("SELECT * FROM delivery WHERE TRUE");
    filter.push(&mut query, "");
    NEWEST_FIRST.push(&mut query, slice)?;
    let rows = query.build().fetch_all(&mut moment).await?;
    let edge = |row: &SqliteRow| {
        let cursor = NEWEST_FIRST.cursor(&NEWEST_FIRST.place(row)?);
        Ok(Edge { cursor, row: DeliveryRow::of(row)? })
    };
    let edges: Result<_, ViewError> = rows.iter().map(edge).collect();
    Ok(Page::of(slice, edges?, position))
}

/// Those that exist, in no order.
pub async fn by_ids(views: &Views, ids: &[DeliveryId]) -> Result<Vec<DeliveryRow>, ViewError> {
    sql::by_ids(&mut views.once().await?, MODEL.name, &sql::list(ids), DeliveryRow::of).await
}

/// The newest delivery of each channel that has any, in no order.
pub async fn latest(views: &Views, channels: &[ChannelId]) -> Result<Vec<DeliveryRow>, ViewError> {
    let query = sqlx::query(
        "SELECT delivery.* FROM json_each(?) AS wanted JOIN delivery ON delivery.born = \
         (SELECT max(born) FROM delivery AS any WHERE any.channel = wanted.value)",
    );
    rows_of(&query.bind(sql::list(channels)).fetch_all(&mut views.once().await?).await?)
}

/// The newest deliveries about each of some tasks, so many of each at most, the newest first.
pub async fn latest_of_tasks(
    views: &Views,
    tasks: &[GrabId],
    count: u32,
) -> Result<Vec<DeliveryRow>, ViewError> {
    let query = sqlx::query(
        "SELECT delivery.* FROM json_each(?) AS wanted JOIN delivery ON delivery.born IN \
         (SELECT born FROM delivery AS any WHERE any.task = wanted.value ORDER BY born DESC LIMIT ?) \
         ORDER BY delivery.born DESC",
    );
    let query = query.bind(sql::list(tasks)).bind(count);
    rows_of(&query.fetch_all(&mut views.once().await?).await?)
}

/// Of each channel that has any which are not delivered, how many wait and how many were given up; in no order.
pub async fn counts(views: &Views, channels: &[ChannelId]) -> Result<Vec<Counts>, ViewError> {
    let mut query = Query::new(
        "SELECT channel, sum(state <> 'FAILED') AS waiting, sum(state = 'FAILED') AS failed \
         FROM delivery WHERE state <> 'DELIVERED'",
    );
    // The index of those that are not delivered has them in order, and is small.
    sql::among(&mut query, "+channel", channels);
    query.push(" GROUP BY channel");
    let rows = query.build().fetch_all(&mut views.once().await?).await?;
    let counts = |row: &SqliteRow| {
        let channel = sql::parsed(row, "channel")?;
        Ok(Counts { channel, waiting: row.try_get("waiting")?, failed: row.try_get("failed")? })
    };
    rows.iter().map(counts).collect()
}

/// Deliveries with news after a position, each once and as it is now, oldest news first; and the position this is true as of.
///
/// Fewer than `limit` only if there are no more.
pub async fn changed_since(
    views: &Views,
    after: Position,
    filter: &Filter,
    limit: u32,
) -> Result<(Vec<DeliveryRow>, Position), ViewError> {
    let mut moment = views.read().await?;
    let position = sql::checkpoint(&mut moment, MODEL.name).await?;
    let mut query = Query::new("SELECT * FROM delivery WHERE position > ");
    query.push_bind(sql::number(after));
    // Whoever follows is close behind: the news are fewer than what any other index finds.
    filter.push(&mut query, "+");
    query.push(" ORDER BY position LIMIT ").push_bind(limit);
    let rows = query.build().fetch_all(&mut moment).await?;
    Ok((rows_of(&rows)?, position))
}

impl Filter {
    /// A `+` before a column keeps SQLite from its index.
    fn push(&self, query: &mut Query, before: &str) {
        let column = |name: &str| format!("{before}{name}");
        sql::among(query, &column("channel"), &self.channel);
        sql::among(query, &column("task"), &self.task);
        sql::among(query, &column("tenant"), &self.tenant);
        if !self.state.is_empty() && !self.state.contains(&State::Delivered) {
            // Said and not bound: only so SQLite knows that the index of the rare ones holds them all.
            query.push(" AND state <> 'DELIVERED'");
        }
        let states: Vec<_> = self.state.iter().map(|state| state.word()).collect();
        sql::among(query, &column("state"), &states);
        let topics: Vec<_> = self.topic.iter().map(|topic| topic_word(*topic)).collect();
        sql::among(query, &column("topic"), &topics);
    }
}

fn rows_of(rows: &[SqliteRow]) -> Result<Vec<DeliveryRow>, ViewError> {
    rows.iter().map(DeliveryRow::of).collect()
}
