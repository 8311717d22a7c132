//! Whatever is asked, in whatever order: the log agrees with a plain model of it and verifies clean.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use berth_store::sqlite::{Options, SqliteLog};
use berth_store::{
    Append, AppendError, ClaimChange, CommandId, Log, Meta, NewEvent, Position, StreamId, Version, verify,
};
use futures::future::join_all;
use proptest::prelude::*;

/// One append: streams with what is expected of each and how many events, names taken or released, and a
/// command id.
#[derive(Clone, Debug)]
struct Ask {
    command: u8,
    writes: Vec<(u8, u32, u32)>,
    claims: Vec<(bool, u8, u8)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    streams: BTreeMap<u8, u32>,
    claims: BTreeMap<u8, u8>,
    answers: BTreeMap<u8, (u64, u32)>,
    head: u64,
}

impl Model {
    /// The same promise in ten plain lines: on a copy, which is kept only if everything holds.
    fn append(&mut self, ask: &Ask) -> Option<(u64, u32)> {
        if let Some(first) = self.answers.get(&ask.command) {
            return Some(*first);
        }
        let mut next = self.clone();
        for (stream, expected, count) in &ask.writes {
            let head = next.streams.entry(*stream).or_default();
            if head != expected {
                return None;
            }
            *head += count;
            next.head += u64::from(*count);
        }
        for (taken, key, owner) in &ask.claims {
            if next.claims.get(key).is_some_and(|holder| holder != owner) {
                return None;
            }
            match taken {
                true => next.claims.insert(*key, *owner),
                false => next.claims.remove(key),
            };
        }
        let answer = (next.head, u32::try_from(next.head - self.head).unwrap());
        next.answers.insert(ask.command, answer);
        *self = next;
        Some(answer)
    }
}

fn owner(id: u8) -> StreamId {
    StreamId::new("thing", id)
}

fn append_of(ask: &Ask) -> Append {
    let command = CommandId::parse(&format!("command-{}", ask.command)).unwrap();
    let mut append = Append::new(command, [0; 32], Meta::default());
    for (stream, expected, count) in &ask.writes {
        let events = (0..*count).map(|n| NewEvent::new("thing.happened", 1, &n).unwrap()).collect();
        append = append.write(owner(*stream), Version::new(*expected), events);
    }
    append.claims = ask.claims.iter().map(|(taken, key, holder)| claim(*taken, *key, *holder)).collect();
    append
}

fn claim(taken: bool, key: u8, holder: u8) -> ClaimChange {
    let (space, key, owner) = ("name", key.to_string(), owner(holder));
    if taken { ClaimChange::Take { space, key, owner } } else { ClaimChange::Release { space, key, owner } }
}

fn asks() -> impl Strategy<Value = Vec<Ask>> {
    let writes = prop::collection::vec((0..4_u8, 0..4_u32, 0..3_u32), 0..3);
    let claims = prop::collection::vec((any::<bool>(), 0..3_u8, 0..3_u8), 0..3);
    let ask =
        (0..40_u8, writes, claims).prop_map(|(command, writes, claims)| Ask { command, writes, claims });
    prop::collection::vec(ask, 1..40)
}

/// Asks in bursts, so that some share a group, in the order in which the model is asked.
async fn run(asks: &[Ask], burst: usize) {
    let directory = tempfile::tempdir().unwrap();
    let log = SqliteLog::open(&directory.path().join("log.db"), Options::default()).await.unwrap();
    let mut model = Model::default();
    for asks in asks.chunks(burst) {
        let answers = join_all(asks.iter().map(|ask| log.append(append_of(ask)))).await;
        for (ask, answer) in asks.iter().zip(answers) {
            let answer = match answer {
                Ok(appended) => Some((appended.last.get(), appended.count)),
                Err(AppendError::Conflict { .. } | AppendError::Claimed { .. }) => None,
                Err(other) => panic!("{other}"),
            };
            assert_eq!(answer, model.append(ask), "{ask:?}");
        }
    }
    agree(&log, &model).await;
}

async fn agree(log: &SqliteLog, model: &Model) {
    assert_eq!(log.head().await.unwrap(), Position::new(model.head));
    for (stream, head) in &model.streams {
        let events = log.read_stream(&owner(*stream), Version::NONE, 1000).await.unwrap();
        assert_eq!(events.len(), *head as usize);
    }
    for key in 0..3 {
        let holder = log.claim_owner("name", &key.to_string()).await.unwrap();
        assert_eq!(holder, model.claims.get(&key).copied().map(owner));
    }
    let report = verify(log, |_| ()).await;
    assert!(report.is_clean() && report.events == model.head, "{report:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_appends_agree_with_the_model_and_verify_clean(asks in asks(), burst in 1..10_usize) {
        tokio::runtime::Runtime::new().unwrap().block_on(run(&asks, burst));
    }
}
