//! Commands that need nothing but the tasks: one request for all of them.

use serde_json::{Value, json};

use super::Task;
use crate::{
    OutputFormat,
    client::Client,
    console::Console,
    danger,
    failure::{self, Exit, Failure},
    names,
    output::table::printable,
    words,
};

#[derive(Clone, Copy)]
pub(super) enum Verb {
    Start,
    Pause,
    Resume,
    Stop,
    AttemptNow,
    Delete,
}

pub(super) async fn run(
    client: &Client,
    console: &mut Console,
    verb: Verb,
    named: &[String],
) -> Result<Exit, Failure> {
    let ids = names::task_ids(client, named).await?;
    tell(client, console, verb, &ids).await
}

/// Nothing brings them back on the lists, so this is asked about.
pub(super) async fn delete(
    client: &Client,
    console: &mut Console,
    named: &[String],
    said_yes: bool,
) -> Result<Exit, Failure> {
    let ids = names::task_ids(client, named).await?;
    if !danger::agreed(console, said_yes, &words::really_delete_tasks(&printable(&named.join(", "))))? {
        return Ok(Exit::Failed);
    }
    tell(client, console, Verb::Delete, &ids).await
}

async fn tell(client: &Client, console: &mut Console, verb: Verb, ids: &[String]) -> Result<Exit, Failure> {
    let payload = client.tell(verb.document(), json!({ "taskIds": ids })).await?;
    print_after(console, verb, &payload)?;
    // Those that were done are printed, and those refused still make the exit code.
    failure::refusals(&payload)?;
    Ok(Exit::Done)
}

/// What is deleted is in no state any more.
fn print_after(console: &mut Console, verb: Verb, payload: &Value) -> Result<(), Failure> {
    if !matches!((verb, console.format), (Verb::Delete, OutputFormat::Text)) {
        return print(console, payload);
    }
    // Those refused are among the tasks, and are not at their end.
    let actions = |task: &Value| task["allowedActions"].as_array().is_some_and(|actions| !actions.is_empty());
    for task in payload["grabTasks"].as_array().into_iter().flatten().filter(|task| !actions(task)) {
        console.sentence(&words::deleted(&printable(task["name"].as_str().unwrap_or_default())))?;
    }
    Ok(())
}

/// Prints the tasks of a payload as they are after the command.
pub(super) fn print(console: &mut Console, payload: &Value) -> Result<(), Failure> {
    let tasks = payload["grabTasks"].as_array().map(Vec::as_slice).unwrap_or_default();
    if matches!(console.format, OutputFormat::Json) {
        return console.pretty(payload);
    }
    for task in tasks {
        console.object(task, |console| {
            let task = Task::read(task)?;
            console.sentence(&words::is_now(&printable(&task.name), &words::state(&task.state)))
        })?;
    }
    Ok(())
}

/// What a person should know though nothing was refused for it.
pub(super) fn warn(console: &mut Console, payload: &Value) {
    let warnings = payload["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str);
    for warning in warnings {
        console.remark(&words::warning(&printable(warning)));
    }
}

impl Verb {
    fn document(self) -> &'static str {
        match self {
            Self::Start => concat!(include_str!("start.graphql"), include_str!("fields.graphql")),
            Self::Pause => concat!(include_str!("pause.graphql"), include_str!("fields.graphql")),
            Self::Resume => concat!(include_str!("resume.graphql"), include_str!("fields.graphql")),
            Self::Stop => concat!(include_str!("stop.graphql"), include_str!("fields.graphql")),
            Self::AttemptNow => concat!(include_str!("attempt_now.graphql"), include_str!("fields.graphql")),
            Self::Delete => concat!(include_str!("delete.graphql"), include_str!("fields.graphql")),
        }
    }
}
