//! Tasks as they change.

use async_graphql::{Context, ID, Result, SimpleObject, Subscription};
use berth_domain::access::Act;
use berth_views::feed;
use futures::{StreamExt, stream::BoxStream};

use super::{object::GrabTask, query::ids};
use crate::shared::{
    alike::Shared,
    caller::{Allowed, language},
    context::views,
    fault,
    scalars::EventPosition,
};

/// Tasks that changed.
#[derive(SimpleObject)]
pub(crate) struct TaskStateBatch {
    /// The tasks as they are at `position`, each once.
    tasks: Vec<GrabTask>,
    /// Tasks that were deleted.
    deleted_ids: Vec<ID>,
    /// Go on from here.
    position: EventPosition,
    /// The feed has told all there is.
    caught_up: bool,
}

#[derive(Default)]
pub(crate) struct GrabTaskSubscription;

#[Subscription(guard = "Allowed(Act::Look)")]
impl GrabTaskSubscription {
    /// Tasks whose state, counters or next attempt changed: at most 4 batches a second, each task as it is now.
    #[expect(clippy::unused_async, reason = "the macro takes only async functions")]
    async fn task_state_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only these tasks; all of them when absent.")] task_ids: Option<Vec<ID>>,
        #[graphql(desc = "The position to go on from; the head of the log when absent.")] after: Option<
            EventPosition,
        >,
    ) -> Result<BoxStream<'static, Result<Shared<TaskStateBatch>>>> {
        let language = language(ctx);
        let mut before = after.map(|after| after.0);
        let changes = feed::grab_changes(views(ctx), ids(ctx, task_ids.as_deref())?, before);
        let told = changes.map(move |batch| {
            let feed::TaskBatch { rows, position, caught_up } =
                batch.map_err(|error| fault::of_view(language, &error))?;
            let (gone, there): (Vec<_>, Vec<_>) =
                rows.into_iter().partition(|row| row.grab.deleted_at.is_some());
            let batch = TaskStateBatch {
                tasks: GrabTask::of_rows(there),
                deleted_ids: gone.iter().map(|row| ID(row.id.to_string())).collect(),
                position: EventPosition(position),
                caught_up,
            };
            Ok(Shared::since(&mut before, position, caught_up, batch))
        });
        Ok(told.boxed())
    }
}
