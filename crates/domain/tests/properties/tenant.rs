//! No history leads a tenant anywhere that its tables do not know.

use berth_domain::{
    Aggregate, ProviderError, Timestamp,
    event::Event as _,
    tenant::{
        Command, ConnectionTested, CredentialRotated, Disabled, Edited, Enabled, Event, Failure,
        LimitsObserved, Proxy, Region, RegionsObserved, Registered, Reinstated, Removed, Scope, Status,
        Suspended, SuspensionReason, Tenant, TestOutcome, Throttled,
    },
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::arbitrary::{limits, moment, number, secret, text};

proptest! {
    #![proptest_config(crate::config(120))]

    #[test]
    fn decide_never_panics_and_what_it_says_can_be_taken_in(
        events in vec(event(), 0..20),
        commands in vec(command(), 1..20),
    ) {
        let mut tenant = Tenant::folded(&events);
        for command in commands {
            for event in tenant.decide(command).unwrap_or_default() {
                tenant.evolve(&event);
            }
            prop_assert!(!tenant.may_act() || tenant.status == Status::Active);
        }
    }

    #[test]
    fn the_same_command_twice_leaves_the_same_tenant(first in registered(), commands in vec(command(), 1..30)) {
        let mut tenant = Tenant::folded([&first]);
        for command in commands {
            for event in tenant.decide(command.clone()).unwrap_or_default() {
                tenant.evolve(&event);
            }
            let mut again = tenant.clone();
            for event in again.decide(command).unwrap_or_default() {
                again.evolve(&event);
            }
            prop_assert_eq!(&again, &tenant);
        }
    }

    #[test]
    fn a_removed_tenant_never_comes_back(first in registered(), commands in vec(command(), 1..30)) {
        let mut tenant = Tenant::folded([&first]);
        let mut gone = false;
        for command in commands {
            for event in tenant.decide(command).unwrap_or_default() {
                prop_assert!(!gone, "{:?} after it was removed", event);
                tenant.evolve(&event);
                gone = matches!(event, Event::Removed(_));
            }
            prop_assert_eq!(tenant.exists(), !gone);
        }
    }

    #[test]
    fn folding_is_the_same_each_time_and_from_any_snapshot(
        events in vec(event(), 0..30),
        cut in any::<prop::sample::Index>(),
    ) {
        let (prefix, rest) = events.split_at(cut.index(events.len() + 1));
        let before = Tenant::folded(prefix);
        prop_assert_eq!(&before, &Tenant::folded(prefix));

        let snapshot = serde_json::to_string(&before).expect("a state can be written");
        let mut resumed: Tenant = serde_json::from_str(&snapshot).expect("a state can be read");
        for event in rest {
            resumed.evolve(event);
        }
        prop_assert_eq!(resumed, Tenant::folded(&events));
    }

    #[test]
    fn every_event_reads_back_as_it_was_written(event in event()) {
        let read = Event::decode(event.name(), event.schema(), &event.encode()).expect("it was just written");
        prop_assert_eq!(read, event);
    }
}

fn proxy() -> impl Strategy<Value = Proxy> {
    (secret(), text()).prop_map(|(address, masked)| Proxy { address, masked })
}

fn why() -> impl Strategy<Value = SuspensionReason> {
    select(vec![
        SuspensionReason::KeyRejected,
        SuspensionReason::ClockSkew,
        SuspensionReason::AccountSuspended,
    ])
}

fn failure() -> impl Strategy<Value = Failure> {
    (text(), option::of(any::<u16>())).prop_map(|(message, status)| Failure {
        reason: "unclear".into(),
        status,
        code: "code".into(),
        message,
        request_id: None,
    })
}

fn regions() -> impl Strategy<Value = Vec<Region>> {
    vec((text(), any::<bool>()).prop_map(|(name, home)| Region { name, home }), 0..3)
}

fn registered() -> impl Strategy<Value = Event> {
    (text(), secret(), option::of(proxy()), moment()).prop_map(|(name, credential, proxy, at)| {
        let (tenancy, user, fingerprint) = ("tenancy".into(), "user".into(), "fingerprint".into());
        Registered { name, tenancy, user, fingerprint, home_region: "region".into(), credential, proxy, at }
            .into()
    })
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        registered(),
        (text(), option::of(proxy())).prop_map(|(name, proxy)| Edited { name, proxy }.into()),
        secret().prop_map(|credential| {
            CredentialRotated { fingerprint: "other".into(), user: "user".into(), credential }.into()
        }),
        (option::of(failure()), moment()).prop_map(|(failure, at)| ConnectionTested {
            duration_ms: 1,
            failure,
            at
        }
        .into()),
        regions().prop_map(|regions| RegionsObserved { regions }.into()),
        (limits(), moment())
            .prop_map(|(limits, at)| LimitsObserved { region: "region".into(), limits, at }.into()),
        (scope(), moment(), option::of(moment())).prop_map(|(scope, until, at)| {
            Throttled { scope, region: "region".into(), until, provider_error: Some(too_many()), at }.into()
        }),
        (why(), text()).prop_map(|(reason, note)| Suspended { reason, note }.into()),
        Just(Reinstated {}.into()),
        Just(Disabled {}.into()),
        Just(Enabled {}.into()),
        (text(), secret()).prop_map(|(name, credential)| Removed { name, credential, forced: true }.into()),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        (option::of(text()), option::of(option::of(proxy())))
            .prop_map(|(name, proxy)| Command::Edit { name, proxy }),
        (text(), secret()).prop_map(|(user, credential)| {
            Command::RotateCredential { fingerprint: "other".into(), user, credential }
        }),
        (test_outcome(), moment()).prop_map(|(outcome, at)| Command::RecordTest {
            outcome,
            duration_ms: 1,
            at
        }),
        regions().prop_map(|regions| Command::ObserveRegions { regions }),
        (scope(), moment(), moment()).prop_map(|(scope, until, at)| throttle(scope, until, at)),
        (why(), text(), moment(), moment()).prop_map(|(reason, note, seen_at, at)| Command::Suspend {
            reason,
            note,
            seen_at,
            at
        }),
        Just(Command::Reinstate),
        Just(Command::Disable),
        Just(Command::Enable),
        (any::<bool>(), number()).prop_map(|(force, running_tasks)| Command::Remove { force, running_tasks }),
    ]
}

fn test_outcome() -> impl Strategy<Value = TestOutcome> {
    prop_oneof![
        Just(TestOutcome::Works),
        failure().prop_map(TestOutcome::Rejected),
        failure().prop_map(TestOutcome::Doubtful),
        failure().prop_map(TestOutcome::Suspended),
        failure().prop_map(TestOutcome::Unclear),
    ]
}

fn scope() -> impl Strategy<Value = Scope> {
    select(vec![Scope::User, Scope::Tenancy])
}

fn throttle(scope: Scope, until: Timestamp, at: Timestamp) -> Command {
    Command::Throttle { scope, region: "region".into(), until, provider_error: too_many(), at }
}

fn too_many() -> ProviderError {
    let (code, message) = ("TooManyRequests".into(), "too many".into());
    ProviderError { status: Some(429), code, message, request_id: None }
}
