//! The runtime seen from outside, through an actor that counts and obeys.

mod due;
mod long_day;
mod mailbox;
mod sleeping;
mod supervision;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use actix::{Actor, AsyncContext, Context, Handler, Message, WrapFuture};
use tokio::sync::oneshot;

use crate::{Arbiters, Clock, Hosted, Lifeline, Options, Registry, SendError};

pub(super) const START_MS: i64 = 1_700_000_000_000;

/// Counts the messages it has seen since it woke; does as it is told.
pub(super) struct Counter {
    seen: usize,
    lifeline: Lifeline,
    ledger: Arc<Ledger>,
}

/// What all counters of one test did together.
#[derive(Default)]
pub(super) struct Ledger {
    pub(super) starts: AtomicUsize,
    pub(super) handled: AtomicUsize,
}

impl Actor for Counter {
    type Context = Context<Self>;

    fn started(&mut self, _: &mut Self::Context) {
        self.ledger.starts.fetch_add(1, SeqCst);
    }
}

impl Hosted for Counter {
    type Id = usize;
}

/// Answers how many of these it has seen since it woke.
#[derive(Message)]
#[rtype(usize)]
pub(super) struct Count;

#[derive(Message)]
#[rtype("()")]
pub(super) struct Panic;

/// Works beside the mailbox until told to end, then panics if the teller vanished.
#[derive(Message)]
#[rtype("()")]
pub(super) struct Work(pub(super) oneshot::Receiver<()>);

/// Handles nothing else until told to end.
#[derive(Message)]
#[rtype("()")]
pub(super) struct Block(pub(super) oneshot::Receiver<()>);

#[derive(Message)]
#[rtype("()")]
pub(super) struct Rest;

/// Stays awake for so long.
#[derive(Message)]
#[rtype("()")]
pub(super) struct Linger(pub(super) Duration);

impl Handler<Count> for Counter {
    type Result = usize;

    fn handle(&mut self, _: Count, _: &mut Self::Context) -> usize {
        self.seen += 1;
        self.ledger.handled.fetch_add(1, SeqCst);
        self.seen
    }
}

impl Handler<Panic> for Counter {
    type Result = ();

    fn handle(&mut self, _: Panic, _: &mut Self::Context) {
        panic!("as the test asked");
    }
}

impl Handler<Work> for Counter {
    type Result = ();

    fn handle(&mut self, Work(until): Work, ctx: &mut Self::Context) {
        let work = async move { until.await.expect("the test ends the work") };
        self.lifeline.spawn(ctx, work.into_actor(self));
    }
}

impl Handler<Block> for Counter {
    type Result = ();

    fn handle(&mut self, Block(until): Block, ctx: &mut Self::Context) {
        ctx.wait(async move { until.await.unwrap_or_default() }.into_actor(self));
    }
}

impl Handler<Linger> for Counter {
    type Result = ();

    fn handle(&mut self, Linger(length): Linger, _: &mut Self::Context) {
        self.lifeline.linger(length);
    }
}

impl Handler<Rest> for Counter {
    type Result = ();

    fn handle(&mut self, _: Rest, _: &mut Self::Context) {
        self.lifeline.rest();
    }
}

/// Counters on virtual time, on this thread.
pub(super) fn counters(options: Options) -> (Registry<Counter>, Arc<Ledger>) {
    counters_on(Arbiters::current(), options)
}

pub(super) fn counters_on(arbiters: Arbiters, options: Options) -> (Registry<Counter>, Arc<Ledger>) {
    let ledger = Arc::new(Ledger::default());
    let book = Arc::clone(&ledger);
    let registry = Registry::new(options, arbiters, Clock::virtual_from(START_MS), move |_, lifeline| {
        Counter { seen: 0, lifeline, ledger: Arc::clone(&book) }
    });
    (registry, ledger)
}

/// Lets everything run that can run now. Less than the grain of any timer in these tests.
pub(super) async fn settle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

pub(super) async fn seconds(count: u64) {
    tokio::time::sleep(Duration::from_secs(count)).await;
}

/// Kills the actor and lets its successor start.
pub(super) async fn kill(registry: &Registry<Counter>, id: usize) {
    assert_eq!(registry.send(&id, Panic).await, Err(SendError::Died));
    settle().await;
}
