//! Saving channels. The server takes a channel as a whole, so what is not said is read and sent back; secrets stay by being left out.

use berth_domain::Text;
use serde_json::{Value, json};

use super::{Channel, find, kind, kind::Kind, trial, wanted};
use crate::{
    client::Client,
    console::Console,
    danger,
    failure::{self, Exit, Failure},
    output::table::printable,
    words,
};

pub(super) async fn run(client: &Client, console: &mut Console, kind: Kind) -> Result<Exit, Failure> {
    let there = find(client, &kind.common().name).await?;
    let config = config(console, &kind, there.as_ref())?;
    if kind.common().test {
        let input = json!({ "id": there.as_ref().map(|channel| &channel["id"]), "config": config });
        return trial::send(client, console, &kind.common().name, kind::without_nulls(input)).await;
    }
    let replaced = there.as_ref().filter(|channel| kind::as_kept(&channel["config"]).0 != kind.field());
    if let Some(channel) = replaced
        && !may_replace(console, &kind, channel)?
    {
        return Ok(Exit::Failed);
    }
    let replaced = replaced.map(|channel| kind::of(&channel["config"]));
    let mut input = match &there {
        Some(channel) => as_it_is(channel),
        None => json!({ "name": kind.common().name }),
    };
    if !kind.common().topics.is_empty() {
        input["topics"] = json!(kind.common().topics);
    } else if there.is_none() {
        return Err(Failure::usage(words::channel::wanted("--topic")));
    }
    input["config"] = config;
    if let Some(rules) = kind.common().rules.over(client, there.as_ref()).await? {
        input["rules"] = rules;
    }
    save(client, console, input, |channel| match &replaced {
        _ if there.is_none() => words::created(&printable(&channel.name), &channel.id),
        Some(old) => words::channel::is_replaced(
            &printable(&channel.name),
            old,
            &kind::of(&channel.config),
            &words::channel::state(channel.enabled),
        ),
        None => is_now(channel),
    })
    .await
}

/// What goes with the old kind nobody can bring back: its secrets are not told.
fn may_replace(console: &mut Console, kind: &Kind, channel: &Value) -> Result<bool, Failure> {
    let name = printable(channel["name"].as_str().unwrap_or_default());
    let question = words::channel::really_replace(&name, &kind::of(&channel["config"]));
    danger::agreed(console, kind.common().yes, &question)
}

/// Switches one on or off and leaves all else.
pub(super) async fn switch(
    client: &Client,
    console: &mut Console,
    named: &str,
    enabled: bool,
) -> Result<Exit, Failure> {
    let channel = wanted(client, named).await?;
    let mut input = as_it_is(&channel);
    let (field, kept) = kind::as_kept(&channel["config"]);
    input["config"] = json!({ field: kept });
    input["enabled"] = json!(enabled);
    save(client, console, input, is_now).await
}

/// All of a channel but how it is reached, for the version that was read.
fn as_it_is(channel: &Value) -> Value {
    json!({
        "id": channel["id"], "name": channel["name"], "topics": channel["topics"],
        "enabled": channel["enabled"], "expectedVersion": channel["version"],
    })
}

/// What was said over what is there, as long as it stays of the same kind.
fn config(console: &mut Console, kind: &Kind, there: Option<&Value>) -> Result<Value, Failure> {
    let said = kind.said(console)?;
    let kept =
        there.map(|channel| kind::as_kept(&channel["config"])).filter(|(field, _)| *field == kind.field());
    let Some((field, mut config)) = kept else {
        if let Some((_, flag)) = kind.needs().iter().find(|(field, _)| said.get(field).is_none()) {
            return Err(Failure::usage(words::channel::wanted(flag)));
        }
        return Ok(json!({ kind.field(): said }));
    };
    for (name, value) in said.as_object().into_iter().flatten() {
        config[name] = value.clone();
    }
    Ok(json!({ field: config }))
}

/// Saves it and says what it is now.
async fn save(
    client: &Client,
    console: &mut Console,
    input: Value,
    sentence: impl FnOnce(&Channel) -> Text,
) -> Result<Exit, Failure> {
    let document = concat!(include_str!("set.graphql"), include_str!("fields.graphql"));
    let payload = client.tell(document, input).await?;
    failure::refusals(&payload)?;
    console.payload(&payload, &payload["channel"], |console| {
        console.sentence(&sentence(&Channel::read(&payload["channel"])?))
    })?;
    Ok(Exit::Done)
}

fn is_now(channel: &Channel) -> Text {
    words::is_now(&printable(&channel.name), &words::channel::state(channel.enabled))
}
