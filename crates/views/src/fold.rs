//! Some events, one transaction: rows are loaded once, changed in memory, written once, together with the checkpoint.

use berth_domain::{
    Aggregate, GrabId, TenantId,
    grab::{self, Grab},
    tenant::{self, Tenant},
};
use berth_store::{CommandId, Position, Recorded};
use sqlx::SqliteConnection;

use crate::{ViewError, attempt, grab as grabs, log_entry, sql, tenant as tenants};

/// An event in the words of the domain.
pub(crate) struct Fact<'a> {
    pub(crate) recorded: &'a Recorded,
    pub(crate) noun: Noun,
}

pub(crate) enum Noun {
    Tenant(TenantId, tenant::Event),
    Grab(GrabId, grab::Event),
}

/// What one transaction changes. Rows are kept until the end; log entries only come, so they are written at once.
pub(crate) struct Folding {
    tenants: tenants::Fold,
    grabs: grabs::Fold,
    attempts: attempt::Fold,
    position: Position,
    command: Option<CommandId>,
    count: usize,
}

impl Folding {
    pub(crate) async fn begin(connection: &mut SqliteConnection) -> Result<Self, ViewError> {
        Ok(Self {
            tenants: tenants::Fold::default(),
            grabs: grabs::Fold::default(),
            attempts: attempt::Fold::default(),
            position: sql::checkpoint(connection).await?,
            command: None,
            count: 0,
        })
    }

    /// Events are in the order of the log; those known already are passed over.
    pub(crate) async fn take_in(
        &mut self,
        connection: &mut SqliteConnection,
        events: &[Recorded],
    ) -> Result<(), ViewError> {
        let news = &events[events.partition_point(|event| event.position <= self.position)..];
        let Some(last) = news.last() else { return Ok(()) };
        let facts = read(news)?;
        self.tenants.load(connection, &facts).await?;
        self.grabs.load(connection, &facts).await?;
        self.attempts.load(connection, &facts).await?;
        log_entry::save(connection, facts.iter().map(|fact| self.apply(fact))).await?;
        self.position = last.position;
        self.command = Some(last.command.clone());
        self.count += news.len();
        Ok(())
    }

    pub(crate) fn position(&self) -> Position {
        self.position
    }

    /// How many events were taken in.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Writes each changed row once, and the checkpoint, which it answers.
    pub(crate) async fn save(self, connection: &mut SqliteConnection) -> Result<Position, ViewError> {
        let Some(command) = self.command else { return Ok(self.position) };
        self.tenants.save(connection).await?;
        self.grabs.save(connection).await?;
        self.attempts.save(connection).await?;
        let query = sqlx::query("UPDATE checkpoint SET position = ?, command = ?");
        query.bind(sql::number(self.position)).bind(command.as_str()).execute(connection).await?;
        Ok(self.position)
    }

    fn apply(&mut self, fact: &Fact<'_>) -> log_entry::NewEntry {
        match &fact.noun {
            Noun::Tenant(id, event) => {
                self.tenants.apply(*id, fact.recorded, event);
                log_entry::of_tenant(*id, fact.recorded, event)
            }
            Noun::Grab(id, event) => {
                let tenant = self.grabs.apply(*id, fact.recorded, event);
                if let Some(tenant) = tenant {
                    self.attempts.apply(*id, tenant, fact.recorded, event);
                }
                log_entry::of_grab(*id, tenant, fact.recorded, event)
            }
        }
    }
}

/// Events of nouns that have no read model here are passed over.
fn read(events: &[Recorded]) -> Result<Vec<Fact<'_>>, ViewError> {
    let mut facts = Vec::with_capacity(events.len());
    for recorded in events {
        let noun = match recorded.stream.kind() {
            Tenant::KIND => Noun::Tenant(id_of(recorded)?, decoded(recorded)?),
            Grab::KIND => Noun::Grab(id_of(recorded)?, decoded(recorded)?),
            _ => continue,
        };
        facts.push(Fact { recorded, noun });
    }
    Ok(facts)
}

fn decoded<E: berth_domain::event::Event>(recorded: &Recorded) -> Result<E, ViewError> {
    E::decode(&recorded.name, recorded.schema, &recorded.data)
        .map_err(|source| ViewError::Event { position: recorded.position, source })
}

fn id_of<T: std::str::FromStr<Err: std::fmt::Display>>(recorded: &Recorded) -> Result<T, ViewError> {
    recorded.stream.id().parse().map_err(|error| sql::unreadable("stream", &error))
}
