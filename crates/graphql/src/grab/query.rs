//! What may be asked about tasks.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use berth_domain::{GrabId, Text, access::Act};
use berth_views::grab::{self, Filter, Order, OrderBy};

use super::object::{GrabTask, GrabTaskConnection, GrabTaskState};
use crate::shared::{
    caller::{Allowed, language},
    context::{read, views},
    fault,
    page::{self, Paged, Part, cost},
    position::reach,
    scalars::{DateTimeRange, EventPosition, OrderDirection},
};

/// Which grab tasks. Every condition given must hold; of a list, one item must.
#[derive(Default, InputObject)]
pub(crate) struct GrabTaskFilter {
    /// In one of these states.
    state: Option<Vec<GrabTaskState>>,
    /// Of one of these tenants.
    tenant_id: Option<Vec<ID>>,
    /// That try one of these regions, by code.
    region: Option<Vec<String>>,
    /// For one of these shapes.
    shape: Option<Vec<String>>,
    /// The name, the tenant's name or the region contains this, in whatever case.
    search: Option<String>,
    /// Made within this span.
    created_at: Option<DateTimeRange>,
}

impl GrabTaskFilter {
    pub(crate) fn read(self, ctx: &Context<'_>) -> Result<Filter> {
        Ok(Filter {
            state: self.state.unwrap_or_default().into_iter().map(Into::into).collect(),
            tenant: ids(ctx, self.tenant_id.as_deref())?,
            region: self.region.unwrap_or_default(),
            shape: self.shape.unwrap_or_default(),
            search: self.search,
            created: self.created_at.map(Into::into).unwrap_or_default(),
        })
    }
}

/// Ids of one kind. One that is none would restrict nothing if it were passed over, so it is refused.
pub(crate) fn ids<T: std::str::FromStr>(ctx: &Context<'_>, ids: Option<&[ID]>) -> Result<Vec<T>> {
    let read = |id: &ID| {
        let text = || {
            Text::new(
                format!("{:?} is no id of this kind", id.as_str()),
                format!("{:?} 不是这类对象的 id", id.as_str()),
            )
        };
        id.parse().map_err(|_| fault::bad_query(language(ctx), &text()))
    };
    ids.unwrap_or_default().iter().map(read).collect()
}

/// What grab tasks can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum GrabTaskOrderField {
    /// Those that run apart from the rest, then by the last change of their state. Attempts do not count, so that a list keeps still.
    Activity,
    /// When it was made.
    CreatedAt,
    /// Its name.
    Name,
    /// How many attempts it has made.
    AttemptCount,
}

/// How to sort grab tasks.
#[derive(Clone, Copy, InputObject)]
pub(crate) struct GrabTaskOrder {
    /// By what.
    field: GrabTaskOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Desc")]
    direction: OrderDirection,
}

impl From<GrabTaskOrder> for Order {
    fn from(order: GrabTaskOrder) -> Self {
        let by = match order.field {
            GrabTaskOrderField::Activity => OrderBy::Activity,
            GrabTaskOrderField::CreatedAt => OrderBy::CreatedAt,
            GrabTaskOrderField::Name => OrderBy::Name,
            GrabTaskOrderField::AttemptCount => OrderBy::AttemptCount,
        };
        Self { by, direction: order.direction.into() }
    }
}

#[derive(Default)]
pub(crate) struct GrabTaskQuery;

#[Object(guard = "Allowed(Act::Look)")]
impl GrabTaskQuery {
    /// One grab task. Null when there is none of this id, or it was deleted.
    async fn grab_task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(
            desc = "Answer no earlier than the lists hold this position: to read your own write. Waits up to 2 s."
        )]
        min_position: Option<EventPosition>,
    ) -> Result<Option<GrabTask>> {
        reach(ctx, min_position).await?;
        let Ok(id) = id.parse::<GrabId>() else { return Ok(None) };
        Ok(by_ids(ctx, &[id]).await?.remove(&id).filter(|task| !task.is_deleted()))
    }

    /// Grab tasks.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the schema")]
    #[graphql(
        complexity = "cost(|name| __ctx.param_value(__variables_definition, __field, name, None), child_complexity)"
    )]
    async fn grab_tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which ones.")] filter: Option<GrabTaskFilter>,
        #[graphql(
            desc = "In what order.",
            default_with = "GrabTaskOrder { field: GrabTaskOrderField::Activity, direction: OrderDirection::Desc }"
        )]
        order_by: GrabTaskOrder,
        #[graphql(
            desc = "Answer no earlier than the lists hold this position: to read your own write. Waits up to 2 s."
        )]
        min_position: Option<EventPosition>,
    ) -> Result<GrabTaskConnection> {
        reach(ctx, min_position).await?;
        let slice = Part { first, after, last, before }.slice(ctx, page::THINGS)?;
        let filter = filter.unwrap_or_default().read(ctx)?;
        let (views, order) = (views(ctx), order_by.into());
        let (page, tenants) =
            read(ctx, grab::page_with_tenants(views, &filter, order, &slice, page::is_counted(ctx))).await?;
        Ok(GrabTaskConnection(Paged::of(page, GrabTask::of_rows_with(tenants))))
    }
}

/// Those that exist, deleted ones too, by id.
pub(crate) async fn by_ids(ctx: &Context<'_>, ids: &[GrabId]) -> Result<HashMap<GrabId, GrabTask>> {
    let rows = read(ctx, grab::by_ids(views(ctx), ids)).await?;
    Ok(GrabTask::of_rows(rows).into_iter().map(|task| (task.key(), task)).collect())
}
