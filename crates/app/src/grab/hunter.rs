//! The hunter: plan, write down, act, settle. It takes no input; an event or a timer only wakes it.
//!
//! One code path for the good day and the morning after: whatever the process was doing when it died, the state says
//! what was written down, and the plan says what to do about it.

use std::sync::Arc;

use berth_cloud::{Accepted, Account, Launch, Lifecycle, Reply, Sighting};
use berth_domain::{
    Aggregate, Trouble,
    grab::{
        Asked, Attempt, Command, Ended, Grab, Have, Order as Wanted, Outcome, Reason, Review, Settle, Step,
        Surroundings, Target, Verdict, classify,
    },
};
use secrecy::SecretString;

use super::{
    actor::Desk,
    launch::{ATTEMPT_TAG, TASK_TAG, body_hash, compose, display_name, token},
    survey::{Ground, Unprepared},
};
use crate::{
    order::{Denied, Fault, Order},
    secrets::ROOT_PASSWORD,
};

/// After our own storage or actors failed: how long until the next look.
const FAULT_PAUSE_MS: i64 = 5_000;
/// How long until a tenant that may not act is looked at again.
const TENANT_PAUSE_MS: i64 = 60_000;
/// An accepted instance is looked at again after a tenth of its age, at most after this.
const LONGEST_FOLLOW_MS: i64 = 300_000;
/// An accepted instance that the cloud does not know for so long is a person's to look for.
const UNSEEN_MS: i64 = 600_000;
/// How often in a row one waking may act; a bound against plans that never rest.
const STEPS: usize = 32;

/// Whether the hunt goes on at once or rests until it is woken.
#[derive(Debug, PartialEq, Eq)]
enum Then {
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
    let idle = desk.with(is_idle).await?;
    let account = if idle { None } else { desk.kit.gate.account(tenant).await? };
    let planned = desk.with(|grab| plan(desk, grab, account.is_some())).await?;
    match (planned, account) {
        // A row in the index of due times stays: somebody may have set it meanwhile, and one waking too many is no harm.
        (Step::Rest, _) => Ok(Then::Rest),
        (Step::WaitUntil(at), _) => {
            desk.kit.due.set(desk.id, at.millis());
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
        (Step::Prepare, Some(account)) => prepare(desk, &account).await,
        (Step::AttemptNow { number, availability_domain }, Some(account)) => {
            attempt(desk, &account, number, &availability_domain).await
        }
        (Step::Resend { number }, Some(account)) => resend(desk, &account, number).await,
        (Step::LookFor { number }, Some(account)) => look_for(desk, &account, number).await,
        (Step::Follow { instance }, Some(account)) => follow(desk, &account, &instance).await,
    }
}

/// Nothing to do whatever the tenant may: spares its actor the question.
fn is_idle(grab: &Grab) -> bool {
    matches!(grab.have, Have::Held(_) | Have::Unclear(_))
        || grab.have == Have::Nothing && !grab.state().runs()
}

fn plan(desk: &Desk, grab: &Grab, tenant_may_act: bool) -> Step {
    let ground = grab.order.as_ref().and_then(|order| desk.kit.surveys.known(order.tenant, &order.spec));
    grab.plan(Surroundings {
        id: desk.id,
        now: desk.now(),
        awake_since: desk.kit.awake_since,
        tenant_may_act,
        domains: ground.as_ref().map(|ground| &*ground.domains),
    })
}

async fn prepare(desk: &Desk, account: &Account) -> Result<Then, Denied> {
    let Some(wanted) = wanted(desk).await? else { return Ok(Then::Rest) };
    let kit = &desk.kit;
    match kit.surveys.prepare(&kit.gate, &*kit.world.cloud, account, &wanted.spec).await? {
        Ok(_) => Ok(Then::GoOn),
        Err(Unprepared { verdict, provider_error, frozen_until }) => {
            let at = desk.now().max(frozen_until.unwrap_or_default());
            own(desk, Command::FailPreparation { verdict, provider_error, at }).await
        }
    }
}

/// Waits for its turn, plans once more, writes the attempt down, and only then calls.
async fn attempt(desk: &Desk, account: &Arc<Account>, number: u32, domain: &str) -> Result<Then, Denied> {
    let Some(wanted) = wanted(desk).await? else { return Ok(Then::Rest) };
    desk.kit.gate.turn(account.tenant).await?;
    // The turn may have been long in coming: a key rotated or a tenant disabled meanwhile counts from this call on.
    let Some(account) = desk.kit.gate.account(account.tenant).await? else { return Ok(Then::GoOn) };
    let Some(ground) = desk.kit.surveys.known(account.tenant, &wanted.spec) else { return Ok(Then::GoOn) };
    let still = Step::AttemptNow { number, availability_domain: domain.to_owned() };
    if desk.with(|grab| plan(desk, grab, true)).await? != still {
        return Ok(Then::GoOn);
    }
    let target = target(desk, &wanted, &ground, domain);
    let token = token(&desk.kit.install_key, desk.id, number);
    let launch = compose(desk.id, &wanted, &target, &token, root_password(desk, &wanted).await?.as_ref());
    let body_hash = body_hash(&desk.kit.install_key, &desk.kit.world.cloud.launch_body(&account, &launch));
    let attempt = Attempt { number, token, target, body_hash, at: desk.now() };
    desk.tell(Command::Attempt(Box::new(attempt)), &Order::own()).await?;
    call(desk, &account, &launch, number).await
}

/// The same request once more, with its own token: the cloud answers with the instance it made, or makes it now.
async fn resend(desk: &Desk, account: &Arc<Account>, number: u32) -> Result<Then, Denied> {
    let (Some(wanted), Some(asked)) = (wanted(desk).await?, asked(desk, number).await?) else {
        return Ok(Then::GoOn);
    };
    desk.kit.gate.turn(account.tenant).await?;
    let password = root_password(desk, &wanted).await?;
    let launch = compose(desk.id, &wanted, &asked.target, &asked.token, password.as_ref());
    if body_hash(&desk.kit.install_key, &desk.kit.world.cloud.launch_body(account, &launch))
        != asked.body_hash
    {
        // A newer release composes other bytes: the token would be refused, so look for the instance instead.
        return settle_doubt(desk, number, Reason::TokenCollision).await;
    }
    desk.tell(Command::Resend { number, at: desk.now() }, &Order::own()).await?;
    call(desk, account, &launch, number).await
}

async fn call(desk: &Desk, account: &Account, launch: &Launch, number: u32) -> Result<Then, Denied> {
    let began = desk.kit.world.clock.instant();
    let answer = desk.kit.world.cloud.launch(account, launch).await;
    let duration_ms = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
    // The answer is settled whatever becomes of the report.
    let frozen = desk.kit.gate.report(account.tenant, &launch.region, answer.as_ref().err()).await.unwrap_or_else(|denied| {
        tracing::error!(tenant.id = %account.tenant, error = %denied, "the pace was not told of an answer");
        None
    });
    let (ended, request_id) = ended(answer, frozen);
    if matches!(ended.verdict().reason, Reason::MissingResource | Reason::NotAuthorizedOrNotFound) {
        desk.kit.surveys.forget(account.tenant, &launch.region);
    }
    let settle = Settle { number, ended, request_id, duration_ms, at: desk.now() };
    own(desk, Command::Settle(Box::new(settle))).await
}

fn ended(
    answer: Result<Reply<Accepted>, Trouble>,
    not_before: Option<berth_domain::Timestamp>,
) -> (Ended, Option<String>) {
    match answer {
        Ok(Reply { value: Accepted { instance, work_request }, request_id, .. }) => {
            (Ended::Accepted { instance, work_request }, request_id)
        }
        Err(trouble) => {
            let provider_error = trouble.provider_error();
            let request_id = provider_error.request_id.clone();
            (Ended::Not { verdict: classify(&trouble), provider_error, not_before }, request_id)
        }
    }
}

async fn settle_doubt(desk: &Desk, number: u32, reason: Reason) -> Result<Then, Denied> {
    let verdict = Verdict { outcome: Outcome::InDoubt, reason };
    let provider_error = Trouble::Lost { what: "not sent again".into(), request_id: None }.provider_error();
    let ended = Ended::Not { verdict, provider_error, not_before: None };
    own(
        desk,
        Command::Settle(Box::new(Settle { number, ended, request_id: None, duration_ms: 0, at: desk.now() })),
    )
    .await
}

/// Looks for the instance of a lost attempt by its name and its tag.
async fn look_for(desk: &Desk, account: &Arc<Account>, number: u32) -> Result<Then, Denied> {
    let (Some(wanted), Some(asked)) = (wanted(desk).await?, asked(desk, number).await?) else {
        return Ok(Then::GoOn);
    };
    let region = &wanted.spec.region;
    let find = desk.kit.world.cloud.find(account, region, &asked.target.display_name);
    let seen = match desk.kit.gate.call(account.tenant, region, find).await? {
        Ok(seen) => seen,
        Err((trouble, frozen)) => {
            tracing::warn!(grab.id = %desk.id, error = ?trouble.provider_error(), "failed to look for a lost attempt");
            suspect(desk, account, &trouble);
            let at = desk.now().plus_millis(2 * FAULT_PAUSE_MS).max(frozen.unwrap_or_default());
            desk.kit.due.set(desk.id, at.millis());
            return Ok(Then::Rest);
        }
    };
    report_surplus(desk, &seen).await?;
    match the_one(&seen, &asked.token, &desk.id.to_string()) {
        Some(instance) => {
            let ended = Ended::Accepted { instance: instance.id.clone(), work_request: None };
            let settle = Settle { number, ended, request_id: None, duration_ms: 0, at: desk.now() };
            own(desk, Command::Settle(Box::new(settle))).await
        }
        None => own(desk, Command::Absent { number, at: desk.now() }).await,
    }
}

/// The attempt's own instance, one that lives before one that has ended. Else a living one of an earlier attempt of the task,
/// which was listed too late for that attempt: it is what was wished for, and another must not be bought beside it.
fn the_one<'a>(seen: &'a [Sighting], token: &str, task: &str) -> Option<&'a Sighting> {
    let lives = |sighting: &&Sighting| sighting.lifecycle != Lifecycle::Ended;
    let ours = || seen.iter().filter(|sighting| sighting.tag(ATTEMPT_TAG) == Some(token));
    let earlier = || seen.iter().filter(|sighting| sighting.tag(TASK_TAG) == Some(task)).find(lives);
    ours().find(lives).or_else(earlier).or_else(|| ours().next())
}

/// Calls that only look are refused like launches when a key is bad. The tenant tries its key, and draws the consequence.
fn suspect(desk: &Desk, account: &Account, trouble: &Trouble) {
    if classify(trouble).outcome == Outcome::Auth {
        // An actor that is too busy to hear it hears it at the next look.
        desk.kit.gate.suspect(account.tenant);
    }
}

async fn report_surplus(desk: &Desk, seen: &[Sighting]) -> Result<(), Denied> {
    let id = desk.id.to_string();
    let alive: Vec<_> = seen
        .iter()
        .filter(|sighting| sighting.lifecycle != Lifecycle::Ended && sighting.tag(TASK_TAG) == Some(&id))
        .map(|sighting| sighting.id.clone())
        .collect();
    if alive.len() > 1 {
        desk.tell(Command::SeeSurplus { instances: alive, at: desk.now() }, &Order::own()).await?;
    }
    Ok(())
}

/// Success is the instance seen running with its address; until then it is looked at again and again.
async fn follow(desk: &Desk, account: &Arc<Account>, instance: &str) -> Result<Then, Denied> {
    let (every, age) = follow_every(desk).await?;
    let next = desk.looked_at.get().map(|at| at.plus_millis(every));
    if let Some(at) = next.filter(|at| desk.now() < *at) {
        desk.kit.due.set(desk.id, at.millis());
        return Ok(Then::Rest);
    }
    let Some(wanted) = wanted(desk).await? else { return Ok(Then::Rest) };
    desk.looked_at.set(Some(desk.now()));
    let region = wanted.spec.region.as_str();
    let (cloud, gate) = (&desk.kit.world.cloud, &desk.kit.gate);
    let seen = gate.call(account.tenant, region, cloud.instance(account, region, instance)).await?;
    let lifecycle = match seen {
        Ok(Some(sighting)) => sighting.lifecycle,
        // Clouds show new things late.
        Ok(None) if age > UNSEEN_MS => {
            return own(desk, Command::AskReview { why: Review::NotFoundOut, at: desk.now() }).await;
        }
        Ok(None) => Lifecycle::Unknown,
        Err((trouble, _)) => {
            tracing::warn!(grab.id = %desk.id, error = ?trouble.provider_error(), "failed to look at the instance");
            suspect(desk, account, &trouble);
            Lifecycle::Provisioning
        }
    };
    match lifecycle {
        Lifecycle::Running => see_running(desk, account, region, instance).await,
        Lifecycle::Ended => see_ended(desk, account, region, instance).await,
        Lifecycle::Provisioning | Lifecycle::Stopping | Lifecycle::Stopped | Lifecycle::Unknown => {
            desk.kit.due.set(desk.id, desk.now().plus_millis(every).millis());
            Ok(Then::Rest)
        }
    }
}

/// How long to wait between looks at the accepted instance, and how long ago it was accepted, in milliseconds.
async fn follow_every(desk: &Desk) -> Result<(i64, i64), Fault> {
    let age = desk
        .with(|grab| match &grab.have {
            Have::Accepted(accepted) => desk.now().since(accepted.at),
            Have::Nothing | Have::Asked(_) | Have::Held(_) | Have::Unclear(_) => 0,
        })
        .await?;
    Ok((desk.kit.world.settings.follow_every_ms.max(age / 10).min(LONGEST_FOLLOW_MS), age))
}

async fn see_running(desk: &Desk, account: &Account, region: &str, instance: &str) -> Result<Then, Denied> {
    let (cloud, gate) = (&desk.kit.world.cloud, &desk.kit.gate);
    match gate.call(account.tenant, region, cloud.addresses(account, region, instance)).await? {
        Ok(addresses) if addresses.public_ip.is_some() => {
            let (public_ip, private_ip) = (addresses.public_ip, addresses.private_ip);
            let instance = instance.to_owned();
            own(desk, Command::SeeRunning { instance, public_ip, private_ip, at: desk.now() }).await
        }
        Ok(_) | Err(_) => {
            desk.kit
                .due
                .set(desk.id, desk.now().plus_millis(desk.kit.world.settings.follow_every_ms).millis());
            Ok(Then::Rest)
        }
    }
}

/// The cloud's own words for why it ended are in the work request; they are read like any answer to a launch.
async fn see_ended(desk: &Desk, account: &Account, region: &str, instance: &str) -> Result<Then, Denied> {
    let work = desk
        .with(|grab| match &grab.have {
            Have::Accepted(accepted) => accepted.work_request.clone(),
            Have::Nothing | Have::Asked(_) | Have::Held(_) | Have::Unclear(_) => None,
        })
        .await?;
    let mut words = None;
    if let Some(id) = work {
        let call = desk.kit.world.cloud.work_request(account, region, &id);
        if let Ok(request) = desk.kit.gate.call(account.tenant, region, call).await? {
            words = request.errors.into_iter().next_back();
        }
    }
    let verdict = words
        .as_ref()
        .map_or(Verdict { outcome: Outcome::ServerFault, reason: Reason::Terminated }, |words| {
            read_late(classify(&as_trouble(words)))
        });
    let instance = instance.to_owned();
    own(desk, Command::SeeEnded { instance, verdict, provider_error: words, at: desk.now() }).await
}

/// The asynchronous half failed for certain: there is no doubt left in it.
fn read_late(verdict: Verdict) -> Verdict {
    match verdict.outcome {
        Outcome::InDoubt | Outcome::Invalid => {
            Verdict { outcome: Outcome::ServerFault, reason: Reason::Terminated }
        }
        _ => verdict,
    }
}

fn as_trouble(words: &berth_domain::ProviderError) -> Trouble {
    Trouble::Refused(berth_domain::Refused {
        status: words.status.unwrap_or(500),
        code: words.code.clone(),
        message: words.message.clone(),
        ..berth_domain::Refused::default()
    })
}

fn target(desk: &Desk, wanted: &Wanted, ground: &Ground, domain: &str) -> Target {
    Target {
        availability_domain: domain.to_owned(),
        image: ground.image.clone(),
        subnet: ground.subnet.clone(),
        display_name: display_name(desk.id, wanted),
    }
}

async fn root_password(desk: &Desk, wanted: &Wanted) -> Result<Option<SecretString>, Fault> {
    let Some(name) = &wanted.spec.root_password else { return Ok(None) };
    let owner = berth_store::StreamId::new("grab", desk.id);
    desk.kit.secrets.open(ROOT_PASSWORD, &owner, name).await.map(Some)
}

async fn wanted(desk: &Desk) -> Result<Option<Wanted>, Fault> {
    desk.with(|grab| grab.order.as_deref().cloned()).await
}

async fn asked(desk: &Desk, number: u32) -> Result<Option<Asked>, Fault> {
    desk.with(|grab| match &grab.have {
        Have::Asked(asked) if asked.number == number => Some((**asked).clone()),
        _ => None,
    })
    .await
}

/// Tells the grab what the hunter did or saw, and goes on.
async fn own(desk: &Desk, command: Command) -> Result<Then, Denied> {
    desk.tell(command, &Order::own()).await?;
    Ok(Then::GoOn)
}

fn report(desk: &Desk, fault: &Fault) {
    let source = std::error::Error::source(fault).map(ToString::to_string);
    tracing::error!(grab.id = %desk.id, error = %fault, source, "the hunter could not go on");
}
