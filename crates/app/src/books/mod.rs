//! Closing the books: old attempts go into an archive and leave the log, once a day or when somebody asks.
//!
//! What may leave is the domain's to say (`grab::summarise`), and how it leaves is the log's. Here is only the order of things: find
//! what is old, archive it, release it, write it down. A crash in between leaves an archive too many, and nothing else.

mod archive;
mod keeper;
mod segment;
mod watch;

use std::{collections::BTreeSet, sync::Arc};

use berth_domain::{
    Aggregate as _, Timestamp,
    access::Act,
    books::{
        Archived, Books as State, Close, Closed, Command, Cutoffs, Event, Frozen, ID, Refusal, cutoffs,
        frozen,
    },
    projection::Projection,
};
use berth_store::{Position, Release};

pub use archive::{Archive, ArchiveError, NoArchive, Segment, Written};
pub(crate) use keeper::keep;
use segment::Found;
use watch::{Look, Watch};

use crate::{
    ledger::{Book, Kept, Ledger, read},
    order::{Denied, Fault, Order},
    world::World,
};

impl Kept for State {}

/// So many events are looked at for one closing, so that none holds the log's writer for long.
const SEGMENT: u64 = 50_000;
/// A bound against closings that never end: 500 million events.
const CLOSINGS: usize = 10_000;

/// Whether the clock must be known to be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Nothing is released by a clock that cannot be trusted.
    Checked,
    /// A person says that it is right.
    Vouched,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closing {
    Closed(ClosedNow),
    /// Nothing is older than it is kept.
    NothingToClose,
}

/// What one order closed, over all its segments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClosedNow {
    pub through: Position,
    /// How many events left the log, and how many stand in for them.
    pub released: u64,
    pub stand_ins: u64,
    pub archives: Vec<Written>,
}

/// What a closing would do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub after: Position,
    pub through: Position,
    pub cutoffs: Cutoffs,
    pub released: u64,
    pub stand_ins: u64,
    /// Why it would be refused.
    pub frozen: Option<Frozen>,
}

/// The keeper of the books.
#[derive(Clone)]
pub struct Books {
    world: Arc<World>,
    ledger: Ledger,
    watch: Arc<Watch>,
    /// One closing at a time within this process; the log sees to it that there is one in all.
    closing: Arc<tokio::sync::Mutex<()>>,
}

impl Books {
    pub(crate) async fn new(world: Arc<World>, ledger: Ledger) -> Result<Self, Denied> {
        let watch = Arc::new(Watch::begin(&*world.log, world.clock).await?);
        Ok(Self { world, ledger, watch, closing: Arc::default() })
    }

    /// Archives and releases what is older than it is kept, a segment at a time, until nothing is left.
    ///
    /// Given again, an order that closed something is answered with its first segment.
    pub async fn close(&self, trust: Trust, order: Order) -> Result<Closing, Denied> {
        order.may(Act::CloseBooks)?;
        let _alone = self.closing.lock().await;
        if let Some(before) = self.closed_before(&order).await? {
            return Ok(before);
        }
        let now = Look::now(self.world.clock);
        let cutoffs = cutoffs(&self.world.settings.retention, now.wall);
        if trust == Trust::Checked
            && let Some(frozen) = self.frozen(now, cutoffs).await?
        {
            return Err(Denied::refusal(&Refusal::Frozen(frozen)));
        }
        let mut all = ClosedNow::default();
        for part in 0..CLOSINGS {
            let Some(found) = self.find(cutoffs, SEGMENT).await? else { break };
            let closed = self.close_segment(&found, cutoffs, &order.part(part)).await?;
            all.through = found.through;
            all.released += closed.released;
            all.stand_ins += closed.stand_ins;
            all.archives.extend(closed.archives);
        }
        Ok(if all.through == Position::START { Closing::NothingToClose } else { Closing::Closed(all) })
    }

    /// What a closing would do, without doing it. At the borders between segments a closing releases a little less.
    pub async fn preview(&self) -> Result<Preview, Denied> {
        let now = Look::now(self.world.clock);
        let cutoffs = cutoffs(&self.world.settings.retention, now.wall);
        let after = self.world.log.closed_through().await?;
        let found = self.find(cutoffs, u64::MAX).await?;
        Ok(Preview {
            after,
            through: found.as_ref().map_or(after, |found| found.through),
            cutoffs,
            released: found.as_ref().map_or(0, |found| found.positions.len() as u64),
            stand_ins: found.as_ref().map_or(0, |found| found.stand_ins.len() as u64),
            frozen: self.frozen(now, cutoffs).await?,
        })
    }

    /// How far they are closed, and by what.
    pub async fn state(&self) -> Result<State, Denied> {
        Ok(self.ledger.open::<State>(ID).await?.state)
    }

    /// Whether the clock may be wrong, as of this very look.
    async fn frozen(&self, now: Look, cutoffs: Cutoffs) -> Result<Option<Frozen>, Denied> {
        let after = self.world.log.closed_through().await?;
        Ok(frozen(self.watch.pulse(&*self.world.log, now, after, cutoffs.grab).await?))
    }

    async fn find(&self, cutoffs: Cutoffs, limit: u64) -> Result<Option<Found>, Denied> {
        let Some(cutoff) = cutoffs.grab else { return Ok(None) };
        let after = self.world.log.closed_through().await?;
        let skipped = self.skipped().await?;
        Ok(segment::find(&*self.world.log, after, cutoff, limit, &skipped).await?)
    }

    /// What some read model goes on without.
    async fn skipped(&self) -> Result<BTreeSet<Position>, Denied> {
        let mut skipped = BTreeSet::new();
        for name in self.world.settings.projections {
            let state = self.ledger.open::<Projection>(name).await?.state;
            skipped.extend(state.skipped.into_keys().map(Position::new));
        }
        Ok(skipped)
    }

    /// First the archive, durable; then, in one transaction, the release and the word of it.
    async fn close_segment(
        &self,
        found: &Found,
        cutoffs: Cutoffs,
        order: &Order,
    ) -> Result<ClosedNow, Denied> {
        let written = self.archive(found).await?;
        let mut book: Book<State> = self.ledger.open(ID).await?;
        let close = Close {
            through: found.through.get(),
            cutoffs,
            released: found.positions.len() as u64,
            stand_ins: found.stand_ins.len() as u64,
            archive: written.as_ref().map(archived),
            digest: Release::DIGEST.into(),
            at: self.world.now(),
        };
        let (released, stand_ins) = (close.released, close.stand_ins);
        let decided = book.state.decide(Command::Close(close));
        let events = decided.map_err(|refusal| Denied::refusal(&refusal))?;
        let release = Release {
            after: found.after,
            through: found.through,
            positions: found.positions.clone(),
            stand_ins: found.stand_ins.clone(),
            append: self.ledger.batch(&book, &events, order),
        };
        let appended = self.world.log.release(release).await.map_err(Fault::Append)?;
        book.evolve(&events, appended.last);
        tracing::info!(through = %found.through, released, stand_ins, "the books were closed");
        let archives = written.into_iter().collect();
        Ok(ClosedNow { through: found.through, released, stand_ins, archives })
    }

    /// Nothing that stays needs an archive.
    async fn archive(&self, found: &Found) -> Result<Option<Written>, Fault> {
        if found.positions.is_empty() {
            return Ok(None);
        }
        let segment = Segment { after: found.after, through: found.through };
        let written = self.world.archive.write(segment).await;
        written.map(Some).map_err(|source| Fault::Archive(source.into()))
    }

    async fn closed_before(&self, order: &Order) -> Result<Option<Closing>, Denied> {
        if !order.given {
            return Ok(None);
        }
        let Some((appended, fingerprint)) = self.world.log.answered(&order.command).await? else {
            return Ok(None);
        };
        if fingerprint != order.fingerprint {
            return Err(Denied::reused());
        }
        let before = Position::new(appended.last.get().saturating_sub(1));
        let told = self.world.log.read(before, 1).await?.into_iter().next();
        let Some(Event::Closed(closed)) = told.and_then(|told| read::<State>(&told).ok()) else {
            return Ok(Some(Closing::NothingToClose));
        };
        Ok(Some(Closing::Closed(as_now(closed))))
    }
}

fn archived(written: &Written) -> Archived {
    let Written { file, sha256, bytes } = written.clone();
    Archived { file, sha256, bytes }
}

fn as_now(closed: Closed) -> ClosedNow {
    let written = |Archived { file, sha256, bytes }| Written { file, sha256, bytes };
    ClosedNow {
        through: Position::new(closed.through),
        released: closed.released,
        stand_ins: closed.stand_ins,
        archives: closed.archive.map(written).into_iter().collect(),
    }
}

/// The time that an event was written down.
fn time_of(event: &berth_store::Recorded) -> Timestamp {
    Timestamp::from_millis(event.meta.time_ms)
}
