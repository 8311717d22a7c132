//! Read models: what people order about them. Those who fold them follow the log, and do it.

use berth_actors::Clock;
use berth_domain::{
    Timestamp,
    projection::{Command, Projection, ProjectionName},
};

use crate::{
    ledger::{Kept, Ledger},
    order::{Denied, Order, Told},
};

impl Kept for Projection {}

/// What people may order about read models. Whether there is one of the name is for the caller to ask.
#[derive(Clone)]
pub struct Projections {
    pub(crate) ledger: Ledger,
    pub(crate) clock: Clock,
}

impl Projections {
    /// Folds it anew from the beginning, beside the one that serves.
    pub async fn rebuild(
        &self,
        name: ProjectionName,
        order: Order,
    ) -> Result<Told<ProjectionName, Projection>, Denied> {
        self.tell(name, Command::Rebuild { at: self.now() }, &order).await
    }

    /// Tries the event at which it stopped once more.
    pub async fn retry(
        &self,
        name: ProjectionName,
        order: Order,
    ) -> Result<Told<ProjectionName, Projection>, Denied> {
        self.tell(name, Command::Retry { at: self.now() }, &order).await
    }

    /// Lets it go on without an event.
    pub async fn skip(
        &self,
        name: ProjectionName,
        position: u64,
        reason: String,
        order: Order,
    ) -> Result<Told<ProjectionName, Projection>, Denied> {
        let skip = Command::Skip { position, reason, at: self.now() };
        self.tell(name, skip, &order).await
    }

    /// No actor is needed: orders are rare, and two at once are put in order by the log.
    async fn tell(
        &self,
        name: ProjectionName,
        command: Command,
        order: &Order,
    ) -> Result<Told<ProjectionName, Projection>, Denied> {
        self.ledger.command(name, command, order).await
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.now_ms())
    }
}
