//! Runs one actor on its arbiter: catches its panics, and notices when it may sleep.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{self, Poll},
};

use actix::{
    ActorContext, ActorFuture, ArbiterHandle, AsyncContext, Context,
    dev::{ContextFut, channel::AddressReceiver},
};
use tokio::time::{Instant, Sleep};

use super::{Hosted, Lifeline, Shared, lifeline::Line};

/// One awake actor as its host sees it.
pub(super) struct Seat<A: Hosted> {
    pub(super) shared: Arc<Shared<A>>,
    pub(super) id: A::Id,
    pub(super) line: Arc<Line>,
}

/// Has the actor made and run on `arbiter`. Runs none of the actor's code before it returns, so a lock may be held.
pub(super) fn start<A: Hosted>(arbiter: &ArbiterHandle, seat: Seat<A>, mailbox: AddressReceiver<A>) {
    arbiter.spawn_fn(move || {
        let seat = Arc::new(seat);
        let mut ctx = Context::with_receiver(mailbox);
        ctx.spawn(SleepWatch::new(Arc::clone(&seat)));
        let lifeline = Lifeline::new(Arc::clone(&seat.line));
        match catch_unwind(AssertUnwindSafe(|| (seat.shared.factory)(&seat.id, lifeline))) {
            Ok(actor) => drop(actix_rt::spawn(Host { actor: Some(ctx.into_future(actor)), seat })),
            Err(_) => seat.shared.died(&seat),
        }
    });
}

/// The task of one actor.
struct Host<A: Hosted> {
    actor: Option<ContextFut<A, Context<A>>>,
    seat: Arc<Seat<A>>,
}

impl<A: Hosted> Future for Host<A> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<()> {
        let Some(actor) = self.actor.as_mut() else { return Poll::Ready(()) };
        match catch_unwind(AssertUnwindSafe(|| Pin::new(actor).poll(cx))) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(())) => self.seat.shared.left(&self.seat),
            // Its successor is queued on this very thread: it begins after the dead one is dropped below.
            Err(_) => self.seat.shared.died(&self.seat),
        }
        self.bury();
        Poll::Ready(())
    }
}

impl<A: Hosted> Host<A> {
    /// Drops the actor. Actix calls `stopping` and `stopped` once more here, on an actor that may be broken.
    fn bury(&mut self) {
        let actor = self.actor.take();
        if catch_unwind(AssertUnwindSafe(|| drop(actor))).is_err() {
            tracing::warn!(actor = %self.seat.id, "an actor panicked while it was dropped");
        }
    }
}

/// The arbiter ended with the actor awake.
impl<A: Hosted> Drop for Host<A> {
    fn drop(&mut self) {
        if self.actor.is_some() {
            self.seat.shared.left(&self.seat);
            self.bury();
        }
    }
}

/// Lives among the actor's own futures and ends the actor when it is idle.
///
/// It runs on the actor's thread between its handlers, so the actor cannot begin anything while it decides; the
/// registry's lock keeps senders out. Actix polls these futures only after it emptied the mailbox and while nothing
/// given to `ctx.wait` runs. So if nothing stirred between two looks, all that was accepted has been handled.
struct SleepWatch<A: Hosted> {
    seat: Arc<Seat<A>>,
    timer: Pin<Box<Sleep>>,
    seen: Option<u64>,
}

impl<A: Hosted> SleepWatch<A> {
    fn new(seat: Arc<Seat<A>>) -> Self {
        let timer = Box::pin(tokio::time::sleep(seat.shared.options.idle_after));
        Self { seat, timer, seen: None }
    }

    /// Whether the actor has been idle long enough. If not, sets the timer for when it may have been.
    fn is_time(&mut self, cx: &mut task::Context<'_>) -> bool {
        if self.seat.line.resting() {
            return true;
        }
        while self.timer.as_mut().poll(cx).is_ready() {
            match self.seat.line.sleeps_at(self.seat.shared.options.idle_after) {
                Some(due) if due > Instant::now() => self.timer.as_mut().reset(due),
                Some(_) => return true,
                None => return false,
            }
        }
        false
    }
}

impl<A: Hosted> ActorFuture<A> for SleepWatch<A> {
    type Output = ();

    fn poll(
        mut self: Pin<&mut Self>,
        _actor: &mut A,
        ctx: &mut Context<A>,
        cx: &mut task::Context<'_>,
    ) -> Poll<()> {
        self.seat.line.waker.register(cx.waker());
        // Whoever ends the last work wakes us, and so does a waiting context when it goes on.
        if !self.is_time(cx) || self.seat.line.is_busy() || ctx.waiting() {
            self.seen = None;
            return Poll::Pending;
        }
        let stirs = self.seat.line.stirs();
        if self.seen != Some(stirs) || !self.seat.shared.fell_asleep(&self.seat, stirs) {
            self.seen = Some(stirs);
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        // Not `stop`, which an actor may refuse: the registry has already let go of it.
        ctx.terminate();
        Poll::Ready(())
    }
}
