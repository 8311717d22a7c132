//! How resolvers reach what they ask and tell.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_graphql::{Context, Result};
use berth_app::App;
use berth_domain::Timestamp;
use berth_store::{Log, Storage};
use berth_views::{ViewError, Views};

use super::{caller, fault};
use crate::schema::Dependencies;

/// Put into a request's data, counts what it asks of the views, each question being a fixed number of statements.
#[derive(Clone, Debug, Default)]
pub struct Questions(Arc<AtomicUsize>);

impl Questions {
    pub fn asked(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

pub(crate) fn dependencies<'a>(ctx: &Context<'a>) -> &'a Dependencies {
    ctx.data_unchecked()
}

pub(crate) fn app<'a>(ctx: &Context<'a>) -> &'a App {
    &dependencies(ctx).app
}

pub(crate) fn views<'a>(ctx: &Context<'a>) -> &'a Views {
    &dependencies(ctx).views
}

/// Whoever commands looks at once what became of it: what is in the log now is not gathered with what comes after it.
pub(crate) fn look_soon(ctx: &Context<'_>) {
    let Dependencies { views, log, .. } = dependencies(ctx);
    views.want(*log.watch().borrow());
}

pub(crate) fn log(ctx: &Context<'_>) -> Arc<dyn Log> {
    dependencies(ctx).log.clone()
}

pub(crate) fn storage(ctx: &Context<'_>) -> Arc<dyn Storage> {
    dependencies(ctx).log.clone()
}

pub(crate) fn now(ctx: &Context<'_>) -> Timestamp {
    (dependencies(ctx).server.now)()
}

/// Asks the views one question.
pub(crate) async fn read<T>(
    ctx: &Context<'_>,
    question: impl Future<Output = Result<T, ViewError>>,
) -> Result<T> {
    if let Some(Questions(count)) = ctx.data_opt() {
        count.fetch_add(1, Ordering::Relaxed);
    }
    question.await.map_err(|error| fault::of_view(caller::language(ctx), &error))
}
