//! What the service says of its room.
//!
//! Only the root compartment may ask, for one domain at a time. An answer is matched by what it is for, since its order
//! is nowhere promised.

use berth_cloud::{Room, Size};
use berth_domain::Trouble;
use serde::{Deserialize, Serialize};

use super::answer::ask;
use super::list::Few;
use crate::client::{Call, Client, Service};

/// More in one call are refused; undocumented, found by others.
const MOST_SIZES: usize = 10;

/// One room for each size, in the order asked.
pub(crate) async fn capacity(client: &Client, domain: &str, sizes: &[Size]) -> Result<Vec<Room>, Trouble> {
    let mut rooms = Vec::with_capacity(sizes.len());
    for sizes in sizes.chunks(MOST_SIZES) {
        let told = report(client, domain, sizes).await?;
        rooms.extend(sizes.iter().enumerate().map(|(place, size)| room(&told, place, size)));
    }
    Ok(rooms)
}

async fn report(client: &Client, domain: &str, sizes: &[Size]) -> Result<Vec<Availability>, Trouble> {
    let body = CreateComputeCapacityReportDetails {
        availability_domain: domain,
        compartment_id: client.tenancy(),
        shape_availabilities: sizes.iter().map(Wanted::from).collect(),
    };
    let call = Call::post(Service::Core, &["computeCapacityReports"], &body);
    let told = ask::<CapacityReport>(client, &call).await?.value.shape_availabilities;
    Ok(told.map_or_else(Vec::new, |Few(entries)| entries))
}

/// The entry in the same place if it is for this size, else any that is.
fn room(told: &[Availability], place: usize, size: &Size) -> Room {
    let in_place = told.get(place).filter(|entry| entry.is_for(size));
    let entry = in_place.or_else(|| told.iter().find(|entry| entry.is_for(size)));
    match entry.and_then(|entry| entry.status.as_deref()) {
        Some("AVAILABLE") => Room::Available,
        Some("OUT_OF_HOST_CAPACITY") => Room::Full,
        Some("HARDWARE_NOT_SUPPORTED") => Room::Unsupported,
        _ => Room::Unknown,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CreateComputeCapacityReportDetails<'a> {
    availability_domain: &'a str,
    compartment_id: &'a str,
    shape_availabilities: Vec<Wanted<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Wanted<'a> {
    instance_shape: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_shape_config: Option<SizeModel>,
}

impl<'a> From<&'a Size> for Wanted<'a> {
    /// Named otherwise than in a launch: with `shapeConfig` the service answers 400 and does not say why.
    fn from(size: &'a Size) -> Self {
        let config = SizeModel { ocpus: size.ocpus, memory_in_gbs: size.memory_gb };
        let is_told = size.ocpus.is_some() || size.memory_gb.is_some();
        Self { instance_shape: &size.shape, instance_shape_config: is_told.then_some(config) }
    }
}

#[derive(Serialize, Deserialize)]
struct SizeModel {
    #[serde(skip_serializing_if = "Option::is_none")]
    ocpus: Option<f64>,
    #[serde(rename = "memoryInGBs", skip_serializing_if = "Option::is_none")]
    memory_in_gbs: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CapacityReport {
    shape_availabilities: Option<Few<Availability>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Availability {
    instance_shape: Option<String>,
    instance_shape_config: Option<SizeModel>,
    #[serde(rename = "availabilityStatus")]
    status: Option<String>,
}

impl Availability {
    /// What an entry does not repeat does not speak against it.
    fn is_for(&self, size: &Size) -> bool {
        let config = self.instance_shape_config.as_ref();
        self.instance_shape.as_deref() == Some(size.shape.as_str())
            && same(config.and_then(|config| config.ocpus), size.ocpus)
            && same(config.and_then(|config| config.memory_in_gbs), size.memory_gb)
    }
}

fn same(told: Option<f64>, asked: Option<f64>) -> bool {
    match (told, asked) {
        (Some(told), Some(asked)) => (told - asked).abs() < 1e-6,
        _ => true,
    }
}
