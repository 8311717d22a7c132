//! Who is awake. Starts an actor by id when somebody writes to it, and brings it back when it died.
//!
//! Nobody else holds an address of a hosted actor: a message goes in under the lock under which the actor falls asleep,
//! so it either reaches the one that is awake or wakes the next one.

mod deaths;
mod host;
mod lifeline;

use std::{
    collections::HashMap,
    fmt::Display,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use actix::{
    Actor, Context, Handler, Message,
    dev::{
        SendError as Undelivered,
        channel::{AddressSender, channel},
    },
};
use tokio::sync::Notify;

pub use deaths::Respawn;
use deaths::{Deaths, Verdict};
use host::Seat;
use lifeline::Line;
pub use lifeline::{Busy, Lifeline};

use crate::{Arbiters, Clock};

/// An actor that a [`Registry`] can host: it is known by an id, and its factory can make it from that alone.
///
/// It is dropped whenever it is idle, with its timers (`run_later`, `run_interval`), so what must happen later belongs
/// into a `DueIndex`, and what must be remembered belongs into storage. It does not give its address away.
/// Its `started` runs after every start and every respawn, and decides what there is to do.
pub trait Hosted: Actor<Context = Context<Self>> {
    type Id: Clone + Eq + Hash + Display + Send + Sync + 'static;
}

#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What these actors are called in the log.
    pub name: &'static str,
    /// An actor sleeps when for so long no message came and no work ended, unless it lingers ([`Lifeline::linger`]).
    pub idle_after: Duration,
    /// So many messages may wait for one actor; at least 1.
    pub mailbox: usize,
    pub respawn: Respawn,
}

impl Default for Options {
    /// 60 s idle, 64 messages, five respawns a minute.
    fn default() -> Self {
        Self { name: "actor", idle_after: Duration::from_mins(1), mailbox: 64, respawn: Respawn::default() }
    }
}

/// Why there is no answer. Only after [`SendError::Died`] may the message have had an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    #[error("the mailbox is full")]
    Full,
    #[error("the actor died too often and is quarantined")]
    Quarantined,
    #[error("the registry has stopped")]
    Stopped,
    #[error("the actor died before it answered")]
    Died,
}

/// Hosts all actors of one kind. A handle: clones share one registry, any thread may use it.
///
/// Dropping the handles stops nobody; [`Registry::stop_all`] does.
pub struct Registry<A: Hosted> {
    shared: Arc<Shared<A>>,
}

impl<A: Hosted> Registry<A> {
    /// The factory runs on the actor's thread, at every start. A panic in it is a death like any other.
    pub fn new(
        options: Options,
        arbiters: Arbiters,
        clock: Clock,
        factory: impl Fn(&A::Id, Lifeline) -> A + Send + Sync + 'static,
    ) -> Self {
        let slots = Slots { awake: HashMap::new(), deaths: Deaths::new(options.respawn), stopped: false };
        Self {
            shared: Arc::new(Shared {
                options,
                arbiters,
                clock,
                factory: Box::new(factory),
                slots: Mutex::new(slots),
                gone: Notify::new(),
            }),
        }
    }

    /// Wakes the actor if need be, gives it the message and waits for the answer.
    ///
    /// Dropping this future before the actor has reached the message withdraws it.
    /// There is no time-out: a caller in a hurry wraps it in one.
    pub async fn send<M>(&self, id: &A::Id, message: M) -> Result<M::Result, SendError>
    where
        A: Handler<M>,
        M: Message + Send + 'static,
        M::Result: Send,
    {
        let answer = self.shared.deliver(id, |mailbox| mailbox.send(message))?;
        answer.await.map_err(|_| SendError::Died)
    }

    /// Wakes the actor if need be and leaves the message in its mailbox.
    ///
    /// If the actor dies before it comes to the message, the message is gone: fit for nudges, whose content is stored
    /// elsewhere.
    pub fn notify<M>(&self, id: &A::Id, message: M) -> Result<(), SendError>
    where
        A: Handler<M>,
        M: Message + Send + 'static,
        M::Result: Send,
    {
        self.shared.deliver(id, |mailbox| mailbox.try_send(message, true))
    }

    /// Wakes the actor if need be; its `started` sees what there is to do.
    pub fn wake(&self, id: &A::Id) -> Result<(), SendError> {
        self.shared.deliver(id, |_| Ok::<_, Undelivered<()>>(()))
    }

    /// Whether the actor is awake.
    pub fn peek(&self, id: &A::Id) -> bool {
        self.shared.lock().awake.contains_key(id)
    }

    /// How many actors are awake.
    pub fn alive(&self) -> usize {
        self.shared.lock().awake.len()
    }

    /// Who died too often, in no order.
    pub fn quarantined(&self) -> Vec<A::Id> {
        self.shared.lock().deaths.quarantined()
    }

    /// Lifts a quarantine, with a full budget again; the next message wakes the actor. Answers whether there was one.
    pub fn release(&self, id: &A::Id) -> bool {
        self.shared.lock().deaths.release(id)
    }

    /// Accepts nothing any more, lets every actor handle what it has and finish its work, and waits until all are gone.
    ///
    /// There is no time-out: an actor with endless work must ask [`Lifeline::resting`], or the caller stops waiting.
    /// When it returns, every accepted message has been handled; the last actors' `Drop` may still run on their threads.
    pub async fn stop_all(&self) {
        self.shared.close();
        loop {
            let gone = self.shared.gone.notified();
            tokio::pin!(gone);
            gone.as_mut().enable();
            if self.alive() == 0 {
                return;
            }
            gone.await;
        }
    }
}

impl<A: Hosted> Clone for Registry<A> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

type Factory<A> = Box<dyn Fn(&<A as Hosted>::Id, Lifeline) -> A + Send + Sync>;

struct Shared<A: Hosted> {
    options: Options,
    arbiters: Arbiters,
    clock: Clock,
    factory: Factory<A>,
    slots: Mutex<Slots<A>>,
    /// Told when the last actor left.
    gone: Notify,
}

struct Slots<A: Hosted> {
    awake: HashMap<A::Id, Slot<A>>,
    deaths: Deaths<A::Id>,
    stopped: bool,
}

/// Dropped outside the lock only: the last owner of a mailbox drops the messages in it, which is others' code.
struct Slot<A: Hosted> {
    mailbox: AddressSender<A>,
    line: Arc<Line>,
}

impl<A: Hosted> Shared<A> {
    /// Hands the mailbox of an awake actor to `put`, which must not block and tells what became of the message.
    fn deliver<M, R>(
        self: &Arc<Self>,
        id: &A::Id,
        put: impl FnOnce(&AddressSender<A>) -> Result<R, Undelivered<M>>,
    ) -> Result<R, SendError> {
        let mut slots = self.lock();
        if slots.stopped {
            return Err(SendError::Stopped);
        }
        if slots.deaths.is_quarantined(id) {
            return Err(SendError::Quarantined);
        }
        if !slots.awake.contains_key(id) {
            slots.awake.insert(id.clone(), self.start(id));
        }
        let slot = &slots.awake[id];
        let outcome = put(&slot.mailbox);
        slot.line.stir();
        // A message that was not taken is dropped after the lock.
        let closed = matches!(outcome, Err(Undelivered::Closed(_)));
        let orphan = if closed { slots.awake.remove(id) } else { None };
        drop(slots);
        drop(orphan);
        outcome.map_err(|undelivered| match undelivered {
            Undelivered::Full(_) => SendError::Full,
            // An actor leaves its slot before its mailbox closes, so its thread must be gone.
            Undelivered::Closed(_) => SendError::Stopped,
        })
    }

    fn start(self: &Arc<Self>, id: &A::Id) -> Slot<A> {
        // To actix a capacity of 0 is no limit at all.
        let (mailbox, receiver) = channel(self.options.mailbox.max(1));
        let line = Arc::new(Line::new());
        let seat = Seat { shared: Arc::clone(self), id: id.clone(), line: Arc::clone(&line) };
        host::start(self.arbiters.of(id), seat, receiver);
        Slot { mailbox, line }
    }

    /// Lets go of an idle actor, unless something stirred since the caller looked.
    fn fell_asleep(&self, seat: &Seat<A>, stirs: u64) -> bool {
        let mut slots = self.lock();
        if seat.line.stirs() != stirs || seat.line.is_busy() {
            return false;
        }
        let slot = slots.vacate(seat);
        self.tell_if_last(&slots);
        drop(slots);
        drop(slot);
        true
    }

    /// The actor ended without a panic. Usually it fell asleep before and there is nothing left to do.
    fn left(&self, seat: &Seat<A>) {
        let mut slots = self.lock();
        let slot = slots.vacate(seat);
        self.tell_if_last(&slots);
        drop(slots);
        drop(slot);
    }

    /// The actor panicked: brings it back at once, or quarantines its id.
    fn died(self: &Arc<Self>, seat: &Seat<A>) {
        let (actor, kind) = (&seat.id, self.options.name);
        let mut slots = self.lock();
        let verdict = slots.deaths.record(&seat.id, self.clock.instant());
        let dead = slots.vacate(seat);
        let respawned = verdict == Verdict::Respawn && dead.is_some() && !slots.stopped;
        if respawned {
            let slot = self.start(&seat.id);
            slots.awake.insert(seat.id.clone(), slot);
        }
        self.tell_if_last(&slots);
        drop(slots);
        drop(dead);
        // The panic hook has told why; a panic's text may hold what no log should.
        if verdict == Verdict::Quarantine {
            tracing::error!(kind, %actor, "actor panicked too often and is quarantined");
        } else {
            tracing::warn!(kind, %actor, respawned, "actor panicked");
        }
    }

    /// Refuses new messages and tells everybody to rest.
    fn close(&self) {
        let mut slots = self.lock();
        slots.stopped = true;
        let orphans: Vec<_> = slots.awake.extract_if(|_, slot| !slot.mailbox.connected()).collect();
        for slot in slots.awake.values() {
            slot.line.rest();
        }
        drop(slots);
        drop(orphans);
    }

    fn tell_if_last(&self, slots: &Slots<A>) {
        if slots.awake.is_empty() {
            self.gone.notify_waiters();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Slots<A>> {
        // No actor's code runs under the lock, so a poisoned one is still whole.
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A: Hosted> Slots<A> {
    /// Takes this very actor's slot out, never its successor's.
    fn vacate(&mut self, seat: &Seat<A>) -> Option<Slot<A>> {
        let is_its_own = self.awake.get(&seat.id).is_some_and(|slot| Arc::ptr_eq(&slot.line, &seat.line));
        if is_its_own { self.awake.remove(&seat.id) } else { None }
    }
}
