//! Rebuilding a read model, and waiting until it is done.

use clap::Args;
use serde_json::{Value, json};

use super::{Projection, list::tell_fault};
use crate::{
    Gauge,
    client::{Client, Feed, News, Position},
    console::Console,
    failure::{self, Exit, Failure},
    names, words,
};

#[derive(Args, Debug)]
pub struct Rebuild {
    /// What it is called; `berth projections list` shows all
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    name: Option<String>,
    /// All of them, together
    #[arg(long, conflicts_with = "no_wait")]
    all: bool,
    /// Only order it
    #[arg(long)]
    no_wait: bool,
}

pub(super) async fn run(client: &Client, console: &mut Console, rebuild: Rebuild) -> Result<Exit, Failure> {
    // All are ordered before any is waited for, so that they are folded together.
    let mut ordered = Vec::new();
    for name in chosen(client, &rebuild).await? {
        ordered.push(order(client, console, &name, rebuild.no_wait).await?);
    }
    if rebuild.no_wait {
        return Ok(Exit::Done);
    }
    for before in &ordered {
        let exit = wait(client, console, before).await?;
        if exit != Exit::Done {
            return Ok(exit);
        }
    }
    Ok(Exit::Done)
}

async fn chosen(client: &Client, rebuild: &Rebuild) -> Result<Vec<String>, Failure> {
    if let Some(name) = &rebuild.name {
        return Ok(vec![name.clone()]);
    }
    let Value::Array(all) =
        client.ask(concat!(include_str!("list.graphql"), include_str!("fields.graphql")), json!({})).await?
    else {
        return Err(Failure::strange("read models that are no list"));
    };
    all.iter().map(|value| Ok(Projection::read(value)?.name)).collect()
}

/// Answers how it was before.
async fn order(
    client: &Client,
    console: &mut Console,
    name: &str,
    no_wait: bool,
) -> Result<Projection, Failure> {
    let answer = client
        .ask(concat!(include_str!("show.graphql"), include_str!("fields.graphql")), json!({ "name": name }))
        .await?;
    let before = Projection::read(&names::found(answer, &words::projection::projection(), name)?)?;
    let payload = client
        .tell(
            concat!(include_str!("rebuild.graphql"), include_str!("fields.graphql")),
            json!({ "name": name }),
        )
        .await?;
    failure::refusals(&payload)?;
    if no_wait {
        let id = json!({ "id": name });
        console
            .payload(&payload, &id, |console| console.sentence(&words::projection::rebuild_begun(name)))?;
    }
    Ok(before)
}

/// Waits until the new one is in its place and level.
async fn wait(client: &Client, console: &mut Console, before: &Projection) -> Result<Exit, Failure> {
    let variables = json!({ "name": before.name });
    let mut feed = Feed::start(
        client,
        concat!(include_str!("changed.graphql"), include_str!("fields.graphql")),
        variables,
        None,
        console.first_pause,
    );
    let message = words::projection::still_answers();
    let mut gauge = Gauge::new(&before.name, 0, console.quiet).saying(console.say(&message));
    let interrupt = console.interrupt();
    let mut interrupted = std::pin::pin!(interrupt.wait());
    let mut last_seen = None;
    loop {
        let news = tokio::select! {
            news = feed.next() => news?,
            () = &mut interrupted => {
                gauge.finish();
                console.announce(&words::projection::rebuild_goes_on());
                return Ok(Exit::Interrupted);
            }
        };
        // After a break the feed tells anew how it stands.
        let News::Batch(value) = news else { continue };
        let now = Projection::read(&value)?;
        if let Some(target) = now.rebuild_target {
            gauge.of(target.number());
            gauge.at(now.rebuild_position.unwrap_or_default().number());
        }
        if now.status == "FAULTED" && now.stands_still(before, last_seen) {
            gauge.finish();
            tell_fault(console, &now);
            return Ok(Exit::Failed);
        }
        last_seen = now.rebuild_position;
        if now.status == "LIVE" && now.rebuilt_at != before.rebuilt_at {
            gauge.finish();
            return done(console, &value, &now.name);
        }
    }
}

impl Projection {
    /// Whether a fault is of the new one, and not only of the one in use: that stopped while being rebuilt, or the new one does not
    /// move any more.
    fn stands_still(&self, before: &Self, last_seen: Option<Position>) -> bool {
        before.fault.is_none() || self.rebuild_target.is_none() || last_seen == self.rebuild_position
    }
}

fn done(console: &mut Console, value: &Value, name: &str) -> Result<Exit, Failure> {
    let about = json!({ "id": name });
    console.payload(value, &about, |console| console.sentence(&words::projection::rebuilt(name)))?;
    Ok(Exit::Done)
}
