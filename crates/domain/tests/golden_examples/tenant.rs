//! What can have happened to a tenant.

use berth_domain::tenant::{
    ConnectionTested, CredentialRotated, Disabled, Edited, Enabled, Event, Failure, Limit, LimitsObserved,
    Proxy, Region, RegionsObserved, Registered, Reinstated, Removed, Scope, Suspended, SuspensionReason,
    Throttled,
};

use super::{ProviderError, SecretRef, at};

pub(crate) fn tenant_examples() -> Vec<Event> {
    [what_people_did(), what_was_seen(), what_it_may_do()].concat()
}

fn what_people_did() -> Vec<Event> {
    vec![
        Registered {
            name: "我的甲骨文".into(),
            tenancy: "ocid1.tenancy.oc1..aaaa".into(),
            user: "ocid1.user.oc1..aaaa".into(),
            fingerprint: "20:3b:97:13:55:1c".into(),
            home_region: "ap-tokyo-1".into(),
            credential: secret(),
            proxy: Some(proxy()),
            at: at(0),
        }
        .into(),
        Edited { name: "main".into(), proxy: Some(proxy()) }.into(),
        CredentialRotated {
            fingerprint: "aa:bb:cc".into(),
            user: "ocid1.user.oc1..bbbb".into(),
            credential: secret(),
        }
        .into(),
    ]
}

fn what_was_seen() -> Vec<Event> {
    let failure = Failure {
        reason: "clock_skew".into(),
        status: Some(401),
        code: "NotAuthenticated".into(),
        message: "The required information to complete authentication was not provided".into(),
        request_id: Some("5B0C/1/2".into()),
    };
    let limit = Limit {
        name: "standard-a1-core-count".into(),
        availability_domain: Some("Uocm:AP-TOKYO-1-AD-1".into()),
        total: 4.0,
        used: 0.5,
    };
    vec![
        ConnectionTested { duration_ms: 83, failure: Some(failure), at: at(1) }.into(),
        RegionsObserved { regions: vec![Region { name: "ap-tokyo-1".into(), home: true }] }.into(),
        LimitsObserved { region: "ap-tokyo-1".into(), limits: vec![limit], at: at(2) }.into(),
        throttled().into(),
    ]
}

fn throttled() -> Throttled {
    let provider_error = ProviderError {
        status: Some(429),
        code: "TooManyRequests".into(),
        message: "Too many requests for the user".into(),
        request_id: Some("B5C3F1/7A/1".into()),
    };
    let (scope, region) = (Scope::User, "ap-tokyo-1".into());
    Throttled { scope, region, until: at(60), provider_error: Some(provider_error), at: Some(at(0)) }
}

fn what_it_may_do() -> Vec<Event> {
    let note = "NotAuthenticated: the key was refused".to_owned();
    vec![
        Suspended { reason: SuspensionReason::KeyRejected, note }.into(),
        Reinstated {}.into(),
        Disabled {}.into(),
        Enabled {}.into(),
        Removed { name: "main".into(), credential: secret(), forced: true }.into(),
    ]
}

fn secret() -> SecretRef {
    SecretRef("secret_01KD4ZZZZZ0000000000000001".into())
}

fn proxy() -> Proxy {
    Proxy {
        address: SecretRef("secret_01KD4ZZZZZ0000000000000003".into()),
        masked: "socks5://proxy:1080".into(),
    }
}
