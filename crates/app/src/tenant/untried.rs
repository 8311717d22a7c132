//! A key of which nothing is known: it is tried at once, and again now and then for as long as the answers are not clear.

use std::cell::Cell;

use actix::{Context, Handler, Message, WrapFuture as _};
use berth_domain::tenant::retry_after;
use tokio::time::Instant;

use super::{
    account::Brief,
    actor::{Desk, TenantActor},
    check::Occasion,
};

/// Sooner than this before its time a try is not turned away: the two clocks need not agree to the millisecond.
const EARLY_MS: i64 = 1_000;

/// What came of trying it. In memory: after a restart it is tried at once.
#[derive(Default)]
pub(super) struct Tries {
    /// How many in a row were not clearly answered.
    unclear: Cell<u32>,
    /// When the last one was, on the clock that nobody can set.
    last: Cell<Option<Instant>>,
}

impl Tries {
    fn forget(&self) {
        self.unclear.set(0);
        self.last.set(None);
    }

    /// How many milliseconds are left until the next.
    fn left(&self, now: Instant) -> i64 {
        let Some(last) = self.last.get() else { return 0 };
        let passed = i64::try_from(now.duration_since(last).as_millis()).unwrap_or(i64::MAX);
        retry_after(self.unclear.get()).saturating_sub(passed)
    }

    fn note_unclear(&self, now: Instant) {
        self.unclear.set(self.unclear.get().saturating_add(1));
        self.last.set(Some(now));
    }
}

/// Looks whether there is something to do by itself: an untried key is tried, any other is tested, when it is time to.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Wake;

impl Handler<Wake> for TenantActor {
    type Result = ();

    fn handle(&mut self, _: Wake, ctx: &mut Context<Self>) {
        let desk = self.desk.clone();
        self.lifeline.spawn(ctx, async move { desk.look_after().await }.into_actor(self));
    }
}

/// It has another key, or may use the old one again: what was found before says nothing.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Renewed;

impl Handler<Renewed> for TenantActor {
    type Result = ();

    fn handle(&mut self, _: Renewed, ctx: &mut Context<Self>) {
        self.desk.tries.forget();
        let desk = self.desk.clone();
        self.lifeline.spawn(ctx, async move { desk.look_after().await }.into_actor(self));
    }
}

impl Desk {
    async fn look_after(&self) {
        if self.is_known().await { self.check_if_due().await } else { self.check_if_untried().await }
    }

    async fn check_if_untried(&self) {
        if self.checking.get() {
            return;
        }
        let left = self.tries.left(self.world.clock.instant());
        if left > EARLY_MS {
            return self.look_again(left);
        }
        self.check_once(Occasion::Asked).await;
        if self.is_known().await {
            self.tries.forget();
            return self.plan_next_check().await;
        }
        self.tries.note_unclear(self.world.clock.instant());
        self.look_again(self.tries.left(self.world.clock.instant()));
    }

    /// Whether there is nothing to try. A tenant that cannot be read now may be untried.
    async fn is_known(&self) -> bool {
        matches!(self.brief().await, Ok(Brief::MayAct(_) | Brief::MayNot))
    }

    pub(super) fn look_again(&self, after_ms: i64) {
        self.due.set(self.id, self.world.clock.now_ms().saturating_add(after_ms));
    }
}
