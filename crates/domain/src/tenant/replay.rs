//! A tenant put before people.

use serde_json::{Value, json};

use super::state::{Status, Tenant};
use crate::replay::{Field, Shown};

impl Shown for Tenant {
    const FIELDS: &'static [Field<Self>] = &[
        ("status", status),
        ("suspensionReason", suspension),
        ("profile", profile),
        ("regions", |tenant| json!(tenant.regions)),
        ("throttledUntil", throttled_until),
        (
            "throttled",
            |tenant| json!({ "tenancy": tenant.tenancy_throttle, "regions": tenant.region_throttles }),
        ),
        ("lastCheckedAt", |tenant| json!(tenant.last_checked_at)),
        ("workedAt", |tenant| json!(tenant.worked_at)),
        ("refusedAt", |tenant| json!(tenant.refused_at)),
    ];
}

/// As it was asked for, whenever one looks.
fn throttled_until(tenant: &Tenant) -> Value {
    let throttles = tenant.region_throttles.values().chain(&tenant.tenancy_throttle);
    json!(throttles.map(|throttle| throttle.until).max())
}

fn status(tenant: &Tenant) -> Value {
    let word = match tenant.status {
        Status::Untested => "UNTESTED",
        Status::Active => "ACTIVE",
        Status::Suspended(_) => "SUSPENDED",
        Status::Disabled => "DISABLED",
        Status::Removed => "REMOVED",
    };
    json!(word)
}

fn suspension(tenant: &Tenant) -> Value {
    match tenant.status {
        Status::Suspended(reason) => json!(reason),
        Status::Untested | Status::Active | Status::Disabled | Status::Removed => Value::Null,
    }
}

/// Secrets by name only: they lie in the vault.
fn profile(tenant: &Tenant) -> Value {
    let Some(profile) = &tenant.profile else { return Value::Null };
    json!({
        "name": profile.name,
        "tenancy": profile.tenancy,
        "user": profile.user,
        "fingerprint": profile.fingerprint,
        "homeRegion": profile.home_region,
        "credential": profile.credential,
        "proxy": profile.proxy.as_ref().map(|proxy| json!({ "address": proxy.address, "masked": proxy.masked })),
        "createdAt": profile.created_at,
    })
}
