//! What may be done with tasks.

use async_graphql::{Context, Object, Result};

use super::{
    command::command,
    create::create,
    input::{GrabTaskCommandInput, GrabTaskCommandPayload, GrabTaskCreateInput, GrabTaskCreatePayload},
};
use crate::shared::{caller::SignedIn, context::app};

#[derive(Default)]
pub(crate) struct GrabTaskMutation;

#[Object(guard = "SignedIn")]
impl GrabTaskMutation {
    /// Makes a task for each tenant, and starts it unless told not to.
    async fn grab_task_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wanted.")] input: GrabTaskCreateInput,
    ) -> Result<GrabTaskCreatePayload> {
        create(ctx, input).await
    }

    /// Starts tasks, for the first time or again.
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

    /// Calls tasks off. An attempt that is out is awaited, so that no instance is lost.
    async fn grab_task_stop(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] input: GrabTaskCommandInput,
    ) -> Result<GrabTaskCommandPayload> {
        command(ctx, &input, |id, order| app(ctx).grabs.stop(id, order)).await
    }
}
