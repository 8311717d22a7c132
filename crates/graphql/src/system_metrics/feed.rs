//! The machine as it is watched.

use async_graphql::{Context, Result, Subscription};
use berth_domain::{Text, access::Act};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};

use super::object::SystemMetricsSample;
use crate::shared::{
    caller::{Allowed, language},
    context::metrics,
    fault,
    scalars::Seconds,
};

const INTERVAL: Seconds = Seconds(2);
const LONGEST: u32 = 3_600;

#[derive(Default)]
pub(crate) struct SystemMetricsSubscription;

#[Subscription(guard = "Allowed(Act::Look)")]
impl SystemMetricsSubscription {
    /// The newest measurement, and then one every `interval`. Whoever reads slowly gets the newest, not those that were missed. Not from
    /// the log: after a break, read the query `systemMetrics` for the gap.
    #[expect(clippy::unused_async, reason = "the macro takes only async functions")]
    async fn system_metrics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Pause between measurements, 1–3600.", default_with = "Some(INTERVAL)")]
        interval: Option<Seconds>,
    ) -> Result<BoxStream<'static, SystemMetricsSample>> {
        let Seconds(interval) = interval.unwrap_or(INTERVAL);
        if !(1..=LONGEST).contains(&interval) {
            let text =
                Text::new("`interval` must be from 1 to 3600 seconds", "`interval` 须在 1 到 3600 秒之间");
            return Err(fault::bad_input(language(ctx), &text));
        }
        let watching = metrics(ctx).watch(interval);
        Ok(stream::unfold(watching, async |mut watching| {
            let sample = watching.next().await;
            Some((sample.into(), watching))
        })
        .boxed())
    }
}
