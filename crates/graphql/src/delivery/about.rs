//! Deliveries about things that were read together: one question for all of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{Context, Result, ServerResult};
use berth_domain::{ChannelId, GrabId, Text};
use berth_views::delivery::{self, Counts};

use super::object::NotificationDelivery;
use crate::shared::{
    batch::Batch,
    caller::language,
    context::{read, views},
    fault,
    page::{USUAL, times},
};

/// So many of a task's newest, when nobody says.
const OF_A_TASK: u32 = 5;

/// The newest deliveries about tasks that were read together, by how many of each are wanted.
#[derive(Default)]
pub(crate) struct ByTask(Mutex<HashMap<u32, Newest>>);

type Newest = Arc<Batch<GrabId, Vec<NotificationDelivery>>>;

impl ByTask {
    pub(crate) async fn of(
        &self,
        ctx: &Context<'_>,
        neighbours: &[GrabId],
        task: GrabId,
        first: Option<i32>,
    ) -> Result<Vec<NotificationDelivery>> {
        let count = count(ctx, first)?;
        let batch = self.batch(neighbours, count);
        let load = async || {
            let rows = read(ctx, delivery::latest_of_tasks(views(ctx), batch.keys(), count)).await?;
            Ok(NotificationDelivery::by_key(rows, |row| row.queued().notice.task().map(|task| task.id)))
        };
        Ok(batch.get(task, load).await?.unwrap_or_default())
    }

    fn batch(&self, neighbours: &[GrabId], count: u32) -> Newest {
        let mut batches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let anew = || Arc::new(Batch::new(neighbours.iter().copied()));
        batches.entry(count).or_insert_with(anew).clone()
    }

    /// What they may cost, before they are asked for.
    pub(crate) fn cost(first: ServerResult<Option<i32>>, child: usize) -> usize {
        times(first.ok().flatten(), OF_A_TASK, child)
    }
}

fn count(ctx: &Context<'_>, wanted: Option<i32>) -> Result<u32> {
    let Some(wanted) = wanted else { return Ok(OF_A_TASK) };
    u32::try_from(wanted).ok().filter(|count| *count <= USUAL).ok_or_else(|| {
        let text = Text::new(
            format!("ask for at most {USUAL} of each task; notificationDeliveries has them all"),
            format!("每个任务最多 {USUAL} 条；全部记录请查询 notificationDeliveries"),
        );
        fault::bad_query(language(ctx), &text)
    })
}

/// What there is to say about the deliveries to channels that were read together.
pub(crate) struct ByChannel {
    latest: Batch<ChannelId, Vec<NotificationDelivery>>,
    counts: Batch<ChannelId, Counts>,
}

impl ByChannel {
    pub(crate) fn new(channels: impl IntoIterator<Item = ChannelId> + Clone) -> Self {
        Self { latest: Batch::new(channels.clone()), counts: Batch::new(channels) }
    }

    /// The one that was queued last.
    pub(crate) async fn last(
        &self,
        ctx: &Context<'_>,
        channel: ChannelId,
    ) -> Result<Option<NotificationDelivery>> {
        let load = async || {
            let rows = read(ctx, delivery::latest(views(ctx), self.latest.keys())).await?;
            Ok(NotificationDelivery::by_key(rows, |row| Some(row.queued().channel)))
        };
        Ok(self.latest.get(channel, load).await?.and_then(|mut found| found.pop()))
    }

    /// How many wait, and how many were given up.
    pub(crate) async fn counts(&self, ctx: &Context<'_>, channel: ChannelId) -> Result<(u64, u64)> {
        let load = async || {
            let rows = read(ctx, delivery::counts(views(ctx), self.counts.keys())).await?;
            Ok(rows.into_iter().map(|counts| (counts.channel, counts)).collect())
        };
        let found = self.counts.get(channel, load).await?;
        Ok(found.map_or((0, 0), |counts| (counts.waiting, counts.failed)))
    }
}
