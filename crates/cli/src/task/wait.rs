//! Waiting for a state, for scripts: the exit code says what came of it.

use std::{pin::pin, time::Duration};

use clap::Args;
use indicatif::ProgressBar;
use serde_json::{Value, json};

use super::{Task, state_parser};
use crate::{
    client::{Client, Feed, News},
    console::Console,
    duration,
    failure::{Exit, Failure},
    follow::interrupted_at,
    names, words,
};

#[derive(Args, Debug)]
pub struct Wait {
    /// Id or unique name
    #[arg(add = crate::complete::tasks())]
    task: String,
    /// State to wait for; may be given several times
    #[arg(long = "for", required = true, value_parser = state_parser(), value_name = "STATE")]
    states: Vec<String>,
    /// Give up after this: 90s, 10m, 2h
    #[arg(long, value_parser = duration::parse, value_name = "LENGTH")]
    timeout: Option<Duration>,
}

/// How the waiting ended.
enum Reached {
    Wanted(Value),
    /// The task has settled in another state.
    Other(Value),
}

pub(super) async fn run(client: &Client, console: &mut Console, wait: Wait) -> Result<Exit, Failure> {
    let id = names::task_id(client, &wait.task).await?;
    let answer = client.ask(include_str!("show.graphql"), json!({ "id": id })).await?;
    let mut latest = names::found(answer, &words::task(), &id)?;
    let interrupt = console.interrupt();
    let ended = tokio::select! {
        ended = until(client, console, &wait.states, &id, &mut latest) => Some(ended?),
        // tokio takes what is longer than it can count for some thirty years.
        () = tokio::time::sleep(wait.timeout.unwrap_or(Duration::MAX)) => None,
        () = async { pin!(interrupt.wait()).await } => {
            let position = Task::read(&latest)?.position;
            return Ok(interrupted_at(console, Some(position), "berth events tail"));
        }
    };
    match ended {
        Some(Reached::Wanted(task)) => {
            let words = summary(&task)?;
            console.object(&task, |console| console.sentence(&words))?;
            Ok(Exit::Done)
        }
        Some(Reached::Other(value)) => {
            let task = Task::read(&value)?;
            let message = words::ended_otherwise(&task.name, &words::state(&task.state), &task.state_reason);
            Err(Failure::new(Exit::Failed, message, None))
        }
        None => {
            let task = Task::read(&latest)?;
            Err(Failure::new(Exit::TimedOut, words::timed_out(&task.name, &words::state(&task.state)), None))
        }
    }
}

async fn until(
    client: &Client,
    console: &mut Console,
    wanted: &[String],
    id: &str,
    latest: &mut Value,
) -> Result<Reached, Failure> {
    let spinner = spinner(console);
    let mut position = Task::read(latest)?.position;
    let variables = json!({ "taskIds": [id] });
    let document = include_str!("changed.graphql");
    let mut feed = Feed::start(client, document, variables, Some(position), console.first_pause);
    loop {
        let task = Task::read(latest)?;
        if wanted.contains(&task.state) {
            return Ok(Reached::Wanted(latest.take()));
        }
        if task.is_settled() {
            return Ok(Reached::Other(latest.take()));
        }
        let progress = words::waiting(&task.name, &words::state(&task.state), task.attempt_count);
        spinner.set_message(console.say(&progress).to_owned());
        match feed.next().await? {
            News::Lost => console.remark(&words::connection_lost(&position.to_string())),
            News::Batch(mut batch) => {
                position = crate::client::Position::of(&batch)?;
                if let Some(news) = newest(&mut batch, id)? {
                    *latest = news;
                }
            }
        }
    }
}

/// The task as a batch has it, if it is in it.
pub(super) fn newest(batch: &mut Value, id: &str) -> Result<Option<Value>, Failure> {
    if batch["deletedIds"].as_array().is_some_and(|ids| ids.iter().any(|deleted| deleted == id)) {
        return Err(Failure::not_found(words::no_such(&words::task(), id)));
    }
    let tasks = batch["tasks"].as_array_mut().into_iter().flatten();
    Ok(tasks.filter(|task| task["id"] == id).map(Value::take).last())
}

fn summary(task: &Value) -> Result<berth_domain::Text, Failure> {
    let task = Task::read(task)?;
    Ok(words::is_now(&task.name, &words::state(&task.state)))
}

/// Draws on stderr, and only where that is a terminal.
fn spinner(console: &Console) -> ProgressBar {
    if console.quiet || !console.is_screen {
        return ProgressBar::hidden();
    }
    let spinner = ProgressBar::new_spinner();
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}
