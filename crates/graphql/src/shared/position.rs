//! Reading one's own write: who has a position waits until the lists hold it.

use std::time::Duration;

use async_graphql::{Context, Result};
use berth_store::Position;

use super::{caller::language, context::views, fault, scalars::EventPosition};

/// The longest that a query waits for the lists.
const PATIENCE: Duration = Duration::from_secs(2);

/// Waits until the views hold the position that the caller named, if any.
pub(crate) async fn reach(ctx: &Context<'_>, wanted: Option<EventPosition>) -> Result<()> {
    match wanted {
        Some(EventPosition(position)) => wait_for(ctx, position).await,
        None => Ok(()),
    }
}

pub(crate) async fn wait_for(ctx: &Context<'_>, position: Position) -> Result<()> {
    views(ctx).wait_for(position, PATIENCE).await.map_err(|behind| fault::of_behind(language(ctx), behind))
}
