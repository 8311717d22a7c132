//! What may be asked about tasks.

use berth_domain::{GrabId, TenantId, Timestamp, grab::State};
use berth_store::Position;
use futures::TryStreamExt;
use sqlx::{Row, sqlite::SqliteRow};

use super::{GrabRow, MODEL, row_of};
use crate::{
    Direction, Span, ViewError, Views,
    page::{Column, Keyset, push_search},
    sql::{self, Query},
};

/// Which tasks, of those on the lists. All given conditions must hold; an empty list restricts nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub state: Vec<State>,
    pub tenant: Vec<TenantId>,
    pub region: Vec<String>,
    pub shape: Vec<String>,
    /// The name, the tenant's name or the region contains this, whatever its case.
    pub search: Option<String>,
    pub created: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    pub by: OrderBy,
    pub direction: Direction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderBy {
    /// Those that run apart from the rest, then by the last change of their place in life.
    Activity,
    CreatedAt,
    Name,
    AttemptCount,
}

/// A task that somebody must look after: it runs, waits for a place, or an attempt of it is out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanting {
    pub id: GrabId,
    pub tenant: TenantId,
    /// It takes one of the places for running tasks.
    pub runs: bool,
    /// An attempt is out, or an instance does not run yet.
    pub busy: bool,
    /// When the next attempt is due; absent while one is out: that wants somebody at once.
    pub due: Option<Timestamp>,
    /// Since when it waits for one of the places for running tasks.
    pub queued_at: Option<Timestamp>,
}

pub async fn by_id(views: &Views, id: GrabId) -> Result<Option<GrabRow>, ViewError> {
    Ok(by_ids(views, &[id]).await?.pop())
}

/// Those that exist, in no order.
pub async fn by_ids(views: &Views, ids: &[GrabId]) -> Result<Vec<GrabRow>, ViewError> {
    let query =
        sqlx::query("SELECT * FROM grab WHERE id IN (SELECT value FROM json_each(?))").bind(sql::list(ids));
    rows_of(&query.fetch_all(&mut views.once().await?).await?)
}

/// How many match.
pub async fn count(views: &Views, filter: &Filter) -> Result<u64, ViewError> {
    let mut query = Query::new("SELECT count(*) FROM grab");
    filter.narrow(&mut query);
    Ok(query.build_query_scalar().fetch_one(&mut views.once().await?).await?)
}

/// Tasks with news after a position, each once and as it is now, oldest news first; and the position this is true as of.
///
/// Fewer than `limit` only if there are no more.
pub async fn changed_since(
    views: &Views,
    after: Position,
    ids: &[GrabId],
    limit: u32,
) -> Result<(Vec<GrabRow>, Position), ViewError> {
    let mut moment = views.read().await?;
    let position = sql::checkpoint(&mut moment, MODEL.name).await?;
    let mut query = Query::new("SELECT * FROM grab WHERE position > ");
    query.push_bind(sql::number(after));
    sql::among(&mut query, "id", ids);
    query.push(" ORDER BY position LIMIT ").push_bind(limit);
    let rows = query.build().fetch_all(&mut moment).await?;
    Ok((rows_of(&rows)?, position))
}

/// How many take one of the places that the configuration gives to running tasks.
pub async fn running_count(views: &Views) -> Result<u64, ViewError> {
    let query = sqlx::query_scalar("SELECT count(*) FROM grab WHERE runs = 1");
    Ok(query.fetch_one(&mut views.once().await?).await?)
}

/// How many have an attempt out that nobody knows the end of.
pub async fn in_doubt_count(views: &Views) -> Result<u64, ViewError> {
    let query = sqlx::query_scalar(
        "SELECT count(*) FROM grab WHERE wanting = 1 AND busy = 1 AND json_extract(grab, '$.have.asked.doubt') IS NOT NULL",
    );
    Ok(query.fetch_one(&mut views.once().await?).await?)
}

/// How many run whose next attempt is overdue by more than two intervals, and by more than five minutes: after a restart attempts are spread
/// over an interval, and a throttled tenant waits its time. What was due while nobody was there is due since `began`.
pub async fn stalled_count(views: &Views, began: Timestamp, now: Timestamp) -> Result<u64, ViewError> {
    let query = sqlx::query_scalar(
        "SELECT count(*) FROM grab WHERE wanting = 1 AND runs = 1 AND max(due_ms, ?2) < ?1 - 300000 \
         AND max(due_ms, ?2) < ?1 - 2000 * json_extract(grab, '$.order.schedule.interval')",
    )
    .bind(now.millis())
    .bind(began.millis());
    Ok(query.fetch_one(&mut views.once().await?).await?)
}

/// Since when nobody has known what came of the attempt that has been in doubt for the longest; nothing while none is.
pub async fn oldest_doubt(views: &Views) -> Result<Option<Timestamp>, ViewError> {
    // Moments are written alike, so the earliest is the least text.
    let query = sqlx::query_scalar::<_, Option<String>>(
        "SELECT min(json_extract(grab, '$.have.asked.at')) FROM grab \
         WHERE wanting = 1 AND busy = 1 AND json_extract(grab, '$.have.asked.doubt') IS NOT NULL",
    );
    let oldest = query.fetch_one(&mut views.once().await?).await?;
    Ok(oldest.and_then(|text| Timestamp::parse(&text)))
}

/// How many instances tasks have got, of those that are on the lists.
pub async fn held_count(views: &Views) -> Result<u64, ViewError> {
    let query = sqlx::query_scalar(
        "SELECT coalesce(sum(json_array_length(grab, '$.held')), 0) FROM grab WHERE deleted = 0",
    );
    Ok(query.fetch_one(&mut views.once().await?).await?)
}

/// How many of a tenant's tasks run or are busy.
pub async fn wanting_count(views: &Views, tenant: TenantId) -> Result<u64, ViewError> {
    let query = sqlx::query_scalar("SELECT count(*) FROM grab WHERE wanting = 1 AND tenant = ?")
        .bind(tenant.to_string());
    Ok(query.fetch_one(&mut views.once().await?).await?)
}

/// The newest tasks that are on the lists, newest first.
pub async fn newest(views: &Views, most: usize) -> Result<Vec<GrabId>, ViewError> {
    let query = sqlx::query_scalar::<_, String>(
        "SELECT id FROM grab WHERE deleted = 0 ORDER BY created_ms DESC, id DESC LIMIT ?",
    )
    .bind(i64::try_from(most).unwrap_or(i64::MAX));
    let ids = query.fetch_all(&mut views.once().await?).await?;
    Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
}

/// A tenant's tasks in some states (in any, if none is named), oldest first.
pub async fn of_tenant(views: &Views, tenant: TenantId, states: &[State]) -> Result<Vec<GrabRow>, ViewError> {
    let mut query = Query::new("SELECT * FROM grab WHERE tenant = ");
    query.push_bind(tenant.to_string());
    let words: Vec<_> = states.iter().map(|state| state.word()).collect();
    sql::among(&mut query, "state", &words);
    query.push(" ORDER BY created_ms, id");
    rows_of(&query.build().fetch_all(&mut views.once().await?).await?)
}

/// Every task that runs, waits for a place or is busy, in the order of ids. Reads nothing but an index.
pub async fn wanting_attention(views: &Views) -> Result<Vec<Wanting>, ViewError> {
    let mut moment = views.read().await?;
    let query = sqlx::query(
        "SELECT id, tenant, runs, busy, due_ms, queued_ms FROM grab WHERE wanting = 1 ORDER BY id",
    );
    let mut rows = query.fetch(&mut moment);
    let mut wanting = Vec::new();
    while let Some(row) = rows.try_next().await? {
        wanting.push(wanting_of(&row)?);
    }
    Ok(wanting)
}

impl Filter {
    pub(crate) fn narrow(&self, query: &mut Query) {
        query.push(" WHERE deleted = 0");
        let states: Vec<_> = self.state.iter().map(|state| state.word()).collect();
        sql::among(query, "state", &states);
        sql::among(query, "tenant", &self.tenant);
        if !self.region.is_empty() {
            query.push(" AND EXISTS (SELECT 1 FROM json_each(regions) AS tried WHERE TRUE");
            sql::among(query, "tried.value", &self.region);
            query.push(")");
        }
        sql::among(query, "shape", &self.shape);
        self.created.push(query, "created_ms");
        if let Some(text) = &self.search {
            query.push(" AND (");
            push_search(query, "haystack", text);
            query.push(" OR tenant IN (SELECT id FROM tenant WHERE ");
            push_search(query, "name_key", text);
            query.push("))");
        }
    }
}

impl Order {
    pub(super) fn keyset(self) -> Keyset {
        let id = Column::Text("id");
        let (name, key, tie) = match self.by {
            OrderBy::Activity => ("activity", Column::Number("runs"), Column::Number("activity")),
            OrderBy::CreatedAt => ("created", Column::Number("created_ms"), id),
            OrderBy::Name => ("name", Column::Text("name_key"), id),
            OrderBy::AttemptCount => ("attempts", Column::Number("attempts"), id),
        };
        Keyset { name, key, tie, direction: self.direction }
    }
}

fn rows_of(rows: &[SqliteRow]) -> Result<Vec<GrabRow>, ViewError> {
    rows.iter().map(row_of).collect()
}

fn wanting_of(row: &SqliteRow) -> Result<Wanting, ViewError> {
    Ok(Wanting {
        id: sql::parsed(row, "id")?,
        tenant: sql::parsed(row, "tenant")?,
        runs: row.try_get("runs")?,
        busy: row.try_get("busy")?,
        due: row.try_get::<Option<i64>, _>("due_ms")?.map(Timestamp::from_millis),
        queued_at: row.try_get::<Option<i64>, _>("queued_ms")?.map(Timestamp::from_millis),
    })
}
