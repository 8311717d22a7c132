//! Command × state → events. There is nothing to refuse.

use super::{
    event::{Event, Recorded},
    record::Record,
    seal::Key,
    state::{Audit, evolve},
};
use crate::{
    Aggregate,
    access::Act,
    explain::{Explain, Explanation},
};

/// What may be asked of the trail.
#[derive(Clone, Debug)]
pub enum Command {
    /// In this order.
    Record { records: Vec<Record>, key: Key },
}

/// The trail takes everything.
#[derive(Clone, Debug)]
pub enum Refusal {}

impl Explain for Refusal {
    fn explain(&self) -> Vec<Explanation> {
        match *self {}
    }
}

impl Aggregate for Audit {
    const KIND: &'static str = "audit";
    const SNAPSHOT: u16 = 1;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn act(_: &Command) -> Act {
        Act::Inside
    }

    fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        let Command::Record { records, key } = command;
        let (mut number, mut last) = (self.count, self.last.clone());
        let sealed = records.into_iter().map(|record| {
            number += 1;
            last = key.seal(number, &record, &last);
            Recorded { number, record, seal: last.clone() }.into()
        });
        Ok(sealed.collect())
    }

    fn evolve(&mut self, event: &Event) {
        evolve(self, event);
    }
}
