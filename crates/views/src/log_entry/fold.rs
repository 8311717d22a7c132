//! Every event gives one line, but stand-ins, which give none.

use async_trait::async_trait;
use berth_domain::{
    Aggregate, GrabId, TenantId, Text, Timestamp, alert, audit, books, channel, delivery, event::Event as _,
    grab, profile, projection, report, tenant, user,
};
use berth_store::{Position, Recorded};
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{
    Category, INDEX_BITS, Level, Line, MODEL, alert_words, audit_words, books_words, channel_words,
    delivery_words, grab_words, on_the_way::OnTheWay, place, profile_words, projection_words, report_words,
    spans::Spans, tenant_words, user_words,
};
use crate::{
    ViewError,
    fold::{self, Closing, Fact, Noun, owner::Owners},
    model::table,
    sql::{Insert, Values},
};

/// What the log says of an event; absent for one that this release does not know, and for a stand-in. Asks nobody.
pub fn message(recorded: &Recorded) -> Option<Text> {
    let (name, schema) = (&recorded.name, recorded.schema);
    let line = match recorded.stream.kind() {
        grab::Grab::KIND => grab_words::line(&grab::Event::decode(name, schema, &recorded.data).ok()?)?,
        tenant::Tenant::KIND => {
            tenant_words::line(&tenant::Event::decode(name, schema, &recorded.data).ok()?)
        }
        profile::Profile::KIND => {
            profile_words::line(&profile::Event::decode(name, schema, &recorded.data).ok()?)
        }
        channel::Channel::KIND => {
            channel_words::line(&channel::Event::decode(name, schema, &recorded.data).ok()?)
        }
        alert::Alert::KIND => {
            let event = alert::Event::decode(name, schema, &recorded.data).ok()?;
            alert_words::line(recorded.stream.id(), &event)
        }
        delivery::Delivery::KIND => {
            return Some(delivery_words::text(&delivery::Event::decode(name, schema, &recorded.data).ok()?));
        }
        books::Books::KIND => books_words::line(&books::Event::decode(name, schema, &recorded.data).ok()?),
        projection::Projection::KIND => {
            let event = projection::Event::decode(name, schema, &recorded.data).ok()?;
            projection_words::line(recorded.stream.id(), &event)
        }
        report::Report::KIND => {
            report_words::line(&report::Event::decode(name, schema, &recorded.data).ok()?)
        }
        audit::Audit::KIND => audit_words::line(&audit::Event::decode(name, schema, &recorded.data).ok()?),
        user::User::KIND => {
            return Some(user_words::text(&user::Event::decode(name, schema, &recorded.data).ok()?));
        }
        _ => return None,
    };
    Some(line.message)
}

/// Lines on their way into the table. They only come, so they are not kept.
pub(super) struct Fold {
    table: String,
    insert: Insert,
    owners: Owners,
    on_the_way: OnTheWay,
    spans: Spans,
    entries: Vec<NewEntry>,
}

/// What is said of an event, and what that event was.
struct NewEntry {
    line: Line,
    position: Position,
    time_ms: i64,
    tenant: Option<TenantId>,
    grab: Option<GrabId>,
    actor: String,
}

impl Fold {
    pub(super) fn new(generation: u32) -> Self {
        let table = table(MODEL.name, generation);
        let insert = Insert::new(format!("INSERT INTO {table}"), 11, "");
        let owners = Owners::new("log_entry_owner", generation);
        let (on_the_way, spans) = (OnTheWay::new(generation), Spans::new(generation));
        Self { table, insert, owners, on_the_way, spans, entries: Vec::new() }
    }

    fn add(&mut self, recorded: &Recorded, line: Line, tenant: Option<TenantId>, grab: Option<GrabId>) {
        self.spans.add(place(recorded.position, 0), recorded.meta.time_ms);
        self.entries.push(NewEntry {
            line,
            position: recorded.position,
            time_ms: recorded.meta.time_ms,
            tenant,
            grab,
            actor: recorded.meta.actor.clone(),
        });
    }
}

#[async_trait]
impl fold::Fold for Fold {
    async fn load(&mut self, connection: &mut SqliteConnection, facts: &[&Fact]) -> Result<(), ViewError> {
        self.owners.load(connection, facts).await?;
        self.on_the_way.load(connection, facts).await
    }

    fn apply(&mut self, fact: &Fact) {
        let recorded = &fact.recorded;
        match &fact.noun {
            Noun::Tenant(id, event) => self.add(recorded, tenant_words::line(event), Some(*id), None),
            Noun::Grab(id, event) => {
                let tenant = self.owners.of(*id, event);
                if let Some(line) = grab_words::line(event) {
                    self.add(recorded, line, tenant, Some(*id));
                }
            }
            Noun::Profile(_, event) => self.add(recorded, profile_words::line(event), None, None),
            Noun::Channel(_, event) => self.add(recorded, channel_words::line(event), None, None),
            Noun::Alert(_, event) => {
                self.add(recorded, alert_words::line(recorded.stream.id(), event), None, None);
            }
            Noun::Delivery(id, event) => {
                let about = self.on_the_way.of(*id, event);
                if let Some(line) = delivery_words::line(event, about.as_ref()) {
                    let (tenant, grab) = about.map_or((None, None), |about| (about.tenant, about.grab));
                    self.add(recorded, line, tenant, grab);
                }
            }
            Noun::Closed(closed, _) => self.add(recorded, books_words::closing(closed), None, None),
            Noun::Ordered(event) => {
                self.add(recorded, projection_words::line(recorded.stream.id(), event), None, None);
            }
            Noun::Reported(event) => self.add(recorded, report_words::line(event), None, None),
            Noun::Asked(event) => {
                let audit::Event::Recorded(asked) = event;
                let (tenant, grab) = audit_words::about(event);
                self.add(recorded, audit_words::line(event), tenant, grab);
                let entry = self.entries.last_mut().expect("it was added just now");
                // The trail is written by the server; who asked is in the record.
                entry.actor.clone_from(&asked.record.actor);
            }
            Noun::Unknown | Noun::Broken(_) => {}
        }
    }

    async fn flush(&mut self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        let entries = std::mem::take(&mut self.entries);
        self.insert.write(connection, entries.into_iter(), bind).await?;
        self.spans.flush(connection).await
    }

    async fn save(&mut self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        self.flush(connection).await?;
        self.owners.save(connection).await?;
        self.on_the_way.save(connection).await
    }

    /// Lines of events that left, and of a kind that is not kept so long. A grave line is kept as long as either its kind or grave ones are.
    async fn close_books(
        &mut self,
        connection: &mut SqliteConnection,
        closing: &Closing,
    ) -> Result<(), ViewError> {
        closing.delete(connection, &self.table, &format!("(place >> {INDEX_BITS})")).await?;
        let delete = format!(
            "DELETE FROM {} WHERE place < ? AND time_ms < ? AND category = ? AND (level = ?) = ?",
            self.table
        );
        for category in Category::ALL {
            for grave in [false, true] {
                let Some(before) = cutoff(closing, category, grave) else { continue };
                let query = sqlx::query(AssertSqlSafe(delete.clone())).bind(place(closing.at, 0));
                let query = query.bind(before.millis()).bind(category.word()).bind(Level::Error as u8);
                query.bind(grave).execute(&mut *connection).await?;
            }
        }
        self.spans.anew(connection, &self.table).await
    }

    fn rest(&mut self) {
        self.owners.rest();
        self.on_the_way.rest();
    }
}

/// Lines from before this are not kept; absent when they are kept for ever.
fn cutoff(closing: &Closing, category: Category, grave: bool) -> Option<Timestamp> {
    let cutoffs = &closing.cutoffs;
    let of_category = match category {
        Category::Grab => cutoffs.grab,
        Category::Operation => cutoffs.operation,
        Category::System => cutoffs.system,
        Category::Audit => cutoffs.audit,
    };
    if grave { of_category.min(cutoffs.error) } else { of_category }
}

fn bind(values: &mut Values, entry: NewEntry) {
    values
        .push(place(entry.position, 0))
        .push(entry.time_ms)
        .push(entry.line.level as u8)
        .push(entry.line.category.word())
        .push(entry.line.key)
        .push(entry.line.message.english)
        .push(entry.line.message.chinese)
        .push(entry.line.fields)
        .push(entry.tenant.map(|id| id.to_string()))
        .push(entry.grab.map(|id| id.to_string()))
        .push(entry.actor);
}
