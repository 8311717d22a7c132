//! What the read models say. One that is parked, or still folds what was, stands in the past: of the present it says nothing, since a task
//! whose news it has not heard is not silent, and a doubt that it has not seen end does not last.

use std::{collections::BTreeSet, time::Duration};

use berth_domain::{Timestamp, alert::RuleName};
use berth_store::Position;
use berth_views::{
    Span, Views, grab,
    statistics::{self, By, Filter, Moment},
};

use super::{
    float,
    recent::{Hours, Tried},
    seconds,
};

const HOUR_MS: i64 = 3_600_000;
/// A read model takes in what is new within a fraction of this, unless it is behind.
const PATIENCE: Duration = Duration::from_secs(1);

/// The lists, and what is asked of them as of now.
pub(super) struct Lists<'v> {
    pub(super) views: &'v Views,
    /// Of the log.
    pub(super) head: Position,
    pub(super) now: Timestamp,
    /// When this server did.
    pub(super) began: Timestamp,
}

impl Lists<'_> {
    /// What tasks say.
    pub(super) async fn tasks(&self, wanted: &BTreeSet<RuleName>) -> Vec<(RuleName, f64)> {
        let mut figures = Vec::new();
        if !self.is_present(grab::NAME).await {
            return figures;
        }
        for rule in wanted {
            figures.extend(self.figure(*rule).await.map(|value| (*rule, value)));
        }
        figures
    }

    /// Whether a read model holds all that there is, as of this look.
    async fn is_present(&self, model: &str) -> bool {
        self.views.wait_for_model(model, self.head, PATIENCE).await.is_ok()
    }

    async fn figure(&self, rule: RuleName) -> Option<f64> {
        match rule {
            RuleName::Instances => grab::held_count(self.views).await.ok().map(float),
            RuleName::AttemptsInDoubt => {
                let oldest = grab::oldest_doubt(self.views).await.ok()?;
                Some(oldest.map_or(0.0, |since| seconds(self.now.since(since))))
            }
            RuleName::StalledTasks => {
                grab::stalled_count(self.views, self.began, self.now).await.ok().map(float)
            }
            RuleName::ErrorRate
            | RuleName::ResponseTime
            | RuleName::Cpu
            | RuleName::Memory
            | RuleName::Disk
            | RuleName::Connections
            | RuleName::ProjectionLag
            | RuleName::AttemptFaults
            | RuleName::ClockSkew
            | RuleName::Storage => None,
        }
    }

    /// How the attempts of this hour and the one before ended: within the last ten minutes nothing else changed.
    pub(super) async fn tried(&self, wanted: &BTreeSet<RuleName>) -> Option<Hours> {
        if !wanted.contains(&RuleName::AttemptFaults) || !self.is_present(statistics::NAME).await {
            return None;
        }
        let from = Timestamp::from_millis((self.now.millis() / HOUR_MS - 1) * HOUR_MS);
        let filter = Filter { span: Span { from: Some(from), to: None }, ..Filter::default() };
        let mut moment = Moment::of(self.views).await.ok()?;
        let groups = moment.grouped(By::Hour, &filter).await.ok()?;
        let tried = |attempts, faults| Tried { attempts, faults };
        Some(
            groups
                .into_iter()
                .map(|group| (group.hour, tried(group.totals.attempts, group.totals.faults)))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use berth_domain::{
        GrabId, Seconds, TenantId,
        event::Event as _,
        grab::{Created, Event, Schedule, Size, Spec, Started},
    };
    use berth_store::{
        Append, CommandId, Log, Meta, NewEvent, StreamId, Version,
        sqlite::{self, SqliteLog},
    };

    use super::*;

    /// When the task began, and a year later.
    const BEGAN: Timestamp = Timestamp::from_millis(1_700_000_000_000);
    const NOW: Timestamp = Timestamp::from_millis(1_731_536_000_000);

    /// A task that was last heard of a year ago.
    fn course() -> Vec<NewEvent> {
        let spec = Spec {
            shape: "VM.Standard.A1.Flex".into(),
            sizes: vec![Size { ocpus: 4.0, memory_gb: 24.0 }],
            regions: vec!["ap-tokyo-1".into()],
            ..Spec::default()
        };
        let schedule = Schedule { interval: Seconds(60), ..Schedule::default() };
        let tenant = TenantId::from_parts(1, 1);
        let created: Event = Created { tenant, name: "task".into(), spec, schedule, at: BEGAN }.into();
        let encoded = |event: Event| NewEvent {
            name: event.name().into(),
            schema: event.schema(),
            data: event.encode(),
        };
        [created, Started { at: BEGAN }.into()].into_iter().map(encoded).collect()
    }

    async fn figures(views: &Views, head: Position) -> (Vec<(RuleName, f64)>, bool) {
        let lists = Lists { views, head, now: NOW, began: BEGAN };
        let rules = RuleName::ALL.into_iter().collect();
        let (tasks, tried) = tokio::join!(lists.tasks(&rules), lists.tried(&rules));
        (tasks, tried.is_some())
    }

    #[tokio::test]
    async fn a_read_model_that_still_folds_what_was_says_nothing_of_the_present() {
        let home = tempfile::tempdir().unwrap();
        let log = SqliteLog::open(&home.path().join("log.db"), sqlite::Options::default()).await.unwrap();
        let append = Append::new(CommandId::fresh(), [1; 32], Meta::default());
        let stream = StreamId::new("grab", GrabId::from_parts(1, 1));
        log.append(append.write(stream, Version::NONE, course())).await.unwrap();
        let log: Arc<dyn Log> = Arc::new(log);
        let views = Views::open(&home.path().join("views.db"), log.clone()).await.unwrap();
        let head = log.head().await.unwrap();
        assert_eq!(figures(&views, head).await, (vec![], false), "nothing is folded yet");

        views.level_offline().await.unwrap();
        let tasks =
            [(RuleName::Instances, 0.0), (RuleName::AttemptsInDoubt, 0.0), (RuleName::StalledTasks, 1.0)];
        assert_eq!(figures(&views, head).await, (tasks.to_vec(), true));
        assert_eq!(figures(&views, head.next()).await, (vec![], false), "and then it fell behind");
    }
}
