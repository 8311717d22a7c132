//! What this process carries: known to those who carry it.

use std::sync::Arc;

use berth_actors::Clock;
use berth_app::App;
use berth_domain::Timestamp;
use berth_metrics::{Carried, Carrier};
use berth_store::{Position, Storage};
use berth_views::{Projection, Views};

use crate::http::Meters;

/// Clones ask the same.
#[derive(Clone)]
pub(crate) struct Carrying {
    pub(crate) app: App,
    pub(crate) views: Views,
    pub(crate) log: Arc<dyn Storage>,
    pub(crate) meters: Meters,
    /// When this server did.
    pub(crate) began: Timestamp,
}

impl Carrying {
    /// With meters that have counted nothing yet.
    pub(crate) fn new(app: &App, views: &Views, log: &Arc<dyn Storage>) -> Self {
        let began = Timestamp::from_millis(Clock::system().now_ms());
        Self { app: app.clone(), views: views.clone(), log: log.clone(), meters: Meters::default(), began }
    }

    pub(crate) fn head(&self) -> Position {
        *self.log.watch().borrow()
    }

    /// How far each read model is behind the head of the log, which may have moved since they last said so.
    pub(crate) fn lags(&self) -> Vec<(&'static str, u64)> {
        let head = self.head().get();
        let lag = |projection: &Projection| head.saturating_sub(projection.position.get());
        self.views.projections().iter().map(|projection| (projection.name, lag(projection))).collect()
    }
}

impl Carrier for Carrying {
    fn carried(&self) -> Carried {
        Carried {
            actors: self.app.alive(),
            subscriptions: self.meters.subscriptions(),
            head: self.head().get(),
            projection_lag: self.lags().into_iter().map(|(_, lag)| lag).max().unwrap_or_default(),
        }
    }
}
