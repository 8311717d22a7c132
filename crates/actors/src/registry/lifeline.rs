//! What ties an actor to its registry: is it at work, when did something last happen, has it been told to rest.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use actix::{ActorFuture, AsyncContext, Context, fut::ActorFutureExt};
use futures::task::AtomicWaker;
use tokio::time::Instant;

use super::Hosted;

/// An actor's end of the line. The factory gets it and gives it to the actor.
#[derive(Clone, Debug)]
pub struct Lifeline {
    line: Arc<Line>,
}

/// Work in progress: as long as one of these is held, the actor is not put to sleep.
#[derive(Debug)]
pub struct Busy {
    line: Arc<Line>,
}

impl Lifeline {
    pub(super) fn new(line: Arc<Line>) -> Self {
        Self { line }
    }

    /// Keeps the actor awake until the answer is dropped, on whatever thread that happens.
    pub fn busy(&self) -> Busy {
        self.line.busy.fetch_add(1, SeqCst);
        self.line.stir();
        Busy { line: Arc::clone(&self.line) }
    }

    /// Does `work` inside the actor, beside its mailbox, keeping it awake until the work is done.
    ///
    /// A panic in it is the actor's death; the actor's death drops it. Like everything an actor spawns it rests while
    /// a future given to `ctx.wait` runs. Work put into a task of its own (`tokio::spawn`) has neither property:
    /// await its `JoinHandle` here instead.
    pub fn spawn<A: Hosted>(&self, ctx: &mut Context<A>, work: impl ActorFuture<A, Output = ()> + 'static) {
        let busy = self.busy();
        ctx.spawn(work.map(move |(), _, _| drop(busy)));
    }

    /// Stays awake for so long from now, though idle: for who knows that there will be something to do soon. A shorter word after a longer one
    /// may go unheard until then.
    pub fn linger(&self, length: Duration) {
        self.line.linger(length);
    }

    /// Asks to be put to sleep as soon as the mailbox is empty and no work is in progress, without waiting for the idle time.
    ///
    /// Use it rather than `ctx.stop()`, which loses what is in the mailbox.
    pub fn rest(&self) {
        self.line.rest();
    }

    /// Whether this actor was told to rest, by itself or because everything stops: begin nothing long.
    pub fn resting(&self) -> bool {
        self.line.resting()
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.line.stir();
        if self.line.busy.fetch_sub(1, SeqCst) == 1 {
            self.line.waker.wake();
        }
    }
}

/// The shared half. Small: there is one for each actor that is awake.
#[derive(Debug)]
pub(super) struct Line {
    busy: AtomicUsize,
    /// How often something happened: a message accepted, work begun or ended.
    stirs: AtomicU64,
    /// When something last happened, in milliseconds after `origin`.
    stirred_ms: AtomicU64,
    /// Until when it stays awake though idle, counted alike.
    awake_until_ms: AtomicU64,
    origin: Instant,
    resting: AtomicBool,
    /// Wakes the actor's sleep watch.
    pub(super) waker: AtomicWaker,
}

impl Line {
    pub(super) fn new() -> Self {
        Self {
            busy: AtomicUsize::new(0),
            stirs: AtomicU64::new(0),
            stirred_ms: AtomicU64::new(0),
            awake_until_ms: AtomicU64::new(0),
            origin: Instant::now(),
            resting: AtomicBool::new(false),
            waker: AtomicWaker::new(),
        }
    }

    pub(super) fn stir(&self) {
        self.stirred_ms.store(milliseconds(self.origin.elapsed()), SeqCst);
        self.stirs.fetch_add(1, SeqCst);
    }

    fn linger(&self, length: Duration) {
        self.awake_until_ms.store(milliseconds(self.origin.elapsed() + length), SeqCst);
    }

    /// When it may sleep if nothing stirs it, given how long it is to be idle; absent for never.
    pub(super) fn sleeps_at(&self, idle_after: Duration) -> Option<Instant> {
        let awake_until = self.origin + Duration::from_millis(self.awake_until_ms.load(SeqCst));
        self.stirred_at().checked_add(idle_after).map(|idle| idle.max(awake_until))
    }

    pub(super) fn stirs(&self) -> u64 {
        self.stirs.load(SeqCst)
    }

    fn stirred_at(&self) -> Instant {
        self.origin + Duration::from_millis(self.stirred_ms.load(SeqCst))
    }

    pub(super) fn is_busy(&self) -> bool {
        self.busy.load(SeqCst) > 0
    }

    pub(super) fn rest(&self) {
        self.resting.store(true, SeqCst);
        self.waker.wake();
    }

    pub(super) fn resting(&self) -> bool {
        self.resting.load(SeqCst)
    }
}

fn milliseconds(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}
