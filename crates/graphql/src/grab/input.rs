//! What mutations about tasks take and answer.

use async_graphql::{ID, InputObject, SimpleObject};

use super::{
    object::GrabTask,
    spec::{GrabScheduleInput, InstanceSpecInput},
};
use crate::shared::{scalars::EventPosition, user_error::UserError};

/// For `grabTaskCreate`.
#[derive(InputObject)]
pub(crate) struct GrabTaskCreateInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Whom to grab for: one task each, at most 100.
    pub(super) tenant_ids: Vec<ID>,
    /// The tasks' name. Region and shape, when absent.
    pub(super) name: Option<String>,
    /// What is wanted.
    pub(super) spec: InstanceSpecInput,
    /// When to try.
    #[graphql(default)]
    pub(super) schedule: GrabScheduleInput,
    /// Start at once.
    #[graphql(default = true)]
    pub(super) start: bool,
}

/// For commands that need nothing but the tasks: one or many, so that doing it to a selection is one request.
#[derive(InputObject)]
pub(crate) struct GrabTaskCommandInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Which tasks, at most 100.
    pub(super) task_ids: Vec<ID>,
    /// Do it only if the task is still at this version. Only with one task.
    pub(super) expected_version: Option<i32>,
}

/// What `grabTaskCreate` came to.
#[derive(SimpleObject)]
pub(crate) struct GrabTaskCreatePayload {
    /// The new tasks, one a tenant. One that was made but may not start is among them.
    pub(super) grab_tasks: Vec<GrabTask>,
    /// The position of the command's last event. Null when nothing was made.
    pub(super) position: Option<EventPosition>,
    /// Why some or all were refused. A tenant is named by its index: `["tenantIds","1"]`.
    pub(super) user_errors: Vec<UserError>,
}

/// What a command on tasks came to.
#[derive(SimpleObject)]
pub(crate) struct GrabTaskCommandPayload {
    /// The tasks after the command, those that refused it included.
    pub(super) grab_tasks: Vec<GrabTask>,
    /// The position of the command's last event. Null when nothing was done.
    pub(super) position: Option<EventPosition>,
    /// Why some or all refused. A task is named by its index: `["taskIds","3"]`.
    pub(super) user_errors: Vec<UserError>,
}
