//! How resolvers reach what they ask and tell.

use std::sync::Arc;

use async_graphql::{Context, Result};
use berth_app::App;
use berth_domain::Timestamp;
use berth_metrics::Metrics;
use berth_store::{Log, Storage};
use berth_views::{ViewError, Views, feed::Tail};
use futures::FutureExt as _;

use super::{caller, fault};
use crate::schema::Dependencies;

pub(crate) fn dependencies<'a>(ctx: &Context<'a>) -> &'a Dependencies {
    ctx.data_unchecked::<Arc<Dependencies>>()
}

pub(crate) fn app<'a>(ctx: &Context<'a>) -> &'a App {
    &dependencies(ctx).app
}

pub(crate) fn views<'a>(ctx: &Context<'a>) -> &'a Views {
    &dependencies(ctx).views
}

pub(crate) fn metrics<'a>(ctx: &Context<'a>) -> &'a Metrics {
    &dependencies(ctx).metrics
}

/// Whoever commands looks at once what became of it: what is in the log now is not gathered with what comes after it.
pub(crate) fn look_soon(ctx: &Context<'_>) {
    let Dependencies { views, log, .. } = dependencies(ctx);
    views.want(*log.watch().borrow());
}

pub(crate) fn log(ctx: &Context<'_>) -> Arc<dyn Log> {
    dependencies(ctx).log.clone()
}

/// What all who follow the events share.
pub(crate) fn tail<'a>(ctx: &Context<'a>) -> &'a Arc<Tail> {
    ctx.data_unchecked()
}

pub(crate) fn storage(ctx: &Context<'_>) -> Arc<dyn Storage> {
    dependencies(ctx).log.clone()
}

pub(crate) fn now(ctx: &Context<'_>) -> Timestamp {
    (dependencies(ctx).server.now)()
}

/// Asks the views one question.
///
/// It is put aside until it is asked: the future of an object's field is as large as that of its largest field, and is moved for each
/// field of each row. With questions inside, a page of twenty tasks moved eighty times 55 KB, most of its time.
pub(crate) fn read<'a, T: 'a>(
    ctx: &'a Context<'_>,
    question: impl Future<Output = Result<T, ViewError>> + Send + 'a,
) -> impl Future<Output = Result<T>> + Send + 'a {
    let answer = question.boxed();
    async move { answer.await.map_err(|error| fault::of_view(caller::language(ctx), &error)) }
}
