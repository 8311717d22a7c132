//! Changing a task. What is not named stays: the spec is read, changed and sent back whole, for the version that was read.

use clap::Args;
use serde_json::{Value, json};

use super::{
    command,
    wish::{Times, Wish},
};
use crate::{
    client::Client,
    console::Console,
    failure::{self, Exit, Failure},
    names, words,
};

#[derive(Args, Debug)]
pub struct Update {
    /// Id or unique name
    #[arg(add = crate::complete::tasks())]
    task: String,
    /// New name
    #[arg(long)]
    name: Option<String>,
    /// Shape, such as VM.Standard.A1.Flex
    #[arg(long)]
    shape: Option<String>,
    /// Operating system, such as "Canonical Ubuntu 24.04"
    #[arg(long, alias = "os", value_name = "OS")]
    image: Option<String>,
    #[command(flatten)]
    wish: Wish,
    #[command(flatten)]
    times: Times,
}

pub(super) async fn run(client: &Client, console: &mut Console, update: Update) -> Result<Exit, Failure> {
    let id = names::task_id(client, &update.task).await?;
    let answer = client.ask(include_str!("show.graphql"), json!({ "id": id })).await?;
    let task = names::found(answer, &words::task(), &id)?;
    let mut input = json!({ "taskId": id, "expectedVersion": task["version"] });
    if let Some(name) = &update.name {
        input["name"] = json!(name);
    }
    let spec = update.wish.change(update.shape.as_deref(), update.image.as_deref())?;
    if spec.as_object().is_some_and(|spec| !spec.is_empty()) {
        input["spec"] = over(as_asked(&task, &spec), spec);
    }
    let times = update.times.read();
    if times.as_object().is_some_and(|times| !times.is_empty()) {
        input["schedule"] = over(task["schedule"].clone(), times);
    }
    let document = concat!(include_str!("update.graphql"), include_str!("fields.graphql"));
    let payload = client.tell(document, input).await?;
    command::print(console, &payload)?;
    command::warn(console, &payload);
    failure::refusals(&payload)?;
    Ok(Exit::Done)
}

/// A spec that is shown, as it would be asked for. Sizes and regions are shown in two ways, and asked for in one: in the way in
/// which they are changed. A shape that has its own size takes none along from the one before.
pub(crate) fn as_asked(task: &Value, changes: &Value) -> Value {
    let shown = &task["spec"];
    if shown.is_null() {
        // It starts an instance, and the server says that there is no spec to change.
        return json!({ "shape": "", "image": "", "region": task["startsInstance"]["region"] });
    }
    let named = |fields: [&str; 2]| fields.iter().any(|field| !changes[field].is_null());
    let is_fixed = changes["shape"].as_str().is_some_and(|shape| !shape.ends_with(".Flex"));
    let sizes: &[&str] = match named(["ocpus", "memoryGb"]) {
        _ if is_fixed => &["sizes", "ocpus", "memoryGb"],
        true => &["sizes"],
        false => &["ocpus", "memoryGb"],
    };
    let regions = if changes["region"].is_null() { "region" } else { "regions" };
    let mut spec = shown.clone();
    if let Some(fields) = spec.as_object_mut() {
        let left_out = [&["hasRootPassword", "hasUserData", regions], sizes].concat();
        fields.retain(|field, _| !left_out.contains(&field.as_str()));
    }
    spec
}

pub(crate) fn over(mut whole: Value, changes: Value) -> Value {
    if let (Some(whole), Value::Object(changes)) = (whole.as_object_mut(), changes) {
        for (field, change) in changes {
            whole.insert(field, change);
        }
    }
    whole
}
