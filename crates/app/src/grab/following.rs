//! An accepted instance, until it runs or has ended.
//!
//! One that finds no place is released, so that something new can be tried. That is the only thing that is ever ended here: our own,
//! bearing the token of one of our attempts, seen without a boot volume, and just seen not to run.

use std::sync::Arc;

use berth_cloud::{Account, Lifecycle, Sighting};
use berth_domain::{
    ProviderError, Refused, Trouble,
    grab::{Accepted, Command, Grab, Have, Outcome, PLACED_WITHIN_MS, Reason, Review, Verdict, classify},
};

use super::{
    actor::Desk,
    hunter::{Then, look_again, own, wanted},
    launch::{ATTEMPT_TAG, token},
    starting::fell_back,
};
use crate::{
    gate::{Failed, Granted, TURN_HOLDS},
    order::{Denied, Fault, Order},
};

/// An accepted instance is looked at again after a tenth of its age, at most after this.
const LONGEST_FOLLOW_MS: i64 = 300_000;
/// An accepted instance that the cloud does not know for so long is a person's to look for.
const UNSEEN_MS: i64 = 600_000;
/// What was seen longer ago than this when a release could go out is looked at again first.
const FRESH_MS: i64 = 60_000;

/// Success is the instance seen running with its address; until then it is looked at again and again.
pub(super) async fn follow(desk: &Desk, account: &Arc<Account>, instance: &str) -> Result<Then, Denied> {
    let Some(accepted) = accepted(desk, instance).await? else { return Ok(Then::GoOn) };
    let every = follow_every(desk, &accepted);
    let looked_at = desk.looked_at.get();
    // One that is yet to come was noted before somebody set the clock back.
    if let Some(at) = looked_at.filter(|at| (0..every).contains(&desk.now().since(*at))) {
        desk.kit.due.set(desk.id, at.plus_millis(every).millis());
        return Ok(Then::Rest);
    }
    desk.looked_at.set(Some(desk.now()));
    let followed_for = followed_for(desk, accepted.number);
    let seen = look(desk, account, &accepted).await?;
    let starts = desk.with(Grab::starts).await?;
    // Nothing that is done to what we launched is done to what was there before us.
    if let Ok(seen) = &seen
        && starts
        && let Some(then) = fell_back(desk, &accepted, seen.as_ref().map(|seen| seen.lifecycle)).await?
    {
        return Ok(then);
    }
    match seen {
        Err(failed) => Ok(look_again(desk, account, "look at the instance", failed)),
        Ok(None) => unseen(desk, account, &accepted).await,
        Ok(Some(seen)) => match seen.lifecycle {
            Lifecycle::Running => see_running(desk, account, &accepted).await,
            Lifecycle::Ended => see_ended(desk, account, &accepted).await,
            Lifecycle::Provisioning
                if !starts && accepted.release_is_due(desk.now()) && followed_for >= PLACED_WITHIN_MS =>
            {
                release(desk, account, &accepted, &seen).await
            }
            Lifecycle::Provisioning | Lifecycle::Stopping | Lifecycle::Stopped | Lifecycle::Unknown => {
                Ok(later(desk, &accepted))
            }
        },
    }
}

/// For how long this process has seen it, in milliseconds. A clock that is set makes nothing old, and keeps nothing young.
pub(super) fn followed_for(desk: &Desk, number: u32) -> i64 {
    desk.kit.followed.since(desk.id, number, desk.kit.world.clock.instant())
}

/// An instance that runs, and was followed for so long, has the addresses that it will have.
const ADDRESS_MS: i64 = 300_000;

async fn look(
    desk: &Desk,
    account: &Account,
    accepted: &Accepted,
) -> Result<Result<Option<Sighting>, Failed>, Denied> {
    let (region, cloud) = (accepted.region.as_str(), &desk.kit.world.cloud);
    let call = cloud.instance(account, region, &accepted.instance);
    desk.kit.gate.call(account.tenant, region, call).await
}

/// Clouds show new things late. But when the asynchronous half says that it failed, there is nothing to be shown.
async fn unseen(desk: &Desk, account: &Account, accepted: &Accepted) -> Result<Then, Denied> {
    let (failed, words) = work(desk, account, accepted).await?;
    if failed {
        return ended(desk, accepted, words).await;
    }
    if followed_for(desk, accepted.number) > UNSEEN_MS {
        return own(desk, Command::AskReview { why: Review::NotFoundOut, at: desk.now() }).await;
    }
    Ok(later(desk, accepted))
}

async fn see_running(desk: &Desk, account: &Account, accepted: &Accepted) -> Result<Then, Denied> {
    let (region, cloud) = (accepted.region.as_str(), &desk.kit.world.cloud);
    let call = cloud.addresses(account, region, &accepted.instance);
    let wanted = wanted(desk).await?;
    let spec = wanted.as_ref().and_then(|wanted| wanted.goal.launch());
    let public_wanted = spec.is_some_and(|spec| spec.network.public_ipv4);
    // The order may have been changed since the launch, and an address that was never asked for does not come.
    let enough = !public_wanted || followed_for(desk, accepted.number) > ADDRESS_MS;
    match desk.kit.gate.call(account.tenant, region, call).await? {
        Ok(seen) if seen.public_ip.is_some() || enough && seen.private_ip.is_some() => {
            let (public_ip, private_ip) = (seen.public_ip, seen.private_ip);
            let instance = accepted.instance.clone();
            own(desk, Command::SeeRunning { instance, public_ip, private_ip, at: desk.now() }).await
        }
        Ok(_) => {
            let again = desk.now().plus_millis(desk.kit.world.settings.follow_every_ms);
            desk.kit.due.set(desk.id, again.millis());
            Ok(Then::Rest)
        }
        Err(failed) => Ok(look_again(desk, account, "see the address of an instance", failed)),
    }
}

async fn see_ended(desk: &Desk, account: &Account, accepted: &Accepted) -> Result<Then, Denied> {
    let (_, words) = work(desk, account, accepted).await?;
    ended(desk, accepted, words).await
}

/// Whether the asynchronous half is known to have failed, and the cloud's last words about it.
async fn work(
    desk: &Desk,
    account: &Account,
    accepted: &Accepted,
) -> Result<(bool, Option<ProviderError>), Denied> {
    let Some(id) = &accepted.work_request else { return Ok((false, None)) };
    let (region, cloud) = (accepted.region.as_str(), &desk.kit.world.cloud);
    let call = cloud.work_request(account, region, id);
    let seen = desk.kit.gate.call(account.tenant, region, call).await?;
    Ok(seen.map_or((false, None), |request| (request.failed, request.errors.into_iter().next_back())))
}

/// The cloud's own words for why it ended are read like any answer to a launch.
async fn ended(desk: &Desk, accepted: &Accepted, words: Option<ProviderError>) -> Result<Then, Denied> {
    let unknown = Verdict { outcome: Outcome::ServerFault, reason: Reason::Terminated };
    let verdict = words.as_ref().map_or(unknown, |words| read_late(classify(&as_trouble(words))));
    let instance = accepted.instance.clone();
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

fn as_trouble(words: &ProviderError) -> Trouble {
    Trouble::Refused(Refused {
        status: words.status.unwrap_or(500),
        code: words.code.clone(),
        message: words.message.clone(),
        ..Refused::default()
    })
}

/// Asks the cloud to end what it found no place for. Whatever it answers, the instance is followed until it is seen ended.
async fn release(
    desk: &Desk,
    account: &Arc<Account>,
    accepted: &Accepted,
    seen: &Sighting,
) -> Result<Then, Denied> {
    if !is_ours(desk, accepted, seen) {
        tracing::warn!(grab.id = %desk.id, instance = accepted.instance, "an instance without a place is not ours to end");
        return Ok(later(desk, accepted));
    }
    let (region, cloud, gate) = (accepted.region.as_str(), &desk.kit.world.cloud, &desk.kit.gate);
    let call = cloud.is_placed(account, region, &seen.availability_domain, &accepted.instance);
    match gate.call(account.tenant, region, call).await? {
        Ok(false) => {}
        Ok(true) => return Ok(later(desk, accepted)),
        Err(failed) => return Ok(look_again(desk, account, "see whether the instance has a place", failed)),
    }
    let without_place_at = desk.now();
    let Granted { at: turned_at, account } = gate.turn(account.tenant, region).await?;
    let Some(account) = account else { return Ok(Then::GoOn) };
    // The turn may have been long in coming, and the instance may run by now.
    if desk.now().since(without_place_at) > FRESH_MS {
        return Ok(later(desk, accepted));
    }
    let command = Command::AskRelease { instance: accepted.instance.clone(), at: desk.now() };
    desk.tell(command, &Order::own()).await?;
    if turned_at.elapsed() >= TURN_HOLDS {
        return Ok(later(desk, accepted));
    }
    let answer = cloud.terminate(&account, region, &accepted.instance).await;
    let frozen = gate.report(account.tenant, region, answer.as_ref().err()).await?;
    match answer {
        Ok(()) => Ok(later(desk, accepted)),
        Err(trouble) => Ok(look_again(desk, &account, "release the instance", (trouble, frozen))),
    }
}

/// Whether it bears the token of one of this task's attempts, which nobody else can make.
fn is_ours(desk: &Desk, accepted: &Accepted, seen: &Sighting) -> bool {
    let Some(tag) = seen.tag(ATTEMPT_TAG) else { return false };
    (1..=accepted.number).rev().any(|number| token(&desk.kit.install_key, desk.id, number) == tag)
}

fn later(desk: &Desk, accepted: &Accepted) -> Then {
    desk.kit.due.set(desk.id, desk.now().plus_millis(follow_every(desk, accepted)).millis());
    Then::Rest
}

/// How long to wait between looks at the accepted instance, in milliseconds.
fn follow_every(desk: &Desk, accepted: &Accepted) -> i64 {
    let age = desk.now().since(accepted.at);
    desk.kit.world.settings.follow_every_ms.max(age / 10).min(LONGEST_FOLLOW_MS)
}

async fn accepted(desk: &Desk, instance: &str) -> Result<Option<Accepted>, Fault> {
    desk.with(|grab| match &grab.have {
        Have::Accepted(accepted) if accepted.instance == instance => Some((**accepted).clone()),
        Have::Nothing | Have::Asked(_) | Have::Accepted(_) | Have::Unclear(_) => None,
    })
    .await
}
