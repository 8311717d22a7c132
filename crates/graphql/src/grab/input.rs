//! What mutations about tasks take and answer.

use async_graphql::{ID, InputObject, SimpleObject};

use super::{
    object::GrabTask, schedule::GrabScheduleInput, spec::InstanceSpecInput, start::InstanceToStartInput,
};
use crate::shared::{scalars::EventPosition, user_error::UserError};

/// For `grabTaskCreate`.
#[derive(InputObject)]
pub(crate) struct GrabTaskCreateInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Whom to grab for: one task each.
    pub(super) tenant_ids: Vec<ID>,
    /// A launch profile to take from what the spec does not say, field by field; what the spec says goes before. Each task keeps a copy,
    /// with secrets of its own: whatever becomes of the profile later changes no task.
    pub(super) profile_id: Option<ID>,
    /// One task for each tenant in each of these regions, at most 100 in all; not with regions in the spec. Absent: one task for
    /// each tenant, in the regions of the spec.
    #[graphql(default)]
    pub(super) regions: Vec<String>,
    /// The tasks' name. Region and shape, when absent.
    pub(super) name: Option<String>,
    /// What is wanted. This or `startInstance`, and not both; with a launch profile that says it all, neither.
    pub(super) spec: Option<InstanceSpecInput>,
    /// A stopped instance to start, in place of something new. It belongs to one tenant.
    pub(super) start_instance: Option<InstanceToStartInput>,
    /// When to try.
    #[graphql(default)]
    pub(super) schedule: GrabScheduleInput,
    /// Start at once.
    #[graphql(default = true)]
    pub(super) start: bool,
}

/// For `grabTaskUpdate`. What is absent stays.
#[derive(InputObject)]
pub(crate) struct GrabTaskUpdateInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Which task.
    pub(super) task_id: ID,
    /// Do it only if the task is still at this version.
    pub(super) expected_version: Option<i32>,
    /// Its new name.
    pub(super) name: Option<String>,
    /// Its new spec, whole. Only its secrets stay when they are absent, since nobody can read and repeat them; an empty text takes
    /// one away.
    pub(super) spec: Option<InstanceSpecInput>,
    /// Its new schedule, whole: what is absent in it falls back to what is configured, not to what the task had.
    pub(super) schedule: Option<GrabScheduleInput>,
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
    /// The new tasks, in the order asked for.
    pub(super) grab_tasks: Vec<GrabTask>,
    /// The position of the command's last event. Null when nothing was made.
    pub(super) position: Option<EventPosition>,
    /// What goes beyond the Always Free allowance, in the caller's language. Nothing was refused for it.
    pub(super) warnings: Vec<String>,
    /// Why some or all were refused. A tenant is named by its index: `["tenantIds","1"]`, and a region by its own: `["regions","0"]`.
    pub(super) user_errors: Vec<UserError>,
}

/// What `grabTaskUpdate` came to.
#[derive(SimpleObject)]
pub(crate) struct GrabTaskUpdatePayload {
    /// The task after the command, or as it is where it refused.
    pub(super) grab_tasks: Vec<GrabTask>,
    /// The position of the command's last event. Null when nothing was done.
    pub(super) position: Option<EventPosition>,
    /// What of a new spec goes beyond the Always Free allowance, in the caller's language. Nothing was refused for it.
    pub(super) warnings: Vec<String>,
    /// Why it was refused. Empty when it was done.
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
