//! Launch profiles as they are now.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use berth_domain::{
    Aggregate, ProfileId,
    profile::{Content, Event, Profile},
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

pub(crate) const MODEL: Model = Model {
    name: "profile",
    version: 2,
    schema: include_str!("../../../migrations/views/profile.sql"),
    tables: &[Table { name: "profile", key: 1 }],
    follows: &[Kind::Profile],
    fold: |generation| Box::new(Fold::new(generation)),
};

/// A profile as the events up to `position` made it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileRow {
    pub id: ProfileId,
    pub version: Version,
    /// Of the last event about it.
    pub position: Position,
    pub profile: Profile,
}

/// Which profiles. All given conditions must hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The name, the shape or the image contains this, whatever its case.
    pub search: Option<String>,
}

/// Those that were ever kept, also after they were deleted, in no order.
pub async fn by_ids(views: &Views, ids: &[ProfileId]) -> Result<Vec<ProfileRow>, ViewError> {
    sql::by_ids(&mut *views.read().await?, MODEL.name, &sql::list(ids), row_of).await
}

/// By name. Deleted profiles are left out.
pub async fn page(views: &Views, filter: &Filter, slice: &Slice) -> Result<Page<ProfileRow>, ViewError> {
    let query = |select: &str| filter.query(select);
    by_name(&mut *views.read().await?, MODEL.name, query, slice, row_of).await
}

impl Filter {
    fn query(&self, select: &str) -> Query {
        let mut query = Query::new(format!("{select} WHERE deleted = 0"));
        if let Some(text) = &self.search {
            query.push(" AND ");
            push_search(&mut query, "haystack", text);
        }
        query
    }
}

/// Profiles that some events change.
struct Fold {
    table: String,
    insert: Insert,
    rows: BTreeMap<ProfileId, ProfileRow>,
}

impl Fold {
    fn new(generation: u32) -> Self {
        let table = table(MODEL.name, generation);
        let insert = Insert::new(format!("INSERT OR REPLACE INTO {table}"), 7, "");
        Self { table, insert, rows: BTreeMap::new() }
    }

    fn take_in(&mut self, id: ProfileId, recorded: &Recorded, event: &Event) {
        let row = self.rows.entry(id).or_insert_with(|| ProfileRow::unborn(id));
        if recorded.version <= row.version {
            return;
        }
        row.profile.evolve(event);
        row.version = recorded.version;
        row.position = recorded.position;
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
        if let Noun::Profile(id, event) = &fact.noun {
            self.take_in(*id, &fact.recorded, event);
        }
    }

    async fn save(&mut self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        let rows = std::mem::take(&mut self.rows).into_values();
        let rows: Vec<_> = rows.filter(|row| row.profile.content.is_some()).collect();
        self.insert.write(connection, rows.iter(), bind).await
    }
}

fn bind(values: &mut Values, row: &ProfileRow) {
    values
        .push(row.id.to_string())
        .push(row.version.get())
        .push(sql::number(row.position))
        .push(row.content().map(|content| sql::folded(&content.name)).unwrap_or_default())
        .push(row.haystack())
        .push(row.profile.existing().is_none())
        .push(sql::json(&row.profile));
}

impl ProfileRow {
    fn unborn(id: ProfileId) -> Self {
        Self { id, version: Version::NONE, position: Position::START, profile: Profile::default() }
    }

    fn content(&self) -> Option<&Content> {
        self.profile.content.as_deref()
    }

    fn haystack(&self) -> String {
        let Some(Content { name, spec, .. }) = self.content() else { return String::new() };
        sql::folded(&[name.as_str(), &spec.shape, &spec.image].join("\n"))
    }
}

fn changed(fact: &Fact) -> Option<ProfileId> {
    match &fact.noun {
        Noun::Profile(id, _) => Some(*id),
        _ => None,
    }
}

fn row_of(row: &SqliteRow) -> Result<ProfileRow, ViewError> {
    Ok(ProfileRow {
        id: sql::parsed(row, "id")?,
        version: Version::new(row.try_get("version")?),
        position: sql::position(row, "position")?,
        profile: sql::from_json(row, "profile")?,
    })
}
