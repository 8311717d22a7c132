//! Attempts and their numbers as they change.

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_graphql::{Context, ID, Result, SimpleObject, Subscription};
use berth_domain::{GrabId, Language, Timestamp, access::Act};
use berth_store::Position;
use berth_views::{
    Span, ViewError, Views, feed, grab,
    statistics::{Filter, Moment, Scope},
};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use tokio::{sync::watch, time};

use super::{
    object::Attempt,
    query::{MONTH, scope, span},
    statistics::{AttemptStatistics, Wanted},
};
use crate::{
    grab::{GrabTask, ids},
    shared::{
        alike::Shared,
        caller::{Allowed, language},
        context::{dependencies, views},
        fault,
        scalars::{DateTimeRange, EventPosition},
    },
};

/// Between two reckonings.
const PAUSE: Duration = Duration::from_secs(1);

/// Attempts that were settled.
#[derive(SimpleObject)]
pub(crate) struct AttemptBatch {
    /// The attempts as they are now, in the order in which they were settled. One that was in doubt comes again when it is known how it
    /// ended.
    attempts: Vec<Attempt>,
    /// Go on from here.
    position: EventPosition,
    /// The feed has told all there is.
    caught_up: bool,
}

#[derive(Default)]
pub(crate) struct AttemptSubscription;

#[Subscription(guard = "Allowed(Act::Look)")]
impl AttemptSubscription {
    /// Attempts as they are settled, every one of them: at most 4 batches a second.
    #[expect(clippy::unused_async, reason = "the macro takes only async functions")]
    async fn attempt_appended(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of these tasks; of all when absent.")] task_ids: Option<Vec<ID>>,
        #[graphql(desc = "The position to go on from; the head of the log when absent.")] after: Option<
            EventPosition,
        >,
    ) -> Result<BoxStream<'static, Result<Shared<AttemptBatch>>>> {
        let (views, language) = (views(ctx).clone(), language(ctx));
        let mut before = after.map(|after| after.0);
        let batches = feed::attempts(&views, ids(ctx, task_ids.as_deref())?, before);
        let told = batches.then(move |batch| {
            let views = views.clone();
            async move { with_tasks(&views, batch?).await }
        });
        let told = told.map(move |batch| {
            let batch: AttemptBatch = batch.map_err(|error| fault::of_view(language, &error))?;
            let (position, caught_up) = (batch.position.0, batch.caught_up);
            Ok(Shared::since(&mut before, position, caught_up, batch))
        });
        Ok(told.boxed())
    }

    /// Attempts in numbers as they are now, and then whenever the numbers change: at most once a second, and at least every 15 s. Each is
    /// whole, so nothing is missed by subscribing again.
    #[graphql(complexity = "MONTH + child_complexity")]
    #[expect(clippy::unused_async, reason = "the macro takes only async functions")]
    async fn statistics_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The hours that begin within this span, at most 31 days. Where it does not say, it goes along: it ends now, and begins a day earlier."
        )]
        range: Option<DateTimeRange>,
        #[graphql(desc = "Only of this tenant.")] tenant_id: Option<ID>,
        #[graphql(desc = "Only of this task.")] task_id: Option<ID>,
        #[graphql(desc = "Only in this region.")] region: Option<String>,
    ) -> Result<BoxStream<'static, Result<AttemptStatistics>>> {
        let scope = scope(ctx, tenant_id.as_ref(), task_id.as_ref())?;
        let now = dependencies(ctx).server.now.clone();
        span(language(ctx), range, now())?;
        let watching = Watching {
            views: views(ctx).clone(),
            news: views(ctx).watch(),
            now,
            language: language(ctx),
            question: Question { scope, region, range, wanted: Wanted::of(ctx) },
            told: None,
            failed: false,
        };
        Ok(stream::unfold(watching, Watching::next).boxed())
    }
}

/// With the tasks that the attempts are of, by one question.
async fn with_tasks(views: &Views, batch: feed::AttemptBatch) -> Result<AttemptBatch, ViewError> {
    let wanted: Vec<GrabId> = batch.attempts.iter().map(|row| row.grab).collect();
    let tasks = if wanted.is_empty() { Vec::new() } else { grab::by_ids(views, &wanted).await? };
    let tasks: HashMap<_, _> = GrabTask::of_rows(tasks).into_iter().map(|task| (task.key(), task)).collect();
    let attempts = batch.attempts.into_iter().filter_map(|row| {
        let task = tasks.get(&row.grab)?.clone();
        Some(Attempt::new(Arc::new(row), task))
    });
    Ok(AttemptBatch {
        attempts: attempts.collect(),
        position: EventPosition(batch.position),
        caught_up: batch.caught_up,
    })
}

/// What somebody wants to know, again and again.
struct Question {
    scope: Scope,
    region: Option<String>,
    range: Option<DateTimeRange>,
    wanted: Wanted,
}

struct Watching {
    views: Views,
    news: watch::Receiver<Position>,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    language: Language,
    question: Question,
    /// The numbers as they were told last, and when.
    told: Option<(AttemptStatistics, time::Instant)>,
    failed: bool,
}

impl Watching {
    async fn next(mut self) -> Option<(Result<AttemptStatistics>, Self)> {
        while !self.failed {
            if let Some((_, at)) = self.told {
                time::sleep(PAUSE).await;
                // The views are gone, and the server with them.
                let silence = time::timeout_at(at + feed::HEARTBEAT, self.news.changed()).await;
                silence.unwrap_or(Ok(())).ok()?;
            }
            self.news.mark_unchanged();
            match self.reckoned().await {
                Ok(now) if self.is_worth_telling(&now) => {
                    self.told = Some((now.clone(), time::Instant::now()));
                    return Some((Ok(now), self));
                }
                Ok(_) => {}
                Err(error) => {
                    self.failed = true;
                    return Some((Err(error), self));
                }
            }
        }
        None
    }

    fn is_worth_telling(&self, now: &AttemptStatistics) -> bool {
        self.told
            .as_ref()
            .is_none_or(|(before, at)| !before.says_the_same_as(now) || at.elapsed() >= feed::HEARTBEAT)
    }

    async fn reckoned(&self) -> Result<AttemptStatistics> {
        let Question { scope, region, range, wanted } = &self.question;
        let (from, to) = span(self.language, *range, (self.now)())?;
        let filter =
            Filter { scope: *scope, region: region.clone(), span: Span { from: Some(from), to: Some(to) } };
        let answer = async {
            AttemptStatistics::of(Moment::of(&self.views).await?, &filter, (from, to), wanted).await
        };
        answer.await.map_err(|error| fault::of_view(self.language, &error))
    }
}
