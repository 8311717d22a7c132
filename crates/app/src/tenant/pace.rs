//! Who calls when: a tenant's pace, with those who wait for it. The rules are `domain::tenant::Pace`; here is the waiting.
//!
//! It runs on the steady clock, so that setting the machine's clock neither stops nor hurries anybody. Moments that leave it, into
//! events and answers, are the wall clock's.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
    time::Duration,
};

use actix::{Context, Handler, Message, ResponseFuture};
use berth_actors::Clock;
use berth_domain::{
    ProviderError, Seconds, Timestamp, Trouble,
    grab::{Outcome, Reason, classify},
    tenant::{Budget, Command, Next, Pace, Scope, Slowdown, Tenant, Throttle, Ticket},
};
use tokio::{
    sync::{Notify, oneshot},
    time::Instant,
};

use super::{
    account::Brief,
    actor::{Desk, TenantActor},
};
use crate::{
    gate::TURN_HOLDS,
    order::{Denied, Order},
};

/// The pace and everybody who waits, on the tenant's own thread.
pub(super) struct Turns {
    clock: Clock,
    began: (Instant, Timestamp),
    pace: RefCell<Pace>,
    waiting: RefCell<HashMap<Ticket, oneshot::Sender<Instant>>>,
    /// Told when somebody may be served sooner than was known, or has gone away.
    changed: Notify,
    serving: Cell<bool>,
}

/// A place among those who wait; it is given up when whoever waits goes away.
struct Place<'a> {
    turns: &'a Turns,
    ticket: Ticket,
}

impl Turns {
    pub(super) fn new(clock: Clock, calls_per_second: f64) -> Rc<Self> {
        let now = Timestamp::from_millis(clock.now_ms());
        Rc::new(Self {
            clock,
            began: (clock.instant(), now),
            pace: RefCell::new(Pace::new(calls_per_second, now)),
            waiting: RefCell::default(),
            changed: Notify::new(),
            serving: Cell::new(false),
        })
    }

    /// Waits until it is the caller's turn to call a region, and answers since when it is. One that the caller was not woken for in time is
    /// over, and another is waited for.
    pub(super) async fn turn(self: &Rc<Self>, region: &str) -> Instant {
        loop {
            if let Some(at) = self.next_turn(region).await.filter(|at| at.elapsed() < TURN_HOLDS) {
                return at;
            }
        }
    }

    async fn next_turn(self: &Rc<Self>, region: &str) -> Option<Instant> {
        let (served, turn) = oneshot::channel();
        let ticket = self.pace.borrow_mut().ask(region, self.now());
        self.waiting.borrow_mut().insert(ticket, served);
        let _place = Place { turns: self, ticket };
        if self.serving.replace(true) {
            self.changed.notify_one();
        } else {
            actix::spawn(serve(self.clone()));
        }
        // Whoever serves sends before it forgets a place, so there is no other end than being served.
        turn.await.ok()
    }

    pub(super) fn answered(&self, region: &str) {
        self.pace.borrow_mut().answered(region, self.now());
    }

    /// Answers until when nobody whom it means may call, on the wall clock.
    pub(super) fn throttled(&self, slowdown: &Slowdown<'_>) -> Timestamp {
        let until = self.pace.borrow_mut().throttled(slowdown, self.now());
        self.on_the_wall(until)
    }

    /// Takes up the freezes that were written down before a restart.
    pub(super) fn restore(&self, tenant: &Tenant) {
        let (now, wall) = (self.now(), Timestamp::from_millis(self.clock.now_ms()));
        let mut pace = self.pace.borrow_mut();
        let mut freeze = |scope, region: &str, throttle: &Throttle| {
            pace.freeze(scope, region, now.plus_millis(throttle.left(wall)), now);
        };
        if let Some(throttle) = &tenant.tenancy_throttle {
            freeze(Scope::Tenancy, "", throttle);
        }
        for (region, throttle) in &tenant.region_throttles {
            freeze(Scope::User, region, throttle);
        }
    }

    /// How it stands, beside what the cloud said when it last asked to slow down.
    fn shown(&self, tenant: &Tenant) -> PaceShown {
        let (now, pace) = (self.now(), self.pace.borrow());
        let shown = |scope, region: &str, budget: Budget| BudgetShown {
            region: Some(region.to_owned()).filter(|_| scope == Scope::User),
            budget: Budget {
                frozen_until: budget.frozen_until.map(|until| self.on_the_wall(until)),
                ..budget
            },
            throttle: tenant.throttle(scope, region).cloned(),
        };
        PaceShown {
            tenancy: shown(Scope::Tenancy, "", pace.tenancy(now)),
            regions: pace.regions(now).map(|(region, budget)| shown(Scope::User, region, budget)).collect(),
        }
    }

    fn now(&self) -> Timestamp {
        let (instant, moment) = self.began;
        let passed = self.clock.instant().duration_since(instant).as_millis();
        moment.plus_millis(i64::try_from(passed).unwrap_or(i64::MAX))
    }

    fn on_the_wall(&self, moment: Timestamp) -> Timestamp {
        Timestamp::from_millis(self.clock.now_ms()).plus_millis(moment.since(self.now()))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.turns.pace.borrow_mut().withdraw(self.ticket);
        if self.turns.waiting.borrow_mut().remove(&self.ticket).is_some() {
            self.turns.changed.notify_one();
        }
    }
}

/// Serves those who wait until nobody does.
async fn serve(turns: Rc<Turns>) {
    loop {
        let (now, changed) = (turns.now(), turns.changed.notified());
        let next = turns.pace.borrow_mut().next(now);
        match next {
            Next::Serve(ticket) => {
                let served = turns.waiting.borrow_mut().remove(&ticket);
                served.map(|served| served.send(turns.clock.instant()));
            }
            Next::At(moment) => {
                let distance = Duration::from_millis(moment.since(now).unsigned_abs());
                tokio::select! {
                    biased;
                    () = changed => {}
                    () = turns.clock.sleep(distance) => {}
                }
            }
            Next::Nobody => return turns.serving.set(false),
        }
    }
}

/// A tenant's pace as people see it. Moments are the wall clock's.
#[derive(Clone, Debug)]
pub struct PaceShown {
    pub tenancy: BudgetShown,
    /// Of each region that was called since the start, or throttled ever.
    pub regions: Vec<BudgetShown>,
}

/// One budget, and the last time that the cloud asked it to slow down.
#[derive(Clone, Debug)]
pub struct BudgetShown {
    /// Absent: the whole tenancy.
    pub region: Option<String>,
    pub budget: Budget,
    pub throttle: Option<Throttle>,
}

/// What an answer means for the pace.
pub(crate) enum Heard {
    Throttled(Throttled),
    Answered(Answered),
    /// Nobody answered: it says nothing.
    Nothing,
}

pub(crate) fn heard(region: &str, trouble: Option<&Trouble>) -> Heard {
    let region = region.to_owned();
    match trouble.map(|trouble| (trouble, classify(trouble))) {
        Some((trouble, verdict)) if verdict.outcome == Outcome::Throttled => Heard::Throttled(Throttled {
            scope: if verdict.reason == Reason::ThrottledTenancy { Scope::Tenancy } else { Scope::User },
            region,
            retry_after: trouble.retry_after(),
            provider_error: trouble.provider_error(),
        }),
        Some((Trouble::NotSent { .. } | Trouble::Lost { .. }, _)) => Heard::Nothing,
        Some((Trouble::Refused(_), _)) | None => Heard::Answered(Answered { region }),
    }
}

/// Waits until it is the caller's turn to call a region.
#[derive(Message)]
#[rtype(result = "Result<Turned, Denied>")]
pub(crate) struct Turn {
    pub(crate) region: String,
}

/// A turn that came, and a briefing: what was so before the wait may be so no more.
pub(crate) struct Turned {
    pub(crate) at: Instant,
    pub(crate) brief: Brief,
}

impl Handler<Turn> for TenantActor {
    type Result = ResponseFuture<Result<Turned, Denied>>;

    fn handle(&mut self, turn: Turn, _: &mut Context<Self>) -> Self::Result {
        let (desk, busy) = (self.desk.clone(), self.lifeline.busy());
        Box::pin(async move {
            let at = desk.turns.turn(&turn.region).await;
            let brief = desk.brief().await;
            drop(busy);
            Ok(Turned { at, brief: brief? })
        })
    }
}

/// The cloud answered, and did not ask to slow down.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Answered {
    region: String,
}

impl Handler<Answered> for TenantActor {
    type Result = ();

    fn handle(&mut self, answered: Answered, _: &mut Context<Self>) {
        self.desk.turns.answered(&answered.region);
    }
}

/// The cloud asked to slow down. Answers until when nobody whom it meant may call.
#[derive(Message)]
#[rtype(result = "Timestamp")]
pub(crate) struct Throttled {
    scope: Scope,
    region: String,
    retry_after: Option<Seconds>,
    provider_error: ProviderError,
}

impl Handler<Throttled> for TenantActor {
    type Result = ResponseFuture<Timestamp>;

    /// The pace slows down at once, whatever waits in the mailbox; then it is written down.
    fn handle(&mut self, throttled: Throttled, _: &mut Context<Self>) -> Self::Result {
        let desk = self.desk.clone();
        let until = desk.slow_down(&throttled);
        Box::pin(async move {
            desk.write_down(throttled, until).await;
            until
        })
    }
}

/// Asks how fast the tenant may call now.
#[derive(Message)]
#[rtype(result = "Result<PaceShown, Denied>")]
pub(crate) struct ShowPace;

impl Handler<ShowPace> for TenantActor {
    type Result = ResponseFuture<Result<PaceShown, Denied>>;

    fn handle(&mut self, _: ShowPace, _: &mut Context<Self>) -> Self::Result {
        let desk = self.desk.clone();
        Box::pin(async move { Ok(desk.turns.shown(&desk.state().await?)) })
    }
}

impl Desk {
    /// Tells the pace how a call of the tenant itself went.
    pub(super) async fn note(&self, region: &str, trouble: Option<&Trouble>) {
        match heard(region, trouble) {
            Heard::Throttled(throttled) => {
                let until = self.slow_down(&throttled);
                self.write_down(throttled, until).await;
            }
            Heard::Answered(Answered { region }) => self.turns.answered(&region),
            Heard::Nothing => {}
        }
    }

    fn slow_down(&self, throttled: &Throttled) -> Timestamp {
        let Throttled { scope, retry_after, .. } = *throttled;
        let chance = self.world.chance.draw();
        self.turns.throttled(&Slowdown { scope, region: &throttled.region, retry_after, chance })
    }

    async fn write_down(&self, throttled: Throttled, until: Timestamp) {
        let Throttled { scope, region, provider_error, .. } = throttled;
        let command = Command::Throttle { scope, region, until, provider_error, at: self.now() };
        if let Err(denied) = self.tell(command, &Order::own()).await {
            tracing::warn!(tenant.id = %self.id, error = %denied, "failed to write a throttle answer down");
        }
    }
}
