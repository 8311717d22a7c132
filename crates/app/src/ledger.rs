//! Load, decide, append, evolve: the same four steps for every noun.

use std::{fmt::Display, sync::Arc};

use berth_actors::Clock;
use berth_domain::{Aggregate, event::Event as _};
use berth_store::{
    Append, AppendError, ClaimChange, Log, NewEvent, Position, Recorded, SecretId, Snapshot, StreamId,
    Version,
};

use crate::{
    order::{Denied, Done, Fault, Order, Told},
    quarantine::{Quarantine, Unreadable},
    span::Span,
};

/// How many events lie between two snapshots of a stream.
const SNAPSHOT_EVERY: u32 = 8;
/// How often a command is decided anew after somebody else's append came first.
const TRIES: usize = 3;
const PAGE: u32 = 512;

/// What an append of an aggregate's events carries along.
pub trait Kept: Aggregate {
    /// Unique names that the events take or release.
    fn claims(_stream: &StreamId, _before: &Self, _events: &[Self::Event]) -> Vec<ClaimChange> {
        Vec::new()
    }

    /// Secrets that nobody needs after the events.
    fn forgets(_before: &Self, _events: &[Self::Event]) -> Vec<SecretId> {
        Vec::new()
    }
}

/// One aggregate in memory: a cache with a version. Dropping it loses nothing.
#[derive(Clone, Debug)]
pub struct Book<A> {
    pub stream: StreamId,
    pub state: A,
    pub version: Version,
    /// Of the last event that was taken in.
    pub position: Position,
}

/// The write side of every aggregate.
#[derive(Clone)]
pub struct Ledger {
    log: Arc<dyn Log>,
    clock: Clock,
    quarantine: Quarantine,
}

impl Ledger {
    pub fn new(log: Arc<dyn Log>, clock: Clock) -> Self {
        Self { log, clock, quarantine: Quarantine::default() }
    }

    /// Whose history cannot be read. Clones of a ledger share it.
    pub(crate) fn quarantine(&self) -> &Quarantine {
        &self.quarantine
    }

    /// Folds a stream, beginning at its last snapshot. A stream that does not exist gives the default state.
    ///
    /// One with an event that this release cannot read is told once and not read again before it is pardoned.
    pub async fn open<A: Aggregate>(&self, id: impl Display) -> Result<Book<A>, Fault> {
        let stream = StreamId::new(A::KIND, id);
        if let Some(unreadable) = self.quarantine.holds(&stream) {
            return Err(Fault::Unreadable(unreadable));
        }
        let mut book =
            Book { stream, state: A::default(), version: Version::NONE, position: Position::START };
        let (snapshot, page) = self.log.read_stream_from_snapshot(&book.stream, A::SNAPSHOT, PAGE).await?;
        // A snapshot spares reading, and is nothing that one needs.
        let readable = snapshot.is_none_or(|snapshot| book.begin_at(&snapshot));
        if readable {
            self.take(&mut book, &page)?;
        }
        if !readable || page.len() == PAGE as usize {
            self.refresh(&mut book).await?;
        }
        self.quarantine.release(&book.stream);
        Ok(book)
    }

    /// Takes in what was appended since.
    pub async fn refresh<A: Aggregate>(&self, book: &mut Book<A>) -> Result<(), Fault> {
        loop {
            let page = self.log.read_stream(&book.stream, book.version, PAGE).await?;
            self.take(book, &page)?;
            if page.len() < PAGE as usize {
                return Ok(());
            }
        }
    }

    fn take<A: Aggregate>(&self, book: &mut Book<A>, page: &[Recorded]) -> Result<(), Fault> {
        let unreadable = |unreadable| Fault::Unreadable(self.quarantine.hold(unreadable));
        page.iter().try_for_each(|recorded| book.take(recorded)).map_err(unreadable)
    }

    /// Carries out a command, or tells why not. On a conflict it reads what is new and decides again.
    ///
    /// A crash at any instant leaves the command done whole or not at all; the same order given again is answered alike.
    pub async fn tell<A: Kept>(
        &self,
        book: &mut Book<A>,
        command: A::Command,
        order: &Order,
    ) -> Result<Done, Denied> {
        let span = Span::begin(&self.clock);
        let told = self.carry_out(book, command, order).await;
        span.command(A::KIND, &book.stream, order, &told);
        told
    }

    async fn carry_out<A: Kept>(
        &self,
        book: &mut Book<A>,
        command: A::Command,
        order: &Order,
    ) -> Result<Done, Denied> {
        order.may(A::act(&command))?;
        if let Some(done) = self.repeated(book, order).await? {
            return Ok(done);
        }
        for _ in 0..TRIES {
            if order.expected.is_some_and(|expected| expected != book.version) {
                return Err(Denied::overtaken());
            }
            let events = book.state.decide(command.clone()).map_err(|refusal| Denied::refusal(&refusal))?;
            if events.is_empty() && !order.given {
                return Ok(book.done(false));
            }
            match self.log.append(self.batch(book, &events, order)).await {
                Ok(appended) if appended.repeated => {
                    self.refresh(book).await?;
                    return Ok(Done { position: appended.last, ..book.done(true) });
                }
                Ok(appended) => {
                    book.evolve(&events, appended.last);
                    return Ok(book.done(false));
                }
                Err(AppendError::Conflict { .. }) => self.refresh(book).await?,
                Err(AppendError::CommandReused) => return Err(Denied::reused()),
                Err(AppendError::Claimed { .. }) => return Err(taken()),
                Err(error) => {
                    // It may have been written nevertheless: who went on from before it would act on what is no more so.
                    self.refresh(book).await.ok();
                    return Err(Fault::Append(error).into());
                }
            }
        }
        Err(Denied::overtaken())
    }

    /// The same for what needs no actor, for it does nothing by itself: two commands at once are put in order by the log.
    pub async fn command<A: Kept, Id: Display>(
        &self,
        id: Id,
        command: A::Command,
        order: &Order,
    ) -> Result<Told<Id, A>, Denied> {
        let mut book = self.open::<A>(&id).await?;
        let done = self.tell(&mut book, command, order).await?;
        Ok(Told { id, state: book.state, done })
    }

    /// Writes down how far a follower has come.
    pub(crate) async fn keep_checkpoint(&self, follower: &str, position: Position) -> Result<(), Fault> {
        let order = Order::own();
        let meta = order.meta(self.clock.now_ms());
        let mut append = Append::new(order.command, order.fingerprint, meta);
        append.checkpoint = Some((follower.into(), position));
        self.log.append(append).await.map_err(Fault::Append)?;
        Ok(())
    }

    async fn repeated<A: Aggregate>(
        &self,
        book: &mut Book<A>,
        order: &Order,
    ) -> Result<Option<Done>, Denied> {
        if !order.given {
            return Ok(None);
        }
        let Some((appended, fingerprint)) = self.log.answered(&order.command).await? else { return Ok(None) };
        if fingerprint != order.fingerprint {
            return Err(Denied::reused());
        }
        self.refresh(book).await?;
        Ok(Some(Done { position: appended.last, ..book.done(true) }))
    }

    /// What [`Ledger::tell`] would append, for whoever appends it together with something else.
    pub(crate) fn batch<A: Kept>(&self, book: &Book<A>, events: &[A::Event], order: &Order) -> Append {
        let meta = order.meta(self.clock.now_ms());
        let mut append = Append::new(order.command.clone(), order.fingerprint, meta);
        append.claims = A::claims(&book.stream, &book.state, events);
        append.forget = A::forgets(&book.state, events);
        append.seal.clone_from(&order.seal);
        append.snapshots = book.due_snapshot(events).into_iter().collect();
        append.patient = !order.given;
        if events.is_empty() {
            return append;
        }
        append.write(book.stream.clone(), book.version, events.iter().map(new_event).collect())
    }
}

impl<A: Aggregate> Book<A> {
    /// Whether the snapshot could be read; else nothing changes.
    fn begin_at(&mut self, snapshot: &Snapshot) -> bool {
        let Ok(state) = serde_json::from_str(snapshot.data.get()) else { return false };
        (self.state, self.version) = (state, snapshot.version);
        true
    }

    fn take(&mut self, recorded: &Recorded) -> Result<(), Unreadable> {
        let event = read::<A>(recorded)?;
        self.state.evolve(&event);
        self.version = recorded.version;
        self.position = recorded.position;
        Ok(())
    }

    pub(crate) fn evolve(&mut self, events: &[A::Event], last: Position) {
        for event in events {
            self.state.evolve(event);
            self.version = self.version.next();
        }
        self.position = last;
    }

    fn done(&self, repeated: bool) -> Done {
        Done { position: self.position, version: self.version, repeated }
    }

    /// The state as it will be after the events, when they pass a multiple of [`SNAPSHOT_EVERY`].
    fn due_snapshot(&self, events: &[A::Event]) -> Option<Snapshot> {
        let after = self.version.get() + u32::try_from(events.len()).expect("an append holds few events");
        if after / SNAPSHOT_EVERY == self.version.get() / SNAPSHOT_EVERY {
            return None;
        }
        let mut state = self.state.clone();
        for event in events {
            state.evolve(event);
        }
        let data = serde_json::value::to_raw_value(&state).expect("a state is plain data");
        Some(Snapshot {
            stream: self.stream.clone(),
            version: Version::new(after),
            schema: A::SNAPSHOT,
            data,
        })
    }
}

/// An event of an aggregate as the log holds it.
pub(crate) fn read<A: Aggregate>(recorded: &Recorded) -> Result<A::Event, Unreadable> {
    A::Event::decode(&recorded.name, recorded.schema, &recorded.data).map_err(|source| Unreadable {
        stream: recorded.stream.clone(),
        position: recorded.position,
        source,
    })
}

fn new_event<E: berth_domain::event::Event>(event: &E) -> NewEvent {
    NewEvent { name: event.name().into(), schema: event.schema(), data: event.encode() }
}

fn taken() -> Denied {
    use berth_domain::{Code, Explanation, Text};
    Denied::Refused(vec![
        Explanation::new(Code::Taken, Text::new("this name is taken already", "该名称已被使用"))
            .at(&["name"]),
    ])
}
