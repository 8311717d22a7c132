//! What happened, a line an event, in words for people in both languages.
//!
//! The message holds what is alike from line to line; what differs (number, domain, milliseconds) is in the fields. So a thousand
//! misses are equal neighbours and fold into one line.

mod alert_words;
mod audit_words;
mod books_words;
mod channel_words;
mod delivery_words;
mod filter;
mod fold;
mod grab_words;
mod on_the_way;
mod profile_words;
mod projection_words;
mod query;
mod report_words;
mod spans;
mod suspicion_words;
mod tenant_words;
mod user_words;

use berth_domain::{GrabId, TenantId, Text, Timestamp};
use berth_store::Position;
use serde::Serialize;
use serde_json::Value;

pub use filter::Filter;
pub use fold::message;
pub use query::{after, page};

use crate::{
    fold::Kind,
    model::{Model, Table},
    sql,
};

pub(crate) const MODEL: Model = Model {
    name: "log_entry",
    version: 7,
    schema: include_str!("../../../../migrations/views/log_entry.sql"),
    tables: &[
        Table { name: "log_entry", key: 1 },
        Table { name: "log_entry_owner", key: 1 },
        Table { name: "log_entry_delivery", key: 1 },
        Table { name: "log_entry_span", key: 1 },
    ],
    follows: &[
        Kind::Tenant,
        Kind::Grab,
        Kind::Profile,
        Kind::Channel,
        Kind::Delivery,
        Kind::Alert,
        Kind::Books,
        Kind::Projection,
        Kind::Audit,
        Kind::Report,
    ],
    fold: |generation| Box::new(fold::Fold::new(generation)),
};

/// One line, or several equal ones in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Of the event it was written for; unique together with `index`. Of the newest, when it stands for several.
    pub position: Position,
    /// 0 unless one event wrote several lines.
    pub index: u32,
    pub time: Timestamp,
    pub level: Level,
    pub category: Category,
    /// Stable name of the message, `attempt.capacity`.
    pub key: String,
    pub message: Text,
    /// The values behind the message, an object with camelCase keys. Never holds a secret.
    pub fields: Value,
    pub tenant: Option<TenantId>,
    pub grab: Option<GrabId>,
    pub actor: String,
    /// How many equal lines in a row this one stands for, at least 1.
    pub repeat_count: u32,
    /// When the first of them was written.
    pub first_time: Timestamp,
}

/// How grave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For developers.
    Debug,
    /// Normal course: a miss is.
    Info,
    /// Wants a look.
    Warn,
    /// Went wrong.
    Error,
}

/// What about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Attempts (抢机日志).
    Grab,
    /// What people asked for in their daily work (操作日志).
    Operation,
    /// The process itself (系统日志).
    System,
    /// What people asked for about keys, users and permissions (审计日志).
    Audit,
}

impl Level {
    pub const ALL: [Self; 4] = [Self::Debug, Self::Info, Self::Warn, Self::Error];
}

impl Category {
    pub const ALL: [Self; 4] = [Self::Grab, Self::Operation, Self::System, Self::Audit];

    fn word(self) -> &'static str {
        match self {
            Self::Grab => "GRAB",
            Self::Operation => "OPERATION",
            Self::System => "SYSTEM",
            Self::Audit => "AUDIT",
        }
    }
}

impl Entry {
    /// Whether two lines say the same, whenever they say it.
    fn equals(&self, other: &Self) -> bool {
        (&self.key, &self.message, self.level, self.category, self.tenant, self.grab, &self.actor)
            == (
                &other.key,
                &other.message,
                other.level,
                other.category,
                other.tenant,
                other.grab,
                &other.actor,
            )
    }
}

/// What is said of an event.
struct Line {
    level: Level,
    category: Category,
    key: &'static str,
    message: Text,
    /// JSON.
    fields: String,
}

impl Line {
    fn new(
        level: Level,
        category: Category,
        key: &'static str,
        english: impl Into<String>,
        chinese: impl Into<String>,
    ) -> Self {
        Self { level, category, key, message: Text::new(english, chinese), fields: "{}".to_owned() }
    }

    fn with(self, fields: &impl Serialize) -> Self {
        Self { fields: sql::json(fields), ..self }
    }
}

/// Where an entry lies: rows are kept by this number alone.
fn place(position: Position, index: u32) -> i64 {
    (sql::number(position) << INDEX_BITS) + i64::from(index)
}

/// One event writes at most so many lines: 2 to this power.
const INDEX_BITS: u32 = 4;
