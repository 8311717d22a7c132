//! One attempt: its turn, its bytes, the note of it, and only then the call.

use std::sync::Arc;

use berth_cloud::{Accepted, Account, Launch, Reply};
use berth_domain::{
    SecretRef, Timestamp, Trouble,
    grab::{
        Aim, Attempt, Build, Command, Deed, Ended, Goal, Grab, Order as Wanted, Outcome, Reason, Settle,
        Spec, Step, Target, Verdict, Wish, classify,
    },
};
use berth_store::Version;
use tokio::time::Instant;

use super::{
    actor::Desk,
    hunter::{Then, asked, consulted, own, plan, wanted},
    launch::{Opened, body_hash, compose, display_name, token},
    starting::start,
};
use crate::{
    gate::{Granted, TURN_HOLDS},
    order::{Denied, Fault, Order},
    secrets::{ROOT_PASSWORD, USER_DATA},
};

/// Waits for its turn, plans once more, writes the attempt down, and only then calls.
pub(super) async fn attempt(
    desk: &Desk,
    account: &Arc<Account>,
    number: u32,
    aim: Aim,
) -> Result<Then, Denied> {
    if consulted(desk, account, &aim.region).await? {
        return Ok(Then::GoOn);
    }
    // The turn may have been long in coming: a key rotated or a tenant disabled meanwhile counts from this call on.
    let Granted { at: turned_at, account } = desk.kit.gate.turn(account.tenant, &aim.region).await?;
    let Some(account) = account else { return Ok(Then::GoOn) };
    let still = Step::AttemptNow { number, aim: aim.clone() };
    let named = |grab: &Grab, order: Wanted| (display_name(desk.id, &order, grab.held.len()), order);
    let seen = |grab: &Grab| {
        let order = grab.order.as_deref().filter(|_| plan(desk, grab, true) == still);
        order.map(|order| named(grab, order.clone()))
    };
    let (version, wanted) = desk.with_version(seen).await?;
    let Some((display_name, wanted)) = wanted else { return Ok(Then::GoOn) };
    match &wanted.goal {
        Goal::Launch(spec) => {
            let planned = Planned { turn: Turn { number, version, turned_at }, aim, display_name };
            launch(desk, account, spec, planned).await
        }
        Goal::Start(dormant) => start(desk, account, dormant, Turn { number, version, turned_at }).await,
    }
}

/// An attempt whose turn has come.
pub(super) struct Turn {
    pub(super) number: u32,
    /// Of the task that was planned for.
    pub(super) version: Version,
    pub(super) turned_at: Instant,
}

/// An attempt that the plan is still for.
struct Planned {
    turn: Turn,
    aim: Aim,
    display_name: String,
}

async fn launch(desk: &Desk, account: Arc<Account>, spec: &Spec, planned: Planned) -> Result<Then, Denied> {
    let Planned { turn: Turn { number, version, turned_at }, aim, display_name } = planned;
    let known = desk.kit.surveys.known(account.tenant, spec, &aim.region);
    let Some(ground) = known else { return Ok(Then::GoOn) };
    let (region, domain) = (aim.region.clone(), aim.availability_domain.clone());
    let build = Build { image: ground.image.clone(), subnet: ground.subnet.clone(), display_name };
    let target = target(aim, Deed::Launch(build.clone()));
    let token = token(&desk.kit.install_key, desk.id, number);
    let sealed = open_sealed(desk, spec).await?;
    let launch = compose(desk.id, spec, (&target, &build), &token, &sealed);
    let body_hash = body_hash(&desk.kit.install_key, &desk.kit.world.cloud.launch_body(&account, &launch));
    let (at, tried_at) = (desk.now(), desk.kit.world.clock.instant());
    let attempt = Attempt { number, token, target, body_hash, at };
    // An order that was changed since is not what this was composed of.
    let unchanged = Order { expected: Some(version), ..Order::own() };
    desk.tell(Command::Attempt(Box::new(attempt)), &unchanged).await?;
    desk.kit.tried.note(desk.id, number, tried_at);
    let still = in_turn_still(desk, account, &region, turned_at).await?;
    let Some(account) = still else { return Ok(Then::GoOn) };
    let (reports, place) = (&desk.kit.surveys.reports, (spec, region.as_str()));
    reports.tried(account.tenant, place, (&domain, &ground.domains), desk.now());
    call(desk, &account, &launch, number).await
}

/// The same request once more, with its own token: the cloud answers with the instance it made, or makes it now.
pub(super) async fn resend(desk: &Desk, account: &Arc<Account>, number: u32) -> Result<Then, Denied> {
    let (Some(wanted), Some(asked)) = (wanted(desk).await?, asked(desk, number).await?) else {
        return Ok(Then::GoOn);
    };
    // Whether a start came through is seen on the instance, and never asked again.
    let (Some(ordered), Deed::Launch(build)) = (wanted.goal.launch(), &asked.target.deed) else {
        return Ok(Then::GoOn);
    };
    let spec = asked.composed_of.as_deref().unwrap_or(ordered);
    let sealed = open_sealed(desk, spec).await?;
    let launch = compose(desk.id, spec, (&asked.target, build), &asked.token, &sealed);
    let Granted { at: turned_at, account } = desk.kit.gate.turn(account.tenant, &launch.region).await?;
    let Some(account) = account else { return Ok(Then::GoOn) };
    if body_hash(&desk.kit.install_key, &desk.kit.world.cloud.launch_body(&account, &launch))
        != asked.body_hash
    {
        // A newer release composes other bytes: the token would be refused, so look for the instance instead.
        return settle_doubt(desk, number, Reason::TokenCollision).await;
    }
    desk.tell(Command::Resend { number, at: desk.now() }, &Order::own()).await?;
    let still = in_turn_still(desk, account, &launch.region, turned_at).await?;
    let Some(account) = still else { return Ok(Then::GoOn) };
    call(desk, &account, &launch, number).await
}

/// A turn is for a call at once. Where writing it down took long, everybody who waited for the same disk would call together: another
/// turn is waited for. Nothing when the call is no longer to be made: then it is found out that it never was.
pub(super) async fn in_turn_still(
    desk: &Desk,
    mut account: Arc<Account>,
    region: &str,
    mut turned_at: Instant,
) -> Result<Option<Arc<Account>>, Denied> {
    while turned_at.elapsed() >= TURN_HOLDS {
        let granted = desk.kit.gate.turn(account.tenant, region).await?;
        turned_at = granted.at;
        let wanted = desk.with(|grab| grab.wish == Wish::Standing).await?;
        let Some(opened) = granted.account.filter(|_| wanted) else { return Ok(None) };
        account = opened;
    }
    Ok(Some(account))
}

async fn call(desk: &Desk, account: &Account, launch: &Launch, number: u32) -> Result<Then, Denied> {
    let calling = desk.kit.world.cloud.launch(account, launch);
    hear(desk, account, (&launch.region, number), calling).await
}

/// Makes the call of an attempt that is written down, and settles what it came to.
pub(super) async fn hear(
    desk: &Desk,
    account: &Account,
    (region, number): (&str, u32),
    calling: impl Future<Output = Result<Reply<Accepted>, Trouble>>,
) -> Result<Then, Denied> {
    let began = desk.kit.world.clock.instant();
    let answer = calling.await;
    let duration_ms = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
    // The answer is settled whatever becomes of the report.
    let frozen = desk.kit.gate.report(account.tenant, region, answer.as_ref().err()).await.unwrap_or_else(|denied| {
        tracing::error!(tenant.id = %account.tenant, error = %denied, "the pace was not told of an answer");
        None
    });
    let (ended, request_id) = ended(answer, frozen);
    if matches!(ended.verdict().reason, Reason::MissingResource | Reason::NotAuthorizedOrNotFound) {
        desk.kit.surveys.forget(account.tenant, region);
    }
    let settle = Settle { number, ended, request_id, duration_ms, at: desk.now() };
    own(desk, Command::Settle(Box::new(settle))).await
}

fn ended(answer: Result<Reply<Accepted>, Trouble>, not_before: Option<Timestamp>) -> (Ended, Option<String>) {
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

pub(super) fn target(aim: Aim, deed: Deed) -> Target {
    let Aim { region, availability_domain, size } = aim;
    Target { region, availability_domain, size, deed }
}

async fn open_sealed(desk: &Desk, spec: &Spec) -> Result<Opened, Fault> {
    let owner = berth_store::StreamId::new("grab", desk.id);
    let open = async |kind, name: &Option<SecretRef>| match name {
        Some(name) => desk.kit.secrets.open(kind, &owner, name).await.map(Some),
        None => Ok(None),
    };
    Ok(Opened {
        root_password: open(ROOT_PASSWORD, &spec.root_password).await?,
        user_data: open(USER_DATA, &spec.user_data).await?,
    })
}
