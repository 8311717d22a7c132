//! The roots, merged from the nouns, so that no root file grows.

use std::sync::Arc;

use async_graphql::{MergedObject, MergedSubscription, SDLExportOptions, SchemaBuilder};
use berth_app::App;
use berth_metrics::Metrics;
use berth_store::Storage;
use berth_views::{Views, feed::Tail};

use crate::{
    alert::{AlertMutation, AlertQuery, AlertRuleMutation, AlertSubscription},
    attempt::{AttemptQuery, AttemptSubscription},
    books::{BooksMutation, BooksQuery},
    channel::{NotificationChannelMutation, NotificationChannelQuery},
    delivery::{NotificationDeliveryQuery, NotificationDeliverySubscription},
    event::{EventLogQuery, EventLogSubscription, EventQuery, EventSubscription},
    grab::{GrabTaskMutation, GrabTaskQuery, GrabTaskSubscription},
    log_entry::{LogQuery, LogSubscription},
    node::NodeQuery,
    profile::{LaunchProfileMutation, LaunchProfileQuery},
    projection::{ProjectionMutation, ProjectionQuery, ProjectionSubscription},
    recorded::Schema,
    replay::ReplayQuery,
    server::{ServerFacts, ServerQuery},
    shared::{alike::Answers, turns::Turns},
    system_metrics::{SystemMetricsQuery, SystemMetricsSubscription},
    tenant::{LaunchOptionsQuery, TenantMutation, TenantQuery, config::ConfigReader},
    user::{AccountMutation, AuditQuery, SessionMutation, UserMutation, UserQuery},
};

/// Everything that can be read. Needs a caller, but for `server` and `viewer`.
#[derive(MergedObject, Default)]
pub struct Query(
    NodeQuery,
    ServerQuery,
    TenantQuery,
    LaunchOptionsQuery,
    GrabTaskQuery,
    LaunchProfileQuery,
    NotificationChannelQuery,
    NotificationDeliveryQuery,
    AttemptQuery,
    LogQuery,
    EventQuery,
    EventLogQuery,
    ReplayQuery,
    ProjectionQuery,
    BooksQuery,
    UserQuery,
    AuditQuery,
    SystemMetricsQuery,
    AlertQuery,
);

/// Everything that can be done. Each takes one `input` and answers with one payload: what it is about as it is after the
/// command, the `position` of the command's last event, and `userErrors`. The same `commandId` with the same input again
/// does nothing more and answers alike.
#[derive(MergedObject, Default)]
pub struct Mutation(
    TenantMutation,
    GrabTaskMutation,
    LaunchProfileMutation,
    NotificationChannelMutation,
    ProjectionMutation,
    BooksMutation,
    SessionMutation,
    AccountMutation,
    UserMutation,
    AlertRuleMutation,
    AlertMutation,
);

/// Live feeds. Each batch says a `position`: subscribe again with it as `after`, and nothing is missed or seen twice. Without
/// `after` a feed starts at the head of the log. It tells once that it is level (`caughtUp`), and then at least every 15 s.
#[derive(MergedSubscription, Default)]
pub struct Subscription(
    GrabTaskSubscription,
    AttemptSubscription,
    NotificationDeliverySubscription,
    LogSubscription,
    EventSubscription,
    EventLogSubscription,
    ProjectionSubscription,
    SystemMetricsSubscription,
    AlertSubscription,
);

/// What async-graphql makes of the roots.
pub(crate) type Roots = async_graphql::Schema<Query, Mutation, Subscription>;

/// What resolvers ask and tell.
pub struct Dependencies {
    pub app: App,
    pub views: Views,
    pub metrics: Metrics,
    pub log: Arc<dyn Storage>,
    pub config_reader: Arc<dyn ConfigReader>,
    pub server: ServerFacts,
}

/// An introspection as tools send it nests 15 fields deep in lists of lists; our own screens need less.
const DEPTH: usize = 16;
/// A page of 100 tasks with all of their own fields, their tenants, last attempts and bars is about 30,000.
const COMPLEXITY: usize = 50_000;
const DIRECTIVES: usize = 16;
const RECURSION: usize = 24;
const ALIASES: usize = 100;

/// The schema, ready to be asked. Each request needs a [`crate::Caller`] among its data.
pub fn schema(dependencies: Dependencies) -> Schema {
    let dependencies = Arc::new(dependencies);
    let tail = Arc::new(Tail::new(dependencies.log.clone()));
    let roots = builder()
        .data(dependencies.clone())
        .data(Turns::default())
        .data(Answers::default())
        .data(tail)
        .finish();
    Schema::new(roots, dependencies)
}

/// The schema as text, the same from build to build. Needs nothing that runs.
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by()
        .prefer_single_line_descriptions()
        .use_space_ident();
    builder().finish().sdl_with_options(options)
}

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Roots::build(Query::default(), Mutation::default(), Subscription::default())
        .limit_depth(DEPTH)
        .limit_complexity(COMPLEXITY)
        .limit_directives(DIRECTIVES)
        .limit_recursive_depth(RECURSION)
        .limit_aliases(ALIASES)
        // Names of fields are given away by introspection anyway; guesses only cost time.
        .disable_suggestions()
}
