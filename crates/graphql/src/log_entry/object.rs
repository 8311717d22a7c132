//! One line of the log as clients see it.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, Result};
use berth_domain::{GrabId, TenantId, access::Act};
use berth_views::log_entry::{Category, Entry, Level};

use crate::{
    grab::{self, GrabTask},
    shared::{
        batch::Batch,
        caller::{may, say},
        page::connection,
        scalars::{DateTime, EventPosition, Json, int},
    },
    tenant::{self, Tenant},
};

/// How grave a log entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Level")]
pub(crate) enum LogLevel {
    /// For developers.
    Debug,
    /// The normal course. A miss is.
    Info,
    /// Wants a look.
    Warn,
    /// Went wrong.
    Error,
}

/// What a log entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Category")]
pub(crate) enum LogCategory {
    /// Attempts (抢机日志).
    Grab,
    /// What people did (操作日志).
    Operation,
    /// The process itself (系统日志).
    System,
    /// Keys and permissions (审计日志).
    Audit,
}

/// What entries that were read together are about.
struct Neighbours {
    tenants: Batch<TenantId, Tenant>,
    grabs: Batch<GrabId, GrabTask>,
}

pub(crate) struct LogEntry {
    entry: Entry,
    neighbours: Arc<Neighbours>,
}

impl LogEntry {
    pub(crate) fn of_rows(entries: Vec<Entry>) -> Vec<Self> {
        let neighbours = Arc::new(Neighbours {
            tenants: Batch::new(entries.iter().filter_map(|entry| entry.tenant)),
            grabs: Batch::new(entries.iter().filter_map(|entry| entry.grab)),
        });
        entries.into_iter().map(|entry| Self { entry, neighbours: neighbours.clone() }).collect()
    }
}

/// One line of the log, or a run of equal lines folded into one.
#[Object]
impl LogEntry {
    /// The position of the event it was written for: of the newest, when it stands for several. Unique together with `index`.
    async fn position(&self) -> EventPosition {
        EventPosition(self.entry.position)
    }

    /// 0, unless one event wrote several lines.
    async fn index(&self) -> i32 {
        int(self.entry.index)
    }

    /// When it was written.
    async fn time(&self) -> DateTime {
        DateTime(self.entry.time)
    }

    /// How grave it is.
    async fn level(&self) -> LogLevel {
        self.entry.level.into()
    }

    /// What it is about.
    async fn category(&self) -> LogCategory {
        self.entry.category.into()
    }

    /// The message's name for programs, `attempt.capacity`. Its meaning never changes.
    async fn key(&self) -> &str {
        &self.entry.key
    }

    /// The message, in the caller's language.
    async fn message(&self, ctx: &Context<'_>) -> String {
        say(ctx, &self.entry.message)
    }

    /// The values behind the message. Where somebody's request came from is told to those who may read history.
    async fn fields(&self, ctx: &Context<'_>) -> Json {
        let mut fields = self.entry.fields.clone();
        if self.entry.category == Category::Operation
            && !may(ctx, Act::ReadHistory)
            && let Some(fields) = fields.as_object_mut()
        {
            fields.remove("from");
        }
        Json(fields)
    }

    /// How many equal lines in a row it stands for, at least 1.
    async fn repeat_count(&self) -> i32 {
        int(self.entry.repeat_count)
    }

    /// When the first of them was written.
    async fn first_time(&self) -> DateTime {
        DateTime(self.entry.first_time)
    }

    /// The tenant it is about.
    async fn tenant(&self, ctx: &Context<'_>) -> Result<Option<Tenant>> {
        let Some(id) = self.entry.tenant else { return Ok(None) };
        let tenants = &self.neighbours.tenants;
        tenants.get(id, || tenant::by_ids(ctx, tenants.keys())).await
    }

    /// The task it is about.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<GrabTask>> {
        let Some(id) = self.entry.grab else { return Ok(None) };
        let grabs = &self.neighbours.grabs;
        grabs.get(id, || grab::by_ids(ctx, grabs.keys())).await
    }

    /// Who did it: a person's or a token's name, or `system`.
    async fn actor(&self) -> &str {
        &self.entry.actor
    }
}

connection! {
    /// A page of log entries. They are not counted: that is slow, and changes at once.
    LogEntryConnection,
    /// A log entry in a page.
    LogEntryEdge of LogEntry {
        /// The page is true as of this position. Subscribe to `logAppended` with it as `after`, and nothing falls between.
        async fn position(&self) -> EventPosition {
            EventPosition(self.0.position)
        }
    }
}
