//! What became of an attempt that was lost sight of: looked for by its name and its tags.

use std::sync::Arc;

use berth_cloud::{Account, Lifecycle, Sighting};
use berth_domain::grab::{ABSENCE_MS, Asked, Command, Deed, Ended, Settle};

use super::{
    actor::Desk,
    hunter::{Then, asked, look_again, own},
    launch::{ATTEMPT_TAG, TASK_TAG},
    starting::look_at,
};
use crate::order::{Denied, Fault, Order};

/// Looks for the instance of a lost attempt by its name and its tag.
pub(super) async fn look_for(desk: &Desk, account: &Arc<Account>, number: u32) -> Result<Then, Denied> {
    let Some(asked) = asked(desk, number).await? else { return Ok(Then::GoOn) };
    let name = match &asked.target.deed {
        Deed::Launch(build) => &build.display_name,
        Deed::Start { instance } => return look_at(desk, account, &asked, instance).await,
    };
    let region = &asked.target.region;
    let find = desk.kit.world.cloud.find(account, region, name);
    let seen = match desk.kit.gate.call(account.tenant, region, find).await? {
        Ok(seen) => seen,
        Err(failed) => return Ok(look_again(desk, account, "look for a lost attempt", failed)),
    };
    let seen = unheld(desk, seen).await?;
    report_surplus(desk, &seen).await?;
    match the_one(&seen, &asked.token, &desk.id.to_string()) {
        Some(instance) => {
            desk.kit.missing.forget(desk.id);
            let ended = Ended::Accepted { instance: instance.id.clone(), work_request: None };
            let settle = Settle { number, ended, request_id: None, duration_ms: 0, at: desk.now() };
            own(desk, Command::Settle(Box::new(settle))).await
        }
        None => absent(desk, &asked).await,
    }
}

/// It was not to be seen. That is told at once, and again when it was not for a minute.
///
/// Two listings prove something when that minute lies between them on the clock that nobody can set: a wall clock that was set
/// forwards would prove it too early, and a second instance be bought.
pub(super) async fn absent(desk: &Desk, asked: &Asked) -> Result<Then, Denied> {
    let (kit, number, first) = (&desk.kit, asked.number, asked.first_absent_at.is_none());
    let now = kit.world.clock.instant();
    if first {
        kit.missing.note(desk.id, number, now);
    }
    let waited = kit.missing.since(desk.id, number, now);
    if !first && waited < ABSENCE_MS {
        kit.due.set(desk.id, desk.now().plus_millis(ABSENCE_MS - waited).millis());
        return Ok(Then::Rest);
    }
    if !first {
        kit.missing.forget(desk.id);
    }
    own(desk, Command::Absent { number, at: desk.now() }).await
}

/// The attempt's own instance, one that lives before one that has ended. Else a living one of an earlier attempt of the task,
/// which was listed too late for that attempt: it is what was wished for, and another must not be bought beside it.
fn the_one<'a>(seen: &'a [Sighting], token: &str, task: &str) -> Option<&'a Sighting> {
    let lives = |sighting: &&Sighting| sighting.lifecycle != Lifecycle::Ended;
    let ours = || seen.iter().filter(|sighting| sighting.tag(ATTEMPT_TAG) == Some(token));
    let earlier = || seen.iter().find(|sighting| lives_for(sighting, task));
    ours().find(lives).or_else(earlier).or_else(|| ours().next())
}

/// It lives, and bears the task's name.
pub(super) fn lives_for(sighting: &Sighting, task: &str) -> bool {
    sighting.lifecycle != Lifecycle::Ended && sighting.tag(TASK_TAG) == Some(task)
}

/// What was seen, without what the task has got: that is no answer to anything that is still asked.
pub(super) async fn unheld(desk: &Desk, mut seen: Vec<Sighting>) -> Result<Vec<Sighting>, Fault> {
    desk.with(|grab| seen.retain(|sighting| !grab.holds(&sighting.id))).await?;
    Ok(seen)
}

/// With what it has got, more live than it asked for.
pub(super) async fn report_surplus(desk: &Desk, unheld: &[Sighting]) -> Result<(), Denied> {
    let id = desk.id.to_string();
    let alive: Vec<_> = unheld
        .iter()
        .filter(|sighting| lives_for(sighting, &id))
        .map(|sighting| sighting.id.clone())
        .collect();
    let too_many = desk.with(|grab| grab.held.len() + alive.len() > grab.wanted()).await?;
    if too_many && !alive.is_empty() {
        desk.tell(Command::SeeSurplus { instances: alive, at: desk.now() }, &Order::own()).await?;
    }
    Ok(())
}
