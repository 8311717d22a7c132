//! A stream, read whole from the log and folded by the domain.

use std::sync::Arc;

use async_graphql::{Context, Result};
use berth_domain::{
    Text, Timestamp,
    replay::{Fact, History, Point, Unreplayable},
};
use berth_store::{Log, Position, Recorded, StreamId, Version};

use super::point::is_beyond;
use crate::shared::{
    caller::language,
    context::log,
    fault::{self, internal},
    turns,
};

/// Events read at once.
const STEP: u32 = 512;
/// Of a longer history only the beginning is replayed: all of it is held in memory.
const MOST: usize = 300_000;

/// A stream's events and what they fold to.
pub(super) struct Replay {
    pub(super) events: Vec<Recorded>,
    pub(super) history: History,
}

/// Reads a stream as far as these points need and folds it away from the threads that serve others. `None` when there is no such
/// stream.
pub(super) async fn with<T: Send + 'static>(
    ctx: &Context<'_>,
    stream: &str,
    points: &[Point],
    ask: impl FnOnce(&Replay) -> T + Send + 'static,
) -> Result<Option<T>> {
    let Ok(stream) = StreamId::parse(stream) else { return Ok(None) };
    let _turn = turns::at_replaying(ctx).await;
    let events = read(ctx, &stream, points).await?;
    if events.is_empty() {
        return Ok(None);
    }
    let folding = tokio::task::spawn_blocking(move || fold(&stream, events).map(|replay| ask(&replay)));
    match folding.await {
        Ok(Ok(answer)) => Ok(Some(answer)),
        Ok(Err(unreplayable)) => Err(fault::bad_input(language(ctx), &in_words(&unreplayable))),
        Err(panicked) => Err(internal(language(ctx), &panicked)),
    }
}

async fn read(ctx: &Context<'_>, stream: &StreamId, points: &[Point]) -> Result<Vec<Recorded>> {
    let log: Arc<dyn Log> = log(ctx);
    let (mut events, mut reached) = (Vec::new(), Version::default());
    loop {
        let read = log.read_stream(stream, reached, STEP).await;
        let read = read.map_err(|error| fault::of_log(language(ctx), &error))?;
        let exhausted = read.len() < STEP as usize;
        events.extend(read);
        let Some(last) = events.last() else { return Ok(events) };
        reached = last.version;
        // One event beyond tells what follows the point.
        if exhausted || points.iter().all(|point| is_beyond(*point, last)) {
            return Ok(events);
        }
        if events.len() > MOST {
            return Err(fault::bad_input(language(ctx), &too_long()));
        }
    }
}

fn fold(stream: &StreamId, events: Vec<Recorded>) -> Result<Replay, Unreplayable> {
    let facts: Vec<Fact<'_>> = events.iter().map(fact).collect();
    let history = History::read(stream.kind(), &facts)?;
    drop(facts);
    Ok(Replay { events, history })
}

fn fact(event: &Recorded) -> Fact<'_> {
    Fact {
        version: event.version.get(),
        position: event.position.get(),
        at: Timestamp::from_millis(event.meta.time_ms),
        name: &event.name,
        schema: event.schema,
        data: &event.data,
    }
}

/// Where a point lies among the events that are left.
pub(super) struct Place {
    /// The last event before it.
    pub(super) before: Option<usize>,
    /// Events of the stream were released right behind that one, so it is not known which of them the point comes after.
    pub(super) released_behind: bool,
}

impl Replay {
    pub(super) fn place(&self, point: Point) -> Place {
        let folded = self.history.at(point).events;
        let before = folded.checked_sub(1);
        let version = before.map_or(0, |index| self.events[index].version.get());
        let next = self.events.get(folded).map_or(version + 1, |event| event.version.get());
        Place { before, released_behind: next != version + 1 && !is_exact(point, self.event(before)) }
    }

    pub(super) fn event(&self, index: Option<usize>) -> Option<&Recorded> {
        self.events.get(index?)
    }
}

fn is_exact(point: Point, event: Option<&Recorded>) -> bool {
    let (version, position) = event.map_or((0, 0), |event| (event.version.get(), event.position.get()));
    match point {
        Point::Version(wanted) => wanted == version,
        Point::Position(wanted) => wanted == position,
        Point::At(_) | Point::Head => false,
    }
}

/// Whether a point that lies before a hole in its stream lies within it: then nobody knows the state there.
pub(super) async fn is_lost(ctx: &Context<'_>, point: Point, behind: Position) -> Result<bool> {
    let Point::Position(wanted) = point else { return Ok(true) };
    let runs = log(ctx).released(behind, 1).await.map_err(|error| fault::of_log(language(ctx), &error))?;
    Ok(runs.first().is_some_and(|run| run.first.get() <= wanted))
}

fn too_long() -> Text {
    Text::new(
        format!("this history is longer than {MOST} events; ask for an earlier point"),
        format!("该历史超过 {MOST} 个事件；请指定更早的时间点"),
    )
}

fn in_words(error: &Unreplayable) -> Text {
    match error {
        Unreplayable::NoSuchKind { kind } => Text::new(
            format!(
                "nothing is known of how streams of the kind {kind:?} change, so they cannot be replayed"
            ),
            format!("不了解 {kind:?} 类事件流的规则，无法重放"),
        ),
        Unreplayable::Unreadable { version, position, source } => Text::new(
            format!(
                "version {version}, at position {position}, cannot be read, so nothing behind it can be replayed: {source}"
            ),
            format!("位置 {position} 的第 {version} 版事件无法读取，其后的历史无法重放：{source}"),
        ),
    }
}
