//! What the deliveries that are on their way are about: only the event that queued one says it. Once one is over nothing more is said of
//! it, so few are kept.

use std::collections::{BTreeMap, BTreeSet};

use berth_domain::{
    ChannelId, DeliveryId, GrabId, TenantId, Text,
    delivery::{Event, Queued},
};
use sqlx::{AssertSqlSafe, Row, SqliteConnection};

use super::delivery_words;
use crate::{
    ViewError,
    fold::{Fact, Noun},
    model::table,
    sql::{self, Insert},
};

/// So many stay in memory from one transaction to the next.
const KEPT: usize = 1_000;

#[derive(Clone)]
pub(super) struct About {
    pub(super) title: Text,
    pub(super) tenant: Option<TenantId>,
    pub(super) grab: Option<GrabId>,
    pub(super) channel: ChannelId,
}

pub(super) struct OnTheWay {
    table: String,
    insert: Insert,
    known: BTreeMap<DeliveryId, About>,
    new: BTreeSet<DeliveryId>,
    over: BTreeSet<DeliveryId>,
}

impl OnTheWay {
    pub(super) fn new(generation: u32) -> Self {
        let table = table("log_entry_delivery", generation);
        let insert = Insert::new(format!("INSERT OR REPLACE INTO {table}"), 6, "");
        let (known, new, over) = Default::default();
        Self { table, insert, known, new, over }
    }

    pub(super) async fn load(
        &mut self,
        connection: &mut SqliteConnection,
        facts: &[&Fact],
    ) -> Result<(), ViewError> {
        let ids = facts.iter().filter_map(|fact| match &fact.noun {
            Noun::Delivery(_, Event::Queued(_)) => None,
            Noun::Delivery(id, _) => Some(*id),
            _ => None,
        });
        let missing: BTreeSet<_> = ids.filter(|id| !self.known.contains_key(id)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let query =
            format!("SELECT * FROM {} WHERE delivery IN (SELECT value FROM json_each(?))", self.table);
        let query = sqlx::query(AssertSqlSafe(query)).bind(sql::json(&missing));
        for row in query.fetch_all(connection).await? {
            let title = Text::new(row.try_get::<String, _>("english")?, row.try_get::<String, _>("chinese")?);
            let (tenant, grab) = (sql::parsed_option(&row, "tenant")?, sql::parsed_option(&row, "grab")?);
            let channel = sql::parsed(&row, "channel")?;
            self.known.insert(sql::parsed(&row, "delivery")?, About { title, tenant, grab, channel });
        }
        Ok(())
    }

    /// What it is about; learns it from the event that queues it, and forgets it with the last one.
    pub(super) fn of(&mut self, id: DeliveryId, event: &Event) -> Option<About> {
        match event {
            Event::Queued(queued) => {
                self.new.insert(id);
                self.known.insert(id, About::of(queued));
                self.known.get(&id).cloned()
            }
            Event::Begun(_) | Event::Failed(_) => self.known.get(&id).cloned(),
            Event::Sent(_) | Event::GivenUp(_) => {
                if !self.new.remove(&id) {
                    self.over.insert(id);
                }
                self.known.remove(&id)
            }
        }
    }

    pub(super) async fn save(&mut self, connection: &mut SqliteConnection) -> Result<(), ViewError> {
        let new = std::mem::take(&mut self.new);
        let new: Vec<_> = new.iter().filter_map(|id| self.known.get(id).map(|about| (id, about))).collect();
        self.insert
            .write(connection, new.into_iter(), |values, (id, about)| {
                values
                    .push(id.to_string())
                    .push(about.tenant.map(|tenant| tenant.to_string()))
                    .push(about.grab.map(|grab| grab.to_string()))
                    .push(about.channel.to_string())
                    .push(about.title.english.clone())
                    .push(about.title.chinese.clone());
            })
            .await?;
        let over = std::mem::take(&mut self.over);
        if !over.is_empty() {
            let delete =
                format!("DELETE FROM {} WHERE delivery IN (SELECT value FROM json_each(?))", self.table);
            sqlx::query(AssertSqlSafe(delete)).bind(sql::json(&over)).execute(connection).await?;
        }
        Ok(())
    }

    pub(super) fn rest(&mut self) {
        if self.known.len() > KEPT {
            self.known.clear();
        }
    }
}

impl About {
    fn of(queued: &Queued) -> Self {
        Self {
            title: delivery_words::title(queued),
            tenant: queued.notice.tenant(),
            grab: queued.notice.task().map(|task| task.id),
            channel: queued.channel,
        }
    }
}
