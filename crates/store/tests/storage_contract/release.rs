//! What closings tell of what they left behind, and that it holds wherever the log goes.

use berth_store::exchange::Span;
use berth_store::{
    Closing, NewEvent, Position, Recorded, Release, StandIn, Version, released_digest, verify,
    verify_closings,
};
use serde_json::json;
use serde_json::value::to_raw_value;

use super::exchange::{AnyStorage, read, written};
use crate::contract::{AnyLog, append_to, fresh, stream};

/// Of twenty events in one stream four leave, twice, and each time one stands in.
async fn close_twice(storage: &AnyStorage) {
    for closings in 0..2 {
        close(storage, closings).await;
    }
}

async fn close(storage: &AnyStorage, closings: u32) {
    let after = u64::from(closings) * 8;
    let stand_in = StandIn {
        position: Position::new(after + 6),
        stream: stream(1),
        version: Version::new(closings * 8 + 6),
        name: "thing.summarised".into(),
        schema: 1,
        data: to_raw_value(&json!({ "closings": closings })).unwrap(),
    };
    let told = NewEvent::new("books.closed", 1, &json!({ "digest": Release::DIGEST })).unwrap();
    let release = Release {
        after: Position::new(after),
        through: Position::new(after + 8),
        positions: [2, 4, 5, 6].map(|at| Position::new(after + at)).to_vec(),
        stand_ins: vec![stand_in],
        append: fresh().write(stream("books"), Version::new(closings), vec![told]),
    };
    storage.release(release).await.unwrap();
}

async fn told(storage: &AnyStorage) -> Vec<Closing> {
    let events = storage.read_stream(&stream("books"), Version::NONE, 10).await.unwrap();
    let closing = |(number, event): (u64, &Recorded)| {
        let data: serde_json::Value = serde_json::from_str(event.data.get()).unwrap();
        let digest = data["digest"].as_str().unwrap().to_owned();
        Closing { after: Position::new(number * 8), through: Position::new(number * 8 + 8), digest }
    };
    (0..).zip(&events).map(closing).collect()
}

async fn assert_sound(storage: &AnyStorage) {
    let report = verify(&**storage, |_| ()).await;
    assert!(report.is_clean(), "{report:?}");
    assert_eq!(verify_closings(&**storage, &told(storage).await).await.unwrap(), []);
}

pub(crate) async fn what_a_closing_told_is_what_is_stored_here_and_where_it_is_imported(
    from: AnyStorage,
    to: AnyStorage,
) {
    append_to(&(from.clone() as AnyLog), 1, 0, 20).await.unwrap();
    close_twice(&from).await;
    read(&to, &written(&from, Span::default()).await).await.unwrap();
    for storage in [&from, &to] {
        let closings = told(storage).await;
        assert_eq!(closings.len(), 2);
        for Closing { after, through, digest } in closings {
            assert_eq!(released_digest(&**storage, after, through).await.unwrap().to_string(), digest);
        }
        assert_sound(storage).await;
    }
}

pub(crate) async fn what_archives_brought_back_need_not_be_told(from: AnyStorage, to: AnyStorage) {
    append_to(&(from.clone() as AnyLog), 1, 0, 20).await.unwrap();
    let archive = written(&from, Span { after: Position::START, through: Some(Position::new(16)) }).await;
    close_twice(&from).await;
    let rest = written(&from, Span::default()).await;
    read(&to, &archive).await.unwrap();
    read(&to, &rest).await.unwrap();
    assert_eq!(to.released(Position::START, 9).await.unwrap(), []);
    assert_sound(&to).await;
}
