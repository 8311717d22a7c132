//! One tenant: a mailbox around its state, its key and its pace.
//!
//! Every call to the cloud asks here first for the account and for its turn. The pace is measured, so it lives in memory;
//! a freeze that the cloud asked for is an event and outlasts a restart.

use std::{cell::Cell, cell::RefCell, rc::Rc, sync::Arc};

use actix::{Actor, Context, Handler, Message, ResponseFuture, WrapFuture as _};
use berth_actors::{Hosted, Lifeline};
use berth_cloud::Account;
use berth_domain::{
    ProviderError, Seconds, SecretRef, TenantId, Timestamp, Trouble,
    grab::{Outcome, Reason, classify},
    tenant::{Command, Failure, Pace, Region, Scope, Status, Tenant, TestOutcome},
};
use tokio::sync::Mutex;

use super::no_such_tenant;
use crate::{
    ledger::{Book, Ledger},
    order::{Denied, Fault, Order, Told},
    secrets::{CREDENTIAL, PROXY, Secrets, unpack},
    world::World,
};

/// However many calls are refused, the key is tried no more often than this.
const SUSPICION_MS: i64 = 60_000;

pub(crate) struct TenantActor {
    desk: Rc<Desk>,
    lifeline: Lifeline,
}

/// What all actors of tenants share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) world: Arc<World>,
    pub(crate) ledger: Ledger,
    pub(crate) secrets: Secrets,
}

/// What the actor's futures share. They run on one thread, one at a time between awaits.
struct Desk {
    id: TenantId,
    world: Arc<World>,
    ledger: Ledger,
    secrets: Secrets,
    book: Mutex<Option<Book<Tenant>>>,
    pace: RefCell<Pace>,
    account: RefCell<Option<Opened>>,
    checking: Cell<bool>,
}

/// An account that was opened, and what it was opened with.
struct Opened {
    credential: SecretRef,
    proxy: Option<SecretRef>,
    account: Arc<Account>,
}

impl TenantActor {
    pub(crate) fn new(id: TenantId, shared: &Shared, lifeline: Lifeline) -> Self {
        let Shared { world, ledger, secrets } = shared.clone();
        let pace = Pace::new(world.settings.calls_per_second, world.now());
        let desk = Desk {
            id,
            world,
            ledger,
            secrets,
            book: Mutex::new(None),
            pace: RefCell::new(pace),
            account: RefCell::new(None),
            checking: Cell::new(false),
        };
        Self { desk: Rc::new(desk), lifeline }
    }
}

impl Actor for TenantActor {
    type Context = Context<Self>;
}

impl Hosted for TenantActor {
    type Id = TenantId;
}

/// Carries out a command.
#[derive(Message)]
#[rtype(result = "Result<Told<TenantId, Tenant>, Denied>")]
pub(crate) struct Tell {
    pub(crate) command: Command,
    pub(crate) order: Order,
}

impl Handler<Tell> for TenantActor {
    type Result = ResponseFuture<Result<Told<TenantId, Tenant>, Denied>>;

    fn handle(&mut self, tell: Tell, _: &mut Context<Self>) -> Self::Result {
        let (desk, busy) = (self.desk.clone(), self.lifeline.busy());
        Box::pin(async move {
            let told = desk.tell(tell.command, &tell.order).await;
            drop(busy);
            told
        })
    }
}

/// Asks whether the tenant may act, and for its account.
#[derive(Message)]
#[rtype(result = "Result<Brief, Denied>")]
pub(crate) struct Briefing;

pub(crate) enum Brief {
    MayAct(Arc<Account>),
    /// Its key was never tried: wake the tenant, and be woken by what it finds.
    Untried,
    MayNot,
}

impl Handler<Briefing> for TenantActor {
    type Result = ResponseFuture<Result<Brief, Denied>>;

    fn handle(&mut self, _: Briefing, _: &mut Context<Self>) -> Self::Result {
        let desk = self.desk.clone();
        Box::pin(async move { desk.brief().await })
    }
}

/// Whether there is such a tenant.
#[derive(Message)]
#[rtype(result = "Result<bool, Denied>")]
pub(crate) struct Exists;

impl Handler<Exists> for TenantActor {
    type Result = ResponseFuture<Result<bool, Denied>>;

    fn handle(&mut self, _: Exists, _: &mut Context<Self>) -> Self::Result {
        let desk = self.desk.clone();
        Box::pin(async move { Ok(desk.state().await?.exists()) })
    }
}

/// Looks whether there is something to do by itself: an untried key is tried.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Wake;

impl Handler<Wake> for TenantActor {
    type Result = ();

    fn handle(&mut self, _: Wake, ctx: &mut Context<Self>) {
        let desk = self.desk.clone();
        self.lifeline.spawn(ctx, async move { desk.check_if_untried().await }.into_actor(self));
    }
}

/// The key was refused somewhere: tries it now, unless that was done just before.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Suspect;

impl Handler<Suspect> for TenantActor {
    type Result = ();

    fn handle(&mut self, _: Suspect, ctx: &mut Context<Self>) {
        let desk = self.desk.clone();
        self.lifeline.spawn(ctx, async move { desk.check_if_suspect().await }.into_actor(self));
    }
}

/// Takes the next free moment of the tenant's budget.
#[derive(Message)]
#[rtype(result = "Timestamp")]
pub(crate) struct Reserve;

impl Handler<Reserve> for TenantActor {
    type Result = actix::MessageResult<Reserve>;

    fn handle(&mut self, _: Reserve, _: &mut Context<Self>) -> Self::Result {
        actix::MessageResult(self.desk.pace.borrow_mut().reserve(self.desk.now()))
    }
}

/// Whether a moment taken before still holds: a throttle answer in between voids it.
#[derive(Message)]
#[rtype(result = "bool")]
pub(crate) struct Stands;

impl Handler<Stands> for TenantActor {
    type Result = bool;

    fn handle(&mut self, _: Stands, _: &mut Context<Self>) -> bool {
        self.desk.pace.borrow().stands(self.desk.now())
    }
}

/// The cloud answered, and did not ask to slow down.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Answered;

impl Handler<Answered> for TenantActor {
    type Result = ();

    fn handle(&mut self, _: Answered, _: &mut Context<Self>) {
        self.desk.pace.borrow_mut().answered(self.desk.now());
    }
}

/// The cloud asked to slow down. Answers until when nobody of this tenant may call.
#[derive(Message)]
#[rtype(result = "Timestamp")]
pub(crate) struct Throttle {
    pub(crate) scope: Scope,
    pub(crate) region: String,
    pub(crate) retry_after: Option<Seconds>,
}

impl Handler<Throttle> for TenantActor {
    type Result = ResponseFuture<Timestamp>;

    fn handle(&mut self, throttle: Throttle, _: &mut Context<Self>) -> Self::Result {
        let desk = self.desk.clone();
        let until = desk.pace.borrow_mut().throttled(desk.now(), throttle.retry_after, rand::random());
        Box::pin(async move {
            let command = Command::Throttle { scope: throttle.scope, region: throttle.region, until };
            if let Err(denied) = desk.tell(command, &Order::own()).await {
                tracing::warn!(tenant.id = %desk.id, error = %denied, "failed to write a throttle answer down");
            }
            until
        })
    }
}

/// Tries the key now.
#[derive(Message)]
#[rtype(result = "Result<Checked, Denied>")]
pub(crate) struct Check {
    pub(crate) order: Order,
}

/// What a test of the connection found.
#[derive(Clone, Debug)]
pub struct Checked {
    pub told: Told<TenantId, Tenant>,
    pub duration_ms: u32,
    /// The cloud's words, when it refused or could not be reached.
    pub failure: Option<(Reason, ProviderError)>,
}

impl Handler<Check> for TenantActor {
    type Result = ResponseFuture<Result<Checked, Denied>>;

    fn handle(&mut self, check: Check, _: &mut Context<Self>) -> Self::Result {
        let (desk, busy) = (self.desk.clone(), self.lifeline.busy());
        Box::pin(async move {
            let checked = desk.check(check.order).await;
            drop(busy);
            checked
        })
    }
}

impl Desk {
    fn now(&self) -> Timestamp {
        self.world.now()
    }

    async fn tell(&self, command: Command, order: &Order) -> Result<Told<TenantId, Tenant>, Denied> {
        let mut book = self.book.lock().await;
        let book = self.opened(&mut book).await?;
        let done = self.ledger.tell(book, command, order).await?;
        Ok(Told { id: self.id, state: book.state.clone(), done })
    }

    async fn state(&self) -> Result<Tenant, Denied> {
        let mut book = self.book.lock().await;
        Ok(self.opened(&mut book).await?.state.clone())
    }

    async fn opened<'a>(&self, book: &'a mut Option<Book<Tenant>>) -> Result<&'a mut Book<Tenant>, Fault> {
        if book.is_none() {
            let opened: Book<Tenant> = self.ledger.open(self.id).await?;
            if let Some(until) = opened.state.throttled_until {
                self.pace.borrow_mut().freeze_until(until);
            }
            *book = Some(opened);
        }
        Ok(book.as_mut().expect("it was opened just above"))
    }

    async fn brief(&self) -> Result<Brief, Denied> {
        let tenant = self.state().await?;
        match tenant.status {
            Status::Active => Ok(Brief::MayAct(self.account(&tenant).await?)),
            Status::Untested if tenant.exists() => Ok(Brief::Untried),
            Status::Untested | Status::Suspended(_) | Status::Disabled | Status::Removed => Ok(Brief::MayNot),
        }
    }

    /// Opens the account's secrets, once for as long as they are the same.
    async fn account(&self, tenant: &Tenant) -> Result<Arc<Account>, Denied> {
        let profile = tenant.profile.as_ref().filter(|_| tenant.exists()).ok_or_else(no_such_tenant)?;
        let proxy = profile.proxy.as_ref().map(|proxy| proxy.address.clone());
        if let Some(opened) = &*self.account.borrow()
            && opened.credential == profile.credential
            && opened.proxy == proxy
        {
            return Ok(opened.account.clone());
        }
        let owner = berth_store::StreamId::new("tenant", self.id);
        let packed = self.secrets.open(CREDENTIAL, &owner, &profile.credential).await?;
        let credential = unpack(&packed).ok_or_else(|| Fault::SecretMissing(profile.credential.0.clone()))?;
        let address = match &proxy {
            Some(name) => Some(self.secrets.open(PROXY, &owner, name).await?),
            None => None,
        };
        let account = Arc::new(Account {
            tenant: self.id,
            revision: rand::random(),
            tenancy: profile.tenancy.clone(),
            user: profile.user.clone(),
            fingerprint: profile.fingerprint.clone(),
            home_region: profile.home_region.clone(),
            credential,
            proxy: address,
        });
        let opened = Opened { credential: profile.credential.clone(), proxy, account: account.clone() };
        *self.account.borrow_mut() = Some(opened);
        Ok(account)
    }

    async fn check_if_untried(&self) {
        if matches!(self.brief().await, Ok(Brief::Untried)) {
            self.check_once().await;
        }
    }

    async fn check_if_suspect(&self) {
        let Ok(tenant) = self.state().await else { return };
        let fresh = tenant.last_checked_at.is_some_and(|at| self.now().since(at) < SUSPICION_MS);
        if tenant.may_act() && !fresh {
            self.check_once().await;
        }
    }

    async fn check_once(&self) {
        if self.checking.replace(true) {
            return;
        }
        let checked = self.check(Order::own()).await;
        self.checking.set(false);
        if let Err(denied) = checked {
            tracing::warn!(tenant.id = %self.id, error = %denied, "failed to try a key");
        }
    }

    async fn regions(&self, account: &Account) -> Result<Vec<berth_cloud::Region>, Trouble> {
        self.turn().await;
        let regions = self.world.cloud.regions(account).await;
        self.note(regions.as_ref().err());
        regions
    }

    /// Waits for a moment of the budget, as everybody does.
    async fn turn(&self) {
        loop {
            let moment = self.pace.borrow_mut().reserve(self.now());
            self.world.clock.sleep_until_ms(moment.millis()).await;
            if self.pace.borrow().stands(self.now()) {
                return;
            }
        }
    }

    /// Tells the pace how a call of the tenant itself went.
    fn note(&self, trouble: Option<&Trouble>) {
        let mut pace = self.pace.borrow_mut();
        match trouble {
            Some(trouble) if classify(trouble).outcome == Outcome::Throttled => {
                pace.throttled(self.now(), trouble.retry_after(), rand::random());
            }
            Some(Trouble::NotSent { .. } | Trouble::Lost { .. }) => {}
            Some(Trouble::Refused(_)) | None => pace.answered(self.now()),
        }
    }

    async fn check(&self, order: Order) -> Result<Checked, Denied> {
        let tenant = self.state().await?;
        let account = self.account(&tenant).await?;
        self.turn().await;
        let began = self.world.clock.instant();
        let answer = self.world.cloud.identity(&account).await;
        self.note(answer.as_ref().err());
        let duration_ms = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
        let trouble = answer.err();
        let outcome = trouble.as_ref().map_or(TestOutcome::Works, outcome_of);
        let command = Command::RecordTest { outcome, duration_ms, at: self.now() };
        let mut told = self.tell(command, &order).await?;
        if trouble.is_none()
            && let Ok(regions) = self.regions(&account).await
        {
            let regions =
                regions.into_iter().map(|region| Region { name: region.name, home: region.home }).collect();
            told = self.tell(Command::ObserveRegions { regions }, &Order::own()).await?;
        }
        let failure = trouble.map(|trouble| (classify(&trouble).reason, trouble.provider_error()));
        Ok(Checked { told, duration_ms, failure })
    }
}

fn outcome_of(trouble: &Trouble) -> TestOutcome {
    let verdict = classify(trouble);
    let words = trouble.provider_error();
    let reason = serde_json::to_value(verdict.reason).ok().and_then(|word| word.as_str().map(str::to_owned));
    let failure = Failure {
        reason: reason.unwrap_or_default(),
        status: words.status,
        code: words.code,
        message: words.message,
        request_id: words.request_id,
    };
    match (verdict.outcome, verdict.reason) {
        (Outcome::Auth, Reason::NotAuthorizedOrNotFound) => TestOutcome::Suspended(failure),
        (Outcome::Auth, _) => TestOutcome::Rejected(failure),
        _ => TestOutcome::Unclear(failure),
    }
}
