//! Notification channels as they are now.

use berth_domain::{
    Aggregate, ChannelId,
    channel::{Channel, Event},
};
use berth_store::{Position, Version};
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    ViewError, Views,
    fold::{
        Fact, Kind, Noun,
        whole::{Fold, Whole},
    },
    model::{Model, Table},
    sql::{self, Values},
};

pub(crate) const MODEL: Model = Model {
    name: "channel",
    version: 2,
    schema: include_str!("../../../migrations/views/channel.sql"),
    tables: &[Table { name: "channel", key: 1 }],
    follows: &[Kind::Channel],
    fold: |generation| Box::new(Fold::<ChannelRow>::new(MODEL.name, generation)),
};

/// A channel as the events up to `position` made it.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelRow {
    pub id: ChannelId,
    pub version: Version,
    /// Of the last event about it.
    pub position: Position,
    pub channel: Channel,
}

/// Those that were ever kept, also after they were deleted, in no order.
pub async fn by_ids(views: &Views, ids: &[ChannelId]) -> Result<Vec<ChannelRow>, ViewError> {
    sql::by_ids(&mut views.once().await?, MODEL.name, &sql::list(ids), ChannelRow::of).await
}

/// All of them by name: there are few. Deleted ones are left out.
pub async fn all(views: &Views) -> Result<Vec<ChannelRow>, ViewError> {
    let query = sqlx::query("SELECT * FROM channel WHERE deleted = 0 ORDER BY name_key, id");
    query.fetch_all(&mut views.once().await?).await?.iter().map(ChannelRow::of).collect()
}

impl Whole for ChannelRow {
    type Id = ChannelId;
    type Event = Event;
    const COLUMNS: usize = 6;

    fn told(fact: &Fact) -> Option<(ChannelId, &Event)> {
        match &fact.noun {
            Noun::Channel(id, event) => Some((*id, event)),
            _ => None,
        }
    }

    fn unborn(id: ChannelId) -> Self {
        Self { id, version: Version::NONE, position: Position::START, channel: Channel::default() }
    }

    fn is_born(&self) -> bool {
        self.channel.content.is_some()
    }

    fn id(&self) -> ChannelId {
        self.id
    }

    fn place(&mut self) -> (&mut Version, &mut Position) {
        (&mut self.version, &mut self.position)
    }

    fn evolve(&mut self, event: &Event) {
        self.channel.evolve(event);
    }

    fn bind(values: &mut Values, row: Self) {
        let name = row.channel.content.as_ref().map(|content| sql::folded(&content.name));
        values
            .push(row.id.to_string())
            .push(row.version.get())
            .push(sql::number(row.position))
            .push(name.unwrap_or_default())
            .push(row.channel.existing().is_none())
            .push(sql::json(&row.channel));
    }

    fn of(row: &SqliteRow) -> Result<Self, ViewError> {
        Ok(Self {
            id: sql::parsed(row, "id")?,
            version: Version::new(row.try_get("version")?),
            position: sql::position(row, "position")?,
            channel: sql::from_json(row, "channel")?,
        })
    }
}
