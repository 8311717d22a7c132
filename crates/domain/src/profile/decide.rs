//! Command × state → events or refusal.

use super::{
    command::{Command, Create, Edit},
    event::{Created, Deleted, Edited, Event},
    refusal::Refusal,
    state::{Content, Profile, evolve},
};
use crate::{
    Aggregate,
    access::Act,
    explain::{Violations, check_name},
    grab::Spec,
};

/// Stands for a tenant's home region, which a profile does not know.
const HOME: &str = "home";

impl Aggregate for Profile {
    const KIND: &'static str = "profile";
    const SNAPSHOT: u16 = 2;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn act(command: &Command) -> Act {
        command.act()
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
            (Command::Edit(_), _, None) | (Command::Delete { .. }, None, None) => Err(Refusal::NoSuchProfile),
        }
    }

    fn evolve(&mut self, event: &Event) {
        evolve(self, event);
    }
}

fn open(create: Create) -> Result<Vec<Event>, Refusal> {
    check(&create.name, &create.spec)?;
    let Create { name, spec, at } = create;
    Ok(vec![Created { name, spec, at }.into()])
}

fn change(content: &Content, edit: Edit) -> Result<Vec<Event>, Refusal> {
    let name = edit.name.unwrap_or_else(|| content.name.clone());
    let old = &content.spec;
    let spec = edit.spec.map_or_else(
        || old.clone(),
        |spec| {
            spec.or_secrets(
                old.root_password.clone().filter(|_| edit.keep_root_password),
                old.user_data.clone().filter(|_| edit.keep_user_data),
            )
        },
    );
    check(&name, &spec)?;
    if (&name, &spec) == (&content.name, old) {
        return Ok(vec![]);
    }
    Ok(vec![Edited { name, spec, at: edit.at }.into()])
}

/// Whatever is asked of a task's wish, but that it names a region.
fn check(name: &str, spec: &Spec) -> Result<(), Refusal> {
    let mut violations = Violations::default();
    check_name(&mut violations, name, &["name"]);
    if spec.regions.is_empty() {
        Spec { regions: vec![HOME.into()], ..spec.clone() }.check(&mut violations);
    } else {
        spec.check(&mut violations);
    }
    violations.into_result().map_err(Refusal::Invalid)
}
