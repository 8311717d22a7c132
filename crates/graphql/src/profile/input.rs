//! What mutations about launch profiles take and answer.

use async_graphql::{ID, InputObject, SimpleObject};

use super::object::LaunchProfile;
use crate::{
    grab::InstanceSpecInput,
    shared::{scalars::EventPosition, user_error::UserError},
};

/// For `launchProfileCreate`.
#[derive(InputObject)]
pub(crate) struct LaunchProfileCreateInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// A name that no other launch profile has.
    pub(super) name: String,
    /// What is wanted. Without a region it is for the home region of whichever tenant a task is made for. A subnet and the names of
    /// availability domains are of one tenancy: with them it fits no other.
    pub(super) spec: InstanceSpecInput,
}

/// For `launchProfileUpdate`. What is absent stays.
#[derive(InputObject)]
pub(crate) struct LaunchProfileUpdateInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Which launch profile.
    pub(super) profile_id: ID,
    /// Do it only if the launch profile is still at this version.
    pub(super) expected_version: Option<i32>,
    /// Its new name.
    pub(super) name: Option<String>,
    /// Its new spec, whole. Only its secrets stay when they are absent, since nobody can read and repeat them; an empty text takes
    /// one away.
    pub(super) spec: Option<InstanceSpecInput>,
}

/// For `launchProfileDelete`.
#[derive(InputObject)]
pub(crate) struct LaunchProfileDeleteInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Which launch profile.
    pub(super) profile_id: ID,
    /// Do it only if the launch profile is still at this version.
    pub(super) expected_version: Option<i32>,
}

/// What a command on a launch profile came to.
#[derive(SimpleObject)]
pub(crate) struct LaunchProfilePayload {
    /// The launch profile after the command. Null when it was refused.
    pub(super) launch_profile: Option<LaunchProfile>,
    /// The position of the command's last event. Null when it was refused.
    pub(super) position: Option<EventPosition>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}

/// What `launchProfileDelete` came to.
#[derive(SimpleObject)]
pub(crate) struct LaunchProfileDeletePayload {
    /// The id of what was deleted. Null when it was refused.
    pub(super) deleted_id: Option<ID>,
    /// The position of the command's last event. Null when it was refused.
    pub(super) position: Option<EventPosition>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}
