//! Command × state → events or refusal.

use super::{
    check::check,
    command::{Command, Create, Edit},
    config::in_order,
    event::{Created, Deleted, Edited, Event},
    refusal::Refusal,
    state::{Channel, Content, evolve},
};
use crate::{Aggregate, access::Act, explain::Violations};

impl Aggregate for Channel {
    const KIND: &'static str = "channel";
    const SNAPSHOT: u16 = 1;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn act(_: &Command) -> Act {
        Act::KeepChannels
    }

    fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match (command, &self.content, self.existing()) {
            (Command::Create(create), None, _) => open(*create),
            (Command::Create(_), Some(_), _) => Err(Refusal::AlreadyCreated),
            (Command::Edit(edit), _, Some(content)) => change(content, *edit),
            (Command::Delete { at }, _, Some(content)) => {
                Ok(vec![Deleted { name: content.name.clone(), at }.into()])
            }
            (Command::Delete { .. }, Some(_), None) => Ok(vec![]),
            (Command::Edit(_), _, None) | (Command::Delete { .. }, None, None) => Err(Refusal::NoSuchChannel),
        }
    }

    fn evolve(&mut self, event: &Event) {
        evolve(self, event);
    }
}

fn open(create: Create) -> Result<Vec<Event>, Refusal> {
    let Create { name, enabled, topics, config, at } = create;
    let created = Created { name, enabled, topics: in_order(topics), config, at };
    let mut violations = Violations::default();
    check(&mut violations, &created.name, &created.topics, &created.config);
    violations.into_result().map_err(Refusal::Invalid)?;
    Ok(vec![created.into()])
}

fn change(known: &Content, edit: Edit) -> Result<Vec<Event>, Refusal> {
    let Edit { name, enabled, topics, config, keep_key, at } = edit;
    let config = config.or_secrets(&known.config, keep_key);
    let edited = Edited { name, enabled, topics: in_order(topics), config, at };
    let mut violations = Violations::default();
    check(&mut violations, &edited.name, &edited.topics, &edited.config);
    violations.into_result().map_err(Refusal::Invalid)?;
    let before = (&known.name, known.enabled, &known.topics, &known.config);
    if before == (&edited.name, edited.enabled, &edited.topics, &edited.config) {
        return Ok(vec![]);
    }
    Ok(vec![edited.into()])
}
