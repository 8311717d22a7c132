//! Shapes on offer and instances as they are.

use std::collections::BTreeMap;

use berth_cloud::{Lifecycle, Shape, Sighting};
use berth_domain::Trouble;
use serde::Deserialize;

use super::answer::{ask, unless_absent};
use super::list::{Few, ask_all};
use super::name::Name;
use super::number::amount;
use crate::client::{Call, Client, Service};

pub(crate) async fn shapes(client: &Client, domain: &str) -> Result<Vec<Shape>, Trouble> {
    let shapes: Vec<ShapeModel> = ask_all(client, shapes_call(client, domain)).await?;
    Ok(shapes.into_iter().map(Shape::from).collect())
}

/// Each is asked for in one to three requests. No shape was seen with more than four.
const MOST_LIMITS: usize = 16;

/// The limits that a shape uses up, by the cloud's own names, the first sixteen. Empty if this domain does not offer the shape.
pub(crate) async fn limit_names(client: &Client, domain: &str, shape: &str) -> Result<Vec<String>, Trouble> {
    let shapes: Vec<ShapeModel> = ask_all(client, shapes_call(client, domain)).await?;
    let wanted = shapes.into_iter().find(|known| known.shape.as_str() == shape);
    let names = wanted.and_then(|known| known.quota_names).map_or_else(Vec::new, |Few(names)| names);
    Ok(names.into_iter().take(MOST_LIMITS).map(String::from).collect())
}

pub(crate) async fn instance(client: &Client, id: &str) -> Result<Option<Sighting>, Trouble> {
    let answer = ask::<InstanceModel>(client, &Call::get(Service::Core, &["instances", id])).await;
    Ok(unless_absent(answer)?.map(|answer| answer.value.into()))
}

/// Every instance of exactly this name. The service's filter is exact; ours is only in case it should not be.
pub(crate) async fn find(client: &Client, display_name: &str) -> Result<Vec<Sighting>, Trouble> {
    let call = Call::get(Service::Core, &["instances"])
        .query("compartmentId", client.tenancy())
        .query("displayName", display_name)
        .query("limit", "100");
    let instances: Vec<InstanceModel> = ask_all(client, call).await?;
    let sightings = instances.into_iter().map(Sighting::from);
    Ok(sightings.filter(|sighting| sighting.display_name == display_name).collect())
}

fn shapes_call(client: &Client, domain: &str) -> Call {
    Call::get(Service::Core, &["shapes"])
        .query("availabilityDomain", domain)
        .query("compartmentId", client.tenancy())
        .query("limit", "100")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShapeModel {
    shape: Name,
    ocpus: Option<f64>,
    #[serde(rename = "memoryInGBs")]
    memory_in_gbs: Option<f64>,
    ocpu_options: Option<OcpuOptions>,
    memory_options: Option<MemoryOptions>,
    quota_names: Option<Few<Name>>,
}

#[derive(Deserialize)]
struct OcpuOptions {
    max: Option<f64>,
}

#[derive(Deserialize)]
struct MemoryOptions {
    #[serde(rename = "maxInGBs")]
    max_in_gbs: Option<f64>,
}

impl From<ShapeModel> for Shape {
    /// A shape of fixed size has no options: what it has is the most there is.
    fn from(model: ShapeModel) -> Self {
        Self {
            name: model.shape.into(),
            max_ocpus: model.ocpu_options.and_then(|options| options.max).or(model.ocpus).and_then(amount),
            max_memory_gb: model
                .memory_options
                .and_then(|options| options.max_in_gbs)
                .or(model.memory_in_gbs)
                .and_then(amount),
        }
    }
}

/// An instance as the service describes it, in get, list and launch alike.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InstanceModel {
    pub(crate) id: Name,
    display_name: Option<Name>,
    lifecycle_state: Option<String>,
    availability_domain: Option<Name>,
    freeform_tags: Option<BTreeMap<String, String>>,
}

impl From<InstanceModel> for Sighting {
    fn from(model: InstanceModel) -> Self {
        Self {
            id: model.id.into(),
            display_name: model.display_name.unwrap_or_default().into(),
            lifecycle: lifecycle(model.lifecycle_state.as_deref().unwrap_or_default()),
            availability_domain: model.availability_domain.unwrap_or_default().into(),
            tags: model.freeform_tags.unwrap_or_default().into_iter().collect(),
        }
    }
}

fn lifecycle(state: &str) -> Lifecycle {
    match state {
        "PROVISIONING" | "STARTING" | "MOVING" => Lifecycle::Provisioning,
        "RUNNING" => Lifecycle::Running,
        "STOPPING" => Lifecycle::Stopping,
        "STOPPED" | "CREATING_IMAGE" => Lifecycle::Stopped,
        "TERMINATING" | "TERMINATED" => Lifecycle::Ended,
        _ => Lifecycle::Unknown,
    }
}
