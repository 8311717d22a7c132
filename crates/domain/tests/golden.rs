//! Every event ever released can be read for ever: one golden JSON for each shape, which no change may alter.
//!
//! `BERTH_ACCEPT_GOLDEN=1` writes the goldens that are missing, and their sums into `golden.sha256`. It never changes one that
//! exists: a new shape gets a new version, and the old one an upcaster.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

use berth_domain::{
    Language, ProviderError, Seconds, SecretRef, TenantId, Timestamp, alert, audit, books, channel, delivery,
    event::{DecodeError, Event},
    grab,
    notice::{self, Severity},
    profile, projection, report, tenant, user,
};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

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
    all_read_back(&grab_examples(), &goldens);
    all_read_back(&tenant_examples(), &goldens);
    all_read_back(&profile_examples(), &goldens);
    all_read_back(&user_examples(), &goldens);
    all_read_back(&audit_examples(), &goldens);
    all_read_back(&channel_examples(), &goldens);
    all_read_back(&delivery_examples(), &goldens);
    all_read_back(&alert_examples(), &goldens);
    all_read_back(&books_examples(), &goldens);
    all_read_back(&projection_examples(), &goldens);
    all_read_back(&report_examples(), &goldens);
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
            ("profile", _) => profile::Event::decode(name, schema, &data).map(|event| event.name()),
            ("user", _) => user::Event::decode(name, schema, &data).map(|event| event.name()),
            ("audit", _) => audit::Event::decode(name, schema, &data).map(|event| event.name()),
            ("channel", _) => channel::Event::decode(name, schema, &data).map(|event| event.name()),
            ("delivery", _) => delivery::Event::decode(name, schema, &data).map(|event| event.name()),
            ("alert", _) => alert::Event::decode(name, schema, &data).map(|event| event.name()),
            ("books", _) => books::Event::decode(name, schema, &data).map(|event| event.name()),
            ("projection", _) => projection::Event::decode(name, schema, &data).map(|event| event.name()),
            ("report", _) => report::Event::decode(name, schema, &data).map(|event| event.name()),
            (noun, _) => panic!("{file}: no noun is called {noun}"),
        };
        read.unwrap_or_else(|error| panic!("{file} has neither an event nor an upcaster: {error}"));
    }
}

/// Today's golden is compared with what is written today; an older one is held by its sum alone.
#[test]
fn no_golden_is_ever_changed_or_taken_away() {
    let goldens: BTreeMap<_, _> = goldens().into_iter().map(|(file, text)| (file, sum_of(&text))).collect();
    assert_eq!(goldens, sums(), "put back what was released; a new golden needs its line in golden.sha256");
}

#[test]
fn every_event_has_a_golden_for_every_version_up_to_todays() {
    let goldens = goldens();
    for (name, today) in all_names() {
        for schema in 1..=today {
            assert!(
                goldens.contains_key(&format!("{name}.v{schema}")),
                "{name} is at v{today}, and v{schema} has no golden"
            );
        }
    }
}

#[test]
fn every_event_has_one_example_that_fills_every_field() {
    let examples = written().into_keys().collect::<Vec<_>>();
    let mut named: Vec<_> =
        all_names().into_iter().map(|(name, schema)| format!("{name}.v{schema}")).collect();
    named.sort();
    assert_eq!(examples, named);
    for (file, written) in written() {
        assert!(
            !written.contains("null") && !written.contains("[]") && !written.contains("{}}"),
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
    use grab::{GaveUp, Holder, Outcome, Reason, Review, Suspicion};
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
        Reason::Terminated, Reason::NeverPlaced,
    ];
    assert_eq!(reasons.map(|reason| word(&reason)).join(" "), REASONS);
    #[rustfmt::skip]
    let ends = [
        GaveUp::AttemptsExhausted, GaveUp::DeadlinePassed, GaveUp::NoDomainOffersShape, GaveUp::LimitReached,
        GaveUp::QuotaExceeded, GaveUp::RequestRefused, GaveUp::TenantRemoved, GaveUp::InstanceGone,
    ];
    assert_eq!(ends.map(|end| word(&end)).join(" "), ENDS);
    let holders = [Holder::Person, Holder::Tenant, Holder::Permission].map(|holder| word(&holder));
    assert_eq!(holders, ["person", "tenant", "permission"]);
    assert_eq!([Suspicion::Limit, Suspicion::Account].map(|what| word(&what)), ["limit", "account"]);
    assert_eq!(
        [Review::TokenConsumed, Review::NotFoundOut].map(|why| word(&why)),
        ["token_consumed", "not_found_out"]
    );
    assert_eq!([Scope::User, Scope::Tenancy].map(|scope| word(&scope)), ["user", "tenancy"]);
    let suspensions =
        [SuspensionReason::KeyRejected, SuspensionReason::ClockSkew, SuspensionReason::AccountSuspended]
            .map(|why| word(&why));
    assert_eq!(suspensions, ["key_rejected", "clock_skew", "account_suspended"]);
}

#[test]
fn every_way_to_reach_somebody_is_written_alike_for_ever() {
    use channel::Security;
    for (config, written) in other_configs() {
        assert_eq!(serde_json::to_string(&config).expect("it is plain"), written);
        let read: channel::Config = serde_json::from_str(written).expect("this very shape wrote it");
        assert_eq!(read, config);
    }
    let words = [Security::Tls, Security::Starttls, Security::None].map(|security| word(&security));
    assert_eq!(words, ["tls", "starttls", "none"]);
    assert_eq!(
        [Language::English, Language::Chinese].map(|language| word(&language)),
        ["english", "chinese"]
    );
    assert_eq!(Severity::ALL.map(|severity| word(&severity)), ["info", "warning", "critical"]);
    assert_eq!(word(&channel::Why::Gone), "gone");
    let kinds = other_configs().map(|(config, written)| (config.kind().word(), written));
    assert!(kinds.iter().all(|(kind, written)| written.starts_with(&format!(r#"{{"kind":"{kind}","#))));
}

/// The examples show one notice only; each other kind is written for ever as well.
#[test]
fn every_notice_is_written_alike_for_ever() {
    use examples::notice::{USUAL, kind, others, whole};
    let all = whole(&USUAL).into_iter().chain(others().into_iter().map(|(_, notice)| notice));
    let written: BTreeMap<_, _> =
        all.map(|notice| (serde_json::to_string(&notice).expect("it is plain"), notice)).collect();
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden_notices.jsonl");
    let kept = fs::read_to_string(file).expect("there are goldens");
    for line in kept.lines() {
        let notice: notice::Notice = serde_json::from_str(line).expect("it was released");
        assert_eq!(Some(&notice), written.get(line), "{line} is no longer written as it was released");
        assert!(line.starts_with(&format!(r#"{{"kind":"{}","#, kind(&notice))), "{line}");
    }
    let unkept: Vec<_> = written.keys().filter(|line| !kept.lines().any(|kept| kept == *line)).collect();
    assert!(unkept.is_empty(), "add these to golden_notices.jsonl: {unkept:#?}");
    let reasons = delivery::Why::ALL.map(|why| word(&why));
    assert_eq!(reasons, ["refused", "gone", "blocked", "too_long", "channel_closed"]);
}

const OUTCOMES: &str =
    "CAPACITY THROTTLED LIMIT AUTH INVALID SHAPE_UNAVAILABLE SERVER_FAULT NETWORK IN_DOUBT ACCEPTED";
const REASONS: &str = "launched out_of_host_capacity throttled_user throttled_tenancy service_limit quota \
    key_rejected clock_skew not_permitted home_region_only not_authorized_or_not_found sign_up_required bad_request \
    missing_resource conflict token_consumed token_collision domain_lacks_shape cloud_busy cloud_fault not_reached \
    answer_lost terminated never_placed";
const ENDS: &str = "attempts_exhausted deadline_passed no_domain_offers_shape limit_reached quota_exceeded \
    request_refused tenant_removed instance_gone";

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("words are strings").trim_matches('"').to_owned()
}

fn all_read_back<E: Event>(examples: &[E], goldens: &BTreeMap<String, String>) {
    for example in examples {
        let text = &goldens[&file_of(example)];
        let data = RawValue::from_string(text.trim_end().to_owned()).expect("goldens are JSON");
        let read = E::decode(example.name(), example.schema(), &data).expect("this very shape wrote it");
        assert_eq!(&read, example);
    }
}

fn file_of(event: &impl Event) -> String {
    format!("{}.v{}", event.name(), event.schema())
}

/// Each example as it is written today, by the name of its golden.
fn written() -> BTreeMap<String, String> {
    fn lines<E: Event>(examples: &[E]) -> impl Iterator<Item = (String, String)> {
        examples.iter().map(|example| (file_of(example), format!("{}\n", example.encode().get())))
    }
    let older = lines(&grab_examples()).chain(lines(&tenant_examples())).collect::<Vec<_>>();
    let newer = lines(&books_examples())
        .chain(lines(&projection_examples()))
        .chain(lines(&report_examples()))
        .collect::<Vec<_>>();
    let newest = lines(&profile_examples())
        .chain(lines(&channel_examples()))
        .chain(lines(&alert_examples()))
        .chain(lines(&delivery_examples()))
        .collect::<Vec<_>>();
    let people = lines(&user_examples()).chain(lines(&audit_examples())).collect::<Vec<_>>();
    [older, newer, newest, people].concat().into_iter().collect()
}

/// Every event's name with the version that is written today.
fn all_names() -> Vec<(&'static str, u16)> {
    let things = [grab::Event::NAMES, tenant::Event::NAMES, profile::Event::NAMES].concat();
    let people = [user::Event::NAMES, audit::Event::NAMES].concat();
    let system =
        [channel::Event::NAMES, books::Event::NAMES, projection::Event::NAMES, report::Event::NAMES].concat();
    [things, people, system, alert::Event::NAMES.to_vec(), delivery::Event::NAMES.to_vec()].concat()
}

fn sum_of(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes anything");
        hex
    })
}

/// Each golden's sum as it was released, as `sha256sum` writes them.
fn sums() -> BTreeMap<String, String> {
    let text = fs::read_to_string(sums_file()).expect("there are sums");
    let lines = text.lines().map(|line| line.split_once("  ").expect("a line is a sum and a file"));
    lines.map(|(sum, file)| (file.trim_end_matches(".json").to_owned(), sum.to_owned())).collect()
}

fn sums_file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden.sha256")
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
            let added =
                missing.and_then(|mut golden| std::io::Write::write_all(&mut golden, written.as_bytes()));
            if added.is_ok() {
                let line = format!("{}  {file}.json\n", sum_of(&written));
                let sums = fs::OpenOptions::new().create(true).append(true).open(sums_file());
                sums.and_then(|mut sums| std::io::Write::write_all(&mut sums, line.as_bytes())).ok();
            }
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
use examples::{
    alert_examples, audit_examples, books_examples, channel_examples, delivery_examples, grab_examples,
    other_configs, profile_examples, projection_examples, report_examples, tenant_examples, user_examples,
};
