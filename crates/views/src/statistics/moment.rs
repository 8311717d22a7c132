//! What may be asked about attempts in numbers: any number of questions, all answered from one moment.

use std::collections::BTreeMap;

use berth_domain::{GrabId, TenantId, Timestamp, grab::State};
use berth_store::Position;
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    MODEL,
    count::Totals,
    grant::Times,
    odds::{Grant, Record},
};
use crate::{
    Span, ViewError, Views, grab,
    reader::Reader,
    sql::{self, Query},
};

/// Whose attempts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    #[default]
    All,
    Tenant(TenantId),
    Grab(GrabId),
}

/// Which attempts. All given conditions must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub scope: Scope,
    pub region: Option<String>,
    /// Over all hours that begin within it.
    pub span: Span,
}

/// What numbers are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// `hour` is where each hour begins, in milliseconds.
    Hour,
    Region,
    /// `name` is the availability domain, empty where none was said.
    Domain,
    /// `name` is the shape.
    Shape,
    /// `hour` counts from Monday, 00:00 UTC: 0 to 167.
    HourOfWeek,
    /// `hour` is that of the day in UTC: 0 to 23.
    RegionAndHour,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    pub hour: i64,
    pub region: String,
    pub name: String,
    pub totals: Totals,
}

/// The read model as it was at one moment.
pub struct Moment {
    pub(super) reader: Reader,
    position: Position,
}

type Key = (i64, String, String);

impl By {
    /// How a group is called: a number, a region, a name.
    fn columns(self) -> [&'static str; 3] {
        match self {
            Self::Hour => ["hour_ms", "''", "''"],
            Self::Region => ["0", "region", "''"],
            Self::Domain => ["0", "region", "domain"],
            Self::Shape => ["0", "''", "shape"],
            // The first of January 1970 was a Thursday. Moments before it have remainders below zero.
            Self::HourOfWeek => ["((hour_ms / 3600000 + 72) % 168 + 168) % 168", "''", "''"],
            Self::RegionAndHour => ["(hour_ms / 3600000 % 24 + 24) % 24", "region", "''"],
        }
    }
}

#[derive(Clone, Copy)]
enum Table {
    Tasks,
    Places,
    Granted,
}

impl Table {
    fn name(self) -> &'static str {
        match self {
            Self::Tasks => "attempt_hour",
            Self::Places => "place_hour",
            Self::Granted => "granted",
        }
    }

    /// What is added up, and over which columns of an answer.
    fn sums(self) -> (&'static str, &'static str) {
        match self {
            Self::Tasks | Self::Places => (
                "outcome, sum(attempts) AS attempts, sum(duration_ms) AS duration_ms, \
                 sum(preparations) AS preparations, sum(lost) AS lost",
                " GROUP BY 1, 2, 3, 4",
            ),
            Self::Granted => ("count(*) AS granted", " GROUP BY 1, 2, 3"),
        }
    }

    fn restrict(self, query: &mut Query, filter: &Filter) {
        match (self, filter.scope) {
            (Self::Granted, Scope::All) => {}
            // Under no name are all of them together.
            (Self::Tasks | Self::Places, Scope::All) => drop(query.push(" AND tenant = ''")),
            (_, Scope::Tenant(id)) => drop(query.push(" AND tenant = ").push_bind(id.to_string())),
            (_, Scope::Grab(id)) => drop(query.push(" AND grab = ").push_bind(id.to_string())),
        }
        filter.span.push(query, "hour_ms");
        if let Some(region) = &filter.region {
            query.push(" AND region = ").push_bind(region.clone());
        }
    }
}

impl Filter {
    fn table(&self) -> Table {
        match self.scope {
            Scope::All | Scope::Tenant(_) => Table::Places,
            Scope::Grab(_) => Table::Tasks,
        }
    }
}

impl Moment {
    pub async fn of(views: &Views) -> Result<Self, ViewError> {
        let mut reader = views.read().await?;
        let position = sql::checkpoint(&mut reader, MODEL.name).await?;
        Ok(Self { reader, position })
    }

    /// All answers are true as of this position.
    pub fn position(&self) -> Position {
        self.position
    }

    pub async fn totals(&mut self, filter: &Filter) -> Result<Totals, ViewError> {
        let groups = self.grouped_as(["0", "''", "''"], filter).await?;
        Ok(groups.into_values().next().unwrap_or_default())
    }

    /// In the order of the names. Groups without anything are absent.
    pub async fn grouped(&mut self, by: By, filter: &Filter) -> Result<Vec<Group>, ViewError> {
        let groups = self.grouped_as(by.columns(), filter).await?;
        let group = |((hour, region, name), totals)| Group { hour, region, name, totals };
        Ok(groups.into_iter().map(group).collect())
    }

    async fn grouped_as(
        &mut self,
        columns: [&str; 3],
        filter: &Filter,
    ) -> Result<BTreeMap<Key, Totals>, ViewError> {
        let mut groups = BTreeMap::<Key, Totals>::new();
        for row in self.ask(filter.table(), columns, filter).await? {
            groups.entry(key(&row)?).or_default().take_in(&row)?;
        }
        for row in self.ask(Table::Granted, columns, filter).await? {
            let count: i64 = row.try_get("granted")?;
            groups.entry(key(&row)?).or_default().granted += count.unsigned_abs();
        }
        Ok(groups)
    }

    async fn ask(
        &mut self,
        table: Table,
        [hour, region, name]: [&str; 3],
        filter: &Filter,
    ) -> Result<Vec<SqliteRow>, ViewError> {
        let (sums, group) = table.sums();
        let from = table.name();
        let mut query = Query::new(format!(
            "SELECT {hour} AS group_hour, {region} AS group_region, {name} AS group_name, {sums} FROM {from} WHERE TRUE"
        ));
        table.restrict(&mut query, filter);
        query.push(group);
        Ok(query.build().fetch_all(&mut self.reader).await?)
    }

    /// How many tasks are in each state now, on the lists and within the filter, whatever its span. States without any are absent.
    pub async fn tasks(&mut self, filter: &Filter) -> Result<Vec<(State, u64)>, ViewError> {
        let mut query = Query::new("SELECT state, count(*) AS tasks FROM grab");
        let tasks = match filter.scope {
            Scope::All | Scope::Grab(_) => grab::Filter::default(),
            Scope::Tenant(tenant) => grab::Filter { tenant: vec![tenant], ..grab::Filter::default() },
        };
        grab::Filter { region: filter.region.iter().cloned().collect(), ..tasks }.narrow(&mut query);
        if let Scope::Grab(id) = filter.scope {
            query.push(" AND id = ").push_bind(id.to_string());
        }
        query.push(" GROUP BY state");
        let rows = query.build().fetch_all(&mut self.reader).await?;
        let mut counts = rows.iter().map(tasks_of).collect::<Result<Vec<_>, _>>()?;
        counts.sort_unstable_by_key(|(state, _)| State::ALL.iter().position(|each| each == state));
        Ok(counts)
    }

    /// How long those took that got their instance.
    pub async fn times(&mut self, filter: &Filter) -> Result<Times, ViewError> {
        let mut query = Query::new("SELECT took_ms FROM granted WHERE took_ms IS NOT NULL");
        Table::Granted.restrict(&mut query, filter);
        query.push(" ORDER BY took_ms");
        let rows = query.build().fetch_all(&mut self.reader).await?;
        let took: Result<Vec<i64>, _> = rows.iter().map(|row| row.try_get("took_ms")).collect();
        Ok(Times::of_sorted(&took?))
    }

    /// All that odds are read from: everybody's, and of these tenants their own attempts.
    pub async fn record(&mut self, tenants: &[TenantId], span: Span) -> Result<Record, ViewError> {
        let mut names: Vec<String> = tenants.iter().map(ToString::to_string).collect();
        names.push(String::new());
        let mut query =
            Query::new("SELECT tenant, region, shape, sum(attempts) AS attempts FROM place_hour WHERE TRUE");
        sql::among(&mut query, "tenant", &names);
        span.push(&mut query, "hour_ms");
        query.push(" GROUP BY 1, 2, 3");
        let mut record = Record::default();
        for row in query.build().fetch_all(&mut self.reader).await? {
            let tenant: &str = row.try_get("tenant")?;
            let tenant = if tenant.is_empty() { None } else { Some(sql::parsed(&row, "tenant")?) };
            let attempts: i64 = row.try_get("attempts")?;
            record.tried(tenant, row.try_get("region")?, row.try_get("shape")?, attempts.unsigned_abs());
        }
        let mut query = Query::new("SELECT tenant, region, shape, at_ms FROM granted WHERE TRUE");
        span.push(&mut query, "hour_ms");
        query.push(" ORDER BY at_ms, grab, number");
        for row in query.build().fetch_all(&mut self.reader).await? {
            record.granted(Grant {
                tenant: sql::parsed(&row, "tenant")?,
                region: row.try_get("region")?,
                shape: row.try_get("shape")?,
                at: Timestamp::from_millis(row.try_get("at_ms")?),
            });
        }
        Ok(record)
    }
}

pub(super) fn tasks_of(row: &SqliteRow) -> Result<(State, u64), ViewError> {
    let word: &str = row.try_get("state")?;
    let state = State::from_word(word).ok_or_else(|| sql::unreadable("state", &word))?;
    Ok((state, row.try_get::<i64, _>("tasks")?.unsigned_abs()))
}

fn key(row: &SqliteRow) -> Result<Key, ViewError> {
    Ok((row.try_get("group_hour")?, row.try_get("group_region")?, row.try_get("group_name")?))
}
