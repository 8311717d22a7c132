//! What may be asked about alerts.

use std::collections::HashMap;

use async_graphql::{Context, ID, Object, Result};
use berth_domain::{
    access::Act,
    alert::{AlertId, RuleName},
};
use berth_views::alert::{self, AlertRow, Filter};

use super::{
    object::{Alert, AlertConnection, id_of},
    rule::AlertRule,
    words::AlertState,
};
use crate::shared::{
    caller::Allowed,
    context::{app, read, views},
    page::{self, Paged, Part, USUAL, cost, times},
    position::reach,
    scalars::EventPosition,
};

#[derive(Default)]
pub(crate) struct AlertQuery;

#[Object(guard = "Allowed(Act::Look)")]
impl AlertQuery {
    /// One alert. Null when there is none of this id, or it was never raised.
    async fn alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(
            desc = "Answer no earlier than the lists hold this position: to read your own write. Waits up to 2 s."
        )]
        min_position: Option<EventPosition>,
    ) -> Result<Option<Alert>> {
        reach(ctx, min_position).await?;
        let Some(id) = id_of(&id) else { return Ok(None) };
        let row = by_ids(ctx, &[id]).await?.remove(&id);
        Ok(row.filter(|row| row.alert.times > 0).map(Alert::from))
    }

    /// Alerts that were ever raised: those that go on first, and of either kind the newest first.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the schema")]
    #[graphql(
        complexity = "cost(|name| __ctx.param_value(__variables_definition, __field, name, None), child_complexity)"
    )]
    async fn alerts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those in this state.")] state: Option<AlertState>,
        #[graphql(
            desc = "Answer no earlier than the lists hold this position: to read your own write. Waits up to 2 s."
        )]
        min_position: Option<EventPosition>,
    ) -> Result<AlertConnection> {
        reach(ctx, min_position).await?;
        let slice = Part { first, after, last, before }.slice(ctx, page::THINGS)?;
        let filter = match state {
            None => Filter::All,
            Some(AlertState::Raised) => Filter::Raised,
            Some(AlertState::Resolved) => Filter::Resolved,
        };
        let found = read(ctx, alert::page(views(ctx), filter, &slice)).await?;
        let make = |rows: Vec<_>| rows.into_iter().map(Alert::from).collect();
        Ok(AlertConnection(Paged::of(found, make)))
    }

    /// All rules, as they hold now. They are few, so they come all at once.
    #[graphql(complexity = "times(None, USUAL, child_complexity)")]
    async fn alert_rules(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Answer no earlier than the lists hold this position: to read your own write. Waits up to 2 s."
        )]
        min_position: Option<EventPosition>,
    ) -> Result<Vec<AlertRule>> {
        reach(ctx, min_position).await?;
        let ids = RuleName::ALL.map(AlertId::Rule);
        let rows = by_ids(ctx, &ids).await?;
        let rule = |name: RuleName| AlertRule::of(&app(ctx).alerts, name, rows.get(&AlertId::Rule(name)));
        Ok(RuleName::ALL.into_iter().map(rule).collect())
    }
}

/// Those of which anything is known.
pub(super) async fn by_ids(ctx: &Context<'_>, ids: &[AlertId]) -> Result<HashMap<AlertId, AlertRow>> {
    let rows = read(ctx, alert::by_ids(views(ctx), ids)).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}
