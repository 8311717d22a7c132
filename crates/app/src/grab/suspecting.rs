//! What an answer left open is looked into, before anything else is tried: is the limit used up, is the account closed?

use std::sync::Arc;

use berth_cloud::Account;
use berth_domain::{
    grab::{Command, Grab, LastAttempt, Order as Wanted, Suspicion, answers},
    tenant::Limit,
};

use super::{
    actor::Desk,
    finding::{lives_for, report_surplus, unheld},
    hunter::{Then, look_again, own},
    launch::display_name,
};
use crate::{
    gate::Failed,
    order::{Denied, Fault},
};

pub(super) async fn look_into(
    desk: &Desk,
    account: &Arc<Account>,
    suspicion: Suspicion,
) -> Result<Then, Denied> {
    let Some(place) = place(desk).await? else { return Ok(Then::Rest) };
    match suspicion {
        Suspicion::Limit => limits(desk, account, &place).await,
        Suspicion::Account => access(desk, account, &place).await,
    }
}

/// Where the last attempt was made. The domain is absent when there was none.
struct Place {
    wanted: Wanted,
    /// How many instances the task has got.
    held: usize,
    region: String,
    domain: Option<String>,
}

async fn place(desk: &Desk) -> Result<Option<Place>, Fault> {
    let read = |grab: &Grab| (grab.order.as_deref().cloned(), grab.held.len(), grab.last.clone());
    let (Some(wanted), held, last) = desk.with(read).await? else { return Ok(None) };
    let tried =
        last.as_ref().map(|LastAttempt { region, .. }| region.clone()).filter(|region| !region.is_empty());
    let region = tried.or_else(|| wanted.goal.regions().first().cloned()).unwrap_or_default();
    let domain = last.map(|last| last.availability_domain).filter(|domain| !domain.is_empty());
    Ok(Some(Place { wanted, held, region, domain }))
}

/// An instance of ours may use the limit: one that was launched and not seen. Then what is left is asked for.
async fn limits(desk: &Desk, account: &Account, place: &Place) -> Result<Then, Denied> {
    let (cloud, region) = (&desk.kit.world.cloud, place.region.as_str());
    let name = display_name(desk.id, &place.wanted, place.held);
    let seen = match desk.kit.gate.call(account.tenant, region, cloud.find(account, region, &name)).await? {
        Ok(seen) => seen,
        Err(failed) => {
            return Ok(look_again(desk, account, "look for an instance that uses the limit", failed));
        }
    };
    let seen = unheld(desk, seen).await?;
    report_surplus(desk, &seen).await?;
    let id = desk.id.to_string();
    let found = seen.iter().find(|seen| lives_for(seen, &id)).map(|seen| seen.id.clone());
    match used(desk, account, place).await? {
        Ok(limits) => own(desk, Command::SeeLimits { limits, found, at: desk.now() }).await,
        Err(failed) => Ok(look_again(desk, account, "see what is used of the limit", failed)),
    }
}

/// Of each domain that may be tried, for one may have what another lacks. Empty when the account may not ask: what cannot be seen proves
/// nothing.
async fn used(desk: &Desk, account: &Account, place: &Place) -> Result<Result<Vec<Limit>, Failed>, Denied> {
    let (cloud, region) = (&desk.kit.world.cloud, place.region.as_str());
    let mut seen = vec![];
    for domain in domains(desk, account, place) {
        let call = cloud.limits(account, region, &domain, place.wanted.goal.shape());
        match desk.kit.gate.call(account.tenant, region, call).await? {
            Ok(limits) => berth_cloud::Limit::add(&mut seen, limits),
            Err((trouble, _)) if answers(Some(&trouble)) == Some(false) => return Ok(Ok(vec![])),
            Err(failed) => return Ok(Err(failed)),
        }
    }
    Ok(Ok(seen.into_iter().map(of_domain).collect()))
}

/// Those of the region that the order names, or all that are known; else the one that was tried.
fn domains(desk: &Desk, account: &Account, place: &Place) -> Vec<String> {
    let tried = || vec![place.domain.clone().unwrap_or_default()];
    let Some(spec) = place.wanted.goal.launch() else { return tried() };
    let known = desk.kit.surveys.known(account.tenant, spec, &place.region);
    let known = known.map(|ground| ground.domains.to_vec()).unwrap_or_default();
    let wanted =
        |domain: &String| spec.availability_domains.is_empty() || spec.availability_domains.contains(domain);
    let wanted: Vec<_> = known.into_iter().filter(wanted).collect();
    if wanted.is_empty() { tried() } else { wanted }
}

fn of_domain(limit: berth_cloud::Limit) -> Limit {
    let berth_cloud::Limit { name, availability_domain, total, used } = limit;
    Limit { name, availability_domain, total, used }
}

/// Two calls that an account may make whatever its policies say. Only clear answers count.
async fn access(desk: &Desk, account: &Account, place: &Place) -> Result<Then, Denied> {
    let (cloud, home) = (&desk.kit.world.cloud, account.home_region.as_str());
    let call = cloud.identity(account);
    let identity = desk.kit.gate.call(account.tenant, home, call).await?.map(drop);
    let identity = match said(identity, true) {
        Ok(identity) => identity,
        Err(failed) => return Ok(look_again(desk, account, "ask who we are", failed)),
    };
    let shapes = match shapes(desk, account, place).await? {
        Ok(shapes) => shapes,
        Err(failed) => return Ok(look_again(desk, account, "ask for shapes", failed)),
    };
    own(desk, Command::SeeAccess { identity, shapes, at: desk.now() }).await
}

/// A closed account is shown no shapes, or is not let in. Without a domain to ask for, the domains themselves are asked for.
async fn shapes(desk: &Desk, account: &Account, place: &Place) -> Result<Result<bool, Failed>, Denied> {
    let (cloud, gate, region) = (&desk.kit.world.cloud, &desk.kit.gate, place.region.as_str());
    let any = if let Some(domain) = &place.domain {
        let call = cloud.shapes(account, region, domain);
        gate.call(account.tenant, region, call).await?.map(|shapes| !shapes.is_empty())
    } else {
        let call = cloud.availability_domains(account, region);
        gate.call(account.tenant, region, call).await?.map(|domains| !domains.is_empty())
    };
    let (answer, any) = match any {
        Ok(any) => (Ok(()), any),
        Err(failed) => (Err(failed), false),
    };
    Ok(said(answer, any))
}

/// Whether the cloud let us in and had something to say.
fn said(answer: Result<(), Failed>, anything: bool) -> Result<bool, Failed> {
    match answer {
        Ok(()) => Ok(anything),
        Err((trouble, frozen)) => answers(Some(&trouble)).ok_or((trouble, frozen)),
    }
}
