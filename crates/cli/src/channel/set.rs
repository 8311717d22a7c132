//! Saving channels. The server takes a channel as a whole, so what is not said is read and sent back; secrets stay by being left out.

use berth_domain::Text;
use serde_json::{Value, json};

use super::{Channel, arguments::Common, find, flags::FLAGS, kind, kind::Kind, trial, wanted};
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
    let said = kind.said(console)?;
    let replaced = there.as_ref().filter(|channel| kind::as_kept(&channel["config"]).0 != kind.field());
    if there.is_none() || replaced.is_some() {
        needs(&kind, &said, there.is_none())?;
    }
    let config = config(&kind, &said, there.as_ref());
    if kind.common().test {
        let input = json!({ "id": there.as_ref().map(|channel| &channel["id"]), "config": config });
        return trial::send(client, console, &kind.common().name, kind::without_nulls(input)).await;
    }
    if let Some(channel) = replaced
        && !may_replace(console, &kind, channel)?
    {
        return Ok(Exit::Failed);
    }
    let mut input = match &there {
        Some(channel) => as_it_is(channel),
        None => json!({ "name": kind.common().name }),
    };
    if !kind.common().topics.is_empty() {
        input["topics"] = json!(kind.common().topics);
    }
    input["config"] = config;
    if let Some(rules) = kind.common().rules.over(client, there.as_ref()).await? {
        input["rules"] = rules;
    }
    save(client, console, input, |channel| is_saved(there.as_ref(), replaced, channel)).await
}

/// All that one of this kind cannot do without and that was not said, at once. Who only tries one needs no topics.
fn needs(kind: &Kind, said: &Value, is_new: bool) -> Result<(), Failure> {
    let Common { topics, test, .. } = kind.common();
    let lacking = kind.needs().iter().filter(|(field, _)| said.get(field).is_none()).map(|(_, flag)| *flag);
    let topic = (is_new && topics.is_empty() && !test).then_some("--topic");
    let lacking: Vec<_> = lacking.chain(topic).collect();
    if lacking.is_empty() { Ok(()) } else { Err(Failure::usage(words::channel::wanted(&lacking))) }
}

/// What became of the one that was there, which may have been of another kind.
fn is_saved(there: Option<&Value>, replaced: Option<&Value>, channel: &Channel) -> Text {
    let (name, state) = (printable(&channel.name), words::channel::state(channel.enabled));
    match (there, replaced) {
        (None, _) => words::created(&name, &channel.id),
        (_, Some(old)) => {
            words::channel::is_replaced(&name, &kind::of(&old["config"]), &kind::of(&channel.config), &state)
        }
        (Some(there), None) => words::channel::is_saved(&name, there["version"] != channel.version, &state),
    }
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
fn config(kind: &Kind, said: &Value, there: Option<&Value>) -> Value {
    let kept =
        there.map(|channel| kind::as_kept(&channel["config"])).filter(|(field, _)| *field == kind.field());
    let Some((field, mut config)) = kept else {
        return json!({ kind.field(): said });
    };
    for (name, value) in said.as_object().into_iter().flatten() {
        config[name] = value.clone();
    }
    json!({ field: config })
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
    failure::refusals_by_flag(&payload, FLAGS)?;
    console.payload(&payload, &payload["channel"], |console| {
        console.sentence(&sentence(&Channel::read(&payload["channel"])?))
    })?;
    Ok(Exit::Done)
}

fn is_now(channel: &Channel) -> Text {
    words::is_now(&printable(&channel.name), &words::channel::state(channel.enabled))
}
