//! Deliveries: what was told, to whom, and whether it arrived. They stay when they are over: who looks months later whether somebody was
//! told shall find it, and they are few, a handful for each instance.

mod query;

use berth_domain::{
    Aggregate, DeliveryId,
    channel::Topic,
    delivery::{Delivery, Event, Queued, Stage},
};
use berth_store::{Position, Version};
use sqlx::{Row, sqlite::SqliteRow};

pub use query::{Counts, Filter, by_ids, changed_since, counts, latest, latest_of_tasks, page};

use crate::{
    ViewError,
    fold::{
        Fact, Kind, Noun,
        whole::{Fold, Whole},
    },
    model::{Model, Table},
    sql::{self, Values},
};

pub(crate) const MODEL: Model = Model {
    name: "delivery",
    version: 1,
    schema: include_str!("../../../../migrations/views/delivery.sql"),
    tables: &[Table { name: "delivery", key: 1 }],
    follows: &[Kind::Delivery],
    fold: |generation| Box::new(Fold::<DeliveryRow>::new(MODEL.name, generation)),
};

/// A delivery as the events up to `position` made it.
#[derive(Clone, Debug, PartialEq)]
pub struct DeliveryRow {
    pub id: DeliveryId,
    pub version: Version,
    /// Of the last event about it.
    pub position: Position,
    /// Of the event that queued it.
    pub born: Position,
    pub delivery: Delivery,
}

/// Where a delivery stands, in the words that lists are asked in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It waits for its first try.
    Pending,
    /// A try is out.
    Sending,
    /// A try did not work, and another follows.
    Retrying,
    Delivered,
    /// Nothing more is tried.
    Failed,
}

impl State {
    pub const ALL: [Self; 5] = [Self::Pending, Self::Sending, Self::Retrying, Self::Delivered, Self::Failed];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Sending => "SENDING",
            Self::Retrying => "RETRYING",
            Self::Delivered => "DELIVERED",
            Self::Failed => "FAILED",
        }
    }
}

impl From<Stage> for State {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Waiting => Self::Pending,
            Stage::Out => Self::Sending,
            Stage::Retrying(_) => Self::Retrying,
            Stage::Sent => Self::Delivered,
            Stage::GivenUp(_) => Self::Failed,
        }
    }
}

impl DeliveryRow {
    pub fn state(&self) -> State {
        self.delivery.stage.into()
    }

    /// What is told, and to whom.
    pub fn queued(&self) -> &Queued {
        self.delivery.queued.as_ref().expect("what was never queued is no row")
    }
}

impl Whole for DeliveryRow {
    type Id = DeliveryId;
    type Event = Event;
    const COLUMNS: usize = 10;

    fn told(fact: &Fact) -> Option<(DeliveryId, &Event)> {
        match &fact.noun {
            Noun::Delivery(id, event) => Some((*id, event)),
            _ => None,
        }
    }

    fn unborn(id: DeliveryId) -> Self {
        let (version, position) = (Version::NONE, Position::START);
        Self { id, version, position, born: position, delivery: Delivery::default() }
    }

    fn is_born(&self) -> bool {
        self.delivery.queued.is_some()
    }

    fn id(&self) -> DeliveryId {
        self.id
    }

    fn place(&mut self) -> (&mut Version, &mut Position) {
        (&mut self.version, &mut self.position)
    }

    fn evolve(&mut self, event: &Event) {
        if matches!(event, Event::Queued(_)) {
            self.born = self.position;
        }
        self.delivery.evolve(event);
    }

    fn bind(values: &mut Values, row: Self) {
        let Queued { channel, notice, .. } = row.queued();
        values
            .push(sql::number(row.born))
            .push(row.id.to_string())
            .push(row.version.get())
            .push(sql::number(row.position))
            .push(channel.to_string())
            .push(topic_word(notice.topic()))
            .push(row.state().word())
            .push(notice.task().map(|task| task.id.to_string()))
            .push(notice.tenant().map(|tenant| tenant.to_string()))
            .push(sql::json(&row.delivery));
    }

    fn of(row: &SqliteRow) -> Result<Self, ViewError> {
        Ok(Self {
            id: sql::parsed(row, "id")?,
            version: Version::new(row.try_get("version")?),
            position: sql::position(row, "position")?,
            born: sql::position(row, "born")?,
            delivery: sql::from_json(row, "delivery")?,
        })
    }
}

fn topic_word(topic: Topic) -> &'static str {
    match topic {
        Topic::TaskSucceeded => "TASK_SUCCEEDED",
        Topic::TaskFailed => "TASK_FAILED",
        Topic::AccountAuthFailed => "ACCOUNT_AUTH_FAILED",
        Topic::SystemAlert => "SYSTEM_ALERT",
        Topic::DailyDigest => "DAILY_DIGEST",
    }
}
