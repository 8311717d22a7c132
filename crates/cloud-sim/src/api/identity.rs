//! Who the caller is and where it may go: tenancy, user, compartments, regions, domains.

use serde_json::{Value, json};

use crate::{
    answer::{Answer, Refusal},
    call::Call,
    listing,
    ocid::{self, REGION, REGION_KEY},
    state::{World, tenant::Tenant},
};

const BORN: &str = "2024-03-01T08:00:00.090Z";

/// The caller's tenant, if the identifier names its tenancy.
fn own_tenancy<'a>(world: &'a World, call: &Call, id: &str) -> Result<&'a Tenant, Refusal> {
    let tenant = &world.tenants[call.tenant];
    if tenant.profile.tenancy == id { Ok(tenant) } else { Err(Refusal::not_found()) }
}

fn own_user<'a>(world: &'a World, call: &Call) -> Result<&'a Tenant, Refusal> {
    let tenant = &world.tenants[call.tenant];
    if tenant.profile.user == call.id() { Ok(tenant) } else { Err(Refusal::not_found()) }
}

pub(super) fn get_tenancy(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let tenant = own_tenancy(world, call, call.id())?;
    Ok(Answer::json(json!({
        "id": tenant.profile.tenancy,
        "name": tenant.name(),
        "description": tenant.name(),
        "homeRegionKey": REGION_KEY,
        "freeformTags": {},
        "definedTags": {},
    })))
}

pub(super) fn list_region_subscriptions(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    own_tenancy(world, call, call.id())?;
    Ok(Answer::json(json!([
        { "regionKey": REGION_KEY, "regionName": REGION, "status": "READY", "isHomeRegion": true },
    ])))
}

pub(super) fn list_regions(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let regions = [
        json!({ "key": REGION_KEY, "name": REGION }),
        json!({ "key": "KIX", "name": "ap-osaka-1" }),
        json!({ "key": "IAD", "name": "us-ashburn-1" }),
        json!({ "key": "FRA", "name": "eu-frankfurt-1" }),
    ];
    listing::plain(call, &regions, world.page_size)
}

pub(super) fn list_availability_domains(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    world.check_compartment(call.tenant, call.required("compartmentId")?)?;
    let tenant = &world.tenants[call.tenant];
    let domain = |name: &String| {
        json!({
            "name": name,
            "id": ocid::global("availabilitydomain", name),
            "compartmentId": tenant.profile.tenancy,
        })
    };
    let domains: Vec<_> = tenant.availability_domains.iter().map(domain).collect();
    listing::plain(call, &domains, world.page_size)
}

pub(super) fn list_fault_domains(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    world.check_compartment(call.tenant, call.required("compartmentId")?)?;
    let tenant = &world.tenants[call.tenant];
    let domain = call.required("availabilityDomain")?;
    if !tenant.availability_domains.iter().any(|name| name == domain) {
        return Err(Refusal::not_found());
    }
    let fault_domain = |number: u8| {
        json!({
            "name": format!("FAULT-DOMAIN-{number}"),
            "id": ocid::global("faultdomain", &format!("{domain}/{number}")),
            "compartmentId": tenant.profile.tenancy,
            "availabilityDomain": domain,
        })
    };
    Ok(Answer::json((1..=3).map(fault_domain).collect()))
}

pub(super) fn get_user(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let tenant = own_user(world, call)?;
    let user = json!({
        "id": tenant.profile.user,
        "compartmentId": tenant.profile.tenancy,
        "name": format!("ops@{}.example", tenant.name()),
        "description": "made up",
        "email": format!("ops@{}.example", tenant.name()),
        "emailVerified": true,
        "timeCreated": BORN,
        "lifecycleState": "ACTIVE",
        "freeformTags": {},
        "definedTags": {},
        "isMfaActivated": true,
        "capabilities": {
            "canUseConsolePassword": true, "canUseApiKeys": true, "canUseAuthTokens": true,
            "canUseSmtpCredentials": true, "canUseDbCredentials": true, "canUseCustomerSecretKeys": true,
            "canUseOAuth2ClientCredentials": true,
        },
    });
    Ok(Answer::json(user).header("etag", ocid::etag(call.id(), 0, "ACTIVE")))
}

pub(super) fn list_api_keys(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let profile = &own_user(world, call)?.profile;
    Ok(Answer::json(json!([{
        "keyId": profile.key_id(),
        "fingerprint": profile.fingerprint,
        "userId": profile.user,
        "timeCreated": BORN,
        "lifecycleState": "ACTIVE",
    }])))
}

fn child_compartment(tenant: &Tenant) -> Value {
    json!({
        "id": tenant.compartment,
        "compartmentId": tenant.profile.tenancy,
        "name": "berth",
        "description": "instances",
        "timeCreated": BORN,
        "lifecycleState": "ACTIVE",
        "isAccessible": true,
        "freeformTags": {},
        "definedTags": {},
    })
}

/// The children of the given one; the root itself is never listed.
pub(super) fn list_compartments(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let parent = call.required("compartmentId")?;
    world.check_compartment(call.tenant, parent)?;
    let tenant = &world.tenants[call.tenant];
    let shown =
        parent == tenant.profile.tenancy && call.admits(&[("name", "berth"), ("lifecycleState", "ACTIVE")]);
    let children: Vec<_> = shown.then(|| child_compartment(tenant)).into_iter().collect();
    listing::plain(call, &children, world.page_size)
}

pub(super) fn get_compartment(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    world.check_compartment(call.tenant, call.id())?;
    let tenant = &world.tenants[call.tenant];
    let mut compartment = child_compartment(tenant);
    if call.id() == tenant.profile.tenancy {
        compartment["id"] = json!(tenant.profile.tenancy);
        compartment["name"] = json!(tenant.name());
    }
    Ok(Answer::json(compartment).header("etag", ocid::etag(call.id(), 0, "ACTIVE")))
}
