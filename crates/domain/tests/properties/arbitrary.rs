//! Arbitrary values of small worlds: few numbers and names, so that they meet.

use berth_domain::{
    ProviderError, Seconds, SecretRef, TenantId, Timestamp,
    grab::{
        self, Build, CronWindow, Day, Deed, GaveUp, Holder, Outcome, Reason, Review, Schedule, Size, Spec,
        Target, Verdict, Window,
    },
    tenant::Limit,
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
        Reason::NotPermitted,
        Reason::NotAuthorizedOrNotFound,
        Reason::NeverPlaced,
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
    select(vec![Holder::Person, Holder::Tenant, Holder::Permission])
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

pub(crate) fn limits() -> impl Strategy<Value = Vec<Limit>> {
    let finite = || any::<f64>().prop_filter("JSON has finite numbers only", |n| n.is_finite());
    let limit = (text(), option::of(text()), finite(), finite());
    vec(
        limit.prop_map(|(name, availability_domain, total, used)| Limit {
            name,
            availability_domain,
            total,
            used,
        }),
        0..3,
    )
}

pub(crate) fn target() -> impl Strategy<Value = Target> {
    (text(), text(), option::of(size())).prop_map(|(availability_domain, display_name, size)| Target {
        region: "region".into(),
        availability_domain,
        size,
        deed: Deed::Launch(Build { image: "image".into(), subnet: "subnet".into(), display_name }),
    })
}

/// Sizes that no rule would let in are among them: whatever happened, happened.
pub(crate) fn spec() -> impl Strategy<Value = Spec> {
    let secrets = (option::of(secret()), option::of(secret()), 1_u32..4);
    let regions = select(vec![vec!["region".to_owned()], vec!["region".into(), "other".into()]]);
    (text(), vec(size(), 0..3), any::<u32>(), regions, vec(text(), 0..3), secrets).prop_map(
        |(shape, sizes, boot_volume_gb, regions, availability_domains, secrets)| Spec {
            shape,
            sizes,
            boot_volume_gb,
            image: "image".into(),
            regions,
            availability_domains,
            root_password: secrets.0,
            user_data: secrets.1,
            count: secrets.2,
            ..Spec::default()
        },
    )
}

fn size() -> impl Strategy<Value = Size> {
    let number = || any::<f64>().prop_filter("JSON has finite numbers only", |n| n.is_finite());
    (number(), number()).prop_map(|(ocpus, memory_gb)| Size { ocpus, memory_gb })
}

fn window() -> impl Strategy<Value = Window> {
    (vec(select(Day::ALL.to_vec()), 0..3), any::<u16>(), any::<u16>())
        .prop_map(|(days, from_minute, to_minute)| Window { days, from_minute, to_minute })
}

fn cron_window() -> impl Strategy<Value = CronWindow> {
    let cron = select(vec!["0 3 * * *", "*/7 * * * MON-FRI", "0 0 30 2 *", "nonsense"]);
    (cron, any::<u16>()).prop_map(|(cron, minutes)| CronWindow { cron: cron.into(), minutes })
}

pub(crate) fn schedule() -> impl Strategy<Value = Schedule> {
    let interval = prop_oneof![10 => 0_u32..600, 1 => any::<u32>()];
    let windows = prop_oneof![5 => Just(vec![]), 1 => vec(window(), 1..3)];
    let limits = (number(), option::weighted(0.2, moment()), option::of(moment()));
    let windows = (windows, vec(cron_window(), 0..2));
    (interval, any::<u8>(), limits, windows, -900_i16..900).prop_map(
        |(interval, jitter_percent, limits, (windows, cron_windows), utc_offset_minutes)| Schedule {
            interval: Seconds(interval),
            jitter_percent,
            max_attempts: limits.0,
            start_at: limits.1,
            deadline: limits.2,
            windows,
            cron_windows,
            utc_offset_minutes,
        },
    )
}

pub(crate) fn created() -> impl Strategy<Value = grab::Event> {
    (text(), spec(), schedule(), moment()).prop_map(|(name, spec, schedule, at)| {
        grab::Created { tenant: TenantId::from_parts(1, 7), name, spec, schedule, at }.into()
    })
}
