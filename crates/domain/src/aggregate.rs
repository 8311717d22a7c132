//! What every thing with a history has in common.

use serde::{Serialize, de::DeserializeOwned};

use crate::{access::Act, event::Event, explain::Explain};

/// A thing whose history is its truth.
pub trait Aggregate: Clone + Default + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// First half of the stream's name: `grab` in `grab/grab_01J…`. For ever.
    const KIND: &'static str;
    /// Shape of the folded state. Raise it when the state's fields change: older snapshots are then folded anew.
    const SNAPSHOT: u16;
    type Command: Clone + Send + 'static;
    type Event: Event;
    type Refusal: Explain;

    /// What a command is in the table of rights.
    fn act(command: &Self::Command) -> Act;

    /// Answers which events a command would make true. Changes nothing. "Already so" gives no events.
    fn decide(&self, command: Self::Command) -> Result<Vec<Self::Event>, Self::Refusal>;

    /// Takes in one thing that happened. Cannot refuse: the past is not up for debate.
    fn evolve(&mut self, event: &Self::Event);

    /// Folds a whole history.
    fn folded<'a>(events: impl IntoIterator<Item = &'a Self::Event>) -> Self
    where
        Self::Event: 'a,
    {
        let mut state = Self::default();
        for event in events {
            state.evolve(event);
        }
        state
    }
}
