//! Closes the books by itself: a while after the start, then once a day.

use std::time::Duration;

use super::{Books, Closing, Trust, watch::Look};
use crate::order::{Denied, Order};

/// The start has enough to do.
const FIRST_AFTER: Duration = Duration::from_mins(10);
const DAY: Duration = Duration::from_hours(24);
/// Later by at most this each day, so that many nodes do not close at once.
const JITTER_S: u64 = 3_600;
/// How often the two clocks are compared.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// For ever. Where everything is kept for ever it only watches the clock, for who closes by hand.
pub(crate) async fn keep(books: Books) {
    let clock = books.world.clock;
    let mut next = clock.instant() + FIRST_AFTER;
    loop {
        clock.sleep(LOOK_EVERY.min(next.saturating_duration_since(clock.instant()))).await;
        books.watch.look(Look::now(clock));
        if clock.instant() >= next {
            close(&books).await;
            next = clock.instant() + DAY + Duration::from_secs(books.world.chance.draw::<u64>() % JITTER_S);
        }
    }
}

async fn close(books: &Books) {
    if books.world.settings.retention.is_for_ever() {
        return;
    }
    match books.close(Trust::Checked, Order::own()).await {
        Ok(Closing::Closed(closed)) if closed.released > 0 => books.world.archive.after_release().await,
        Ok(_) => {}
        Err(Denied::Refused(reasons)) => {
            let first = reasons.first();
            let why = first.map_or("", |reason| reason.message.english.as_str());
            let hint = first.and_then(|reason| reason.hint.as_ref()).map_or("", |hint| hint.english.as_str());
            tracing::warn!(why, hint, "the books stay open");
        }
        Err(Denied::Forbidden(forbidden)) => panic!("the server may tell itself everything: {forbidden:?}"),
        Err(Denied::Fault(fault)) => {
            let error: &dyn std::error::Error = &fault;
            tracing::error!(error, "failed to close the books; trying again tomorrow");
        }
    }
}
