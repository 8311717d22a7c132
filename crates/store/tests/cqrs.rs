//! The framework of `cqrs-es` itself, on this log.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use berth_store::cqrs::{Repository, Upcasters, recordable, serialized};
use berth_store::sqlite::{Options, SqliteLog};
use berth_store::{Log, Position, verify};
use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::{
    EventUpcaster, PersistedEventRepository, PersistedEventStore, QueryReplay, SemanticVersionEventUpcaster,
    SerializedEvent,
};
use cqrs_es::{Aggregate, AggregateError, CqrsFramework, DomainEvent, EventEnvelope, EventStore, Query};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Default, Serialize, Deserialize)]
struct Counter {
    total: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Added {
    by: u32,
}

impl DomainEvent for Added {
    fn event_type(&self) -> String {
        "counter.added".into()
    }

    fn event_version(&self) -> String {
        "2".into()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the counter is full")]
struct Full;

impl Aggregate for Counter {
    const TYPE: &'static str = "counter";
    type Command = u32;
    type Event = Added;
    type Error = Full;
    type Services = ();

    async fn handle(&mut self, by: u32, (): &(), sink: &EventSink<Self>) -> Result<(), Full> {
        if self.total + by > 100 {
            return Err(Full);
        }
        sink.write(Added { by }, self).await;
        Ok(())
    }

    fn apply(&mut self, event: Added) {
        self.total += event.by;
    }
}

type Store = PersistedEventStore<Repository, Counter>;
type Seen = Arc<Mutex<Vec<(String, usize, u32)>>>;

#[derive(Clone, Default)]
struct Watcher(Seen);

#[async_trait]
impl Query<Counter> for Watcher {
    async fn dispatch(&self, id: &str, events: &[EventEnvelope<Counter>]) {
        let seen = events.iter().map(|event| (id.to_owned(), event.sequence, event.payload.by));
        self.0.lock().unwrap().extend(seen);
    }
}

struct World {
    log: SqliteLog,
    repository: Repository,
    _directory: tempfile::TempDir,
}

async fn world() -> World {
    let directory = tempfile::tempdir().unwrap();
    let log = SqliteLog::open(&directory.path().join("log.db"), Options::default()).await.unwrap();
    World { repository: Repository::new(Arc::new(log.clone())), log, _directory: directory }
}

impl World {
    fn store(&self) -> Store {
        PersistedEventStore::new_event_store(self.repository.clone())
    }
}

#[tokio::test]
async fn its_framework_runs_on_the_log_and_its_queries_replay_from_it() {
    let world = world().await;
    let framework = CqrsFramework::new(world.store(), Vec::new(), ());
    let metadata = HashMap::from([("actor".to_owned(), "me".to_owned())]);
    framework.execute("a", 1).await.unwrap();
    framework.execute_with_metadata("b", 2, metadata).await.unwrap();
    framework.execute("a", 39).await.unwrap();
    let refused = framework.execute("a", 61).await.unwrap_err();
    assert!(matches!(refused, AggregateError::UserError(Full)));

    let recorded = world.log.read(Position::START, 10).await.unwrap();
    assert_eq!(
        (recorded[1].stream.to_string().as_str(), recorded[1].meta.actor.as_str()),
        ("counter/b", "me")
    );
    assert_eq!(
        (recorded[2].name.as_str(), recorded[2].schema, recorded[2].data.get()),
        ("counter.added", 2, r#"{"by":39}"#)
    );
    assert!(verify(&world.log, |_| ()).await.is_clean());

    let all = Watcher::default();
    QueryReplay::new(world.repository.clone(), all.clone()).replay_all().await.unwrap();
    let expected = [("a".into(), 1, 1), ("b".into(), 1, 2), ("a".into(), 2, 39)];
    assert_eq!(*all.0.lock().unwrap(), expected, "in the order in which it happened");
    let one = Watcher::default();
    QueryReplay::new(world.repository, one.clone()).replay("a").await.unwrap();
    assert_eq!(*one.0.lock().unwrap(), [("a".into(), 1, 1), ("a".into(), 2, 39)]);
}

#[tokio::test]
async fn a_commit_on_an_old_state_is_its_optimistic_conflict() {
    let world = world().await;
    let store = world.store();
    let early = store.load_aggregate("a").await.unwrap();
    let late = store.load_aggregate("a").await.unwrap();
    store.commit(vec![Added { by: 1 }], early, HashMap::new()).await.unwrap();
    let error = store.commit(vec![Added { by: 2 }], late, HashMap::new()).await.unwrap_err();
    assert!(matches!(error, AggregateError::AggregateConflict), "{error}");
    assert_eq!(store.load_events("a").await.unwrap().len(), 1);
}

#[tokio::test]
async fn its_snapshots_which_count_twice_are_refused_and_nothing_is_written() {
    let world = world().await;
    let store: Store = PersistedEventStore::new_snapshot_store(world.repository.clone(), 1);
    let framework = CqrsFramework::new(store, Vec::new(), ());
    assert!(framework.execute("a", 1).await.is_err());
    assert_eq!(world.log.head().await.unwrap(), Position::START);
}

fn old_event(metadata: Value) -> SerializedEvent {
    let (id, kind, name) = ("a".into(), "counter".into(), "counter.added".into());
    SerializedEvent::new(id, 1, kind, name, "1".into(), json!({ "amount": 5 }), metadata)
}

/// Version 1 said `amount`.
fn renaming() -> Box<dyn EventUpcaster> {
    let rename = |payload: Value| json!({ "by": payload["amount"] });
    Box::new(SemanticVersionEventUpcaster::new("counter.added", "2", Box::new(rename)))
}

#[tokio::test]
async fn old_events_are_lifted_on_read_by_its_store_and_by_ours() {
    let world = world().await;
    world.repository.persist::<Counter>(&[old_event(json!({}))], None).await.unwrap();

    let store = world.store().with_upcasters(vec![renaming()]);
    assert_eq!(store.load_events("a").await.unwrap()[0].payload, Added { by: 5 });

    let doubling = |payload: Value| json!({ "by": payload["by"].as_u64().unwrap() * 2 });
    let doubled = SemanticVersionEventUpcaster::new("counter.added", "3", Box::new(doubling));
    let chain = Upcasters::new(vec![renaming(), Box::new(doubled)]);
    let old = world.log.read(Position::START, 1).await.unwrap().remove(0);
    let lifted = chain.lift_recorded(old.clone()).unwrap();
    assert_eq!(
        (lifted.schema, lifted.data.get()),
        (3, r#"{"by":10}"#),
        "each takes what the one before made"
    );
    assert_eq!((old.schema, old.data.get()), (1, r#"{"amount":5}"#), "the log itself is never changed");
}

#[tokio::test]
async fn an_event_goes_into_its_words_and_back_and_nothing_is_lost_silently() {
    let metadata = json!({ "actor": "me", "correlation": "c", "time_ms": "17", "causation": "9" });
    let world = world().await;
    world.repository.persist::<Counter>(&[old_event(metadata.clone())], None).await.unwrap();
    let recorded = world.log.read(Position::START, 1).await.unwrap().remove(0);
    assert_eq!(serialized(&recorded).unwrap(), old_event(metadata));

    assert!(recordable(&old_event(json!({ "colour": "blue" }))).is_err(), "the log has no place for it");
    let finer = SerializedEvent { event_version: "1.2".into(), ..old_event(json!({})) };
    assert!(recordable(&finer).is_err());
    let zeroth = SerializedEvent { sequence: 0, ..old_event(json!({})) };
    assert!(recordable(&zeroth).is_err());
}
