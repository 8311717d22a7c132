//! What the rules remember of a delivery, and nothing else.

use serde::{Deserialize, Serialize};

use super::event::{Event, Queued, Why};
use crate::Timestamp;

/// A delivery as its events make it. `queued` is absent until it is made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    pub queued: Option<Box<Queued>>,
    pub stage: Stage,
    /// Tries that were begun.
    pub attempts: u32,
    /// When the last try was begun or settled.
    pub last_at: Option<Timestamp>,
    pub status: Option<u16>,
    /// What was said to the last try.
    pub words: String,
    pub duration_ms: u32,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    #[default]
    Waiting,
    /// A try is out, or was when we last knew.
    Out,
    /// It is tried again then.
    Retrying(Timestamp),
    Sent,
    GivenUp(Why),
}

impl Delivery {
    /// Not before this moment; absent when nothing more is to be done.
    pub fn ready_at(&self) -> Option<Timestamp> {
        let queued = self.queued.as_ref()?;
        match self.stage {
            Stage::Waiting => Some(queued.not_before.unwrap_or(queued.at)),
            // Whoever finds it so has died since, and nobody knows whether it arrived: at least once.
            Stage::Out => Some(queued.at),
            Stage::Retrying(at) => Some(at),
            Stage::Sent | Stage::GivenUp(_) => None,
        }
    }
}

pub(super) fn evolve(delivery: &mut Delivery, event: &Event) {
    match event {
        Event::Queued(queued) => delivery.queued = Some(Box::new(queued.clone())),
        Event::Begun(begun) => {
            delivery.stage = Stage::Out;
            delivery.attempts = begun.attempt;
            delivery.last_at = Some(begun.at);
        }
        Event::Failed(failed) => {
            delivery.settle(Stage::Retrying(failed.retry_at), failed.at);
            (delivery.status, delivery.duration_ms) = (failed.status, failed.duration_ms);
            delivery.words.clone_from(&failed.words);
        }
        Event::Sent(sent) => {
            delivery.settle(Stage::Sent, sent.at);
            (delivery.status, delivery.duration_ms) = (sent.status, sent.duration_ms);
            delivery.words.clone_from(&sent.words);
        }
        Event::GivenUp(given_up) => {
            delivery.settle(Stage::GivenUp(given_up.why), given_up.at);
            (delivery.status, delivery.duration_ms) = (given_up.status, given_up.duration_ms);
            delivery.words.clone_from(&given_up.words);
        }
    }
}

impl Delivery {
    fn settle(&mut self, stage: Stage, at: Timestamp) {
        self.stage = stage;
        self.last_at = Some(at);
    }
}
