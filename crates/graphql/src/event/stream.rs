//! A page of one stream's events. A stream can be read by itself, so nothing of the rest of the log is.

use async_graphql::{Context, Result};
use berth_store::{Position, ReadError, Recorded, StreamId, Version};

use super::{
    object::Event,
    scan::{Found, MOST, STEP, paged, place},
};
use crate::shared::{
    caller::language,
    context::log,
    fault,
    page::{PageInfo, Paged},
};

pub(super) async fn page(
    ctx: &Context<'_>,
    stream: &str,
    count: u32,
    after: Option<String>,
    admits: impl Fn(&Recorded) -> bool,
) -> Result<Paged<Event>> {
    let of_log = |error| fault::of_log(language(ctx), &error);
    let after = place(ctx, after.as_deref())?.unwrap_or(Position::START);
    let head = log(ctx).head().await.map_err(of_log)?;
    let Ok(stream) = StreamId::parse(stream) else {
        return Ok(Paged { items: Vec::new(), info: PageInfo::default(), total: None, position: head });
    };
    let found = forward(ctx, &stream, after, count as usize, admits).await.map_err(of_log)?;
    Ok(paged(found, false, after > Position::START, head))
}

async fn forward(
    ctx: &Context<'_>,
    stream: &StreamId,
    after: Position,
    count: usize,
    admits: impl Fn(&Recorded) -> bool,
) -> Result<Found, ReadError> {
    let mut reached = version_at(ctx, stream, after).await?;
    let (mut events, mut seen) = (Vec::new(), 0);
    loop {
        let read = log(ctx).read_stream(stream, reached, STEP).await?;
        let exhausted = read.len() < STEP as usize;
        let last = read.last().map(|event| (event.version, event.position));
        seen += read.len() as u64;
        events.extend(read.into_iter().filter(|event| event.position > after && admits(event)));
        if exhausted || events.len() > count {
            let more = events.len() > count;
            events.truncate(count);
            return Ok(Found { events, more, stopped_at: None });
        }
        let Some((version, position)) = last else { continue };
        reached = version;
        if seen >= MOST {
            return Ok(Found { events, more: true, stopped_at: Some(position) });
        }
    }
}

/// Where in the stream to begin. A cursor of this list is the position of one of the stream's events, which says its version; from any
/// other position the stream is read from its beginning.
async fn version_at(ctx: &Context<'_>, stream: &StreamId, after: Position) -> Result<Version, ReadError> {
    if after == Position::START {
        return Ok(Version::default());
    }
    let before = Position::new(after.get() - 1);
    let found = log(ctx).read(before, 1).await?;
    let own = found.first().filter(|event| event.position == after && event.stream == *stream);
    Ok(own.map(|event| event.version).unwrap_or_default())
}
