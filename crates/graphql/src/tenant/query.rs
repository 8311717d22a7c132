//! What may be asked about tenants.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, Result};
use berth_domain::{TenantId, access::Act};
use berth_views::tenant::{self, Filter};

use super::object::{AccountStatus, Tenant, TenantConnection};
use crate::shared::{
    caller::Allowed,
    context::{read, views},
    page::{self, Paged, Part, cost},
    position::reach,
    scalars::EventPosition,
};

/// Which tenants. Every condition given must hold; of a list, one item must.
#[derive(Default, InputObject)]
pub(crate) struct TenantFilter {
    /// In one of these states.
    status: Option<Vec<AccountStatus>>,
    /// With one of these regions, by code.
    region: Option<Vec<String>>,
    /// The name or an OCID contains this, in whatever case.
    search: Option<String>,
}

impl From<TenantFilter> for Filter {
    fn from(filter: TenantFilter) -> Self {
        Self {
            status: filter.status.unwrap_or_default().into_iter().map(Into::into).collect(),
            region: filter.region.unwrap_or_default(),
            search: filter.search,
        }
    }
}

#[derive(Default)]
pub(crate) struct TenantQuery;

#[Object(guard = "Allowed(Act::Look)")]
impl TenantQuery {
    /// One tenant. Null when there is none of this id.
    async fn tenant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(
            desc = "Answer no earlier than the lists hold this position: to read your own write. Waits up to 2 s."
        )]
        min_position: Option<EventPosition>,
    ) -> Result<Option<Tenant>> {
        reach(ctx, min_position).await?;
        by_id(ctx, &id).await
    }

    /// Tenants by name.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the schema")]
    #[graphql(
        complexity = "cost(|name| __ctx.param_value(__variables_definition, __field, name, None), child_complexity)"
    )]
    async fn tenants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which ones.")] filter: Option<TenantFilter>,
        #[graphql(
            desc = "Answer no earlier than the lists hold this position: to read your own write. Waits up to 2 s."
        )]
        min_position: Option<EventPosition>,
    ) -> Result<TenantConnection> {
        reach(ctx, min_position).await?;
        let slice = Part { first, after, last, before }.slice(ctx, page::THINGS)?;
        let filter = filter.unwrap_or_default().into();
        let found = read(ctx, tenant::page(views(ctx), &filter, &slice)).await?;
        Ok(TenantConnection(Paged::of(found, |rows| rows.into_iter().map(Tenant::from).collect())))
    }
}

pub(super) async fn by_id(ctx: &Context<'_>, id: &ID) -> Result<Option<Tenant>> {
    let Ok(id) = id.parse::<TenantId>() else { return Ok(None) };
    Ok(by_ids(ctx, &[id]).await?.remove(&id).filter(Tenant::exists))
}

/// Those that were ever registered, by id: what refers to one that was removed still shows its name.
pub(crate) async fn by_ids(ctx: &Context<'_>, ids: &[TenantId]) -> Result<HashMap<TenantId, Tenant>> {
    let rows = read(ctx, tenant::by_ids(views(ctx), ids)).await?;
    Ok(rows.into_iter().map(|row| (row.id, Tenant::from(row))).collect())
}
