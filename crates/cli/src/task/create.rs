//! Making a task. No rule is checked here: the server knows them all, and says which field is wrong.

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
pub struct Create {
    /// Tenant to grab for, by id or unique name; one task is made for each
    #[arg(long = "tenant", required = true, value_name = "TENANT", add = crate::complete::tenants())]
    tenants: Vec<String>,
    /// Name; made of region and shape if absent
    #[arg(long)]
    name: Option<String>,
    /// Launch profile, by id or unique name, that says whatever is not said here
    #[arg(long, value_name = "PROFILE", conflicts_with = "start_instance", add = crate::complete::profiles())]
    profile: Option<String>,
    /// Id of a stopped instance to start as soon as there is room for it, in place of something new
    #[arg(long, value_name = "ID", conflicts_with_all = ["shape", "image"])]
    start_instance: Option<String>,
    /// Shape, such as VM.Standard.A1.Flex
    #[arg(long, required_unless_present_any = ["profile", "start_instance"])]
    shape: Option<String>,
    /// Operating system, such as "Canonical Ubuntu 24.04"
    #[arg(long, alias = "os", value_name = "OS", required_unless_present_any = ["profile", "start_instance"])]
    image: Option<String>,
    /// Region to make a task in, one for each tenant in each of them
    #[arg(long = "each-region", value_name = "REGION", conflicts_with = "regions")]
    each_region: Vec<String>,
    #[command(flatten)]
    wish: Wish,
    #[command(flatten)]
    times: Times,
    /// Make it, but do not start it
    #[arg(long)]
    no_start: bool,
}

pub(super) async fn run(client: &Client, console: &mut Console, create: Create) -> Result<Exit, Failure> {
    let (what, wanted) = create.wanted()?;
    let tenant_ids = names::tenant_ids(client, &create.tenants).await?;
    let mut input = json!({
        "tenantIds": tenant_ids,
        what: wanted,
        "schedule": create.times.read(),
        "start": !create.no_start,
    });
    if !create.each_region.is_empty() {
        input["regions"] = json!(create.each_region);
    }
    if let Some(profile) = &create.profile {
        input["profileId"] = json!(names::profile_id(client, profile).await?);
    }
    if let Some(name) = &create.name {
        input["name"] = json!(name);
    }
    let payload =
        client.tell(concat!(include_str!("create.graphql"), include_str!("fields.graphql")), input).await?;
    if console.format == crate::OutputFormat::Text {
        for task in payload["grabTasks"].as_array().into_iter().flatten() {
            let [name, id] = ["name", "id"].map(|key| task[key].as_str().unwrap_or_default());
            console.sentence(&words::created(&crate::output::table::printable(name), id))?;
        }
    } else {
        command::print(console, &payload)?;
    }
    command::warn(console, &payload);
    failure::refusals(&payload)?;
    Ok(Exit::Done)
}

impl Create {
    /// The field of the request, and what stands in it. Whatever else is said of an instance that exists, the server refuses.
    fn wanted(&self) -> Result<(&'static str, Value), Failure> {
        let mut spec = self.wish.read()?;
        if let Some(instance) = &self.start_instance {
            spec["instance"] = json!(instance);
            return Ok(("startInstance", spec));
        }
        for (field, given) in [("shape", &self.shape), ("image", &self.image)] {
            if let Some(given) = given {
                spec[field] = json!(given);
            }
        }
        Ok(("spec", spec))
    }
}
