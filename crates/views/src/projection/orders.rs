//! What people ordered about read models: events of the streams `projection/…`.

use std::collections::{BTreeMap, BTreeSet};

use berth_domain::{
    Aggregate as _,
    event::Event as _,
    projection::{Event, Projection},
};
use berth_store::{BATCH_LIMIT, Log, Position, Recorded, StreamId, Version};

use crate::{ViewError, model::MODELS};

/// Positions that read models go on without, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Skips {
    by_name: BTreeMap<&'static str, BTreeSet<Position>>,
    none: BTreeSet<Position>,
}

/// What has been read of the orders.
#[derive(Clone, Debug, Default)]
pub(crate) struct Orders {
    read: BTreeMap<&'static str, Version>,
    pub(crate) skips: Skips,
}

/// An order, to be carried out once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) name: &'static str,
    pub(crate) version: Version,
    pub(crate) what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Rebuild,
    Retry,
    Skip(Position),
    /// Of a newer release, or unreadable.
    Unknown,
}

impl Skips {
    pub(crate) fn of(&self, name: &str) -> &BTreeSet<Position> {
        self.by_name.get(name).unwrap_or(&self.none)
    }
}

impl Orders {
    /// Orders that were not read before. Skipped positions are known from here on.
    pub(crate) async fn look(&mut self, log: &dyn Log) -> Result<Vec<Order>, ViewError> {
        let mut new = Vec::new();
        for model in MODELS {
            let read = self.read.entry(model.name).or_default();
            for recorded in since(log, model.name, *read).await? {
                *read = recorded.version;
                let what = What::of(&recorded);
                if let What::Skip(position) = what {
                    self.skips.by_name.entry(model.name).or_default().insert(position);
                }
                new.push(Order { name: model.name, version: recorded.version, what });
            }
        }
        Ok(new)
    }

    /// The last order about a read model: who is folded from nothing after it has carried it out.
    pub(crate) async fn latest(log: &dyn Log, name: &'static str) -> Result<Version, ViewError> {
        let orders = since(log, name, Version::NONE).await?;
        Ok(orders.last().map(|order| order.version).unwrap_or_default())
    }
}

impl What {
    fn of(recorded: &Recorded) -> Self {
        match Event::decode(&recorded.name, recorded.schema, &recorded.data) {
            Ok(Event::RebuildRequested(_)) => Self::Rebuild,
            Ok(Event::Retried(_)) => Self::Retry,
            Ok(Event::EventSkipped(skipped)) => Self::Skip(Position::new(skipped.position)),
            Err(_) => Self::Unknown,
        }
    }
}

async fn since(log: &dyn Log, name: &'static str, mut after: Version) -> Result<Vec<Recorded>, ViewError> {
    let stream = StreamId::new(Projection::KIND, name);
    let mut orders = Vec::new();
    loop {
        let some = log.read_stream(&stream, after, BATCH_LIMIT).await?;
        let full = some.len() == BATCH_LIMIT as usize;
        after = some.last().map_or(after, |last| last.version);
        orders.extend(some);
        if !full {
            return Ok(orders);
        }
    }
}
