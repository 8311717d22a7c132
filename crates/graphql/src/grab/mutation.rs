//! What may be done with tasks.

use async_graphql::{Context, Object, Result};
use berth_domain::access::Act;

use super::{
    command::command,
    create::create,
    input::{
        GrabTaskCommandInput, GrabTaskCommandPayload, GrabTaskCreateInput, GrabTaskCreatePayload,
        GrabTaskUpdateInput, GrabTaskUpdatePayload,
    },
    update::update,
};
use crate::shared::{caller::Allowed, context::app};

#[derive(Default)]
pub(crate) struct GrabTaskMutation;

#[Object(guard = "Allowed(Act::Grab)")]
impl GrabTaskMutation {
    /// Makes a task for each tenant, or for each tenant in each of `regions`, and starts it unless told not to. Each is told apart
    /// from the others, and may be refused apart from them.
    async fn grab_task_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wanted.")] input: GrabTaskCreateInput,
    ) -> Result<GrabTaskCreatePayload> {
        create(ctx, input).await
    }

    /// Changes a task, from its next attempt on. An attempt that is out is not touched.
    async fn grab_task_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and what is to be different.")] input: GrabTaskUpdateInput,
    ) -> Result<GrabTaskUpdatePayload> {
        update(ctx, input).await
    }

    /// Starts tasks, for the first time or again. Without a free place among the running tasks they wait for one, those that wait
    /// longest first.
    async fn grab_task_start(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] input: GrabTaskCommandInput,
    ) -> Result<GrabTaskCommandPayload> {
        command(ctx, &input, |id, order| app(ctx).grabs.start(id, order)).await
    }

    /// Holds tasks. They keep their counters; an attempt that is out is awaited.
    async fn grab_task_pause(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] input: GrabTaskCommandInput,
    ) -> Result<GrabTaskCommandPayload> {
        command(ctx, &input, |id, order| app(ctx).grabs.pause(id, order)).await
    }

    /// Lets tasks go on after a hold.
    async fn grab_task_resume(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] input: GrabTaskCommandInput,
    ) -> Result<GrabTaskCommandPayload> {
        command(ctx, &input, |id, order| app(ctx).grabs.resume(id, order)).await
    }

    /// Makes the next attempt at once, in its tenant's pace. Refused while an attempt is out, within `server.minInterval` of the
    /// last one, and outside of the schedule's windows.
    async fn grab_task_attempt_now(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] input: GrabTaskCommandInput,
    ) -> Result<GrabTaskCommandPayload> {
        command(ctx, &input, |id, order| app(ctx).grabs.attempt_now(id, order)).await
    }

    /// Takes tasks that have come to an end off the lists. Their events, attempts and log lines stay.
    async fn grab_task_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] input: GrabTaskCommandInput,
    ) -> Result<GrabTaskCommandPayload> {
        command(ctx, &input, |id, order| app(ctx).grabs.delete(id, order)).await
    }

    /// Calls tasks off. An attempt that is out is awaited, so that no instance is lost.
    async fn grab_task_stop(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] input: GrabTaskCommandInput,
    ) -> Result<GrabTaskCommandPayload> {
        command(ctx, &input, |id, order| app(ctx).grabs.stop(id, order)).await
    }
}
