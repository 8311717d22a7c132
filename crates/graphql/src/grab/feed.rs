//! Tasks as they change.

use async_graphql::{Context, ID, Result, SimpleObject, Subscription};
use berth_views::feed;
use futures::{StreamExt, stream::BoxStream};

use super::{object::GrabTask, query::ids};
use crate::shared::{
    caller::{SignedIn, language},
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

#[Subscription(guard = "SignedIn")]
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
    ) -> Result<BoxStream<'static, Result<TaskStateBatch>>> {
        let language = language(ctx);
        let changes =
            feed::grab_changes(views(ctx), ids(ctx, task_ids.as_deref())?, after.map(|after| after.0));
        let told = changes.map(move |batch| match batch {
            Ok(batch) => {
                let (gone, there): (Vec<_>, Vec<_>) =
                    batch.rows.into_iter().partition(|row| row.grab.deleted_at.is_some());
                Ok(TaskStateBatch {
                    tasks: GrabTask::of_rows(there),
                    deleted_ids: gone.iter().map(|row| ID(row.id.to_string())).collect(),
                    position: EventPosition(batch.position),
                    caught_up: batch.caught_up,
                })
            }
            Err(error) => Err(fault::of_view(language, &error)),
        });
        Ok(told.boxed())
    }
}
