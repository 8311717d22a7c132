//! An event in the words of the domain, read once for all read models.

use std::{fmt::Display, str::FromStr};

use berth_domain::{
    Aggregate, ChannelId, DeliveryId, GrabId, ProfileId, TenantId,
    alert::{self, Alert, AlertId},
    audit::{self, Audit},
    books::{self, Books},
    channel::{self, Channel},
    delivery::{self, Delivery},
    event::{DecodeError, Event},
    grab::{self, Grab},
    profile::{self, Profile},
    projection::{self, Projection},
    report::{self, Report},
    tenant::{self, Tenant},
};
use berth_store::{Log, Position, Recorded};

use super::Closing;
use crate::ViewError;

pub(crate) struct Fact {
    pub(crate) recorded: Recorded,
    pub(crate) kind: Kind,
    pub(crate) noun: Noun,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Tenant,
    Grab,
    Profile,
    Channel,
    Delivery,
    Alert,
    Books,
    Projection,
    Audit,
    Report,
}

pub(crate) enum Noun {
    Tenant(TenantId, tenant::Event),
    Grab(GrabId, grab::Event),
    Profile(ProfileId, profile::Event),
    Channel(ChannelId, channel::Event),
    Delivery(DeliveryId, delivery::Event),
    Alert(AlertId, alert::Event),
    Closed(books::Closed, Closing),
    Ordered(projection::Event),
    Asked(audit::Event),
    Reported(report::Event),
    /// Written by a newer release.
    Unknown,
    /// It should be known, and cannot be read. Why.
    Broken(String),
}

impl Fact {
    pub(crate) fn position(&self) -> Position {
        self.recorded.position
    }
}

/// So many are read before others get a turn: what is read ahead must not keep the writing waiting.
const IN_ONE_GO: usize = 64;

/// Events of nouns that no read model follows are left out.
pub(crate) async fn read(log: &dyn Log, events: Vec<Recorded>) -> Result<Vec<Fact>, ViewError> {
    let mut facts = Vec::with_capacity(events.len());
    for (index, recorded) in (1..).zip(events) {
        if index % IN_ONE_GO == 0 {
            tokio::task::yield_now().await;
        }
        let Some(kind) = kind_of(&recorded) else { continue };
        let noun = match kind {
            Kind::Books => closed(log, &recorded).await?,
            Kind::Tenant => with_id(&recorded, Noun::Tenant),
            Kind::Grab => with_id(&recorded, Noun::Grab),
            Kind::Profile => with_id(&recorded, Noun::Profile),
            Kind::Channel => with_id(&recorded, Noun::Channel),
            Kind::Alert => with_id(&recorded, Noun::Alert),
            Kind::Delivery => with_id(&recorded, Noun::Delivery),
            Kind::Projection => decoded(&recorded).map_or_else(|error| unread(&error), Noun::Ordered),
            Kind::Audit => decoded(&recorded).map_or_else(|error| unread(&error), Noun::Asked),
            Kind::Report => decoded(&recorded).map_or_else(|error| unread(&error), Noun::Reported),
        };
        facts.push(Fact { recorded, kind, noun });
    }
    Ok(facts)
}

fn kind_of(recorded: &Recorded) -> Option<Kind> {
    match recorded.stream.kind() {
        Grab::KIND => Some(Kind::Grab),
        Tenant::KIND => Some(Kind::Tenant),
        Profile::KIND => Some(Kind::Profile),
        Channel::KIND => Some(Kind::Channel),
        Alert::KIND => Some(Kind::Alert),
        Delivery::KIND => Some(Kind::Delivery),
        Books::KIND => Some(Kind::Books),
        Projection::KIND => Some(Kind::Projection),
        Audit::KIND => Some(Kind::Audit),
        Report::KIND => Some(Kind::Report),
        _ => None,
    }
}

async fn closed(log: &dyn Log, recorded: &Recorded) -> Result<Noun, ViewError> {
    Ok(match decoded(recorded) {
        Ok(books::Event::Closed(closed)) => {
            let closing = Closing::of(log, recorded.position, &closed).await?;
            Noun::Closed(closed, closing)
        }
        Err(error) => unread(&error),
    })
}

fn with_id<I: FromStr<Err: Display>, E: Event>(recorded: &Recorded, noun: fn(I, E) -> Noun) -> Noun {
    match (recorded.stream.id().parse(), decoded(recorded)) {
        (Ok(id), Ok(event)) => noun(id, event),
        (Err(error), _) => Noun::Broken(error.to_string()),
        (_, Err(error)) => unread(&error),
    }
}

fn decoded<E: Event>(recorded: &Recorded) -> Result<E, DecodeError> {
    E::decode(&recorded.name, recorded.schema, &recorded.data)
}

fn unread(error: &DecodeError) -> Noun {
    match error {
        DecodeError::Unknown { .. } => Noun::Unknown,
        DecodeError::Shape { source, .. } => Noun::Broken(format!("{error}: {source}")),
    }
}
