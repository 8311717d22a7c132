//! The audit trail: every mutation leaves one record before it is answered.
//!
//! Records come one by one and are written in groups: their chain puts them in order, and one append takes as many as have gathered.

use std::sync::Arc;

use berth_actors::SendError;
use berth_domain::audit::{Audit, Broken, Chain, Command, Event, ID, Key, Record};
use berth_store::{Log, StreamId, Version};
use tokio::sync::{mpsc, oneshot};

use crate::{
    ledger::{Book, Kept, Ledger, read},
    order::{Denied, Fault, Order},
};

/// So many records may wait; who comes then waits for a place.
const WAITING: usize = 1024;
/// So many are written at once.
const GROUP: usize = 128;
const PAGE: u32 = 512;

impl Kept for Audit {}

/// Takes records. Clones share the one that writes.
#[derive(Clone)]
pub struct Trail {
    /// Absent where the key is: a record that is sealed with another would break the chain.
    door: Option<mpsc::Sender<Waiting>>,
    log: Arc<dyn Log>,
    key: Key,
}

struct Waiting {
    record: Record,
    written: oneshot::Sender<Result<(), Denied>>,
}

/// What a look at the whole trail found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    Whole {
        records: u64,
    },
    /// The record that should have this number is not what was written, or is not there.
    Broken {
        number: u64,
    },
}

impl Trail {
    /// Needs a runtime; the writer ends with the last clone.
    pub(crate) fn start(log: Arc<dyn Log>, ledger: Ledger, key: Key) -> Self {
        let (door, waiting) = mpsc::channel(WAITING);
        tokio::spawn(write(waiting, ledger, key.clone()));
        Self { door: Some(door), log, key }
    }

    /// For tools on a stopped server's log, which have no key: nothing is recorded. What they do is in the log under their name.
    pub(crate) fn without_key(log: Arc<dyn Log>, key: Key) -> Self {
        Self { door: None, log, key }
    }

    /// Answers when the record is durable.
    pub async fn record(&self, record: Record) -> Result<(), Denied> {
        let Some(door) = &self.door else { return Ok(()) };
        let (written, answer) = oneshot::channel();
        // The writer ends before those whom it serves when the process ends: its runtime goes first.
        let ended = || Denied::Fault(Fault::Actor(SendError::Stopped));
        door.send(Waiting { record, written }).await.map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
    }

    /// Reads the whole trail, a page at a time, and whether its chain holds.
    pub async fn verify(&self) -> Result<Verified, Denied> {
        let stream = StreamId::new("audit", ID);
        let (mut chain, mut after) = (Chain::new(&self.key), Version::NONE);
        loop {
            let page = self.log.read_stream(&stream, after, PAGE).await?;
            for recorded in &page {
                // What cannot be read cannot be what was written.
                let taken = match read::<Audit>(recorded) {
                    Ok(Event::Recorded(event)) => chain.take(&event),
                    Err(_) => Err(chain.break_here()),
                };
                if let Err(Broken { number }) = taken {
                    return Ok(Verified::Broken { number });
                }
                after = recorded.version;
            }
            if page.len() < PAGE as usize {
                return Ok(Verified::Whole { records: chain.records() });
            }
        }
    }
}

async fn write(mut waiting: mpsc::Receiver<Waiting>, ledger: Ledger, key: Key) {
    let mut group = Vec::with_capacity(GROUP);
    let mut book: Option<Book<Audit>> = None;
    while waiting.recv_many(&mut group, GROUP).await > 0 {
        let records = group.iter().map(|one| one.record.clone()).collect();
        let written = append(&mut book, &ledger, Command::Record { records, key: key.clone() }).await;
        if written.is_err() {
            // What became of it is not known: it is looked at anew.
            book = None;
        }
        for one in group.drain(..) {
            // Who does not wait any more was cut off; the record stands.
            one.written.send(written.clone()).ok();
        }
    }
}

async fn append(book: &mut Option<Book<Audit>>, ledger: &Ledger, command: Command) -> Result<(), Denied> {
    let opened = match book.take() {
        Some(book) => book,
        None => ledger.open::<Audit>(ID).await?,
    };
    let told = ledger.tell(book.insert(opened), command, &Order::own()).await;
    match told {
        Ok(_) => Ok(()),
        Err(Denied::Fault(fault)) => Err(Denied::Fault(fault)),
        Err(refused) => {
            tracing::error!(%refused, "the trail takes everything, and was refused");
            Err(refused)
        }
    }
}
