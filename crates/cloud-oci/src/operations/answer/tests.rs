//! Refusals that were bent on their way: real ones, and real ones with something done to them.

use std::fs;
use std::path::Path;
use std::time::Duration;

use berth_domain::Trouble;
use berth_domain::grab::{Outcome, classify};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use super::{MAX_MESSAGE, refused};
use crate::client::Exchange;

/// Statuses and bodies of every refusal of a launch that was recorded.
fn recorded() -> Vec<(u16, Vec<u8>)> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/recorded"));
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let errors =
        files.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("launch_error_"));
    let response = |path| {
        let whole: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let status = u16::try_from(whole["response"]["status"].as_u64().unwrap()).unwrap();
        (status, whole["response"]["body_json"].to_string().into_bytes())
    };
    errors.map(response).collect()
}

/// Something that a broken proxy, a bad cable or a bad person does to bytes.
#[derive(Clone, Debug)]
enum Harm {
    Cut(Index),
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
    Repeat(Index, Index),
    Drop(Index, Index),
}

impl Harm {
    fn done_to(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        if bytes.is_empty() {
            return bytes;
        }
        let at = |index: &Index| index.index(bytes.len());
        let between = |one: &Index, other: &Index| at(one).min(at(other))..at(one).max(at(other));
        match self {
            Self::Cut(end) => bytes.truncate(at(end)),
            Self::Flip(place, mask) => {
                let place = at(place);
                bytes[place] ^= mask;
            }
            Self::Insert(place, more) => {
                let place = at(place);
                bytes.splice(place..place, more.iter().copied());
            }
            Self::Repeat(from, to) => {
                let part = bytes[between(from, to)].to_vec();
                bytes.extend(part);
            }
            Self::Drop(from, to) => drop(bytes.drain(between(from, to))),
        }
        bytes
    }
}

fn harm() -> impl Strategy<Value = Harm> {
    let place = any::<Index>;
    prop_oneof![
        place().prop_map(Harm::Cut),
        (place(), any::<u8>()).prop_map(|(place, mask)| Harm::Flip(place, mask)),
        (place(), vec(any::<u8>(), 1..40)).prop_map(|(place, more)| Harm::Insert(place, more)),
        (place(), place()).prop_map(|(from, to)| Harm::Repeat(from, to)),
        (place(), place()).prop_map(|(from, to)| Harm::Drop(from, to)),
    ]
}

fn exchange(status: u16, body: Vec<u8>) -> Exchange {
    Exchange {
        status,
        request_id: None,
        date: None,
        clock_skew: None,
        retry_after: None,
        next_page: None,
        work_request_id: None,
        etag: None,
        duration: Duration::ZERO,
        body,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_bent_refusal_is_read_without_panic_and_only_its_words_tell_of_capacity(
        (status, body) in select(recorded()),
        harms in vec(harm(), 0..6),
    ) {
        let bent = harms.iter().fold(body, |body, harm| harm.done_to(body));
        let read = refused(exchange(status, bent));
        prop_assert_eq!(read.status, status);
        prop_assert!(read.message.chars().count() <= MAX_MESSAGE);
        let words = read.message.to_lowercase();
        let tells = words.contains("out of host capacity") || words.contains("out of capacity");
        let code_tells = ["SeOutOfCapacity", "OutOfHostCapacity", "OutOfCapacity"].contains(&read.code.as_str());
        let verdict = classify(&Trouble::Refused(read));
        prop_assert_eq!(verdict.outcome == Outcome::Capacity, tells || code_tells);
    }

    #[test]
    fn what_the_service_says_is_told_word_by_word(
        status in 300_u16..1000,
        code in "\\PC{0,40}",
        message in "(?s).{0,300}",
        pretty in any::<bool>(),
    ) {
        let body = json!({"code": code, "message": message});
        let text = if pretty { serde_json::to_string_pretty(&body).unwrap() } else { body.to_string() };
        let read = refused(exchange(status, text.into_bytes()));
        prop_assert_eq!((read.code, read.message), (code, message));
    }

    #[test]
    fn any_bytes_in_place_of_a_refusal_are_kept_as_text(body in vec(any::<u8>(), 0..5000)) {
        let read = refused(exchange(500, body));
        prop_assert!(read.message.chars().count() <= MAX_MESSAGE);
    }
}
