//! Tenants as they are now.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use berth_domain::{
    Aggregate, TenantId,
    tenant::{Event, Failure, Status, SuspensionReason, Tenant},
};
use berth_store::{Position, Recorded, Version};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::{
    Page, Slice, ViewError, Views,
    fold::{self, Fact, Kind, Noun},
    model::{Model, Table, table},
    page::{by_name, push_search},
    sql::{self, Insert, Query, Values},
};

/// Its model's name.
pub const NAME: &str = MODEL.name;

pub(crate) const MODEL: Model = Model {
    name: "tenant",
    version: 3,
    schema: include_str!("../../../migrations/views/tenant.sql"),
    tables: &[Table { name: "tenant", key: 1 }],
    follows: &[Kind::Tenant],
    fold: |generation| Box::new(Fold::new(generation)),
};

/// A tenant as the events up to `position` made it.
#[derive(Clone, Debug, PartialEq)]
pub struct TenantRow {
    pub id: TenantId,
    pub version: Version,
    /// Of the last event about it.
    pub position: Position,
    pub tenant: Tenant,
    /// What the last connection test was told, if it failed.
    pub last_failure: Option<Failure>,
    /// Why it is suspended, in the cloud's words or a person's.
    pub note: Option<String>,
}

/// Which tenants. All given conditions must hold; an empty list restricts nothing.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In one of these states.
    pub status: Vec<Status>,
    /// With one of these regions, subscribed or home.
    pub region: Vec<String>,
    /// The name or an OCID contains this, whatever its case.
    pub search: Option<String>,
}

/// The tenant, also after it was removed.
pub async fn by_id(views: &Views, id: TenantId) -> Result<Option<TenantRow>, ViewError> {
    Ok(by_ids(views, &[id]).await?.pop())
}

/// Those that were ever registered, also after they were removed, in no order.
pub async fn by_ids(views: &Views, ids: &[TenantId]) -> Result<Vec<TenantRow>, ViewError> {
    sql::by_ids(&mut *views.read().await?, MODEL.name, &sql::list(ids), row_of).await
}

/// By name. Removed tenants are left out.
pub async fn page(views: &Views, filter: &Filter, slice: &Slice) -> Result<Page<TenantRow>, ViewError> {
    let query = |select: &str| filter.query(select);
    by_name(&mut *views.read().await?, MODEL.name, query, slice, row_of).await
}

/// Those of whose key nothing is known.
pub async fn untested(views: &Views) -> Result<Vec<TenantId>, ViewError> {
    let query =
        sqlx::query("SELECT id FROM tenant WHERE status = ? ORDER BY id").bind(word(Status::Untested));
    let rows = query.fetch_all(&mut *views.read().await?).await?;
    rows.iter().map(|row| sql::parsed(row, "id")).collect()
}

/// How many match. Removed tenants are left out.
pub async fn count(views: &Views, filter: &Filter) -> Result<u64, ViewError> {
    let mut query = filter.query("SELECT count(*) FROM tenant");
    Ok(query.build_query_scalar().fetch_one(&mut *views.read().await?).await?)
}

impl Filter {
    fn query(&self, select: &str) -> Query {
        let mut query = Query::new(format!("{select} WHERE status <> '{}'", word(Status::Removed)));
        let status: Vec<_> = self.status.iter().map(|status| word(*status)).collect();
        sql::among(&mut query, "status", &status);
        if !self.region.is_empty() {
            query.push(" AND EXISTS (SELECT 1 FROM json_each(regions) AS region WHERE region.value IN");
            query.push(" (SELECT value FROM json_each(").push_bind(sql::list(&self.region)).push(")))");
        }
        if let Some(text) = &self.search {
            query.push(" AND ");
            push_search(&mut query, "haystack", text);
        }
        query
    }
}

/// Tenants that some events change.
struct Fold {
    table: String,
    insert: Insert,
    rows: BTreeMap<TenantId, TenantRow>,
}

impl Fold {
    fn new(generation: u32) -> Self {
        let table = table(MODEL.name, generation);
        let insert = Insert::new(format!("INSERT OR REPLACE INTO {table}"), 11, "");
        Self { table, insert, rows: BTreeMap::new() }
    }

    fn take_in(&mut self, id: TenantId, recorded: &Recorded, event: &Event) {
        let row = self.rows.entry(id).or_insert_with(|| TenantRow::unborn(id));
        if recorded.version <= row.version {
            return;
        }
        row.tenant.evolve(event);
        row.version = recorded.version;
        row.position = recorded.position;
        match event {
            Event::ConnectionTested(tested) => row.last_failure.clone_from(&tested.failure),
            Event::Suspended(suspended) => row.note = Some(suspended.note.clone()),
            Event::Reinstated(_) | Event::Enabled(_) => row.note = None,
            // The rest is the domain's own folding.
            Event::Registered(_)
            | Event::Edited(_)
            | Event::CredentialRotated(_)
            | Event::RegionsObserved(_)
            | Event::LimitsObserved(_)
            | Event::Throttled(_)
            | Event::Disabled(_)
            | Event::Removed(_) => {}
        }
    }
}

#[async_trait]
impl fold::Fold for Fold {
    async fn load(&mut self, connection: &mut SqliteConnection, facts: &[&Fact]) -> Result<(), ViewError> {
        let ids = facts.iter().filter_map(|fact| changed(fact));
        let missing: BTreeSet<_> = ids.filter(|id| !self.rows.contains_key(id)).collect();
        if !missing.is_empty() {
            let rows = sql::by_ids(connection, &self.table, &sql::json(&missing), row_of).await?;
            self.rows.extend(rows.into_iter().map(|row| (row.id, row)));
        }
        Ok(())
    }

    fn apply(&mut self, fact: &Fact) {
        if let Noun::Tenant(id, event) = &fact.noun {
            self.take_in(*id, &fact.recorded, event);
        }
    }

    async fn save(&mut self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        let rows = std::mem::take(&mut self.rows).into_values();
        let rows: Vec<_> = rows.filter(|row| row.tenant.profile.is_some()).collect();
        self.insert.write(connection, rows.into_iter(), bind).await
    }
}

fn bind(values: &mut Values, row: TenantRow) {
    values
        .push(row.id.to_string())
        .push(row.version.get())
        .push(sql::number(row.position))
        .push(row.name_key())
        .push(row.haystack())
        .push(word(row.tenant.status))
        .push(sql::json(&row.regions()))
        .push(row.tenant.profile.as_ref().map_or(0, |profile| profile.created_at.millis()))
        .push(row.last_failure.as_ref().map(sql::json))
        .push(row.note)
        .push(sql::json(&row.tenant));
}

impl TenantRow {
    fn unborn(id: TenantId) -> Self {
        Self {
            id,
            version: Version::NONE,
            position: Position::START,
            tenant: Tenant::default(),
            last_failure: None,
            note: None,
        }
    }

    /// Codes of the regions it is known to have, the home region first.
    pub fn regions(&self) -> Vec<&str> {
        let home = self.tenant.profile.as_ref().map(|profile| profile.home_region.as_str());
        let others =
            self.tenant.regions.iter().map(|region| region.name.as_str()).filter(|name| Some(*name) != home);
        home.into_iter().chain(others).collect()
    }

    fn name_key(&self) -> String {
        self.tenant.profile.as_ref().map(|profile| sql::folded(&profile.name)).unwrap_or_default()
    }

    fn haystack(&self) -> String {
        let Some(profile) = &self.tenant.profile else { return String::new() };
        sql::folded(&[profile.name.as_str(), &profile.tenancy, &profile.user].join("\n"))
    }
}

fn changed(fact: &Fact) -> Option<TenantId> {
    match &fact.noun {
        Noun::Tenant(id, _) => Some(*id),
        _ => None,
    }
}

fn row_of(row: &SqliteRow) -> Result<TenantRow, ViewError> {
    Ok(TenantRow {
        id: sql::parsed(row, "id")?,
        version: Version::new(row.try_get("version")?),
        position: sql::position(row, "position")?,
        tenant: sql::from_json(row, "tenant")?,
        last_failure: sql::from_json_option(row, "last_failure")?,
        note: row.try_get("note")?,
    })
}

/// As the API says it.
fn word(status: Status) -> &'static str {
    match status {
        Status::Untested => "UNTESTED",
        Status::Active => "ACTIVE",
        Status::Suspended(SuspensionReason::KeyRejected | SuspensionReason::ClockSkew) => "AUTH_FAILED",
        Status::Suspended(SuspensionReason::AccountSuspended) => "SUSPENDED",
        Status::Disabled => "DISABLED",
        Status::Removed => "REMOVED",
    }
}
