//! The hunter: plan, write down, act, settle. It takes no input; an event or a timer only wakes it.
//!
//! One code path for the good day and the morning after: whatever the process was doing when it died, the state says
//! what was written down, and the plan says what to do about it.

use std::{sync::Arc, time::Duration};

use berth_cloud::Account;
use berth_domain::{
    Aggregate, TenantId, Timestamp, Trouble,
    grab::{
        Asked, Command, GaveUp, Grab, Have, Holder, Order as Wanted, Outcome, Site, Step, Surroundings,
        TENANT_PAUSE_MS, classify,
    },
    tenant::Status,
};

use super::{
    actor::Desk,
    finding::look_for,
    following::follow,
    survey::Unprepared,
    suspecting::look_into,
    trying::{attempt, resend},
};
use crate::{
    gate::Failed,
    order::{Denied, Fault, Order},
};

/// After our own storage or actors failed: how long until the next look.
const FAULT_PAUSE_MS: i64 = 5_000;
/// Who has something to do within this time stays awake for it.
const SOON_MS: u64 = 2_000;
/// And somewhat longer, since the waking may be late.
const LATE_MS: u64 = 250;
/// How often in a row one waking may act; a bound against plans that never rest.
const STEPS: usize = 32;

/// Whether the hunt goes on at once or rests until it is woken.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Then {
    GoOn,
    Rest,
}

/// Does what the plan says until the plan is to wait.
pub(super) async fn hunt(desk: &Desk) {
    for _ in 0..STEPS {
        match step(desk).await {
            Ok(Then::GoOn) if !desk.lifeline.resting() => {}
            Ok(_) => return,
            // The state moved on between plan and deed: plan again.
            Err(Denied::Refused(reasons)) => {
                tracing::debug!(grab.id = %desk.id, ?reasons, "the plan was overtaken");
            }
            Err(Denied::Forbidden(forbidden)) => {
                panic!("the server may tell itself everything: {forbidden:?}")
            }
            // It was told when it was put into quarantine. Whoever is, is woken when pardoned; whose tenant is, looks now and then.
            Err(Denied::Fault(Fault::Unreadable(unreadable))) => {
                if unreadable.stream.kind() != Grab::KIND {
                    desk.kit.due.set(desk.id, desk.now().plus_millis(TENANT_PAUSE_MS).millis());
                }
                return;
            }
            Err(Denied::Fault(fault)) => {
                report(desk, &fault);
                return desk.kit.due.set(desk.id, desk.now().plus_millis(FAULT_PAUSE_MS).millis());
            }
        }
    }
    desk.kit.due.set(desk.id, desk.now().plus_millis(FAULT_PAUSE_MS).millis());
}

async fn step(desk: &Desk) -> Result<Then, Denied> {
    let Some(tenant) = desk.with(|grab| grab.order.as_ref().map(|order| order.tenant)).await? else {
        return Ok(Then::Rest);
    };
    let hoped = desk.with(|grab| plan(desk, grab, true)).await?;
    if asks_nothing(desk, &hoped) {
        return act(desk, hoped, None).await;
    }
    let account = desk.kit.gate.account(tenant).await?;
    if account.is_none()
        && let Some(command) = held_back(desk, tenant).await?
    {
        return own(desk, command).await;
    }
    let planned = desk.with(|grab| plan(desk, grab, account.is_some())).await?;
    act(desk, planned, account).await
}

/// Who rests, or does not wait for long, asks nothing of its tenant: what became of that is looked at when the wait is over.
fn asks_nothing(desk: &Desk, step: &Step) -> bool {
    match step {
        Step::Rest => true,
        Step::WaitUntil(at) => at.since(desk.now()) <= 2 * TENANT_PAUSE_MS,
        _ => false,
    }
}

async fn act(desk: &Desk, planned: Step, account: Option<Arc<Account>>) -> Result<Then, Denied> {
    match (planned, account) {
        // A row in the index of due times stays: somebody may have set it meanwhile, and one waking too many is no harm.
        (Step::Rest, _) => {
            desk.kit.tried.forget(desk.id);
            desk.kit.followed.forget(desk.id);
            Ok(Then::Rest)
        }
        (Step::WaitUntil(at), _) => {
            desk.kit.due.set(desk.id, at.millis());
            stay_awake(desk, at);
            Ok(Then::Rest)
        }
        (Step::GiveUp(why), _) => own(desk, Command::GiveUp { why, at: desk.now() }).await,
        (Step::AskReview(why), _) => own(desk, Command::AskReview { why, at: desk.now() }).await,
        // What is in the air is found out as soon as the tenant may act again. Its events wake us; so does time, in case one
        // was missed, or its key was never tried for want of a network.
        (_, None) => {
            desk.kit.due.set(desk.id, desk.now().plus_millis(TENANT_PAUSE_MS).millis());
            Ok(Then::Rest)
        }
        (Step::Prepare { region }, Some(account)) => prepare(desk, &account, &region).await,
        (Step::AttemptNow { number, aim }, Some(account)) => attempt(desk, &account, number, aim).await,
        (Step::Resend { number }, Some(account)) => resend(desk, &account, number).await,
        (Step::LookFor { number }, Some(account)) => look_for(desk, &account, number).await,
        (Step::LookInto(suspicion), Some(account)) => look_into(desk, &account, suspicion).await,
        (Step::Follow { instance }, Some(account)) => follow(desk, &account, &instance).await,
    }
}

/// What follows from a tenant that may not act, in case its events were missed: a task that runs keeps its place from others.
async fn held_back(desk: &Desk, tenant: TenantId) -> Result<Option<Command>, Denied> {
    let (status, at) = (desk.kit.gate.status(tenant).await?, desk.now());
    let runs = desk.with(|grab| grab.state().runs()).await?;
    Ok(match status {
        Status::Removed => Some(Command::GiveUp { why: GaveUp::TenantRemoved, at }),
        status if status.holds_tasks() && runs => Some(Command::Pause { by: Holder::Tenant, at }),
        _ => None,
    })
}

/// Reading a task's history anew for each attempt costs more than keeping it for a second or two.
fn stay_awake(desk: &Desk, until: Timestamp) {
    let wait = u64::try_from(until.since(desk.now())).unwrap_or(0);
    if wait <= SOON_MS {
        desk.lifeline.linger(Duration::from_millis(wait + LATE_MS));
    }
}

pub(super) fn plan(desk: &Desk, grab: &Grab, tenant_may_act: bool) -> Step {
    let (order, instant) = (grab.order.as_ref(), desk.kit.world.clock.instant());
    let launch = order.and_then(|order| Some((order.tenant, order.goal.launch()?)));
    let seen = launch.map(|(tenant, spec)| desk.kit.surveys.seen(tenant, spec, desk.now()));
    let seen = seen.unwrap_or_default();
    let sites: Vec<_> =
        seen.iter().map(|(region, domains)| Site { region, domains: domains.as_deref() }).collect();
    grab.plan(Surroundings {
        id: desk.id,
        now: desk.now(),
        awake_since: desk.kit.awake_since,
        tried_ago: grab.last.as_ref().and_then(|last| desk.kit.tried.ago(desk.id, last.number, instant)),
        tenant_may_act,
        sites: &sites,
    })
}

/// While another region may still do, one that does not is left alone for a while, and the task does not wait for it.
async fn prepare(desk: &Desk, account: &Account, region: &str) -> Result<Then, Denied> {
    let wanted = wanted(desk).await?;
    let Some(spec) = wanted.as_ref().and_then(|wanted| wanted.goal.launch()) else { return Ok(Then::Rest) };
    let kit = &desk.kit;
    match kit.surveys.prepare(&kit.gate, &*kit.world.cloud, account, (spec, region)).await? {
        Ok(_) => Ok(Then::GoOn),
        Err(Unprepared { provider_error, frozen_until: None, .. })
            if kit.surveys.leave_alone(account.tenant, spec, region, desk.now()) =>
        {
            tracing::warn!(grab.id = %desk.id, region, error = ?provider_error, "a region cannot be tried for now");
            Ok(Then::GoOn)
        }
        Err(Unprepared { verdict, provider_error, frozen_until }) => {
            let at = desk.now().max(frozen_until.unwrap_or_default());
            own(desk, Command::FailPreparation { verdict, provider_error, at }).await
        }
    }
}

/// Asks the cloud where there is room, when it is time to: the plan may be another then.
pub(super) async fn consulted(desk: &Desk, account: &Account, region: &str) -> Result<bool, Denied> {
    let wanted = wanted(desk).await?;
    let Some(spec) = wanted.as_ref().and_then(|wanted| wanted.goal.launch()) else { return Ok(false) };
    let surveys = &desk.kit.surveys;
    let Some(ground) = surveys.known(account.tenant, spec, region) else { return Ok(false) };
    let way = (&desk.kit.gate, &*desk.kit.world.cloud);
    surveys.reports.consult(way, account, (spec, region), (&ground.domains, desk.now())).await
}

pub(super) async fn wanted(desk: &Desk) -> Result<Option<Wanted>, Fault> {
    desk.with(|grab| grab.order.as_deref().cloned()).await
}

pub(super) async fn asked(desk: &Desk, number: u32) -> Result<Option<Asked>, Fault> {
    desk.with(|grab| match &grab.have {
        Have::Asked(asked) if asked.number == number => Some((**asked).clone()),
        _ => None,
    })
    .await
}

/// Tells the grab what the hunter did or saw, and goes on.
pub(super) async fn own(desk: &Desk, command: Command) -> Result<Then, Denied> {
    desk.tell(command, &Order::own()).await?;
    Ok(Then::GoOn)
}

fn report(desk: &Desk, fault: &Fault) {
    let source = std::error::Error::source(fault).map(ToString::to_string);
    tracing::error!(grab.id = %desk.id, error = %fault, source, "the hunter could not go on");
}

/// Calls that only look are refused like launches when a key is bad. The tenant tries its key, and draws the consequence.
pub(super) fn suspect(desk: &Desk, account: &Account, trouble: &Trouble) {
    if classify(trouble).outcome == Outcome::Auth {
        // An actor that is too busy to hear it hears it at the next look.
        desk.kit.gate.suspect(account.tenant);
    }
}

/// A call that only looked failed: told, and looked again a little later.
pub(super) fn look_again(desk: &Desk, account: &Account, what: &str, (trouble, frozen): Failed) -> Then {
    tracing::warn!(grab.id = %desk.id, error = ?trouble.provider_error(), "failed to {what}");
    suspect(desk, account, &trouble);
    let at = desk.now().plus_millis(2 * FAULT_PAUSE_MS).max(frozen.unwrap_or_default());
    desk.kit.due.set(desk.id, at.millis());
    Then::Rest
}
