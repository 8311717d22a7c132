//! One delivery as clients see it.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use berth_domain::{
    ChannelId, GrabId, TenantId,
    delivery::{Delivery, Queued, Stage, Why},
};
use berth_store::Position;
use berth_views::delivery::{DeliveryRow, State};

use crate::{
    channel::{self, NotificationChannel, NotificationTopic},
    grab::{self, GrabTask},
    shared::{
        batch::Batch,
        caller::{language, say},
        fault,
        page::connection,
        scalars::{DateTime, EventPosition, int},
        severity::Severity,
    },
    tenant::{self, Tenant},
};

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "State")]
pub(crate) enum NotificationDeliveryState {
    /// It waits for its first try: for quiet hours to end, or for its turn where a channel takes only so many messages a minute.
    Pending,
    /// A try is out.
    Sending,
    /// A try did not work, and another follows at `nextTryAt`.
    Retrying,
    /// The other side took it. The end.
    Delivered,
    /// It was given up: `failure` tells why. The end.
    Failed,
}

/// Why a delivery was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Why")]
pub(crate) enum NotificationFailure {
    /// The other side does not take it like this, now or later.
    Refused,
    /// There is nobody at the other side any more: the bot was removed, or the chat or the webhook deleted.
    Gone,
    /// The server may not call that address.
    Blocked,
    /// It was tried for a whole day.
    TooLong,
    /// The channel was deleted or disabled while it waited.
    ChannelClosed,
}

/// A line of a notification.
#[derive(SimpleObject)]
pub(crate) struct NotificationLine {
    /// What the line says something about, in the caller's language or as a person called it. Null when it stands for itself.
    label: Option<String>,
    /// What it says. It may hold any character: show it as it is.
    text: String,
}

/// What deliveries that were read together refer to.
struct Neighbours {
    channels: Batch<ChannelId, NotificationChannel>,
    tasks: Batch<GrabId, GrabTask>,
    tenants: Batch<TenantId, Tenant>,
}

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct NotificationDelivery {
    row: Arc<DeliveryRow>,
    neighbours: Arc<Neighbours>,
}

impl NotificationDelivery {
    pub(crate) fn of_rows(rows: Vec<DeliveryRow>) -> Vec<Self> {
        let queued = || rows.iter().map(DeliveryRow::queued);
        let neighbours = Arc::new(Neighbours {
            channels: Batch::new(queued().map(|queued| queued.channel)),
            tasks: Batch::new(queued().filter_map(|queued| queued.notice.task().map(|task| task.id))),
            tenants: Batch::new(queued().filter_map(|queued| queued.notice.tenant())),
        });
        let rows = rows.into_iter().map(Arc::new);
        rows.map(|row| Self { row, neighbours: neighbours.clone() }).collect()
    }

    pub(super) fn by_key<K: std::hash::Hash + Eq>(
        rows: Vec<DeliveryRow>,
        key: impl Fn(&DeliveryRow) -> Option<K>,
    ) -> HashMap<K, Vec<Self>> {
        let mut found = HashMap::<K, Vec<Self>>::new();
        for delivery in Self::of_rows(rows) {
            if let Some(key) = key(&delivery.row) {
                found.entry(key).or_default().push(delivery);
            }
        }
        found
    }

    fn delivery(&self) -> &Delivery {
        &self.row.delivery
    }

    fn queued(&self) -> &Queued {
        self.row.queued()
    }

    fn why(&self) -> Option<Why> {
        match self.delivery().stage {
            Stage::GivenUp(why) => Some(why),
            Stage::Waiting | Stage::Out | Stage::Retrying(_) | Stage::Sent => None,
        }
    }

    /// Whether the end of a try is known.
    fn is_answered(&self) -> bool {
        matches!(self.delivery().stage, Stage::Retrying(_) | Stage::Sent | Stage::GivenUp(_))
    }
}

/// One notification on its way to one channel (送达), until the other side took it or it was given up. After a crash of the server one that
/// was in the air may arrive twice, with the same id; none is lost.
#[Object]
impl NotificationDelivery {
    /// `delivery_…`, for ever. Receivers are told it too: by it they know what they have got already.
    pub(crate) async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// Where it goes. Also when the channel was deleted since.
    async fn channel(&self, ctx: &Context<'_>) -> Result<NotificationChannel> {
        let channels = &self.neighbours.channels;
        let found = channels.get(self.queued().channel, || channel::by_ids(ctx, channels.keys())).await?;
        found.ok_or_else(|| fault::unlisted(language(ctx), "channels", "渠道"))
    }

    /// What it tells of.
    async fn topic(&self) -> NotificationTopic {
        self.queued().notice.topic().into()
    }

    /// How much it matters.
    async fn severity(&self) -> Severity {
        self.queued().notice.severity().into()
    }

    /// Where it stands.
    async fn state(&self) -> NotificationDeliveryState {
        self.row.state().into()
    }

    /// Why it was given up, for programs. Null unless it was.
    async fn failure(&self) -> Option<NotificationFailure> {
        self.why().map(Into::into)
    }

    /// Why it was given up, in the caller's language. Null unless it was.
    async fn failure_reason(&self, ctx: &Context<'_>) -> Option<String> {
        self.why().map(|why| say(ctx, &why.text()))
    }

    /// What a person can do about that, in the caller's language. Null unless it was given up.
    async fn failure_hint(&self, ctx: &Context<'_>) -> Option<String> {
        self.why().map(|why| say(ctx, &why.hint()))
    }

    /// What is told, in one line and in the caller's language. The channel is told in its own.
    async fn title(&self, ctx: &Context<'_>) -> String {
        self.queued().notice.message(language(ctx)).title
    }

    /// The rest of what is told, in the caller's language.
    async fn lines(&self, ctx: &Context<'_>) -> Vec<NotificationLine> {
        let lines = self.queued().notice.message(language(ctx)).lines.into_iter();
        lines.map(|line| NotificationLine { label: line.label, text: line.text }).collect()
    }

    /// The task it is about. Null when it is about none.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<GrabTask>> {
        let Some(task) = self.queued().notice.task() else { return Ok(None) };
        let tasks = &self.neighbours.tasks;
        tasks.get(task.id, || grab::by_ids(ctx, tasks.keys())).await
    }

    /// Whose matter it is. Null when it concerns everybody.
    async fn tenant(&self, ctx: &Context<'_>) -> Result<Option<Tenant>> {
        let Some(tenant) = self.queued().notice.tenant() else { return Ok(None) };
        let tenants = &self.neighbours.tenants;
        tenants.get(tenant, || tenant::by_ids(ctx, tenants.keys())).await
    }

    /// How many tries were begun.
    async fn tries(&self) -> i32 {
        int(self.delivery().attempts)
    }

    /// When it happened that is told.
    async fn time(&self) -> DateTime {
        DateTime(self.queued().happened_at)
    }

    /// When it was queued for the channel.
    async fn queued_at(&self) -> DateTime {
        DateTime(self.queued().at)
    }

    /// When the last try was begun, or how it ended became known. Null before the first.
    async fn last_tried_at(&self) -> Option<DateTime> {
        self.delivery().last_at.map(DateTime)
    }

    /// When it is tried next, at the earliest. Null while a try is out, and at the end.
    async fn next_try_at(&self) -> Option<DateTime> {
        let is_out = self.delivery().stage == Stage::Out;
        self.delivery().ready_at().filter(|_| !is_out).map(DateTime)
    }

    /// The other side's own words to the last try, or those of what kept us from reaching it. Where the other side can be anybody, only
    /// the status is said. Null while there are none.
    async fn response(&self) -> Option<&str> {
        Some(self.delivery().words.as_str()).filter(|words| self.is_answered() && !words.is_empty())
    }

    /// The HTTP status of that answer, or the code of a mail server. Null when no answer came.
    async fn http_status(&self) -> Option<i32> {
        self.delivery().status.filter(|_| self.is_answered()).map(Into::into)
    }

    /// How long the last try took, in milliseconds. Null before the first has ended.
    async fn duration_ms(&self) -> Option<i32> {
        let tried = self.is_answered() && self.delivery().attempts > 0;
        tried.then(|| int(self.delivery().duration_ms))
    }

    /// The position of the event that is told.
    async fn cause(&self) -> EventPosition {
        EventPosition(Position::new(self.queued().cause))
    }

    /// Its version.
    async fn version(&self) -> i32 {
        int(self.row.version.get())
    }

    /// The position of the last event about it. Drop an update that is not beyond the one you have.
    async fn position(&self) -> EventPosition {
        EventPosition(self.row.position)
    }
}

connection! {
    /// A page of deliveries. They are not counted; of each channel `waitingCount` and `failedCount` tell how many are not delivered.
    NotificationDeliveryConnection,
    /// A delivery in a page.
    NotificationDeliveryEdge of NotificationDelivery {
        /// The page is true as of this position. Subscribe to `deliveryFeed` with it as `after`, and nothing falls between.
        async fn position(&self) -> EventPosition {
            EventPosition(self.0.position)
        }
    }
}
