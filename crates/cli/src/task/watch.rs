//! Watching a task until it is final: a live screen on a terminal, a line a change without one.

use std::{pin::pin, time::Duration};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Attempt, Instance, Task, wait::newest};
use crate::{
    client::{Client, Feed, News, Position},
    console::Console,
    failure::{Exit, Failure},
    follow::interrupted_at,
    names,
    output::{color::Color, table::printable},
    words,
};

/// As often as the countdown changes.
const TICK: Duration = Duration::from_secs(1);

/// What is on the screen.
struct Watch {
    value: Value,
    task: Task,
    /// Lines drawn last, to be drawn over.
    drawn: usize,
    connected: bool,
}

pub(super) async fn run(client: &Client, console: &mut Console, named: &str) -> Result<Exit, Failure> {
    let id = names::task_id(client, named).await?;
    let answer = client.ask(include_str!("watch.graphql"), json!({ "id": id })).await?;
    let value = names::found(answer, &words::task(), &id)?;
    let mut watch = Watch { task: Task::read(&value)?, value, drawn: 0, connected: true };
    let mut position = watch.task.position;
    let (document, variables) = (include_str!("watched.graphql"), json!({ "taskIds": [id] }));
    let mut feed = Feed::start(client, document, variables, Some(position), console.first_pause);
    let interrupt = console.interrupt();
    let mut interrupted = pin!(interrupt.wait());
    let mut tick = tokio::time::interval(TICK);
    watch.show(console)?;
    while !watch.task.is_final() {
        tokio::select! {
            news = feed.next() => {
                position = watch.take_in(console, news?, &id)?.unwrap_or(position);
            }
            _ = tick.tick(), if console.is_screen => watch.show(console)?,
            () = &mut interrupted => return Ok(interrupted_at(console, Some(position), "berth events tail")),
        }
    }
    Ok(Exit::Done)
}

impl Watch {
    /// Shows what is new; answers the position it is true as of.
    fn take_in(&mut self, console: &mut Console, news: News, id: &str) -> Result<Option<Position>, Failure> {
        let News::Batch(mut batch) = news else {
            self.connected = false;
            if !console.is_screen {
                console.remark(&words::connection_lost(&self.task.position.to_string()));
            }
            return Ok(None);
        };
        let position = Position::of(&batch)?;
        self.connected = true;
        let Some(value) = newest(&mut batch, id)? else { return Ok(Some(position)) };
        let task = Task::read(&value)?;
        // An object's positions only grow, so what is not newer has been shown.
        if task.position > self.task.position {
            (self.task, self.value) = (task, value);
            self.show(console)?;
        }
        Ok(Some(position))
    }

    fn show(&mut self, console: &mut Console) -> Result<(), Failure> {
        if console.is_screen {
            let lines = self.screen(console)?;
            let frame = frame(&lines, self.drawn);
            self.drawn = lines.len();
            return console.draw(&frame);
        }
        console.stream(&self.value, |console| {
            let now = console.moments.stamp(console.moments.now());
            Ok(format!("{now} {}", printable(&self.line(console))))
        })
    }

    /// One line for those who read without a screen.
    fn line(&self, console: &Console) -> String {
        let task = &self.task;
        let state = words::state(&task.state);
        let counts = words::counts(task.attempt_count, task.fault_count);
        let last = task.last_attempt.as_ref().map(|attempt| words::last(&attempt.words(console)));
        let last = last.map(|last| format!(" · {}", console.say(&last))).unwrap_or_default();
        let instances = instances(&self.value).into_iter().map(|instance| format!(" · {instance}"));
        format!(
            "{} {} · {}{last}{}",
            task.name,
            console.say(&state),
            console.say(&counts),
            instances.collect::<String>()
        )
    }

    fn screen(&self, console: &Console) -> Result<Vec<String>, Failure> {
        let task = &self.task;
        let paint = console.paint;
        let color = if self.connected { Color::of_state(&task.state) } else { Color::Grey };
        let state = words::state(&task.state);
        let counts = words::counts(task.attempt_count, task.fault_count);
        let mut lines = vec![format!(
            "{}  {}  {}  {}",
            printable(&task.name),
            paint.apply(color, format!("● {}", console.say(&state))),
            console.say(&counts),
            countdown(console, task),
        )];
        let attempts: Vec<Attempt> =
            Vec::deserialize(&self.value["attempts"]["nodes"]).map_err(Failure::strange)?;
        let last = task.last_attempt.as_ref().map(|attempt| words::last(&attempt.words(console)));
        let last = last.as_ref().map(|last| console.say(last)).unwrap_or_default();
        lines.push(format!("{}  {last}", heartbeat(console, &attempts)));
        lines.push(paint.apply(Color::Grey, printable(&task.state_reason)));
        lines.extend(instances(&self.value).into_iter().map(|instance| paint.apply(Color::Green, instance)));
        if !self.connected {
            let notice = words::connection_lost(&task.position.to_string());
            lines.push(paint.apply(Color::Yellow, console.say(&notice)));
        }
        Ok(lines)
    }
}

fn countdown(console: &Console, task: &Task) -> String {
    let Some(next) = task.next_attempt_at else { return String::new() };
    let left = (next - console.moments.now()).num_seconds();
    let text = match u64::try_from(left) {
        Ok(seconds @ 1..) => words::next_in(&console.moments.length(seconds)),
        _ => words::trying_now(),
    };
    console.say(&text).to_owned()
}

/// One mark an attempt, oldest first. Height says what colour says, for those who see none.
fn heartbeat(console: &Console, newest_first: &[Attempt]) -> String {
    let mark = |outcome: &str| match outcome {
        "CAPACITY" => '▁',
        "THROTTLED" => '▂',
        "ACCEPTED" => '█',
        _ => '▅',
    };
    let marks = newest_first
        .iter()
        .rev()
        .map(|attempt| console.paint.apply(Color::of_outcome(&attempt.outcome), mark(&attempt.outcome)));
    marks.collect()
}

fn instances(value: &Value) -> Vec<String> {
    let instances: Vec<Instance> = Vec::deserialize(&value["instances"]).unwrap_or_default();
    instances.iter().map(|instance| printable(&instance.to_string())).collect()
}

/// Control sequences that draw lines over those drawn before. Wrapping is off while drawing, because a line that wraps would make two;
/// it is on again at the end of each frame, because we may be killed at any moment.
fn frame(lines: &[String], drawn_before: usize) -> String {
    let up = if drawn_before > 0 { format!("\x1b[{drawn_before}A") } else { String::new() };
    let lines: Vec<String> = lines.iter().map(|line| format!("\r{line}\x1b[K\n")).collect();
    format!("\x1b[?7l{up}{}\x1b[J\x1b[?7h", lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_drawn_over_the_one_before() {
        let lines = ["a".to_owned(), "b".to_owned()];
        assert_eq!(frame(&lines, 0), "\x1b[?7l\ra\x1b[K\n\rb\x1b[K\n\x1b[J\x1b[?7h");
        assert!(frame(&lines, 3).starts_with("\x1b[?7l\x1b[3A"));
    }
}
