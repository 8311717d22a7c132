//! A pure aggregate in the ecosystem's words: `cqrs_es::Aggregate`, so that its test framework and other tools fit.
//!
//! Our own write side does not go this way: cqrs-es awaits inside the decision and applies what a failed one had written.

use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

use berth_domain::{Aggregate, Explanation, explain::Explain as _};

/// Wraps an aggregate of ours.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent, bound = "")]
pub struct Pure<A: Aggregate>(pub A);

/// An event of ours with its spelled-out name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written", bound = "")]
pub struct Fact<E: berth_domain::event::Event>(pub E);

/// An event as cqrs-es writes it: name, shape and data in one JSON object.
#[derive(Serialize, Deserialize)]
struct Written {
    name: String,
    schema: u16,
    data: serde_json::Value,
}

/// A refusal, as an error.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", .0.first().map_or("refused", |first| first.message.english.as_str()))]
pub struct Refused(pub Vec<Explanation>);

impl<E: berth_domain::event::Event> From<Fact<E>> for Written {
    fn from(Fact(event): Fact<E>) -> Self {
        let data = serde_json::from_str(event.encode().get()).expect("encoded data is JSON");
        Self { name: event.name().to_owned(), schema: event.schema(), data }
    }
}

impl<E: berth_domain::event::Event> TryFrom<Written> for Fact<E> {
    type Error = berth_domain::event::DecodeError;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let data = berth_domain::event::to_raw(&written.data);
        E::decode(&written.name, written.schema, &data).map(Self)
    }
}

impl<E: berth_domain::event::Event> cqrs_es::DomainEvent for Fact<E> {
    fn event_type(&self) -> String {
        self.0.name().to_owned()
    }

    fn event_version(&self) -> String {
        self.0.schema().to_string()
    }
}

impl<A: Aggregate> cqrs_es::Aggregate for Pure<A> {
    const TYPE: &'static str = A::KIND;
    type Command = A::Command;
    type Event = Fact<A::Event>;
    type Error = Refused;
    type Services = ();

    async fn handle(&mut self, command: A::Command, (): &(), sink: &EventSink<Self>) -> Result<(), Refused> {
        let events = self.0.decide(command).map_err(|refusal| Refused(refusal.explain()))?;
        for event in events {
            sink.write(Fact(event), self).await;
        }
        Ok(())
    }

    fn apply(&mut self, Fact(event): Fact<A::Event>) {
        self.0.evolve(&event);
    }
}
