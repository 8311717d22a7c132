//! Reading the whole log for anything that is not as it was written.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_graphql::{Context, Result, SimpleObject, Subscription};
use berth_domain::{Timestamp, access::Act};
use berth_store::{Position, Report, Storage, verify};
use futures::{
    FutureExt, StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use tokio::{sync::OwnedSemaphorePermit, time::timeout};

use crate::shared::{
    caller::{Allowed, language},
    context::{dependencies, log, storage},
    fault,
    scalars::{EventPosition, int},
    turns,
};

/// How often it tells how far it is.
const PAUSE: Duration = Duration::from_millis(500);

/// How far a verification of the log has come, and what it came to.
#[derive(SimpleObject)]
pub(crate) struct EventLogVerification {
    /// Read up to here.
    position: EventPosition,
    /// To be read up to here.
    head: EventPosition,
    /// How many positions were read in a second, on average.
    events_per_second: i32,
    /// What is not as it was written, in the order of the log: the first 100. Empty until it is done.
    findings: Vec<String>,
    /// Nothing was found. False until it is done.
    clean: bool,
    /// This is the last that is told.
    done: bool,
    /// Stands for the whole log: equal logs have equal ones. Kept elsewhere, it tells a log that was rewritten whole. Null until it
    /// is done.
    checksum: Option<String>,
}

#[derive(Default)]
pub(crate) struct EventLogSubscription;

#[Subscription(guard = "Allowed(Act::ReadHistory)")]
impl EventLogSubscription {
    /// Reads the whole log, up to its head now, and finds any changed byte, missing position or swapped row. Tells twice a second how
    /// far it is, and ends when it is done. One at a time for each server; whoever unsubscribes ends it.
    async fn event_log_verification(
        &self,
        ctx: &Context<'_>,
    ) -> Result<BoxStream<'static, Result<EventLogVerification>>> {
        let turn = turns::at_verifying(ctx)?;
        let head = log(ctx).head().await.map_err(|error| fault::of_log(language(ctx), &error))?;
        let now = dependencies(ctx).server.now.clone();
        let (begun, read) = (now(), Arc::new(AtomicU64::new(0)));
        let work = Some(reading(storage(ctx), read.clone(), turn));
        let check = Check { work, read, head, begun, now };
        Ok(stream::unfold(check, Check::next).boxed())
    }
}

struct Check {
    /// None when it has told all.
    work: Option<BoxFuture<'static, Report>>,
    read: Arc<AtomicU64>,
    head: Position,
    begun: Timestamp,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

fn reading(
    storage: Arc<dyn Storage>,
    read: Arc<AtomicU64>,
    turn: OwnedSemaphorePermit,
) -> BoxFuture<'static, Report> {
    let work = async move {
        let _turn = turn;
        verify(&*storage, |position| read.store(position.get(), Ordering::Relaxed)).await
    };
    work.boxed()
}

impl Check {
    async fn next(mut self) -> Option<(Result<EventLogVerification>, Self)> {
        let work = self.work.as_mut()?;
        let report = timeout(PAUSE, work).await.ok();
        if report.is_some() {
            // With it goes its turn.
            self.work = None;
        }
        Some((Ok(self.told(report)), self))
    }

    fn told(&self, report: Option<Report>) -> EventLogVerification {
        let head = report.as_ref().map_or(self.head, |report| report.head.max(self.head));
        let read = report.as_ref().map_or(self.read.load(Ordering::Relaxed), |report| report.head.get());
        let took = u64::try_from((self.now)().since(self.begun)).unwrap_or_default().max(1);
        let findings = report.iter().flat_map(|report| &report.findings);
        EventLogVerification {
            position: EventPosition(Position::new(read)),
            head: EventPosition(head),
            events_per_second: int(read.saturating_mul(1000) / took),
            findings: findings.map(ToString::to_string).collect(),
            clean: report.as_ref().is_some_and(Report::is_clean),
            done: report.is_some(),
            checksum: report.map(|report| report.checksum),
        }
    }
}
