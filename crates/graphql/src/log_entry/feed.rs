//! The log as it grows.

use async_graphql::{Context, Result, SimpleObject, Subscription};
use berth_domain::access::Act;
use berth_views::feed;
use futures::{StreamExt, stream::BoxStream};

use super::{object::LogEntry, query::LogFilter};
use crate::shared::{
    alike::Shared,
    caller::{Allowed, language},
    context::views,
    fault,
    scalars::{EventPosition, int},
};

/// New log entries.
#[derive(SimpleObject)]
pub(crate) struct LogBatch {
    /// The entries, oldest first.
    entries: Vec<LogEntry>,
    /// How many older ones were left out because they were too many. Read `logs` for them.
    skipped: i32,
    /// Go on from here.
    position: EventPosition,
    /// The feed has told all there is.
    caught_up: bool,
}

#[derive(Default)]
pub(crate) struct LogSubscription;

#[Subscription(guard = "Allowed(Act::Look)")]
impl LogSubscription {
    /// New log entries: at most 10 batches a second.
    #[expect(clippy::unused_async, reason = "the macro takes only async functions")]
    async fn log_appended(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<LogFilter>,
        #[graphql(desc = "The position to go on from; the head of the log when absent.")] after: Option<
            EventPosition,
        >,
    ) -> Result<BoxStream<'static, Result<Shared<LogBatch>>>> {
        let language = language(ctx);
        let mut before = after.map(|after| after.0);
        let entries = feed::log_entries(views(ctx), LogFilter::read(ctx, filter)?, before);
        let told = entries.map(move |batch| {
            let batch = batch.map_err(|error| fault::of_view(language, &error))?;
            let feed::LogBatch { entries, skipped, position, caught_up } = batch;
            let batch = LogBatch {
                entries: LogEntry::of_rows(entries),
                skipped: int(skipped),
                position: EventPosition(position),
                caught_up,
            };
            Ok(Shared::since(&mut before, position, caught_up, batch).without(skipped))
        });
        Ok(told.boxed())
    }
}
