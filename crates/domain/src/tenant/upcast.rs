//! How older shapes of a tenant's events become today's.

use serde_json::Value;

use crate::upcast::Upcaster;

pub(super) const UPCASTERS: &[Upcaster] = &[
    Upcaster { name: "tenant.throttled", from: 1, lift: without_words },
    Upcaster { name: "tenant.throttled", from: 2, lift: without_moment },
    // A new reason may be named since.
    Upcaster { name: "tenant.suspended", from: 1, lift: |suspended| suspended },
];

/// Version 1 did not keep what the cloud said.
fn without_words(mut throttled: Value) -> Value {
    if let Some(fields) = throttled.as_object_mut() {
        fields.insert("provider_error".into(), Value::Null);
    }
    throttled
}

/// Versions before 3 kept only until when.
fn without_moment(mut throttled: Value) -> Value {
    if let Some(fields) = throttled.as_object_mut() {
        fields.insert("at".into(), Value::Null);
    }
    throttled
}
