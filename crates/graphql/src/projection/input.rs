//! What mutations of read models take and answer.

use async_graphql::{ID, InputObject, SimpleObject};

use super::object::Projection;
use crate::shared::{scalars::EventPosition, user_error::UserError};

/// For commands that need nothing but the read model.
#[derive(InputObject)]
pub(crate) struct ProjectionCommandInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// What the read model is called.
    pub(super) name: String,
}

/// For `projectionSkip`.
#[derive(InputObject)]
pub(crate) struct ProjectionSkipInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// What the read model is called.
    pub(super) name: String,
    /// The event to go on without: the one that it stopped at.
    pub(super) position: EventPosition,
    /// Why. Kept in the log for ever.
    pub(super) reason: String,
}

/// What a command on a read model came to.
#[derive(SimpleObject)]
pub(crate) struct ProjectionPayload {
    /// The read model after the command. Null when it was refused.
    pub(super) projection: Option<Projection>,
    /// The position of the command's last event.
    pub(super) position: Option<EventPosition>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}
