//! This server.

use std::{fmt, sync::Arc};

use async_graphql::{Context, Object, SimpleObject};
use berth_domain::Timestamp;

use crate::shared::{
    context::dependencies,
    scalars::{DateTime, Seconds, int},
};

/// What the server says of itself.
#[derive(Clone)]
pub struct ServerFacts {
    pub version: String,
    pub commit: String,
    pub demo: bool,
    pub min_interval: berth_domain::Seconds,
    /// How a task tries whose maker said nothing of it.
    pub usual_schedule: berth_domain::grab::Schedule,
    pub concurrent_limit: usize,
    /// How long what is kept.
    pub retention: berth_domain::books::Retention,
    /// The server's wall clock.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

impl fmt::Debug for ServerFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerFacts")
            .field("version", &self.version)
            .field("demo", &self.demo)
            .finish_non_exhaustive()
    }
}

/// This server.
#[derive(SimpleObject)]
pub(crate) struct ServerInfo {
    /// Its semantic version.
    version: String,
    /// The Git commit it was built from.
    commit: String,
    /// It speaks to made-up clouds: nothing costs anything.
    demo: bool,
    /// There is no user yet: `setupComplete` makes the first.
    setup_required: bool,
    /// The shortest interval that a task may have.
    min_interval: Seconds,
    /// So many tasks may run at once.
    concurrent_limit: i32,
    /// The server's clock, to set countdowns right.
    now: DateTime,
}

#[derive(Default)]
pub(crate) struct ServerQuery;

#[Object]
impl ServerQuery {
    /// This server. Needs no caller.
    async fn server(&self, ctx: &Context<'_>) -> ServerInfo {
        let facts = &dependencies(ctx).server;
        ServerInfo {
            version: facts.version.clone(),
            commit: facts.commit.clone(),
            demo: facts.demo,
            setup_required: dependencies(ctx).app.users.setup_required(),
            min_interval: Seconds(facts.min_interval.0),
            concurrent_limit: int(facts.concurrent_limit),
            now: DateTime((facts.now)()),
        }
    }
}
