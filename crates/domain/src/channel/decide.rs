//! Command × state → events or refusal.

use super::{
    check::check,
    command::{Command, Create, Edit},
    config::in_order,
    event::{Created, Deleted, Disabled, Edited, Event},
    refusal::Refusal,
    state::{Channel, Content, Why, evolve},
};
use crate::{Aggregate, Timestamp, access::Act, explain::Violations};

impl Aggregate for Channel {
    const KIND: &'static str = "channel";
    const SNAPSHOT: u16 = 2;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn act(command: &Command) -> Act {
        match command {
            Command::Create(_) | Command::Edit(_) | Command::Delete { .. } => Act::KeepChannels,
            Command::Disable { .. } => Act::Inside,
        }
    }

    fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match (command, &self.content, self.existing()) {
            (Command::Create(create), None, _) => open(*create),
            (Command::Create(_), Some(_), _) => Err(Refusal::AlreadyCreated),
            (Command::Edit(edit), _, Some(content)) => change(content, *edit),
            (Command::Delete { at }, _, Some(content)) => {
                Ok(vec![Deleted { name: content.name.clone(), at }.into()])
            }
            (Command::Disable { why, words, at }, _, Some(content)) => Ok(disable(content, why, words, at)),
            (Command::Delete { .. } | Command::Disable { .. }, Some(_), None) => Ok(vec![]),
            (Command::Edit(_), _, None) | (Command::Delete { .. } | Command::Disable { .. }, None, None) => {
                Err(Refusal::NoSuchChannel)
            }
        }
    }

    fn evolve(&mut self, event: &Event) {
        evolve(self, event);
    }
}

fn open(create: Create) -> Result<Vec<Event>, Refusal> {
    let Create { name, enabled, topics, config, rules, at } = create;
    let created = Created { name, enabled, topics: in_order(topics), config, rules, at };
    let mut violations = Violations::default();
    check(&mut violations, &created.name, &created.topics, &created.config, &created.rules);
    violations.into_result().map_err(Refusal::Invalid)?;
    Ok(vec![created.into()])
}

fn change(known: &Content, edit: Edit) -> Result<Vec<Event>, Refusal> {
    let Edit { name, enabled, topics, config, keep_key, rules, at } = edit;
    let mut violations = Violations::default();
    let config = config.in_place_of(Some(&known.config), keep_key, &mut violations);
    let rules = rules.unwrap_or_else(|| known.rules.clone());
    let edited = Edited { name, enabled, topics: in_order(topics), config, rules, at };
    check(&mut violations, &edited.name, &edited.topics, &edited.config, &edited.rules);
    violations.into_result().map_err(Refusal::Invalid)?;
    let before = (&known.name, known.enabled, &known.topics, &known.config, &known.rules);
    if before == (&edited.name, edited.enabled, &edited.topics, &edited.config, &edited.rules) {
        return Ok(vec![]);
    }
    Ok(vec![edited.into()])
}

/// One that is unused already stays as somebody left it.
fn disable(known: &Content, why: Why, words: String, at: Timestamp) -> Vec<Event> {
    if !known.enabled {
        return vec![];
    }
    vec![Disabled { name: known.name.clone(), why, words, at }.into()]
}
