//! Every event ever released can be read for ever: one golden JSON for each shape, which no change may alter.
//!
//! `BERTH_ACCEPT_GOLDEN=1` writes the goldens that are missing. It never changes one that exists: a new shape gets a
//! new version, and the old one an upcaster.

use std::{collections::BTreeMap, fs, path::PathBuf};

use berth_domain::{
    ProviderError, Seconds, SecretRef, TenantId, Timestamp,
    event::{DecodeError, Event},
    grab, tenant,
};
use serde_json::value::RawValue;

#[test]
fn every_event_is_written_exactly_as_its_golden_says() {
    let goldens = goldens();
    for (file, written) in written() {
        let golden = goldens.get(&file).unwrap_or_else(|| {
            panic!("{file}.json is missing: run with BERTH_ACCEPT_GOLDEN=1 if the event is new")
        });
        assert_eq!(golden, &written, "{file} is no longer written as it was released: raise its version");
    }
}

#[test]
fn every_golden_reads_back_as_the_event_it_was() {
    let goldens = goldens();
    for example in grab_examples() {
        reads_back(&example, &goldens);
    }
    for example in tenant_examples() {
        reads_back(&example, &goldens);
    }
}

#[test]
fn every_golden_of_any_age_can_still_be_read() {
    for (file, text) in goldens() {
        let (name, schema) = file.rsplit_once(".v").expect("goldens are named name.vN.json");
        let schema = schema.parse().expect("versions are numbers");
        let data = RawValue::from_string(text.trim_end().to_owned()).expect("goldens are JSON");
        let read = match name.split_once('.').expect("events are named noun.verb") {
            ("grab", _) => grab::Event::decode(name, schema, &data).map(|event| event.name()),
            ("tenant", _) => tenant::Event::decode(name, schema, &data).map(|event| event.name()),
            (noun, _) => panic!("{file}: no noun is called {noun}"),
        };
        read.unwrap_or_else(|error| panic!("{file} has neither an event nor an upcaster: {error}"));
    }
}

#[test]
fn every_event_has_one_example_that_fills_every_field() {
    let named = |names: &[(&'static str, u16)]| names.to_vec();
    let of_grab: Vec<_> = grab_examples().iter().map(|event| (event.name(), event.schema())).collect();
    assert_eq!(of_grab, named(grab::Event::NAMES));
    let of_tenant: Vec<_> = tenant_examples().iter().map(|event| (event.name(), event.schema())).collect();
    assert_eq!(of_tenant, named(tenant::Event::NAMES));
    for (file, written) in written() {
        assert!(
            !written.contains("null") && !written.contains("[]"),
            "{file} leaves a field empty: {written}"
        );
    }
}

#[test]
fn an_event_of_a_newer_release_is_told_from_a_broken_one() {
    let empty = RawValue::from_string("{}".into()).expect("it is JSON");
    let newer = grab::Event::decode("grab.started", 999, &empty);
    assert!(matches!(newer, Err(DecodeError::Unknown { schema: 999, .. })), "{newer:?}");
    let broken = grab::Event::decode("grab.started", 1, &empty);
    assert!(matches!(broken, Err(DecodeError::Shape { .. })), "{broken:?}");
}

/// Words stand in events and answers, so they are for ever as well; the examples show only one of each kind.
#[test]
fn every_word_that_events_are_written_in_is_for_ever() {
    use grab::{GaveUp, Holder, Outcome, Reason, Review};
    use tenant::{Scope, SuspensionReason};
    let outcomes = Outcome::ALL.map(|outcome| word(&outcome));
    assert_eq!(outcomes, Outcome::ALL.map(Outcome::word));
    assert_eq!(outcomes.join(" "), OUTCOMES);
    #[rustfmt::skip]
    let reasons = [
        Reason::Launched, Reason::OutOfHostCapacity, Reason::ThrottledUser, Reason::ThrottledTenancy,
        Reason::ServiceLimit, Reason::Quota, Reason::KeyRejected, Reason::ClockSkew, Reason::NotPermitted,
        Reason::HomeRegionOnly, Reason::NotAuthorizedOrNotFound, Reason::SignUpRequired, Reason::BadRequest,
        Reason::MissingResource, Reason::Conflict, Reason::TokenConsumed, Reason::TokenCollision,
        Reason::DomainLacksShape, Reason::CloudBusy, Reason::CloudFault, Reason::NotReached, Reason::AnswerLost,
        Reason::Terminated,
    ];
    assert_eq!(reasons.map(|reason| word(&reason)).join(" "), REASONS);
    #[rustfmt::skip]
    let ends = [
        GaveUp::AttemptsExhausted, GaveUp::DeadlinePassed, GaveUp::NoDomainOffersShape, GaveUp::LimitReached,
        GaveUp::QuotaExceeded, GaveUp::RequestRefused, GaveUp::TenantRemoved,
    ];
    assert_eq!(ends.map(|end| word(&end)).join(" "), ENDS);
    assert_eq!([Holder::Person, Holder::Tenant].map(|holder| word(&holder)), ["person", "tenant"]);
    assert_eq!(
        [Review::TokenConsumed, Review::NotFoundOut].map(|why| word(&why)),
        ["token_consumed", "not_found_out"]
    );
    assert_eq!([Scope::User, Scope::Tenancy].map(|scope| word(&scope)), ["user", "tenancy"]);
    let suspensions =
        [SuspensionReason::KeyRejected, SuspensionReason::AccountSuspended].map(|why| word(&why));
    assert_eq!(suspensions, ["key_rejected", "account_suspended"]);
}

const OUTCOMES: &str =
    "CAPACITY THROTTLED LIMIT AUTH INVALID SHAPE_UNAVAILABLE SERVER_FAULT NETWORK IN_DOUBT ACCEPTED";
const REASONS: &str = "launched out_of_host_capacity throttled_user throttled_tenancy service_limit quota \
    key_rejected clock_skew not_permitted home_region_only not_authorized_or_not_found sign_up_required bad_request \
    missing_resource conflict token_consumed token_collision domain_lacks_shape cloud_busy cloud_fault not_reached \
    answer_lost terminated";
const ENDS: &str = "attempts_exhausted deadline_passed no_domain_offers_shape limit_reached quota_exceeded \
    request_refused tenant_removed";

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("words are strings").trim_matches('"').to_owned()
}

fn reads_back<E: Event>(example: &E, goldens: &BTreeMap<String, String>) {
    let text = &goldens[&file_of(example)];
    let data = RawValue::from_string(text.trim_end().to_owned()).expect("goldens are JSON");
    let read = E::decode(example.name(), example.schema(), &data).expect("it was written by this very shape");
    assert_eq!(&read, example);
}

fn file_of(event: &impl Event) -> String {
    format!("{}.v{}", event.name(), event.schema())
}

/// Each example as it is written today, by the name of its golden.
fn written() -> BTreeMap<String, String> {
    fn lines<E: Event>(examples: &[E]) -> impl Iterator<Item = (String, String)> {
        examples.iter().map(|example| (file_of(example), format!("{}\n", example.encode().get())))
    }
    lines(&grab_examples()).chain(lines(&tenant_examples())).collect()
}

/// Each golden file's text by its name without `.json`; missing ones are written first where that was asked for.
fn goldens() -> BTreeMap<String, String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    if std::env::var_os("BERTH_ACCEPT_GOLDEN").is_some_and(|value| value == "1") {
        fs::create_dir_all(&folder).expect("the repository can be written");
        for (file, written) in written() {
            let path = folder.join(format!("{file}.json"));
            // Tests run side by side, so "only when it is missing" is left to the file system.
            let missing = fs::OpenOptions::new().write(true).create_new(true).open(path);
            missing.and_then(|mut golden| std::io::Write::write_all(&mut golden, written.as_bytes())).ok();
        }
    }
    let entries =
        fs::read_dir(&folder).expect("there are goldens").map(|entry| entry.expect("it is readable").path());
    entries
        .map(|path| {
            let file = path.file_name().expect("it is a file").to_string_lossy().into_owned();
            let name = file.strip_suffix(".json").unwrap_or_else(|| panic!("{file} is no golden")).to_owned();
            (name, fs::read_to_string(path).expect("it is readable"))
        })
        .collect()
}

#[path = "golden_examples/mod.rs"]
mod examples;
use examples::{grab_examples, tenant_examples};
