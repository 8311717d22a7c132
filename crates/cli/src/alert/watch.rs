//! Alerts as they come, a line each time that one is raised or resolved.

use std::collections::HashMap;

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

/// So many are read before anything is watched: those that go on, and the newest of the others.
const READ: usize = 1_000;

/// How each alert stood when it was last seen. The feed tells one as well when its rule was adjusted, which is no news here.
#[derive(Default)]
struct Known(HashMap<String, [Value; 3]>);

pub(super) async fn run(
    client: &Client,
    console: &mut Console,
    after: Option<Position>,
) -> Result<Exit, Failure> {
    let mut known = Known::default();
    let from = match after {
        // How they stood then nobody says, so the first that is heard of each is told.
        Some(after) => Some(after),
        None => known.read(client).await?,
    };
    let document = concat!(include_str!("raised.graphql"), include_str!("fields.graphql"));
    let feed = Feed::start(client, document, json!({}), from, console.first_pause);
    follow(console, feed, from, "berth alert watch", |console, batch| print(console, &mut known, batch)).await
}

fn print(console: &mut Console, known: &mut Known, batch: &Value) -> Result<(), Failure> {
    let Some(alerts) = batch["alerts"].as_array() else {
        return Err(Failure::strange("a batch without alerts"));
    };
    let news = alerts.iter().filter(|alert| known.learns(alert));
    news.into_iter().try_for_each(|alert| console.stream(alert, |console| line(console, alert)))
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

impl Known {
    /// How they stand now, and the position that this is true as of.
    async fn read(&mut self, client: &Client) -> Result<Option<Position>, Failure> {
        let document = concat!(include_str!("list.graphql"), include_str!("fields.graphql"));
        let found = client.pages(document, json!({}), READ).await?;
        for alert in &found.nodes {
            self.learns(alert);
        }
        Ok(found.position)
    }

    /// Whether it was raised or resolved since it was last seen. A rule that never raised its alert has nothing to say.
    fn learns(&mut self, alert: &Value) -> bool {
        if alert["raisedAt"].is_null() {
            return false;
        }
        let id = alert["id"].as_str().unwrap_or_default().to_owned();
        let stands = ["state", "raisedAt", "resolvedAt"].map(|field| alert[field].clone());
        self.0.insert(id, stands.clone()) != Some(stands)
    }
}
