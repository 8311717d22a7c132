//! Trying a tenant's key: when a person asks, when the cloud refused it somewhere, when it was never tried (`untried`), and now and then
//! (`regular`).

use actix::{Context, Handler, Message, ResponseFuture, WrapFuture as _};
use berth_cloud::Account;
use berth_domain::{
    ProviderError, TenantId, Trouble,
    grab::{Outcome, Reason, classify},
    tenant::{Command, Failure, Region, Tenant, TestOutcome},
};

use super::actor::{Desk, TenantActor};
use crate::order::{Denied, Order, Told};

/// However many calls are refused, the key is tried no more often than this.
const SUSPICION_MS: i64 = 60_000;

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

/// Why a key is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occasion {
    /// Somebody wants to know, or something else spoke against it.
    Asked,
    /// It is its time, and there is no cause: what speaks against it is looked into before it is believed.
    Regular,
}

impl Handler<Check> for TenantActor {
    type Result = ResponseFuture<Result<Checked, Denied>>;

    fn handle(&mut self, check: Check, _: &mut Context<Self>) -> Self::Result {
        let (desk, busy) = (self.desk.clone(), self.lifeline.busy());
        Box::pin(async move {
            let checked = desk.check(check.order, Occasion::Asked).await;
            drop(busy);
            checked
        })
    }
}

impl Desk {
    async fn regions(&self, account: &Account) -> Result<Vec<berth_cloud::Region>, Trouble> {
        self.turns.turn(&account.home_region).await;
        let regions = self.world.cloud.regions(account).await;
        self.note(&account.home_region, regions.as_ref().err()).await;
        regions
    }

    async fn check_if_suspect(&self) {
        let Ok(tenant) = self.state().await else { return };
        let fresh =
            tenant.last_checked_at.is_some_and(|at| (0..SUSPICION_MS).contains(&self.now().since(at)));
        if tenant.may_act() && !fresh {
            self.check_once(Occasion::Asked).await;
        }
    }

    pub(super) async fn check_once(&self, occasion: Occasion) {
        if self.checking.replace(true) {
            return;
        }
        let checked = self.check(Order::own(), occasion).await;
        self.checking.set(false);
        if let Err(denied) = checked {
            tracing::warn!(tenant.id = %self.id, error = %denied, "failed to try a key");
        }
    }

    /// The home region's calls, in their turns.
    async fn check(&self, order: Order, occasion: Occasion) -> Result<Checked, Denied> {
        let tenant = self.state().await?;
        let account = self.account(&tenant).await?;
        self.turns.turn(&account.home_region).await;
        let began = self.world.clock.instant();
        let answer = self.world.cloud.identity(&account).await;
        self.note(&account.home_region, answer.as_ref().err()).await;
        let trouble = answer.err();
        let outcome = match (&trouble, occasion) {
            (None, _) => TestOutcome::Works,
            (Some(trouble), Occasion::Asked) => outcome_of(trouble),
            (Some(trouble), Occasion::Regular) => self.looked_into(&account, outcome_of(trouble)).await,
        };
        let duration_ms = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
        let command = Command::RecordTest { outcome, duration_ms, at: self.now() };
        let mut told = self.tell(command, &order).await?;
        if trouble.is_none()
            && !told.done.repeated
            && let Ok(regions) = self.regions(&account).await
        {
            let regions =
                regions.into_iter().map(|region| Region { name: region.name, home: region.home }).collect();
            // A repeat of the order is answered with the same position, so the first answer bears it as well.
            told.state = self.tell(Command::ObserveRegions { regions }, &Order::own()).await?.state;
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
