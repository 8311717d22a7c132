//! Alerts as they are now, each with the last times that it was raised.

use std::collections::BTreeMap;

use berth_domain::{
    Aggregate, Timestamp,
    alert::{Alert, AlertId, By, Event, Resolved, Standing},
    notice::Severity,
};
use berth_store::{Position, Version};
use serde::{Deserialize, Serialize};
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    Direction, Page, Slice, ViewError, Views,
    fold::{
        Fact, Kind, Noun,
        whole::{Fold, Whole},
    },
    list::List,
    model::{Model, Table},
    page::{Column, Keyset},
    sql::{self, Query, Values},
};

/// What a row is made from.
const COLUMNS: &[&str] = &["id", "version", "position", "moved", "spells", "alert"];
/// So many of the last times that it was raised are kept.
const SPELLS: usize = 20;

pub(crate) const MODEL: Model = Model {
    name: "alert",
    version: 1,
    schema: include_str!("../../../migrations/views/alert.sql"),
    tables: &[Table { name: "alert", key: 1 }],
    follows: &[Kind::Alert],
    fold: |generation| Box::new(Fold::<AlertRow>::new(MODEL.name, generation)),
};

/// An alert as the events up to `position` made it.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertRow {
    pub id: AlertId,
    pub version: Version,
    /// Of the last event about it.
    pub position: Position,
    /// Of the last event that raised or resolved it.
    pub moved: Position,
    /// The last times that it was raised, newest first; the first of them may go on.
    pub spells: Vec<Spell>,
    pub alert: Alert,
}

/// One time that an alert was raised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spell {
    pub name: String,
    pub severity: Severity,
    pub value: Option<f64>,
    pub threshold: Option<f64>,
    pub summary: Option<String>,
    pub labels: BTreeMap<String, String>,
    pub raised_at: Timestamp,
    /// Absent while it goes on.
    pub resolved: Option<Ended>,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    pub at: Timestamp,
    pub by: By,
    pub value: Option<f64>,
}

/// Which alerts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// All that were ever raised.
    #[default]
    All,
    Raised,
    Resolved,
}

/// Those of which anything is known, also rules that were only adjusted, in no order.
pub async fn by_ids(views: &Views, ids: &[AlertId]) -> Result<Vec<AlertRow>, ViewError> {
    sql::by_ids(&mut views.once().await?, MODEL.name, &sql::list(ids), AlertRow::of).await
}

/// Those that are raised first, and of either kind the newest first.
pub async fn page(views: &Views, filter: Filter, slice: &Slice) -> Result<Page<AlertRow>, ViewError> {
    let keyset = Keyset {
        name: "moved",
        key: Column::Number("raised"),
        tie: Column::Number("moved"),
        direction: Direction::Descending,
    };
    let list = List { model: MODEL.name, keyset, columns: COLUMNS, counted: true, beside: ("", "") };
    list.page(views, slice, |query| filter.narrow(query), AlertRow::of).await
}

/// All that are raised, newest first.
pub async fn raised(views: &Views) -> Result<Vec<AlertRow>, ViewError> {
    let query = sqlx::query("SELECT * FROM alert WHERE raised = 1 ORDER BY moved DESC");
    query.fetch_all(&mut views.once().await?).await?.iter().map(AlertRow::of).collect()
}

/// Alerts with news after a position, each once and as it is now, oldest news first; and the position this is true as of.
///
/// Fewer than `limit` only if there are no more.
pub async fn changed_since(
    views: &Views,
    after: Position,
    limit: u32,
) -> Result<(Vec<AlertRow>, Position), ViewError> {
    let mut moment = views.read().await?;
    let position = sql::checkpoint(&mut moment, MODEL.name).await?;
    let query = sqlx::query("SELECT * FROM alert WHERE position > ? ORDER BY position LIMIT ?")
        .bind(sql::number(after))
        .bind(limit);
    let rows = query.fetch_all(&mut moment).await?;
    Ok((rows.iter().map(AlertRow::of).collect::<Result<_, _>>()?, position))
}

impl Filter {
    fn narrow(self, query: &mut Query) {
        query.push(match self {
            Self::All => " WHERE moved > 0",
            Self::Raised => " WHERE raised = 1",
            Self::Resolved => " WHERE raised = 0 AND moved > 0",
        });
    }
}

impl AlertRow {
    /// Nothing has happened to it yet.
    pub fn unknown(id: AlertId) -> Self {
        let (version, start) = (Version::NONE, Position::START);
        Self { id, version, position: start, moved: start, spells: Vec::new(), alert: Alert::default() }
    }

    fn begin(&mut self) {
        let Some(standing) = self.alert.standing.as_deref() else { return };
        self.spells.insert(0, Spell::of(standing));
        self.spells.truncate(SPELLS);
    }

    fn end(&mut self, resolved: &Resolved) {
        let Resolved { at, by, value, .. } = *resolved;
        if let Some(spell) = self.spells.first_mut() {
            spell.resolved.get_or_insert(Ended { at, by, value });
        }
    }
}

impl Spell {
    fn of(standing: &Standing) -> Self {
        let Standing { name, severity, value, threshold, summary, labels, since } = standing.clone();
        Self { name, severity, value, threshold, summary, labels, raised_at: since, resolved: None }
    }
}

impl Whole for AlertRow {
    type Id = AlertId;
    type Event = Event;
    const COLUMNS: usize = 7;

    fn told(fact: &Fact) -> Option<(AlertId, &Event)> {
        match &fact.noun {
            Noun::Alert(id, event) => Some((*id, event)),
            _ => None,
        }
    }

    fn unborn(id: AlertId) -> Self {
        Self::unknown(id)
    }

    /// Whatever happened to it, it is something from then on.
    fn is_born(&self) -> bool {
        self.version > Version::NONE
    }

    fn id(&self) -> AlertId {
        self.id
    }

    fn place(&mut self) -> (&mut Version, &mut Position) {
        (&mut self.version, &mut self.position)
    }

    fn evolve(&mut self, event: &Event) {
        self.alert.evolve(event);
        match event {
            Event::Raised(_) | Event::Received(_) => {
                self.moved = self.position;
                self.begin();
            }
            Event::Resolved(resolved) => {
                self.moved = self.position;
                self.end(resolved);
            }
            Event::Cleared(_) | Event::Adjusted(_) => {}
        }
    }

    fn bind(values: &mut Values, row: Self) {
        values
            .push(row.id.to_string())
            .push(row.version.get())
            .push(sql::number(row.position))
            .push(sql::number(row.moved))
            .push(row.alert.standing.is_some())
            .push(sql::json(&row.spells))
            .push(sql::json(&row.alert));
    }

    fn of(row: &SqliteRow) -> Result<Self, ViewError> {
        Ok(Self {
            id: sql::parsed(row, "id")?,
            version: Version::new(row.try_get("version")?),
            position: sql::position(row, "position")?,
            moved: sql::position(row, "moved")?,
            spells: sql::from_json(row, "spells")?,
            alert: sql::from_json(row, "alert")?,
        })
    }
}
