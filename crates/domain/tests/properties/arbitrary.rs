//! Arbitrary values of small worlds: few numbers and names, so that they meet.

use berth_domain::{
    ProviderError, Seconds, SecretRef, TenantId, Timestamp,
    grab::{self, GaveUp, Holder, Outcome, Reason, Review, Schedule, Spec, Target, Verdict},
};
use proptest::{collection::vec, option, prelude::*, sample::select};

pub(crate) const BEGIN_MS: i64 = 1_795_000_000_000;

/// Around the beginning, three days wide, now and then far away.
pub(crate) fn moment() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        20 => (0_i64..259_200_000).prop_map(|ms| Timestamp::from_millis(BEGIN_MS + ms)),
        1 => (0..=Timestamp::LATEST.millis()).prop_map(Timestamp::from_millis),
    ]
}

/// A few numbers that meet, now and then the extremes.
pub(crate) fn number() -> impl Strategy<Value = u32> {
    prop_oneof![20 => 0_u32..4, 1 => Just(u32::MAX), 1 => any::<u32>()]
}

pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![4 => select(&["AD-1", "AD-2", "instance-1", "instance-2"][..]).prop_map(String::from), 1 => "\\PC{0,8}"]
}

pub(crate) fn outcome() -> impl Strategy<Value = Outcome> {
    select(&Outcome::ALL[..])
}

pub(crate) fn reason() -> impl Strategy<Value = Reason> {
    select(vec![
        Reason::Launched,
        Reason::OutOfHostCapacity,
        Reason::ServiceLimit,
        Reason::Quota,
        Reason::TokenConsumed,
        Reason::TokenCollision,
        Reason::CloudFault,
        Reason::AnswerLost,
        Reason::Terminated,
    ])
}

pub(crate) fn verdict() -> impl Strategy<Value = Verdict> {
    (outcome(), reason()).prop_map(|(outcome, reason)| Verdict { outcome, reason })
}

pub(crate) fn error() -> impl Strategy<Value = ProviderError> {
    (option::of(any::<u16>()), text(), text(), option::of(text()))
        .prop_map(|(status, code, message, request_id)| ProviderError { status, code, message, request_id })
}

pub(crate) fn holder() -> impl Strategy<Value = Holder> {
    select(vec![Holder::Person, Holder::Tenant])
}

pub(crate) fn gave_up() -> impl Strategy<Value = GaveUp> {
    select(vec![GaveUp::AttemptsExhausted, GaveUp::DeadlinePassed, GaveUp::TenantRemoved])
}

pub(crate) fn review() -> impl Strategy<Value = Review> {
    select(vec![Review::TokenConsumed, Review::NotFoundOut])
}

pub(crate) fn secret() -> impl Strategy<Value = SecretRef> {
    text().prop_map(SecretRef)
}

pub(crate) fn target() -> impl Strategy<Value = Target> {
    (text(), text()).prop_map(|(availability_domain, display_name)| Target {
        availability_domain,
        image: "image".into(),
        subnet: "subnet".into(),
        display_name,
    })
}

/// Sizes that no rule would let in are among them: whatever happened, happened.
fn spec() -> impl Strategy<Value = Spec> {
    let size = || {
        option::of(prop_oneof![any::<f64>().prop_filter("JSON has finite numbers only", |n| n.is_finite())])
    };
    (text(), size(), size(), any::<u32>(), vec(text(), 0..3), option::of(secret())).prop_map(
        |(shape, ocpus, memory_gb, boot_volume_gb, availability_domains, root_password)| Spec {
            shape,
            ocpus,
            memory_gb,
            boot_volume_gb,
            image: "image".into(),
            region: "region".into(),
            availability_domains,
            root_password,
            ssh_keys: vec![],
        },
    )
}

pub(crate) fn schedule() -> impl Strategy<Value = Schedule> {
    let interval = prop_oneof![10 => 0_u32..600, 1 => any::<u32>()];
    (interval, any::<u8>(), number(), option::of(moment())).prop_map(
        |(interval, jitter_percent, max_attempts, deadline)| Schedule {
            interval: Seconds(interval),
            jitter_percent,
            max_attempts,
            deadline,
        },
    )
}

pub(crate) fn created() -> impl Strategy<Value = grab::Event> {
    (text(), spec(), schedule(), moment()).prop_map(|(name, spec, schedule, at)| {
        grab::Created { tenant: TenantId::from_parts(1, 7), name, spec, schedule, at }.into()
    })
}
