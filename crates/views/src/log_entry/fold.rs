//! Every event gives one line.

use berth_domain::{Aggregate, GrabId, TenantId, Text, event::Event as _, grab, tenant};
use berth_store::Recorded;
use sqlx::SqliteConnection;

use super::{Line, NewEntry, grab_words, place, tenant_words};
use crate::{ViewError, sql};

pub(crate) fn of_tenant(id: TenantId, recorded: &Recorded, event: &tenant::Event) -> NewEntry {
    entry(tenant_words::line(event, &recorded.meta.actor), recorded, Some(id), None)
}

pub(crate) fn of_grab(
    id: GrabId,
    tenant: Option<TenantId>,
    recorded: &Recorded,
    event: &grab::Event,
) -> NewEntry {
    entry(grab_words::line(event, &recorded.meta.actor), recorded, tenant, Some(id))
}

/// What the log says of an event; absent for one that this release does not know. Asks nobody.
pub fn message(recorded: &Recorded) -> Option<Text> {
    let (name, schema, actor) = (&recorded.name, recorded.schema, &recorded.meta.actor);
    let line = match recorded.stream.kind() {
        grab::Grab::KIND => grab_words::line(&grab::Event::decode(name, schema, &recorded.data).ok()?, actor),
        tenant::Tenant::KIND => {
            tenant_words::line(&tenant::Event::decode(name, schema, &recorded.data).ok()?, actor)
        }
        _ => return None,
    };
    Some(line.message)
}

fn entry(line: Line, recorded: &Recorded, tenant: Option<TenantId>, grab: Option<GrabId>) -> NewEntry {
    NewEntry {
        line,
        position: recorded.position,
        time_ms: recorded.meta.time_ms,
        tenant,
        grab,
        actor: recorded.meta.actor.clone(),
    }
}

pub(crate) async fn save(
    connection: &mut SqliteConnection,
    entries: impl ExactSizeIterator<Item = NewEntry>,
) -> Result<(), ViewError> {
    sql::write(connection, "INSERT INTO log_entry ", entries, "", |values, entry| {
        values
            .push_bind(place(entry.position, 0))
            .push_bind(entry.time_ms)
            .push_bind(entry.line.level as u8)
            .push_bind(entry.line.category.word())
            .push_bind(entry.line.key)
            .push_bind(entry.line.message.english)
            .push_bind(entry.line.message.chinese)
            .push_bind(entry.line.fields)
            .push_bind(entry.tenant.map(|id| id.to_string()))
            .push_bind(entry.grab.map(|id| id.to_string()))
            .push_bind(entry.actor);
    })
    .await
}
