//! Alerts: the rules are looked at every ten seconds, and what follows is told to the log; people adjust rules and resolve alerts, and
//! others hand theirs in.
//!
//! What is measured comes through the [`Gauges`] port. Whether it is too much, and for long enough, is the domain's to say
//! (`domain::alert::watch`). Deliberately absent: who is told of it.

mod gauges;
mod watching;

use std::{collections::BTreeMap, sync::Arc};

use berth_domain::{
    Timestamp,
    alert::{Adjustment, Alert, AlertId, Command, ExternalId, Outside, RULES, Rule, RuleName, Settings},
};
use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, MutexGuard};

pub use gauges::{Gauges, Readings};

use crate::{
    ledger::{Book, Kept, Ledger},
    order::{Denied, Done, Fault, Order, Told},
    world::World,
};

impl Kept for Alert {}

/// What one command answers.
pub type ToldAlert = Told<AlertId, Alert>;

/// What may be done with alerts. Clones share what is known of the rules.
#[derive(Clone)]
pub struct Alerts {
    ledger: Ledger,
    world: Arc<World>,
    /// A cache: only one server acts, and all that changes a rule goes through here.
    rules: Arc<Mutex<Books>>,
}

type Books = BTreeMap<RuleName, Book<Alert>>;

/// What a person changes of a rule; what is absent stays.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Changes {
    pub threshold: Option<f64>,
    pub for_seconds: Option<u32>,
    pub enabled: Option<bool>,
}

impl Alerts {
    pub(crate) fn new(world: Arc<World>, ledger: Ledger) -> Self {
        Self { ledger, world, rules: Arc::default() }
    }

    /// What holds for a rule while nobody has adjusted it.
    pub fn standard(&self, rule: RuleName) -> Settings {
        Rule::of(rule).standard(self.world.settings.production)
    }

    /// What holds for a rule of which this is known.
    pub fn in_force(&self, rule: RuleName, alert: &Alert) -> Settings {
        alert.settings.unwrap_or_else(|| self.standard(rule))
    }

    pub async fn adjust(&self, rule: RuleName, changes: Changes, order: Order) -> Result<ToldAlert, Denied> {
        let Changes { threshold, for_seconds, enabled } = changes;
        let (standard, at) = (self.standard(rule), self.world.now());
        let adjustment = Adjustment { rule, standard, threshold, for_seconds, enabled, at };
        self.tell(AlertId::Rule(rule), Command::Adjust(adjustment), &order).await
    }

    /// By hand. It stays resolved until its cause has gone once.
    pub async fn resolve(&self, id: AlertId, order: Order) -> Result<ToldAlert, Denied> {
        let at = self.world.now();
        self.tell(id, Command::Resolve { at }, &order).await
    }

    /// Somebody else's alert fires. Handed in again, it is one alert.
    pub async fn receive(&self, id: AlertId, outside: Outside, order: Order) -> Result<ToldAlert, Denied> {
        let (outside, at) = (Box::new(outside), self.world.now());
        self.tell(id, Command::Receive { outside, at }, &order).await
    }

    /// Somebody else's alert is over.
    pub async fn end(
        &self,
        id: AlertId,
        starts_at: Timestamp,
        ends_at: Option<Timestamp>,
        order: Order,
    ) -> Result<ToldAlert, Denied> {
        let at = self.world.now();
        self.tell(id, Command::End { starts_at, ends_at, at }, &order).await
    }

    /// Looks at every rule for ever. Resolves never: who ends it drops it.
    pub async fn watch(self, gauges: Arc<dyn Gauges>) {
        watching::run(self, gauges).await;
    }

    async fn tell(&self, id: AlertId, command: Command, order: &Order) -> Result<ToldAlert, Denied> {
        match id {
            AlertId::Rule(rule) => {
                let mut books = self.rules.lock().await;
                let (state, done) = self.tell_rule(&mut books, rule, command, order).await?;
                Ok(Told { id, state, done })
            }
            AlertId::External(_) => self.ledger.command(id, command, order).await,
        }
    }

    async fn tell_rule(
        &self,
        books: &mut Books,
        rule: RuleName,
        command: Command,
        order: &Order,
    ) -> Result<(Alert, Done), Denied> {
        let mut book = self.taken(books, rule).await?;
        let done = self.ledger.tell(&mut book, command, order).await?;
        let state = book.state.clone();
        books.insert(rule, book);
        Ok((state, done))
    }

    /// Out of the cache: one that could not be told anything is read anew.
    async fn taken(&self, books: &mut Books, rule: RuleName) -> Result<Book<Alert>, Fault> {
        match books.remove(&rule) {
            Some(book) => Ok(book),
            None => self.ledger.open(AlertId::Rule(rule)).await,
        }
    }

    /// Every rule whose history can be read.
    async fn books(&self) -> (MutexGuard<'_, Books>, Option<Fault>) {
        let mut books = self.rules.lock().await;
        let mut trouble = None;
        for rule in RULES.iter().map(|rule| rule.name) {
            match self.taken(&mut books, rule).await {
                Ok(book) => drop(books.insert(rule, book)),
                Err(fault) => trouble = Some(fault),
            }
        }
        (books, trouble)
    }
}

/// By whatever its sender knows it.
pub fn external_id(fingerprint: &str) -> AlertId {
    let digest: [u8; 32] = Sha256::digest(fingerprint).into();
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    AlertId::External(ExternalId::of_digest(half))
}
