//! Tenants as they are now.

use berth_domain::{
    Aggregate, TenantId,
    tenant::{Event, Failure, Status, SuspensionReason, Tenant},
};
use berth_store::{Position, Version};
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    Page, Slice, ViewError, Views,
    fold::{
        Fact, Kind, Noun,
        whole::{Fold, Whole},
    },
    kept::Stamp,
    list::List,
    model::{Model, Table},
    page::push_search,
    reader::Reader,
    sql::{self, Query, Values},
};

/// Its model's name.
pub const NAME: &str = MODEL.name;

/// What a row is made from.
const COLUMNS: &[&str] = &["id", "version", "position", "tenant", "last_failure", "note"];

pub(crate) const MODEL: Model = Model {
    name: "tenant",
    version: 4,
    schema: include_str!("../../../migrations/views/tenant.sql"),
    tables: &[Table { name: "tenant", key: 1 }],
    follows: &[Kind::Tenant],
    fold: |generation| Box::new(Fold::<TenantRow>::new(MODEL.name, generation)),
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
    read(&mut views.once().await?, ids).await
}

/// By name. Removed tenants are left out.
pub async fn page(views: &Views, filter: &Filter, slice: &Slice) -> Result<Page<TenantRow>, ViewError> {
    List::by_name(MODEL.name, COLUMNS).page(views, slice, |query| filter.narrow(query), TenantRow::of).await
}

/// Every one that was not removed.
pub async fn all(views: &Views) -> Result<Vec<TenantRow>, ViewError> {
    let query = sqlx::query("SELECT * FROM tenant WHERE status <> ? ORDER BY id").bind(word(Status::Removed));
    let rows = query.fetch_all(&mut views.once().await?).await?;
    rows.iter().map(TenantRow::of).collect()
}

/// How many match. Removed tenants are left out.
pub async fn count(views: &Views, filter: &Filter) -> Result<u64, ViewError> {
    let mut query = Query::new("SELECT count(*) FROM tenant");
    filter.narrow(&mut query);
    Ok(query.build_query_scalar().fetch_one(&mut views.once().await?).await?)
}

impl Filter {
    fn narrow(&self, query: &mut Query) {
        query.push(format_args!(" WHERE status <> '{}'", word(Status::Removed)));
        let status: Vec<_> = self.status.iter().map(|status| word(*status)).collect();
        sql::among(query, "status", &status);
        if !self.region.is_empty() {
            query.push(" AND EXISTS (SELECT 1 FROM json_each(regions) AS region WHERE region.value IN");
            query.push(" (SELECT value FROM json_each(").push_bind(sql::list(&self.region)).push(")))");
        }
        if let Some(text) = &self.search {
            query.push(" AND ");
            push_search(query, "haystack", text);
        }
    }
}

impl Whole for TenantRow {
    type Id = TenantId;
    type Event = Event;
    const COLUMNS: usize = 11;

    fn told(fact: &Fact) -> Option<(TenantId, &Event)> {
        match &fact.noun {
            Noun::Tenant(id, event) => Some((*id, event)),
            _ => None,
        }
    }

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

    fn is_born(&self) -> bool {
        self.tenant.profile.is_some()
    }

    fn id(&self) -> TenantId {
        self.id
    }

    fn place(&mut self) -> (&mut Version, &mut Position) {
        (&mut self.version, &mut self.position)
    }

    fn evolve(&mut self, event: &Event) {
        self.tenant.evolve(event);
        match event {
            Event::ConnectionTested(tested) => self.last_failure.clone_from(&tested.failure),
            Event::Suspended(suspended) => self.note = Some(suspended.note.clone()),
            Event::Reinstated(_) | Event::Enabled(_) => self.note = None,
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

    fn bind(values: &mut Values, row: Self) {
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

    /// From [`COLUMNS`].
    fn of(row: &SqliteRow) -> Result<Self, ViewError> {
        Ok(Self {
            id: sql::parsed(row, "id")?,
            version: Version::new(row.try_get("version")?),
            position: sql::position(row, "position")?,
            tenant: sql::from_json(row, "tenant")?,
            last_failure: sql::from_json_option(row, "last_failure")?,
            note: row.try_get("note")?,
        })
    }
}

impl TenantRow {
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

/// Which row a tenant has, beside what is its own: more columns of a list whose rows have one `tenant`, and what to join it with.
pub(crate) const OWNER: (&str, &str) = (
    ", owner.version AS owner_version, \
     (SELECT generation FROM model WHERE name = 'tenant' AND live = 1) AS owner_generation",
    " LEFT JOIN tenant AS owner ON owner.id = page.tenant",
);

/// Absent where the tenants have not come as far as what is theirs.
pub(crate) fn owner_of(row: &SqliteRow) -> Result<Option<Stamp>, ViewError> {
    let Some(version) = row.try_get("owner_version")? else { return Ok(None) };
    Ok(Some(Stamp { generation: row.try_get("owner_generation")?, version: Version::new(version) }))
}

/// Those of these ids, as a reader finds them now.
pub(crate) async fn read(reader: &mut Reader, ids: &[TenantId]) -> Result<Vec<TenantRow>, ViewError> {
    sql::by_ids(reader, MODEL.name, &sql::list(ids), TenantRow::of).await
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
