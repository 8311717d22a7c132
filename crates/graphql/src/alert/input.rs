//! What mutations about alerts take and answer.

use async_graphql::{ID, InputObject, SimpleObject};

use super::{object::Alert, rule::AlertRule, words::AlertRuleName};
use crate::shared::{
    scalars::{EventPosition, Seconds},
    user_error::UserError,
};

/// For `alertRuleAdjust`. What is left out stays.
#[derive(InputObject)]
pub(crate) struct AlertRuleAdjustInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Which rule.
    pub(super) rule: AlertRuleName,
    /// Do it only if the rule is still at this version.
    pub(super) expected_version: Option<i32>,
    /// From where on it is too much, or too little: at least 0, and at most 100 where it is counted in percent.
    pub(super) threshold: Option<f64>,
    /// It must be so for this long, at most a day.
    pub(super) lasts: Option<Seconds>,
    /// Whether it is watched. Who turns it off resolves its alert.
    pub(super) enabled: Option<bool>,
}

/// For `alertResolve`.
#[derive(InputObject)]
pub(crate) struct AlertResolveInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Which alert.
    pub(super) id: ID,
    /// Do it only if the alert is still at this version.
    pub(super) expected_version: Option<i32>,
}

/// What `alertRuleAdjust` came to.
#[derive(SimpleObject)]
pub(crate) struct AlertRuleAdjustPayload {
    /// The rule after the command. Null when it was refused.
    pub(super) rule: Option<AlertRule>,
    /// The position of the command's last event. Null when it was refused.
    pub(super) position: Option<EventPosition>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}

/// What `alertResolve` came to.
#[derive(SimpleObject)]
pub(crate) struct AlertResolvePayload {
    /// The alert after the command. Null when it was refused.
    pub(super) alert: Option<Alert>,
    /// The position of the command's last event. Null when it was refused.
    pub(super) position: Option<EventPosition>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}
