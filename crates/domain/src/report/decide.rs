//! Command × state → events or refusal; event × state → state.

use serde::{Deserialize, Serialize};

use super::{
    day::Day,
    event::{Event, Made},
    figures::Gathered,
    refusal::Refusal,
    rhythm::Rhythm,
};
use crate::{Aggregate, Timestamp, access::Act};

/// The report of one day: `report/2026-11-21`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub made: Option<Box<Made>>,
}

/// What may be asked of a report.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Make(Box<Make>),
}

/// All that was counted of a day, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Make {
    pub day: Day,
    pub rhythm: Rhythm,
    pub gathered: Gathered,
    pub at: Timestamp,
}

impl Aggregate for Report {
    const KIND: &'static str = "report";
    const SNAPSHOT: u16 = 1;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn act(_: &Command) -> Act {
        Act::Inside
    }

    fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Make(_) if self.made.is_some() => Ok(vec![]),
            Command::Make(make) if make.at < make.rhythm.span(make.day).to => {
                Err(Refusal::NotOver { day: make.day })
            }
            Command::Make(make) => Ok(vec![made(*make).into()]),
        }
    }

    fn evolve(&mut self, event: &Event) {
        match event {
            Event::Made(made) => self.made = Some(Box::new(made.clone())),
        }
    }
}

fn made(make: Make) -> Made {
    let Make { day, rhythm, gathered, at } = make;
    let span = rhythm.span(day);
    Made {
        day,
        utc_offset_minutes: rhythm.utc_offset_minutes,
        from: span.from,
        to: span.to,
        figures: gathered.figures(),
        at,
    }
}
