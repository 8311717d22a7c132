//! What of its topics a channel is told, when, and in which language.

use std::collections::BTreeSet;

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use berth_app::Denied;
use berth_domain::{
    TenantId,
    channel::{Quiet, Rules},
};

use crate::shared::{severity::Severity, user_error::not_found};

/// A language that messages are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "berth_domain::Language")]
pub(crate) enum NotificationLanguage {
    /// English.
    English,
    /// 中文。
    Chinese,
}

/// What of its topics a channel is told, when, and in which language.
#[derive(SimpleObject)]
pub(crate) struct NotificationRules {
    /// What matters less is not told.
    at_least: Severity,
    /// Only these tenants are told of; all, when empty. What concerns no tenant is told either way.
    tenant_ids: Vec<ID>,
    /// A part of every day in which only what is critical is told; the rest waits for its end. Null when there is none.
    quiet_hours: Option<NotificationQuietHours>,
    /// How far the clock that quiet hours are read on is ahead of UTC, in minutes.
    utc_offset_minutes: i32,
    /// The language of messages.
    language: NotificationLanguage,
}

/// A part of every day. One that ends before it begins ends on the day after.
#[derive(SimpleObject)]
pub(crate) struct NotificationQuietHours {
    /// Minutes after midnight.
    from_minute: i32,
    /// Minutes after midnight. From this one on messages are sent again.
    to_minute: i32,
}

/// What of its topics a channel is told, when, and in which language. All of it together: what is left out is as usual.
#[derive(InputObject)]
pub(crate) struct NotificationRulesInput {
    /// Do not tell what matters less.
    #[graphql(default_with = "Severity::Info")]
    at_least: Severity,
    /// Tell only of these tenants, at most 200; of all, when empty. What concerns no tenant is told either way.
    #[graphql(default)]
    tenant_ids: Vec<ID>,
    /// A part of every day in which to tell only what is critical; the rest waits for its end.
    quiet_hours: Option<NotificationQuietHoursInput>,
    /// How far the clock that quiet hours are read on is ahead of UTC, in minutes: 480 in Shanghai.
    #[graphql(default = 0)]
    utc_offset_minutes: i32,
    /// The language of messages.
    #[graphql(default_with = "NotificationLanguage::English")]
    language: NotificationLanguage,
}

/// A part of every day. One that ends before it begins ends on the day after.
#[derive(InputObject)]
pub(crate) struct NotificationQuietHoursInput {
    /// Minutes after midnight, from 0 to 1439.
    from_minute: i32,
    /// Minutes after midnight, from 0 to 1440. From this one on messages are sent again.
    to_minute: i32,
}

impl NotificationRulesInput {
    /// In the domain's words. Numbers that do not fit become some that the domain refuses.
    pub(super) fn read(&self) -> Result<Rules, Denied> {
        Ok(Rules {
            at_least: self.at_least.into(),
            tenants: tenants(&self.tenant_ids)?,
            quiet: self.quiet_hours.as_ref().map(NotificationQuietHoursInput::read),
            utc_offset_minutes: self.utc_offset_minutes.try_into().unwrap_or(i16::MAX),
            language: self.language.into(),
        })
    }
}

impl NotificationQuietHoursInput {
    fn read(&self) -> Quiet {
        let minute = |minute: i32| minute.try_into().unwrap_or(u16::MAX);
        Quiet { from_minute: minute(self.from_minute), to_minute: minute(self.to_minute) }
    }
}

/// A text that is no tenant's id names none.
fn tenants(ids: &[ID]) -> Result<BTreeSet<TenantId>, Denied> {
    let none = |index: usize| {
        let field = ["rules", "tenantIds", &index.to_string()];
        Denied::Refused(vec![not_found(&field, "there is no such tenant", "没有这个租户")])
    };
    ids.iter().enumerate().map(|(index, id)| id.parse().map_err(|_| none(index))).collect()
}

impl From<&Rules> for NotificationRules {
    fn from(rules: &Rules) -> Self {
        Self {
            at_least: rules.at_least.into(),
            tenant_ids: rules.tenants.iter().map(|tenant| ID(tenant.to_string())).collect(),
            quiet_hours: rules.quiet.map(|quiet| NotificationQuietHours {
                from_minute: quiet.from_minute.into(),
                to_minute: quiet.to_minute.into(),
            }),
            utc_offset_minutes: rules.utc_offset_minutes.into(),
            language: rules.language.into(),
        }
    }
}
