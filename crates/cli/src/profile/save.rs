//! Making and changing launch profiles. No rule is checked here: the server knows them all, and says which field is wrong.

use clap::Args;
use serde_json::json;

use super::read;
use crate::{
    client::Client,
    console::Console,
    failure::{self, Exit, Failure},
    output::table::printable,
    task::{Wish, as_asked, over},
    words,
};

#[derive(Args, Debug)]
pub struct Create {
    /// Name that no other launch profile has
    name: String,
    /// Shape, such as VM.Standard.A1.Flex
    #[arg(long)]
    shape: String,
    /// Operating system, such as "Canonical Ubuntu 24.04"
    #[arg(long, alias = "os", value_name = "OS")]
    image: String,
    #[command(flatten)]
    wish: Wish,
}

#[derive(Args, Debug)]
pub struct Update {
    /// Id or unique name
    #[arg(add = crate::complete::profiles())]
    profile: String,
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
}

pub(super) async fn create(client: &Client, console: &mut Console, create: Create) -> Result<Exit, Failure> {
    let mut spec = create.wish.read()?;
    (spec["shape"], spec["image"]) = (json!(create.shape), json!(create.image));
    let document = concat!(include_str!("create.graphql"), include_str!("fields.graphql"));
    let payload = client.tell(document, json!({ "name": create.name, "spec": spec })).await?;
    failure::refusals(&payload)?;
    console.payload(&payload, &payload["launchProfile"], |console| {
        let [name, id] = ["name", "id"].map(|key| payload["launchProfile"][key].as_str().unwrap_or_default());
        console.sentence(&words::created(&printable(name), id))
    })?;
    Ok(Exit::Done)
}

/// What is not named stays: the spec is read, changed and sent back whole, for the version that was read.
pub(super) async fn update(client: &Client, console: &mut Console, update: Update) -> Result<Exit, Failure> {
    let profile = read(client, &update.profile).await?;
    let mut input = json!({ "profileId": profile["id"], "expectedVersion": profile["version"] });
    if let Some(name) = &update.name {
        input["name"] = json!(name);
    }
    let spec = update.wish.change(update.shape.as_deref(), update.image.as_deref())?;
    if spec.as_object().is_some_and(|spec| !spec.is_empty()) {
        input["spec"] = over(as_asked(&profile, &spec), spec);
    }
    let document = concat!(include_str!("update.graphql"), include_str!("fields.graphql"));
    let payload = client.tell(document, input).await?;
    failure::refusals(&payload)?;
    console.payload(&payload, &payload["launchProfile"], |console| {
        let name = payload["launchProfile"]["name"].as_str().unwrap_or_default();
        console.sentence(&words::changed(&printable(name)))
    })?;
    Ok(Exit::Done)
}
