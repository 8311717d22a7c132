//! A page of events, read from the log itself. The log has no index but its positions, so what a filter leaves out is read as well.

use async_graphql::{Context, Result};
use berth_store::{Position, Recorded};

use crate::shared::{
    caller::language,
    context::log,
    fault,
    page::{End, PageInfo, Paged},
};

use super::object::Event;

/// Events read at once.
pub(super) const STEP: u32 = 512;
/// Events read for one page at most. A page that stops here says that there is more, and from where to go on.
pub(super) const MOST: u64 = 100_000;

/// What was found, in the order of the log.
pub(super) struct Found {
    pub(super) events: Vec<Recorded>,
    /// Matching or unread events are left in the direction of reading.
    pub(super) more: bool,
    /// How far was read, when it stopped before it had enough.
    pub(super) stopped_at: Option<Position>,
}

pub(super) async fn page(
    ctx: &Context<'_>,
    end: End,
    admits: impl Fn(&Recorded) -> bool,
) -> Result<Paged<Event>> {
    let head = log(ctx).head().await.map_err(|error| fault::of_log(language(ctx), &error))?;
    let (found, backward, cut) = match end {
        End::Front { count, after } => {
            let from = place(ctx, after.as_deref())?.unwrap_or(Position::START);
            (forward(ctx, from, count as usize, admits).await?, false, from > Position::START)
        }
        End::Back { count, before } => {
            let before = place(ctx, before.as_deref())?.unwrap_or(head.next());
            (backward(ctx, before, count as usize, admits).await?, true, before <= head)
        }
    };
    Ok(paged(found, backward, cut, head))
}

async fn forward(
    ctx: &Context<'_>,
    after: Position,
    count: usize,
    admits: impl Fn(&Recorded) -> bool,
) -> Result<Found> {
    let (mut events, mut reached) = (Vec::new(), after);
    loop {
        let read = read(ctx, reached, STEP).await?;
        let exhausted = read.len() < STEP as usize;
        reached = read.last().map_or(reached, |event| event.position);
        events.extend(read.into_iter().filter(&admits));
        if exhausted || events.len() > count {
            let more = events.len() > count;
            events.truncate(count);
            return Ok(Found { events, more, stopped_at: None });
        }
        if reached.get() - after.get() >= MOST {
            return Ok(Found { events, more: true, stopped_at: Some(reached) });
        }
    }
}

async fn backward(
    ctx: &Context<'_>,
    before: Position,
    count: usize,
    admits: impl Fn(&Recorded) -> bool,
) -> Result<Found> {
    // Newest first, until the end.
    let (mut events, mut reached) = (Vec::new(), before);
    while reached.get() > 1 && events.len() <= count {
        if before.get() - reached.get() >= MOST {
            events.reverse();
            return Ok(Found { events, more: true, stopped_at: Some(reached) });
        }
        let from = Position::new(reached.get().saturating_sub(u64::from(STEP) + 1));
        let span = u32::try_from(reached.get() - from.get() - 1).unwrap_or(STEP);
        let read = read(ctx, from, span).await?;
        events.extend(read.into_iter().filter(|event| event.position < reached).rev().filter(&admits));
        reached = from.next();
    }
    let more = events.len() > count;
    events.truncate(count);
    events.reverse();
    Ok(Found { events, more, stopped_at: None })
}

async fn read(ctx: &Context<'_>, after: Position, limit: u32) -> Result<Vec<Recorded>> {
    log(ctx).read(after, limit).await.map_err(|error| fault::of_log(language(ctx), &error))
}

/// A cursor is a position.
pub(super) fn place(ctx: &Context<'_>, cursor: Option<&str>) -> Result<Option<Position>> {
    let wrong = |_| fault::bad_query(language(ctx), &fault::wrong_cursor());
    cursor.map(|text| text.parse().map_err(wrong)).transpose()
}

pub(super) fn paged(found: Found, backward: bool, cut: bool, head: Position) -> Paged<Event> {
    let (first, last) =
        (found.events.first().map(|event| event.position), found.events.last().map(|event| event.position));
    let (start, end) =
        if backward { (found.stopped_at.or(first), last) } else { (first, found.stopped_at.or(last)) };
    let info = PageInfo {
        has_next_page: if backward { cut } else { found.more },
        has_previous_page: if backward { found.more } else { cut },
        start_cursor: start.map(|position| position.to_string()),
        end_cursor: end.map(|position| position.to_string()),
    };
    let cursors: Vec<String> = found.events.iter().map(|event| event.position.to_string()).collect();
    let items = cursors.into_iter().zip(Event::of_rows(found.events)).collect();
    Paged { items, info, total: None, position: head }
}
