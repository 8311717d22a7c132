//! What may be asked about launch profiles.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, Result};
use berth_domain::{ProfileId, access::Act};
use berth_views::profile::{self, Filter};

use super::object::{LaunchProfile, LaunchProfileConnection};
use crate::shared::{
    caller::Allowed,
    context::{read, views},
    page::{self, Paged, Part, cost},
    position::reach,
    scalars::EventPosition,
};

/// Which launch profiles. Every condition given must hold.
#[derive(Default, InputObject)]
pub(crate) struct LaunchProfileFilter {
    /// The name, the shape or the operating system contains this, in whatever case.
    search: Option<String>,
}

#[derive(Default)]
pub(crate) struct LaunchProfileQuery;

#[Object(guard = "Allowed(Act::Look)")]
impl LaunchProfileQuery {
    /// One launch profile. Null when there is none of this id, or it was deleted.
    async fn launch_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(
            desc = "Answer no earlier than the lists hold this position: to read your own write. Waits up to 2 s."
        )]
        min_position: Option<EventPosition>,
    ) -> Result<Option<LaunchProfile>> {
        reach(ctx, min_position).await?;
        let Ok(id) = id.parse::<ProfileId>() else { return Ok(None) };
        Ok(by_ids(ctx, &[id]).await?.remove(&id).filter(LaunchProfile::exists))
    }

    /// Launch profiles by name.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the schema")]
    #[graphql(
        complexity = "cost(|name| __ctx.param_value(__variables_definition, __field, name, None), child_complexity)"
    )]
    async fn launch_profiles(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which ones.")] filter: Option<LaunchProfileFilter>,
        #[graphql(
            desc = "Answer no earlier than the lists hold this position: to read your own write. Waits up to 2 s."
        )]
        min_position: Option<EventPosition>,
    ) -> Result<LaunchProfileConnection> {
        reach(ctx, min_position).await?;
        let slice = Part { first, after, last, before }.slice(ctx, page::THINGS)?;
        let filter = Filter { search: filter.unwrap_or_default().search };
        let found = read(ctx, profile::page(views(ctx), &filter, &slice)).await?;
        let make = |rows: Vec<_>| rows.into_iter().map(LaunchProfile::from).collect();
        Ok(LaunchProfileConnection(Paged::of(found, make)))
    }
}

/// Those that were ever saved, deleted ones too, by id.
pub(crate) async fn by_ids(
    ctx: &Context<'_>,
    ids: &[ProfileId],
) -> Result<HashMap<ProfileId, LaunchProfile>> {
    let rows = read(ctx, profile::by_ids(views(ctx), ids)).await?;
    Ok(rows.into_iter().map(|row| (row.id, LaunchProfile::from(row))).collect())
}
