//! The start of an instance that exists. It was there before us: it is started and looked at, and never ended.

use std::sync::Arc;

use berth_cloud::{Accepted, Account, Lifecycle, Reply};
use berth_domain::{
    ProviderError,
    grab::{
        Accepted as Followed, Aim, Asked, Attempt, Command, Deed, Dormant, Ended, Outcome, Reason, Settle,
        Verdict,
    },
};

use super::{
    actor::Desk,
    finding::absent,
    following::followed_for,
    hunter::{Then, look_again, own},
    launch::{body_hash, token},
    trying::{Turn, hear, in_turn_still, target},
};
use crate::order::{Denied, Order};

/// What was accepted and is seen stopped after so long has fallen back: before, the cloud may show how it was.
const FELL_BACK_MS: i64 = 60_000;
/// What is there no more.
const GONE: Verdict = Verdict { outcome: Outcome::Invalid, reason: Reason::MissingResource };
/// What cannot be seen: it is there no more, or the account is closed. That is looked into.
const NOT_SEEN: Verdict = Verdict { outcome: Outcome::Auth, reason: Reason::NotAuthorizedOrNotFound };
const FELL_BACK: Verdict = Verdict { outcome: Outcome::Capacity, reason: Reason::NeverPlaced };

/// Writes the attempt down, and only then asks for the start.
pub(super) async fn start(
    desk: &Desk,
    account: Arc<Account>,
    dormant: &Dormant,
    Turn { number, version, turned_at }: Turn,
) -> Result<Then, Denied> {
    let Dormant { region, instance } = dormant;
    let token = token(&desk.kit.install_key, desk.id, number);
    let aim = Aim { region: region.clone(), availability_domain: String::new(), size: None };
    let target = target(aim, Deed::Start { instance: instance.clone() });
    let body_hash = body_hash(&desk.kit.install_key, format!("START {instance}").as_bytes());
    let (at, tried_at) = (desk.now(), desk.kit.world.clock.instant());
    let attempt = Attempt { number, token: token.clone(), target, body_hash, at };
    let unchanged = Order { expected: Some(version), ..Order::own() };
    desk.tell(Command::Attempt(Box::new(attempt)), &unchanged).await?;
    desk.kit.tried.note(desk.id, number, tried_at);
    let still = in_turn_still(desk, account, region, turned_at).await?;
    let Some(account) = still else { return Ok(Then::GoOn) };
    let cloud = &desk.kit.world.cloud;
    let calling = async {
        let Reply { request_id, clock_skew, value: () } =
            cloud.start(&account, region, instance, &token).await?;
        let value = Accepted { instance: instance.clone(), work_request: None };
        Ok(Reply { value, request_id, clock_skew })
    };
    hear(desk, &account, (region, number), calling).await
}

/// What became of a start that was lost sight of, or was refused as out of place, shows on the instance itself.
pub(super) async fn look_at(
    desk: &Desk,
    account: &Arc<Account>,
    asked: &Asked,
    instance: &str,
) -> Result<Then, Denied> {
    let region = &asked.target.region;
    let call = desk.kit.world.cloud.instance(account, region, instance);
    let seen = match desk.kit.gate.call(account.tenant, region, call).await? {
        Ok(seen) => seen,
        Err(failed) => return Ok(look_again(desk, account, "look at the instance to be started", failed)),
    };
    let ended = match seen.map(|seen| seen.lifecycle) {
        Some(Lifecycle::Running | Lifecycle::Provisioning) => {
            Ended::Accepted { instance: instance.to_owned(), work_request: None }
        }
        Some(Lifecycle::Stopping | Lifecycle::Stopped | Lifecycle::Unknown) => {
            return absent(desk, asked).await;
        }
        Some(Lifecycle::Ended) => not(GONE, instance),
        None => not(NOT_SEEN, instance),
    };
    desk.kit.missing.forget(desk.id);
    let settle = Settle { number: asked.number, ended, request_id: None, duration_ms: 0, at: desk.now() };
    own(desk, Command::Settle(Box::new(settle))).await
}

/// What a started instance came to that does not run: nothing yet, when absent.
pub(super) async fn fell_back(
    desk: &Desk,
    followed: &Followed,
    seen: Option<Lifecycle>,
) -> Result<Option<Then>, Denied> {
    let verdict = match seen {
        Some(Lifecycle::Stopped) if followed_for(desk, followed.number) >= FELL_BACK_MS => FELL_BACK,
        Some(Lifecycle::Ended) => GONE,
        None => NOT_SEEN,
        Some(_) => return Ok(None),
    };
    let (instance, at) = (followed.instance.clone(), desk.now());
    let provider_error = Some(words(&instance));
    own(desk, Command::SeeEnded { instance, verdict, provider_error, at }).await.map(Some)
}

fn not(verdict: Verdict, instance: &str) -> Ended {
    Ended::Not { verdict, provider_error: words(instance), not_before: None }
}

/// The cloud said nothing: what is told is which instance it is about.
fn words(instance: &str) -> ProviderError {
    ProviderError { status: None, code: String::new(), message: instance.to_owned(), request_id: None }
}
