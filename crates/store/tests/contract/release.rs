//! Closing the books: what leaves, what stands in, and that everything goes on over the holes.

use std::pin::pin;

use berth_store::{
    AppendError, CommandId, Fingerprint, NewEvent, Position, Recorded, Release, StandIn, StreamId, Version,
    follow,
};
use futures::StreamExt;
use serde_json::value::RawValue;

use super::{AnyLog, all, append_to, events, fresh, positions, stream};

/// Twelve events in two streams, each by a command of its own: positions 1 to 6 are versions 1 to 6 of the first, 7 to 12 of the second.
async fn twelve(log: &AnyLog) -> Vec<Recorded> {
    for id in 1..=2 {
        for version in 0..6 {
            append_to(log, id, version, 1).await.unwrap();
        }
    }
    all(log).await
}

fn books() -> StreamId {
    StreamId::new("books", "books")
}

/// Closes through a position; the `closings`-th closing so far.
fn closing(after: u64, through: u64, leave: &[u64], closings: u32) -> Release {
    Release {
        after: Position::new(after),
        through: Position::new(through),
        positions: leave.iter().copied().map(Position::new).collect(),
        stand_ins: Vec::new(),
        append: fresh().write(books(), Version::new(closings), events(1)),
    }
}

fn standing_in(at: u64, id: u32, version: u32) -> StandIn {
    StandIn {
        position: Position::new(at),
        stream: stream(id),
        version: Version::new(version),
        name: "thing.summarised".into(),
        schema: 7,
        data: RawValue::from_string(r#"{"much":  "做了很多"}"#.into()).unwrap(),
    }
}

/// Versions 2 to 4 of the first stream leave, and one stands in for them; so do 1 and 3 to 5 of the second.
fn usual() -> Release {
    let stand_ins = vec![standing_in(4, 1, 4), standing_in(11, 2, 5)];
    Release { stand_ins, ..closing(0, 11, &[2, 3, 4, 7, 9, 10, 11], 0) }
}

async fn runs(log: &AnyLog) -> Vec<(u64, u64)> {
    let runs = log.released(Position::START, 100).await.unwrap();
    runs.iter().map(|run| (run.first.get(), run.last.get())).collect()
}

pub(crate) async fn what_is_released_is_gone_and_what_stands_in_is_read_in_its_place(log: AnyLog) {
    let before = twelve(&log).await;
    assert_eq!(log.closed_through().await.unwrap(), Position::START);
    assert_eq!(runs(&log).await, []);

    let appended = log.release(usual()).await.unwrap();
    assert_eq!((appended.last, appended.count, appended.repeated), (Position::new(13), 1, false));
    assert_eq!(log.closed_through().await.unwrap(), Position::new(11));
    assert_eq!(runs(&log).await, [(2, 4), (7, 7), (9, 11)]);
    assert_eq!(log.released(Position::new(2), 1).await.unwrap()[0].first, Position::new(7));

    let after = all(&log).await;
    assert_eq!(positions(&after), [1, 4, 5, 6, 8, 11, 12, 13]);
    let (place, stand_in) = (&before[3], &after[1]);
    assert_eq!((&stand_in.stream, stand_in.version), (&stream(1), Version::new(4)));
    assert_eq!((stand_in.name.as_str(), stand_in.schema), ("thing.summarised", 7));
    assert_eq!(stand_in.data.get(), r#"{"much":  "做了很多"}"#);
    assert_eq!((&stand_in.meta, &stand_in.command), (&place.meta, &place.command));
    assert_eq!((after[7].stream.clone(), after[7].version), (books(), Version::new(1)));

    let first = log.read_stream(&stream(1), Version::NONE, 2).await.unwrap();
    assert_eq!(positions(&first), [1, 4], "a limit counts what is there");
    let rest = log.read_stream(&stream(1), Version::new(2), 10).await.unwrap();
    assert_eq!(positions(&rest), [4, 5, 6], "a version that is gone is a place to go on from");
}

pub(crate) async fn streams_go_on_where_they_were_over_their_holes(log: AnyLog) {
    twelve(&log).await;
    let to_the_end =
        Release { stand_ins: vec![standing_in(6, 1, 6)], ..closing(0, 6, &[1, 2, 3, 4, 5, 6], 0) };
    log.release(to_the_end).await.unwrap();
    let error = append_to(&log, 1, 1, 1).await.unwrap_err();
    assert!(matches!(error, AppendError::Conflict { actual, .. } if actual == Version::new(6)), "{error}");
    append_to(&log, 1, 6, 2).await.unwrap();
    let read = log.read_stream(&stream(1), Version::NONE, 10).await.unwrap();
    assert_eq!(read.iter().map(|event| event.version.get()).collect::<Vec<_>>(), [6, 7, 8]);
    assert_eq!(log.head().await.unwrap(), Position::new(15));
}

pub(crate) async fn a_release_happens_once_and_not_on_books_closed_meanwhile(log: AnyLog) {
    twelve(&log).await;
    let first = usual();
    let appended = log.release(first.clone()).await.unwrap();
    let again = log.release(first.clone()).await.unwrap();
    assert_eq!((again.last, again.count, again.repeated), (appended.last, appended.count, true));

    let mut other = first.clone();
    other.append.fingerprint = [9; 32];
    assert!(matches!(log.release(other).await, Err(AppendError::CommandReused)));
    let mut late = first;
    late.append.command = CommandId::fresh();
    let error = log.release(late).await.unwrap_err();
    assert!(matches!(error, AppendError::Conflict { actual, .. } if actual == Version::new(1)), "{error}");
    assert_eq!(positions(&all(&log).await), [1, 4, 5, 6, 8, 11, 12, 13]);
}

pub(crate) async fn the_next_closing_goes_on_after_the_one_before(log: AnyLog) {
    twelve(&log).await;
    log.release(closing(0, 3, &[2, 3], 0)).await.unwrap();
    let second = Release { stand_ins: vec![standing_in(5, 1, 5)], ..closing(3, 8, &[4, 5, 7], 1) };
    log.release(second).await.unwrap();
    assert_eq!(runs(&log).await, [(2, 3), (4, 5), (7, 7)]);
    assert_eq!(log.closed_through().await.unwrap(), Position::new(8));
    assert_eq!(positions(&all(&log).await), [1, 5, 6, 8, 9, 10, 11, 12, 13, 14]);

    let nothing = closing(8, 10, &[], 2);
    log.release(nothing).await.expect("a closing may find nothing to let go");
    assert_eq!(log.closed_through().await.unwrap(), Position::new(10));
}

pub(crate) async fn answers_are_forgotten_through_the_closing_and_not_beyond(log: AnyLog) {
    let mut commands = Vec::new();
    for version in 0..4 {
        let append = fresh().write(stream(1), Version::new(version * 2), events(2));
        commands.push(append.command.clone());
        log.append(append).await.unwrap();
    }
    // Its second event is beyond the closing, so its answer stays.
    log.release(closing(0, 5, &[2, 3], 0)).await.unwrap();
    let mut known: Vec<Option<(u64, Fingerprint)>> = Vec::new();
    for command in &commands {
        let answer = log.answered(command).await.unwrap();
        known.push(answer.map(|(appended, fingerprint)| (appended.last.get(), fingerprint)));
    }
    assert_eq!(known, [None, None, Some((6, [1; 32])), Some((8, [1; 32]))]);
}

pub(crate) async fn a_follower_goes_over_holes(log: AnyLog) {
    append_to(&log, 1, 0, 700).await.unwrap();
    let leave: Vec<u64> = (11..=640).filter(|position| position % 100 != 0).collect();
    log.release(closing(0, 650, &leave, 0)).await.unwrap();
    let mut expected: Vec<u64> = (1..=701).filter(|position| !leave.contains(position)).collect();
    for after in [0, 300] {
        expected.retain(|position| *position > after);
        let mut seen = Vec::new();
        let mut batches = pin!(follow(log.clone(), Position::new(after)));
        while seen.last() != Some(&701) {
            seen.extend(positions(&batches.next().await.unwrap().unwrap().events));
        }
        assert_eq!(seen, expected);
    }
}

pub(crate) async fn a_release_that_may_not_be_is_refused_whole(log: AnyLog) {
    let before = positions(&twelve(&log).await);
    let stands = |release: Release, stand_ins: Vec<StandIn>| Release { stand_ins, ..release };
    let refused = [
        ("begins elsewhere", closing(1, 11, &[2], 0)),
        ("ends before it begins", closing(0, 11, &[12], 0)),
        ("closes more than there is", closing(0, 13, &[2], 0)),
        ("not there", stands(closing(0, 12, &[12], 0), vec![standing_in(12, 2, 6)])),
        ("unordered", closing(0, 11, &[3, 2], 0)),
        ("twice", closing(0, 11, &[2, 2], 0)),
        ("the start", closing(0, 11, &[0, 2], 0)),
        ("the end of a stream", closing(0, 11, &[5, 6], 0)),
        ("one stands in where nothing leaves", stands(usual(), vec![standing_in(5, 1, 5)])),
        ("of another stream", stands(usual(), vec![standing_in(4, 2, 4)])),
        ("of another version", stands(usual(), vec![standing_in(4, 1, 3)])),
        ("two at one place", stands(usual(), vec![standing_in(4, 1, 4), standing_in(4, 1, 4)])),
    ];
    for (what, release) in refused {
        let error = log.release(release).await.expect_err(what);
        assert!(matches!(error, AppendError::Storage(_)), "{what}: {error}");
        assert_eq!(positions(&all(&log).await), before, "{what}");
        assert_eq!(log.closed_through().await.unwrap(), Position::START, "{what}");
    }
    assert_eq!(runs(&log).await, []);

    log.release(usual()).await.unwrap();
    let gone = Release { positions: vec![Position::new(10)], ..closing(11, 12, &[], 1) };
    assert!(matches!(log.release(gone).await, Err(AppendError::Storage(_))), "let go before");
    append_to(&log, 1, 6, 1).await.expect("appends go on");
}

pub(crate) async fn a_release_tells_a_digest_of_what_it_leaves_behind(log: AnyLog) {
    twelve(&log).await;
    let telling = |release: Release, closings| {
        let told =
            NewEvent::new("books.closed", 1, &serde_json::json!({ "digest": Release::DIGEST })).unwrap();
        Release { append: fresh().write(books(), Version::new(closings), vec![told]), ..release }
    };
    let first = telling(closing(0, 3, &[2, 3], 0), 0);
    let appended = log.release(first.clone()).await.unwrap();
    let again = log.release(first).await.unwrap();
    assert_eq!(
        (again.last, again.repeated),
        (appended.last, true),
        "what was told is no part of what was asked"
    );
    log.release(telling(closing(3, 8, &[4, 7], 1), 1)).await.unwrap();
    log.release(telling(closing(8, 9, &[], 2), 2)).await.unwrap();

    let told = log.read_stream(&books(), Version::NONE, 10).await.unwrap();
    let mut digests: Vec<String> = told.iter().map(digest_in).collect();
    assert!(digests.iter().all(|digest| digest.len() == 64), "{digests:?}");
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), 3, "each is of its own closing");
}

fn digest_in(event: &Recorded) -> String {
    let data: serde_json::Value = serde_json::from_str(event.data.get()).unwrap();
    data["digest"].as_str().unwrap().chars().filter(char::is_ascii_hexdigit).collect()
}
