//! Alerts as they come, a line each.

use serde_json::{Value, json};

use super::Alert;
use crate::{
    client::{Client, Feed, Position},
    console::Console,
    failure::{Exit, Failure},
    follow::follow,
    output::table::printable,
    words,
};

pub(super) async fn run(
    client: &Client,
    console: &mut Console,
    after: Option<Position>,
) -> Result<Exit, Failure> {
    let document = concat!(include_str!("raised.graphql"), include_str!("fields.graphql"));
    let feed = Feed::start(client, document, json!({}), after, console.first_pause);
    follow(console, feed, after, "berth alert watch", print).await
}

fn print(console: &mut Console, batch: &Value) -> Result<(), Failure> {
    let Some(alerts) = batch["alerts"].as_array() else {
        return Err(Failure::strange("a batch without alerts"));
    };
    // A rule that was adjusted and never raised its alert has nothing to say here.
    let raised = alerts.iter().filter(|alert| !alert["raisedAt"].is_null());
    raised.into_iter().try_for_each(|alert| console.stream(alert, |console| line(console, alert)))
}

fn line(console: &Console, value: &Value) -> Result<String, Failure> {
    let alert = Alert::read(value)?;
    let when = alert.resolved_at.or(alert.raised_at);
    let when = when.map(|moment| console.moments.stamp(moment)).unwrap_or_default();
    let state = console.paint.apply(alert.color(), console.say(&words::alert::state(&alert.state)));
    let severity = words::alert::severity(&alert.severity);
    let (title, figure) = (printable(&alert.title), printable(&alert.figure(console)));
    Ok(format!("{when} {state} {} {title} {figure}", console.say(&severity)).trim_end().to_owned())
}
