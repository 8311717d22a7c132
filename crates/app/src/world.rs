//! What the hands need of the world, as ports.

use std::sync::Arc;

use async_trait::async_trait;
use berth_actors::{Arbiters, Clock};
use berth_cloud::Cloud;
use berth_domain::{
    GrabId, Seconds, TenantId, Timestamp,
    books::Retention,
    report::{Gathered, Rhythm, Span},
    tenant::Tenant,
};
use berth_notify::{Listener, Notifier};
use berth_store::{Log, Position, vault::Vault};

use crate::{books::Archive, chance::Chance};

/// Everything outside, named once by the binary.
#[derive(Clone)]
pub struct World {
    pub log: Arc<dyn Log>,
    /// Where events go before they leave the log.
    pub archive: Arc<dyn Archive>,
    pub vault: Arc<Vault>,
    pub cloud: Arc<dyn Cloud>,
    pub roster: Arc<dyn Roster>,
    /// Tells people.
    pub notifier: Arc<dyn Notifier>,
    /// Hears what is written to bots.
    pub listener: Arc<dyn Listener>,
    pub clock: Clock,
    pub arbiters: Arbiters,
    pub chance: Chance,
    pub settings: Settings,
}

impl World {
    /// The wall clock, in the domain's words.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.now_ms())
    }
}

/// What the configuration says about grabbing, and about what is kept.
#[derive(Clone, Debug)]
pub struct Settings {
    pub min_interval: Seconds,
    /// So many tasks may run at once.
    pub concurrent_limit: usize,
    /// The most calls a second that one tenant may make.
    pub calls_per_second: f64,
    /// How often each tenant is tested by itself; 0 is never.
    pub check_every: Seconds,
    /// When the report of a day is made; nobody makes any if absent.
    pub reports: Option<Rhythm>,
    /// How often an accepted instance is looked at until it runs.
    pub follow_every_ms: i64,
    /// How long an actor of a task stays awake with nothing to do.
    pub idle_after: std::time::Duration,
    pub retention: Retention,
    /// A session ends when it was not used for so long.
    pub session_idle: Seconds,
    /// And in any case after this.
    pub session_length: Seconds,
    /// Read models by name: an attempt that one of them goes on without stays in the log.
    pub projections: &'static [&'static str],
    /// Others count on it: rules that hold in production alone do.
    pub production: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            min_interval: Seconds(1),
            concurrent_limit: 10,
            calls_per_second: 10.0,
            check_every: Seconds(0),
            reports: None,
            follow_every_ms: 2_000,
            idle_after: std::time::Duration::from_millis(100),
            retention: Retention::default(),
            session_idle: Seconds(30 * 60),
            session_length: Seconds(12 * 3600),
            projections: &[],
            production: false,
        }
    }
}

/// Lists of tasks, from whatever keeps them. Never asked before a command is decided: only for whom to tell or wake. Who fails is not
/// asked further: the log is searched instead.
#[async_trait]
pub trait Roster: Send + Sync {
    /// Waits until the lists hold everything up to a position. Fails, and at once, when they will not.
    async fn wait_for(&self, position: Position) -> Result<(), RosterError>;
    /// Every task that runs, waits for a place or has an attempt out.
    async fn standing(&self) -> Result<Vec<Standing>, RosterError>;
    /// Every task of a tenant that is not at its end.
    async fn tasks_of(&self, tenant: TenantId) -> Result<Vec<GrabId>, RosterError>;
    /// The newest tasks that are on the lists. Who keeps no such list fails.
    async fn newest(&self, _: usize) -> Result<Vec<GrabId>, RosterError> {
        Err("no list of all tasks is kept".into())
    }
    /// Every tenant that was not removed, as it is, as of a position at least. Who keeps no such list fails.
    async fn tenants(&self, _: Position) -> Result<Vec<(TenantId, Tenant)>, RosterError> {
        Err("no list of tenants is kept".into())
    }
    /// All that was counted within a span, and what tasks and tenants are now, as of a position at least. Who does not count fails, and
    /// so does who is behind: what is told must be whole.
    async fn gathered(&self, _: Span, _: Position) -> Result<Gathered, RosterError> {
        Err("nothing is counted".into())
    }
}

pub type RosterError = Box<dyn std::error::Error + Send + Sync>;

/// A task that may have something to do.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub grab: GrabId,
    pub tenant: TenantId,
    /// When its next attempt is due, as far as the list knows.
    pub due: Option<Timestamp>,
    /// Takes one of the places of running tasks.
    pub runs: bool,
    /// Waits for one of them, since this moment.
    pub queued_at: Option<Timestamp>,
}
