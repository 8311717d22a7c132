//! One who watches. As long as there are any, the sampler looks as often as the quickest of them wants.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use crate::{
    figures::Sample,
    metrics::Shared,
    sampler::{Newest, UNWATCHED_MS},
};

/// How many want a measurement every so many seconds.
pub(crate) type Wanted = BTreeMap<u32, usize>;

/// Gives the newest measurement now and then. Holds no queue: whoever comes late for one gets the one after it.
pub struct Watching {
    shared: Arc<Shared>,
    news: watch::Receiver<Option<Newest>>,
    every: u32,
    /// When the next one is wanted.
    next: Instant,
}

impl Watching {
    pub(crate) fn new(shared: Arc<Shared>, every: u32) -> Self {
        shared.wanted.send_modify(|wanted| *wanted.entry(every).or_default() += 1);
        let mut news = shared.newest.subscribe();
        // What is there now is told at once.
        news.mark_changed();
        Self { shared, news, every, next: Instant::now() }
    }

    /// The next one, when its time has come and there is one that was not told. The first comes at once, if any was made. Waits for
    /// ever once nobody measures any more.
    pub async fn next(&mut self) -> Sample {
        sleep_until(self.next).await;
        loop {
            // The sender lives as long as this does.
            self.news.changed().await.ok();
            let newest = *self.news.borrow_and_update();
            if let Some(Newest { sample, .. }) = newest {
                self.next = Instant::now() + Duration::from_secs(self.every.into());
                return sample;
            }
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.shared.wanted.send_modify(|wanted| {
            let left = wanted.get_mut(&self.every).map_or(0, |count| {
                *count = count.saturating_sub(1);
                *count
            });
            if left == 0 {
                wanted.remove(&self.every);
            }
        });
    }
}

/// As often as the quickest wants it, and never less often than for the history.
pub(crate) fn cadence_ms(wanted: &Wanted) -> i64 {
    let quickest = wanted.keys().next().map_or(UNWATCHED_MS, |seconds| i64::from(*seconds) * 1000);
    quickest.min(UNWATCHED_MS)
}
