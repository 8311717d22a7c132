//! What may be asked about read models.

use async_graphql::{Context, Object, Result};
use berth_domain::{Text, access::Act};

use super::object::{Projection, ProjectionDryRun};
use crate::shared::{
    caller::{Allowed, language},
    context::{read, views},
    fault,
    scalars::EventPosition,
    turns,
};

#[derive(Default)]
pub(crate) struct ProjectionQuery;

#[Object(guard = "Allowed(Act::Look)")]
impl ProjectionQuery {
    /// All read models, by name, and how far they are.
    async fn projections(&self, ctx: &Context<'_>) -> Vec<Projection> {
        views(ctx).projections().into_iter().map(Projection).collect()
    }

    /// One read model. Null when there is none of this name.
    async fn projection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is called.")] name: String,
    ) -> Option<Projection> {
        views(ctx).projection(&name).map(Projection)
    }

    /// What folding a read model anew would change. Folds it to find out, which takes a while; the one that answers is not touched.
    #[graphql(guard = "Allowed(Act::OrderProjections)")]
    async fn projection_dry_run(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is called.")] name: String,
        #[graphql(desc = "Fold up to here; as far as the one that answers has come when absent.")] to: Option<
            EventPosition,
        >,
    ) -> Result<ProjectionDryRun> {
        let views = views(ctx);
        if views.projection(&name).is_none() {
            return Err(fault::no_such(language(ctx), &nobody(&name)));
        }
        let _turn = turns::at_replaying(ctx).await;
        Ok(read(ctx, views.dry_run(&name, to.map(|to| to.0), |_, _| {})).await?.into())
    }
}

pub(super) fn nobody(name: &str) -> Text {
    let known = berth_views::PROJECTIONS.join(", ");
    Text::new(
        format!("there is no read model {name:?}; there are {known}"),
        format!("没有名为 {name:?} 的读模型；可用的有 {known}"),
    )
}
