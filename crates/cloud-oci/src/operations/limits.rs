//! What the account may still start.

use berth_cloud::Limit;
use berth_domain::Trouble;
use serde::Deserialize;

use super::answer::{ask, unless_absent};
use super::compute;
use super::number::amount;
use crate::client::{Call, Client, Service};

/// The free Arm shape is counted in the region as well, and names only the limits of domains. A launch that exceeds one names all four.
const REGIONAL: [(&str, &str); 2] = [
    ("standard-a1-core-count", "standard-a1-core-regional-count"),
    ("standard-a1-memory-count", "standard-a1-memory-regional-count"),
];

/// Asks each limit that the shape uses up. Limits that the service does not know, or says nothing of, are left out.
pub(crate) async fn limits(client: &Client, domain: &str, shape: &str) -> Result<Vec<Limit>, Trouble> {
    let mut limits = Vec::new();
    for name in names(client, domain, shape).await? {
        let regional =
            REGIONAL.iter().find(|(of_domain, _)| *of_domain == name).map(|(_, regional)| *regional);
        limits.extend(limit(client, domain, name).await?);
        if let Some(regional) = regional {
            limits.extend(limit_of_region(client, regional.to_owned()).await?);
        }
    }
    Ok(limits)
}

/// The service lists them with the shape. Where it does not offer the shape it lists nothing, and the names of the free
/// shapes' limits are known.
async fn names(client: &Client, domain: &str, shape: &str) -> Result<Vec<String>, Trouble> {
    let listed = compute::limit_names(client, domain, shape).await?;
    if !listed.is_empty() {
        return Ok(listed);
    }
    let known: &[&str] = match shape {
        "VM.Standard.A1.Flex" => &["standard-a1-core-count", "standard-a1-memory-count"],
        "VM.Standard.E2.1.Micro" => &["vm-standard-e2-1-micro-count"],
        _ => &[],
    };
    Ok(known.iter().map(|name| (*name).to_owned()).collect())
}

/// Some limits are counted in each domain and some in the region; the latter refuse to be asked for a domain.
async fn limit(client: &Client, domain: &str, name: String) -> Result<Option<Limit>, Trouble> {
    let of_domain = availability_call(client, &name).query("availabilityDomain", domain);
    match ask::<ResourceAvailability>(client, &of_domain).await {
        Err(Trouble::Refused(refused)) if refused.status == 400 => {}
        other => {
            let found = unless_absent(other)?;
            return Ok(found.and_then(|answer| answer.value.into_limit(name, Some(domain.to_owned()))));
        }
    }
    limit_of_region(client, name).await
}

async fn limit_of_region(client: &Client, name: String) -> Result<Option<Limit>, Trouble> {
    let of_region = ask::<ResourceAvailability>(client, &availability_call(client, &name)).await;
    Ok(unless_absent(of_region)?.and_then(|answer| answer.value.into_limit(name, None)))
}

fn availability_call(client: &Client, name: &str) -> Call {
    Call::get(Service::Limits, &["services", "compute", "limits", name, "resourceAvailability"])
        .query("compartmentId", client.tenancy())
}

/// The whole numbers are rounded; the fractional ones, where given, are exact.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceAvailability {
    used: Option<f64>,
    available: Option<f64>,
    fractional_usage: Option<f64>,
    fractional_availability: Option<f64>,
}

impl ResourceAvailability {
    /// Nothing where a number is missing or counts nothing: what was not said must not read as "used up".
    fn into_limit(self, name: String, availability_domain: Option<String>) -> Option<Limit> {
        let used = self.fractional_usage.or(self.used).and_then(amount)?;
        let available = self.fractional_availability.or(self.available)?;
        let total = amount(used + available)?;
        Some(Limit { name, availability_domain, total, used })
    }
}
