//! What may be done with alerts and their rules.

use std::time::Duration;

use async_graphql::{Context, Object, Result};
use berth_app::{
    Denied,
    alert::{Changes, ToldAlert},
};
use berth_domain::{
    access::Act,
    alert::{AlertId, RuleName},
};

use super::{
    input::{AlertResolveInput, AlertResolvePayload, AlertRuleAdjustInput, AlertRuleAdjustPayload},
    object::{Alert, id_of, text_of},
    query::by_ids,
    rule::AlertRule,
};
use crate::shared::{
    caller::Allowed,
    command::{expecting, order},
    context::{app, views},
    minutes::Minutes,
    scalars::EventPosition,
    user_error::{not_found, settle},
};

/// The longest that an answer waits for the lists: what it says of earlier times comes from there.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(crate) struct AlertRuleMutation;

#[Object(guard = "Allowed(Act::KeepAlerts)")]
impl AlertRuleMutation {
    /// Changes from where on something is too much, for how long it must be so, or whether it is watched. It holds from the next look on,
    /// at most ten seconds later.
    async fn alert_rule_adjust(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and what is to be different.")] input: AlertRuleAdjustInput,
    ) -> Result<AlertRuleAdjustPayload> {
        let name = RuleName::from(input.rule);
        let told = adjust(ctx, name, &input).await;
        // Their schema's name for it.
        let told =
            told.map_err(|denied| {
                denied.map_reasons(|reason| {
                    if reason.field == ["forSeconds"] { reason.at(&["lasts"]) } else { reason }
                })
            });
        Ok(match settle(ctx, told, &[])? {
            Ok(told) => AlertRuleAdjustPayload {
                position: Some(EventPosition(told.done.position)),
                rule: Some(AlertRule::told(&app(ctx).alerts, name, &told)),
                user_errors: Vec::new(),
            },
            Err(user_errors) => AlertRuleAdjustPayload { rule: None, position: None, user_errors },
        })
    }
}

#[derive(Default)]
pub(crate) struct AlertMutation;

#[Object(guard = "Allowed(Act::HandleAlerts)")]
impl AlertMutation {
    /// Resolves an alert by hand. It stays resolved until its cause has gone once. Done again, nothing more happens.
    async fn alert_resolve(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: AlertResolveInput,
    ) -> Result<AlertResolvePayload> {
        let told = resolve(ctx, &input).await;
        Ok(match settle(ctx, told, &["id"])? {
            Ok(told) => AlertResolvePayload {
                position: Some(EventPosition(told.done.position)),
                alert: Some(after(ctx, told).await?),
                user_errors: Vec::new(),
            },
            Err(user_errors) => AlertResolvePayload { alert: None, position: None, user_errors },
        })
    }
}

async fn adjust(
    ctx: &Context<'_>,
    name: RuleName,
    input: &AlertRuleAdjustInput,
) -> Result<ToldAlert, Denied> {
    let order = expecting(order(ctx, input.command_id.as_ref(), input)?, input.expected_version);
    Minutes::also_about(ctx, &text_of(AlertId::Rule(name)));
    let changes = Changes {
        threshold: input.threshold,
        for_seconds: input.lasts.map(|lasts| lasts.0),
        enabled: input.enabled,
    };
    app(ctx).alerts.adjust(name, changes, order).await
}

async fn resolve(ctx: &Context<'_>, input: &AlertResolveInput) -> Result<ToldAlert, Denied> {
    let order = expecting(order(ctx, input.command_id.as_ref(), input)?, input.expected_version);
    let none = || Denied::Refused(vec![not_found(&["id"], "there is no such alert", "没有这个告警")]);
    let id = id_of(&input.id).ok_or_else(none)?;
    Minutes::also_about(ctx, &text_of(id));
    app(ctx).alerts.resolve(id, order).await
}

async fn after(ctx: &Context<'_>, told: ToldAlert) -> Result<Alert> {
    // As it is now will do where the lists are late: what was commanded is known without them.
    views(ctx).wait_for(told.done.position, PATIENCE).await.ok();
    let row = by_ids(ctx, &[told.id]).await?.remove(&told.id);
    Ok(Alert::told(told, row))
}
