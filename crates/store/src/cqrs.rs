//! The log in the words of `cqrs-es`: its serialised events, its upcasters, and its repository for its own
//! framework.
//!
//! Not for our own write side, which needs what `cqrs-es` lacks (positions, group commit, command ids); for
//! its test framework and other people's tools.

use std::sync::Arc;

use cqrs_es::Aggregate;
use cqrs_es::persist::{
    EventUpcaster, PersistedEventRepository, PersistenceError, ReplayFeed, ReplayStream, SerializedEvent,
    SerializedSnapshot,
};
use serde_json::{Map, Value};

use crate::{
    Append, AppendError, CommandId, Log, Meta, NewEvent, Position, ReadError, Recorded, StreamId,
    StreamWrite, Version,
};

const READ_AT_ONCE: u32 = 512;
/// Events buffered between the log and whoever replays.
const REPLAY_QUEUE: usize = 64;

/// A chain that lifts old events to their present shape. Each upcaster takes what the one before made.
#[derive(Default)]
pub struct Upcasters(Vec<Box<dyn EventUpcaster>>);

impl Upcasters {
    pub fn new(chain: Vec<Box<dyn EventUpcaster>>) -> Self {
        Self(chain)
    }

    /// Folds the chain ourselves: what `cqrs-es` has for it is private.
    pub fn lift(&self, event: SerializedEvent) -> SerializedEvent {
        self.0.iter().fold(event, |event, upcaster| {
            if upcaster.can_upcast(&event.event_type, &event.event_version) {
                upcaster.upcast(event)
            } else {
                event
            }
        })
    }

    /// An event as it would be written today. Its command and place in the log are the recorded one's.
    pub fn lift_recorded(&self, recorded: Recorded) -> Result<Recorded, PersistenceError> {
        let lifted = self.lift(serialized(&recorded)?);
        Ok(Recorded {
            name: lifted.event_type,
            schema: schema_of(&lifted.event_version)?,
            data: serde_json::value::to_raw_value(&lifted.payload)?,
            ..recorded
        })
    }
}

/// An event in the words of `cqrs-es`. The stream's kind is the aggregate's type; the schema is the event's
/// version.
pub fn serialized(recorded: &Recorded) -> Result<SerializedEvent, PersistenceError> {
    Ok(SerializedEvent::new(
        recorded.stream.id().to_owned(),
        recorded.version.get() as usize,
        recorded.stream.kind().to_owned(),
        recorded.name.clone(),
        recorded.schema.to_string(),
        serde_json::from_str(recorded.data.get())?,
        metadata_of(&recorded.meta),
    ))
}

/// The stream, expected version, event and surroundings that a `SerializedEvent` stands for.
///
/// Refuses metadata that the log has no place for, rather than lose it.
pub fn recordable(event: &SerializedEvent) -> Result<(StreamId, Version, NewEvent, Meta), PersistenceError> {
    let stream = stream_of(&event.aggregate_type, &event.aggregate_id)?;
    let before = event.sequence.checked_sub(1).and_then(|before| u32::try_from(before).ok());
    let expected = Version::new(before.ok_or_else(|| unknown("a sequence counts from 1"))?);
    let data = serde_json::value::to_raw_value(&event.payload)?;
    let new =
        NewEvent { name: event.event_type.clone().into(), schema: schema_of(&event.event_version)?, data };
    Ok((stream, expected, new, meta_of(&event.metadata)?))
}

/// The log as `cqrs-es` wants its event repository. Any back-end will do.
#[derive(Clone)]
pub struct Repository {
    log: Arc<dyn Log>,
}

impl Repository {
    pub fn new(log: Arc<dyn Log>) -> Self {
        Self { log }
    }

    async fn events_after(
        &self,
        stream: &StreamId,
        mut after: Version,
    ) -> Result<Vec<SerializedEvent>, PersistenceError> {
        let mut events = Vec::new();
        loop {
            let read = self.log.read_stream(stream, after, READ_AT_ONCE).await.map_err(read_error)?;
            for recorded in &read {
                events.push(serialized(recorded)?);
                after = recorded.version;
            }
            if read.len() < READ_AT_ONCE as usize {
                return Ok(events);
            }
        }
    }

    /// Everything of one kind, in the log's order: not, as `cqrs-es`' own repositories do, all first events
    /// before all second ones.
    fn replay(&self, kind: &'static str) -> ReplayStream {
        let (feed, stream) = ReplayStream::new(REPLAY_QUEUE);
        tokio::spawn(feed_all(self.log.clone(), kind, feed));
        stream
    }
}

/// Ends when everything was fed, when the reader went away, or after an error, which is fed as well.
async fn feed_all(log: Arc<dyn Log>, kind: &'static str, mut feed: ReplayFeed) {
    let mut after = Position::START;
    loop {
        let read = match log.read(after, READ_AT_ONCE).await {
            Ok(read) => read,
            Err(error) => return drop(feed.push(Err(read_error(error))).await),
        };
        let Some(last) = read.last() else { return };
        after = last.position;
        for recorded in read.iter().filter(|recorded| recorded.stream.kind() == kind) {
            if feed.push(serialized(recorded)).await.is_err() {
                return;
            }
        }
    }
}

impl PersistedEventRepository for Repository {
    async fn get_events<A: Aggregate>(&self, id: &str) -> Result<Vec<SerializedEvent>, PersistenceError> {
        self.events_after(&stream_of(A::TYPE, id)?, Version::NONE).await
    }

    async fn get_last_events<A: Aggregate>(
        &self,
        id: &str,
        last_sequence: usize,
    ) -> Result<Vec<SerializedEvent>, PersistenceError> {
        let after =
            u32::try_from(last_sequence).map_err(|error| PersistenceError::UnknownError(error.into()))?;
        self.events_after(&stream_of(A::TYPE, id)?, Version::new(after)).await
    }

    /// Always none: `cqrs-es` 0.5 applies events twice to the snapshots it makes, so this repository keeps
    /// none for it.
    async fn get_snapshot<A: Aggregate>(
        &self,
        _id: &str,
    ) -> Result<Option<SerializedSnapshot>, PersistenceError> {
        Ok(None)
    }

    async fn persist<A: Aggregate>(
        &self,
        events: &[SerializedEvent],
        snapshot_update: Option<(String, Value, usize)>,
    ) -> Result<(), PersistenceError> {
        if snapshot_update.is_some() {
            // Its snapshot store counts every event of a commit twice (10 increments load as 13): refused,
            // not kept wrong.
            return Err(unknown(
                "cqrs-es snapshots are not kept: use its event store, or the log's own snapshots",
            ));
        }
        let Some(append) = append_of(events)? else { return Ok(()) };
        match self.log.append(append).await {
            Ok(_) => Ok(()),
            Err(AppendError::Conflict { .. }) => Err(PersistenceError::OptimisticLockError),
            Err(error) => Err(PersistenceError::ConnectionError(error.into())),
        }
    }

    async fn stream_events<A: Aggregate>(&self, id: &str) -> Result<ReplayStream, PersistenceError> {
        let events = self.get_events::<A>(id).await?;
        let (mut feed, stream) = ReplayStream::new(REPLAY_QUEUE);
        tokio::spawn(async move {
            for event in events {
                if feed.push(Ok(event)).await.is_err() {
                    return;
                }
            }
        });
        Ok(stream)
    }

    async fn stream_all_events<A: Aggregate>(&self) -> Result<ReplayStream, PersistenceError> {
        Ok(self.replay(A::TYPE))
    }
}

/// One append of all of them, under a fresh command id: `cqrs-es` has no word for a repeat.
fn append_of(events: &[SerializedEvent]) -> Result<Option<Append>, PersistenceError> {
    let mut append: Option<Append> = None;
    for event in events {
        let (stream, expected, new, meta) = recordable(event)?;
        let append = append.get_or_insert_with(|| Append::new(CommandId::fresh(), [0; 32], meta));
        match append.writes.last_mut() {
            Some(write) if write.stream == stream => write.events.push(new),
            _ => append.writes.push(StreamWrite { stream, expected, events: vec![new] }),
        }
    }
    Ok(append)
}

fn stream_of(kind: &str, id: &str) -> Result<StreamId, PersistenceError> {
    StreamId::parse(&format!("{kind}/{id}")).map_err(|error| PersistenceError::UnknownError(error.into()))
}

/// `1`, `1.0` and `1.0.0` are schema 1; a finer version would be lost, so it is refused.
fn schema_of(version: &str) -> Result<u16, PersistenceError> {
    let whole = version.trim_end_matches(".0");
    whole.parse().map_err(|_| unknown("an event's version is a whole number"))
}

fn metadata_of(meta: &Meta) -> Value {
    let mut map = Map::new();
    map.insert("time_ms".into(), meta.time_ms.to_string().into());
    map.insert("actor".into(), meta.actor.clone().into());
    map.insert("correlation".into(), meta.correlation.clone().into());
    if let Some(causation) = &meta.causation {
        map.insert("causation".into(), causation.clone().into());
    }
    Value::Object(map)
}

fn meta_of(metadata: &Value) -> Result<Meta, PersistenceError> {
    let mut meta = Meta::default();
    let fields = metadata.as_object().ok_or_else(|| unknown("metadata is an object"))?;
    for (key, value) in fields {
        let text = value.as_str().ok_or_else(|| unknown("metadata values are texts"))?;
        match key.as_str() {
            "time_ms" => meta.time_ms = text.parse().map_err(|_| unknown("metadata time_ms is a number"))?,
            "actor" => text.clone_into(&mut meta.actor),
            "correlation" => text.clone_into(&mut meta.correlation),
            "causation" => meta.causation = Some(text.to_owned()),
            _ => {
                return Err(unknown(
                    "metadata holds a key other than time_ms, actor, correlation, causation",
                ));
            }
        }
    }
    Ok(meta)
}

fn unknown(what: &'static str) -> PersistenceError {
    PersistenceError::UnknownError(what.into())
}

fn read_error(error: ReadError) -> PersistenceError {
    match error {
        ReadError::Storage(_) => PersistenceError::ConnectionError(error.into()),
        ReadError::Corrupt { .. } => PersistenceError::DeserializationError(error.into()),
    }
}
