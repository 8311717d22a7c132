//! What mutations about notification channels take and answer.

use async_graphql::{ID, InputObject, SimpleObject};

use super::{
    config::NotificationTopic, config_input::NotificationChannelConfigInput, object::NotificationChannel,
    rules::NotificationRulesInput,
};
use crate::shared::{scalars::EventPosition, user_error::UserError};

/// For `notificationChannelUpsert`.
#[derive(InputObject)]
pub(crate) struct NotificationChannelUpsertInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Which notification channel; a new one when absent.
    pub(super) id: Option<ID>,
    /// Do it only if the notification channel is still at this version.
    pub(super) expected_version: Option<i32>,
    /// A name that no other notification channel has.
    pub(super) name: String,
    /// Whether it is used.
    #[graphql(default = true)]
    pub(super) enabled: bool,
    /// What it is told of, at least one.
    pub(super) topics: Vec<NotificationTopic>,
    /// How it is reached.
    pub(super) config: NotificationChannelConfigInput,
    /// What of its topics it is told, when, and in which language. Left out, the rules that it has stay, and a new one is told everything
    /// at any time.
    pub(super) rules: Option<NotificationRulesInput>,
}

/// For `notificationChannelDelete`.
#[derive(InputObject)]
pub(crate) struct NotificationChannelDeleteInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Which notification channel.
    pub(super) id: ID,
    /// Do it only if the notification channel is still at this version.
    pub(super) expected_version: Option<i32>,
}

/// For `notificationChannelTest`. At least one of the two is needed.
#[derive(InputObject)]
pub(crate) struct NotificationChannelTestInput {
    /// This command's id, made by the caller, a UUID say. Sent again it is tried again: a trial leaves nothing that could be answered from.
    pub(super) command_id: Option<ID>,
    /// A notification channel that is kept: its secrets stand in for those that `config` leaves out.
    pub(super) id: Option<ID>,
    /// Try this instead of what is kept; nothing of it is saved.
    pub(super) config: Option<NotificationChannelConfigInput>,
}

/// What `notificationChannelUpsert` came to.
#[derive(SimpleObject)]
pub(crate) struct NotificationChannelUpsertPayload {
    /// The notification channel after the command. Null when it was refused.
    pub(super) channel: Option<NotificationChannel>,
    /// The position of the command's last event. Null when it was refused.
    pub(super) position: Option<EventPosition>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}

/// What `notificationChannelDelete` came to.
#[derive(SimpleObject)]
pub(crate) struct NotificationChannelDeletePayload {
    /// The id of what was deleted. Null when it was refused.
    pub(super) deleted_id: Option<ID>,
    /// The position of the command's last event. Null when it was refused.
    pub(super) position: Option<EventPosition>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}

/// What `notificationChannelTest` came to.
#[derive(SimpleObject)]
pub(crate) struct NotificationChannelTestPayload {
    /// The other side took the message. Null when nothing was sent because the input was refused.
    pub(super) worked: Option<bool>,
    /// The status of its answer: HTTP's, or SMTP's. Null when there was no answer.
    pub(super) status: Option<i32>,
    /// What the other side said, in its own words; without an answer, what went wrong. Where the other side can be anybody, only the
    /// status is said. Null when nothing was sent.
    pub(super) words: Option<String>,
    /// How long it took. Null when nothing was sent.
    pub(super) duration_ms: Option<i32>,
    /// Why it was refused. Empty when it was tried, whatever came of it.
    pub(super) user_errors: Vec<UserError>,
}
