//! Service limits of compute and how much of them is used.

use serde_json::{Value, json};

use crate::{
    answer::{Answer, Refusal},
    call::Call,
    listing,
    state::World,
};

const CORES: &str = "standard-a1-core-count";
const MEMORY: &str = "standard-a1-memory-count";
const REGIONAL_CORES: &str = "standard-a1-core-regional-count";
const REGIONAL_MEMORY: &str = "standard-a1-memory-regional-count";
const MICRO: &str = "vm-standard-e2-1-micro-count";

/// Name, scope, and what it counts.
const LIMITS: &[(&str, &str, &str)] = &[
    (CORES, "AD", "Cores for Standard.A1 based VM and BM Instances"),
    (MEMORY, "AD", "Memory (GB) for Standard.A1 based VM and BM Instances"),
    (REGIONAL_CORES, "REGION", "Regional cores for Standard.A1 based VM and BM Instances"),
    (REGIONAL_MEMORY, "REGION", "Regional memory (GB) for Standard.A1 based VM and BM Instances"),
    (MICRO, "AD", "VM.Standard.E2.1.Micro instances"),
];

const MICROS: u32 = 2;

fn value(world: &World, name: &str) -> u32 {
    match name {
        CORES | REGIONAL_CORES => world.limits.cores,
        MEMORY | REGIONAL_MEMORY => world.limits.memory,
        _ => MICROS,
    }
}

/// Of one domain, or of all.
fn used(world: &World, tenant: usize, name: &str, domain: Option<&str>) -> f64 {
    let (cores, memory) = world.a1_used(tenant, domain);
    match name {
        CORES | REGIONAL_CORES => cores,
        MEMORY | REGIONAL_MEMORY => memory,
        _ => {
            let micros = world.live(tenant, domain).filter(|one| one.shape.ends_with(".Micro"));
            micros.fold(0.0, |count, _| count + 1.0)
        }
    }
}

fn check_service(call: &Call, service: &str) -> Result<(), Refusal> {
    let tenancy = call.required("compartmentId")?;
    if service == "compute" && tenancy.starts_with("ocid1.") { Ok(()) } else { Err(Refusal::not_found()) }
}

pub(super) fn list_services(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    world.check_compartment(call.tenant, call.required("compartmentId")?)?;
    let services = [
        json!({ "name": "compute", "description": "Compute" }),
        json!({ "name": "vcn", "description": "Virtual Cloud Network" }),
    ];
    listing::plain(call, &services, world.page_size)
}

pub(super) fn list_definitions(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    world.check_compartment(call.tenant, call.required("compartmentId")?)?;
    let definition = |(name, scope, description): &(&str, &str, &str)| {
        json!({
            "name": name,
            "serviceName": "compute",
            "description": description,
            "scopeType": scope,
            "areQuotasSupported": true,
            "isResourceAvailabilitySupported": true,
            "isDeprecated": false,
            "isEligibleForLimitIncrease": true,
            "isDynamic": false,
        })
    };
    let shown = LIMITS.iter().filter(|(name, ..)| call.admits(&[("serviceName", "compute"), ("name", name)]));
    listing::plain(call, &shown.map(definition).collect::<Vec<_>>(), world.page_size)
}

/// A limit of an availability domain is listed once for each of them.
pub(super) fn list_values(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    world.check_compartment(call.tenant, call.required("compartmentId")?)?;
    let mut values: Vec<Value> = Vec::new();
    if call.required("serviceName")? == "compute" {
        for (name, scope, _) in LIMITS {
            let shown = |domain: &str| {
                let regional = domain.is_empty() && call.parameter("availabilityDomain").is_some();
                !regional
                    && call.admits(&[("name", name), ("scopeType", scope), ("availabilityDomain", domain)])
            };
            let value = value(world, name);
            if *scope == "REGION" && shown("") {
                values.push(json!({ "name": name, "scopeType": scope, "value": value }));
            } else if *scope == "AD" {
                let domains =
                    world.tenants[call.tenant].availability_domains.iter().filter(|domain| shown(domain));
                values.extend(domains.map(|domain| {
                    json!({ "name": name, "scopeType": scope, "availabilityDomain": domain, "value": value })
                }));
            }
        }
    }
    listing::plain(call, &values, world.page_size)
}

/// A limit of a domain counts what that domain holds; one of the region counts all.
pub(super) fn get_availability(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    check_service(call, call.id())?;
    world.check_compartment(call.tenant, call.required("compartmentId")?)?;
    let name = call.ids.get(1).map_or("", String::as_str);
    let (name, scope, _) = LIMITS.iter().find(|(known, ..)| *known == name).ok_or_else(Refusal::not_found)?;
    let domain = if *scope == "AD" { Some(call.required("availabilityDomain")?) } else { None };
    let used = used(world, call.tenant, name, domain);
    let available = (f64::from(value(world, name)) - used).max(0.0);
    Ok(Answer::json(json!({
        "used": whole(used),
        "available": whole(available),
        "fractionalUsage": used,
        "fractionalAvailability": available,
    })))
}

/// The number without its fraction, as JSON writes integers.
fn whole(number: f64) -> Value {
    serde_json::from_str(&format!("{:.0}", number.floor())).unwrap_or(Value::Null)
}
