//! Whatever a log holds, with its books closed wherever they may be: on paper and back it is the same, byte for byte.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use berth_store::exchange::{Options, Span, export, import};
use berth_store::sqlite::{self, SqliteLog};
use berth_store::{
    Append, ClaimChange, CommandId, Log, Meta, NewEvent, Position, Release, StandIn, StreamId, Version,
    verify,
};
use proptest::prelude::*;
use serde_json::value::RawValue;

/// One append: how many events to which streams, what they say, who did it and why.
#[derive(Clone, Debug)]
struct Ask {
    writes: Vec<(u8, u32)>,
    said: String,
    actor: String,
    causation: Option<String>,
    time_ms: i64,
    claims: bool,
    spread: bool,
}

fn asks() -> impl Strategy<Value = Vec<Ask>> {
    let writes = prop::collection::vec((0..4_u8, 1..4_u32), 0..4);
    let ask = (
        writes,
        any::<String>(),
        any::<String>(),
        any::<Option<String>>(),
        -1_000_000_000..4_000_000_000_000_i64,
    )
        .prop_flat_map(|(writes, said, actor, causation, time_ms)| {
            (any::<bool>(), any::<bool>()).prop_map(move |(claims, spread)| Ask {
                writes: writes.clone(),
                said: said.clone(),
                actor: actor.clone(),
                causation: causation.clone(),
                time_ms,
                claims,
                spread,
            })
        });
    prop::collection::vec(ask, 1..20)
}

/// Where the books are closed, in hundredths of the log, and which positions leave.
fn closings() -> impl Strategy<Value = Vec<(u64, Vec<bool>)>> {
    prop::collection::vec((1..100_u64, prop::collection::vec(any::<bool>(), 64)), 0..3)
}

async fn open(directory: &tempfile::TempDir, name: &str) -> SqliteLog {
    SqliteLog::open(&directory.path().join(name), sqlite::Options::default()).await.unwrap()
}

async fn append(log: &SqliteLog, ask: &Ask, number: usize) {
    let meta = Meta {
        time_ms: ask.time_ms,
        actor: ask.actor.clone(),
        correlation: ask.said.clone(),
        causation: ask.causation.clone(),
    };
    let mut append = Append::new(CommandId::fresh(), [7; 32], meta);
    for (id, count) in &ask.writes {
        let stream = StreamId::new("thing", id);
        let same = append.writes.iter().filter(|write| write.stream == stream);
        let written = same.fold(Version::NONE, |version, write| {
            write.events.iter().fold(version, |version, _| version.next())
        });
        let head = log.read_stream(&stream, Version::NONE, 10_000).await.unwrap();
        let head = head.last().map_or(0, |event| event.version.get());
        let text = serde_json::to_string(&ask.said).unwrap();
        let data = if ask.spread { format!("[\n {text},\r\n 1.50 ]") } else { text };
        let event =
            NewEvent { name: "thing.said".into(), schema: 2, data: RawValue::from_string(data).unwrap() };
        append = append.write(stream, Version::new(head + written.get()), vec![event; *count as usize]);
    }
    if ask.claims {
        let owner = StreamId::new("thing", number);
        append.claims.push(ClaimChange::Take { space: "name", key: format!("{}-{number}", ask.said), owner });
        // Nobody has followed a log further than it goes.
        let followed = log.head().await.unwrap().min(Position::new(number as u64));
        append.checkpoint = Some((format!("follower-{}", number % 2), followed));
    }
    log.append(append).await.unwrap();
}

/// Leaves out what may not leave, and lets one stand in where a stream would end earlier.
async fn close(log: &SqliteLog, hundredths: u64, leave: &[bool], number: u32) {
    let after = log.closed_through().await.unwrap();
    let head = log.head().await.unwrap();
    let through = Position::new(after.get() + (head.get() - after.get()) * hundredths / 100);
    let events = log.read(after, 10_000).await.unwrap();
    let leaving: Vec<_> = events
        .iter()
        .filter(|event| {
            event.position <= through && leave[usize::try_from(event.position.get()).unwrap() % leave.len()]
        })
        .collect();
    let mut ends = std::collections::BTreeMap::new();
    for event in &leaving {
        ends.insert(event.stream.clone(), *event);
    }
    let mut stand_ins: Vec<_> = ends
        .into_values()
        .map(|event| StandIn {
            position: event.position,
            stream: event.stream.clone(),
            version: event.version,
            name: "thing.summarised".into(),
            schema: 1,
            data: RawValue::from_string("{\"n\":1}".into()).unwrap(),
        })
        .collect();
    stand_ins.sort_by_key(|stand_in| stand_in.position);
    let tells = NewEvent::new("books.closed", 1, &through).unwrap();
    let append = Append::new(CommandId::fresh(), [1; 32], Meta::default());
    let append = append.write(StreamId::new("books", "books"), Version::new(number), vec![tells]);
    let positions = leaving.iter().map(|event| event.position).collect();
    log.release(Release { after, through, positions, stand_ins, append }).await.unwrap();
}

async fn written(log: &SqliteLog) -> Vec<u8> {
    let mut file = Vec::new();
    let options = Options { redact: None, ground: true };
    export(log, Span::default(), options, &mut file, &mut |_| ()).await.unwrap();
    file
}

async fn run(asks: &[Ask], closings: &[(u64, Vec<bool>)]) {
    let directory = tempfile::tempdir().unwrap();
    let (from, to) = (open(&directory, "from.db").await, open(&directory, "to.db").await);
    for (number, ask) in asks.iter().enumerate() {
        append(&from, ask, number).await;
    }
    for ((hundredths, leave), number) in closings.iter().zip(0..) {
        close(&from, *hundredths, leave, number).await;
    }
    let file = written(&from).await;
    import(&to, &mut &file[..], false, &mut |_| ()).await.unwrap();
    assert_eq!(String::from_utf8(written(&to).await).unwrap(), String::from_utf8(file).unwrap());
    for log in [&from, &to] {
        let report = verify(log, |_| ()).await;
        assert!(report.is_clean(), "{report:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_log_is_the_same_on_paper_and_back(asks in asks(), closings in closings()) {
        tokio::runtime::Runtime::new().unwrap().block_on(run(&asks, &closings));
    }
}
