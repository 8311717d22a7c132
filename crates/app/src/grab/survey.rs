//! What attempts need to know of a region: its domains, an image, a network. Read once, shared by a tenant's tasks.

use std::{
    collections::{BTreeMap, HashMap, btree_map::Entry},
    sync::{Arc, Mutex, PoisonError},
};

use berth_cloud::{Account, Addressing, Cloud, ImageWish};
use berth_domain::{
    ProviderError, TenantId, Timestamp,
    grab::{Outcome, Reason, Spec, Verdict, classify},
};

use super::capacity::Reports;
use crate::{
    gate::{Failed, Gate},
    order::Denied,
};

/// What is known of one tenant's region.
#[derive(Default)]
struct Site {
    domains: Option<Arc<[String]>>,
    subnets: BTreeMap<Addressing, String>,
    /// By shape and by the words of the image.
    images: BTreeMap<(String, String), String>,
}

/// All that an attempt needs.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    pub(crate) domains: Arc<[String]>,
    pub(crate) subnet: String,
    pub(crate) image: String,
}

/// Why the ground could not be prepared.
pub(crate) struct Unprepared {
    pub(crate) verdict: Verdict,
    pub(crate) provider_error: ProviderError,
    pub(crate) frozen_until: Option<Timestamp>,
}

/// One of an order's regions, and its domains once known.
pub(crate) type Seen = (String, Option<Arc<[String]>>);

/// A region that could not be prepared is left alone for so long while an order's other regions are tried.
const ALONE_MS: i64 = 600_000;

/// A wrong image keeps nobody from the region who wants another.
type Alone = (TenantId, String, (String, String), Addressing);

type Sites = HashMap<(TenantId, String), Arc<tokio::sync::Mutex<Site>>>;

/// Everything known of every region, in memory only: a restart reads it again.
#[derive(Default)]
pub(crate) struct Surveys {
    sites: Mutex<Sites>,
    /// What could not be prepared where, and until when it is left alone.
    alone: Mutex<HashMap<Alone, Timestamp>>,
    /// What is said of each region's room.
    pub(super) reports: Reports,
}

impl Surveys {
    /// What is known already of one of the order's regions; asks nobody.
    pub(crate) fn known(&self, tenant: TenantId, spec: &Spec, region: &str) -> Option<Ground> {
        self.site(tenant, region).try_lock().ok().and_then(|site| site.ground(spec))
    }

    /// The order's regions with their domains, where all that an attempt there needs is known. Those that are left alone are
    /// left out, unless they all are.
    pub(crate) fn seen(&self, tenant: TenantId, spec: &Spec, now: Timestamp) -> Vec<Seen> {
        let regions = self.in_question(tenant, spec, now);
        let seen = |region: &String| {
            let ground = self.known(tenant, spec, region);
            let advised = |ground: Ground| self.reports.advised(tenant, (spec, region), &ground.domains);
            (region.clone(), ground.map(advised))
        };
        regions.into_iter().map(seen).collect()
    }

    /// Leaves a region alone for a while, if another one remains; answers whether one does.
    pub(crate) fn leave_alone(&self, tenant: TenantId, spec: &Spec, region: &str, now: Timestamp) -> bool {
        if spec.regions.len() < 2 {
            return false;
        }
        let until = now.plus_millis(ALONE_MS);
        self.alone().insert(alone(tenant, spec, region), until);
        self.alone().retain(|_, until| *until > now);
        spec.regions.iter().any(|region| !self.is_alone(tenant, spec, region, now))
    }

    fn in_question<'a>(&self, tenant: TenantId, spec: &'a Spec, now: Timestamp) -> Vec<&'a String> {
        let open: Vec<_> =
            spec.regions.iter().filter(|region| !self.is_alone(tenant, spec, region, now)).collect();
        if open.is_empty() { spec.regions.iter().collect() } else { open }
    }

    fn is_alone(&self, tenant: TenantId, spec: &Spec, region: &str, now: Timestamp) -> bool {
        self.alone().get(&alone(tenant, spec, region)).is_some_and(|until| now < *until)
    }

    fn alone(&self) -> std::sync::MutexGuard<'_, HashMap<Alone, Timestamp>> {
        self.alone.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads or makes what is missing. Tasks of one tenant and region wait for one another, so it is done once.
    pub(crate) async fn prepare(
        &self,
        gate: &Gate,
        cloud: &dyn Cloud,
        account: &Account,
        (spec, region): (&Spec, &str),
    ) -> Result<Result<Ground, Unprepared>, Denied> {
        let site = self.site(account.tenant, region);
        let mut site = site.lock().await;
        let prepared = site.complete(gate, cloud, account, (spec, region)).await;
        match prepared {
            Ok(()) => Ok(Ok(site.ground(spec).expect("all three were read just above"))),
            Err(Stopped::Unprepared(why)) => Ok(Err(why)),
            Err(Stopped::Denied(denied)) => Err(denied),
        }
    }

    /// Something that a launch named is gone: reads anew before the next attempt.
    pub(crate) fn forget(&self, tenant: TenantId, region: &str) {
        self.sites().remove(&(tenant, region.to_owned()));
    }

    fn site(&self, tenant: TenantId, region: &str) -> Arc<tokio::sync::Mutex<Site>> {
        self.sites().entry((tenant, region.to_owned())).or_default().clone()
    }

    fn sites(&self) -> std::sync::MutexGuard<'_, Sites> {
        self.sites.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why the preparation went no further.
enum Stopped {
    Unprepared(Unprepared),
    Denied(Denied),
}

impl From<Denied> for Stopped {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<Failed> for Stopped {
    fn from(trouble: Failed) -> Self {
        Self::Unprepared(unprepared(trouble))
    }
}

impl Site {
    async fn complete(
        &mut self,
        gate: &Gate,
        cloud: &dyn Cloud,
        account: &Account,
        (spec, region): (&Spec, &str),
    ) -> Result<(), Stopped> {
        let tenant = account.tenant;
        if self.domains.is_none() {
            let domains = gate.call(tenant, region, cloud.availability_domains(account, region)).await??;
            if domains.is_empty() {
                return Err(Stopped::Unprepared(no_domain(region)));
            }
            self.domains = Some(domains.into());
        }
        if let Entry::Vacant(unknown) = self.images.entry(key_of(spec)) {
            let wish = ImageWish { name: spec.image.clone(), shape: spec.shape.clone() };
            let images = gate.call(tenant, region, cloud.images(account, region, &wish)).await??;
            let newest = images.into_iter().next().ok_or_else(|| Stopped::Unprepared(no_image(spec)))?;
            unknown.insert(newest.id);
        }
        let addressing = addressing(spec);
        if spec.network.subnet.is_none() && !self.subnets.contains_key(&addressing) {
            let made = cloud.network(account, region, addressing);
            self.subnets.insert(addressing, gate.call(tenant, region, made).await??);
        }
        Ok(())
    }

    fn ground(&self, spec: &Spec) -> Option<Ground> {
        let image = self.images.get(&key_of(spec))?;
        let subnet = spec.network.subnet.clone().or_else(|| self.subnets.get(&addressing(spec)).cloned())?;
        Some(Ground { domains: self.domains.clone()?, subnet, image: image.clone() })
    }
}

fn alone(tenant: TenantId, spec: &Spec, region: &str) -> Alone {
    (tenant, region.to_owned(), key_of(spec), addressing(spec))
}

fn addressing(spec: &Spec) -> Addressing {
    if spec.network.ipv6 { Addressing::Both } else { Addressing::Ipv4 }
}

fn key_of(spec: &Spec) -> (String, String) {
    (spec.shape.clone(), spec.image.clone())
}

/// Nothing was launched here, so there is nothing to be in doubt about: a lost answer is a failed read.
fn unprepared((trouble, frozen_until): Failed) -> Unprepared {
    let verdict = classify(&trouble);
    let outcome = match (verdict.outcome, verdict.reason) {
        (Outcome::InDoubt, Reason::CloudFault) => Outcome::ServerFault,
        (Outcome::InDoubt, _) => Outcome::Network,
        (outcome, _) => outcome,
    };
    Unprepared {
        verdict: Verdict { outcome, ..verdict },
        provider_error: trouble.provider_error(),
        frozen_until,
    }
}

/// No region is without: whoever is shown none may see nothing, as a closed account does.
fn no_domain(region: &str) -> Unprepared {
    Unprepared {
        verdict: Verdict { outcome: Outcome::Auth, reason: Reason::NotAuthorizedOrNotFound },
        provider_error: ProviderError {
            status: None,
            code: "NoAvailabilityDomains".into(),
            message: format!("the region {region} shows no availability domain"),
            request_id: None,
        },
        frozen_until: None,
    }
}

fn no_image(spec: &Spec) -> Unprepared {
    Unprepared {
        verdict: Verdict { outcome: Outcome::Invalid, reason: Reason::MissingResource },
        provider_error: ProviderError {
            status: None,
            code: "ImageNotFound".into(),
            message: format!("no image {:?} runs on {}", spec.image, spec.shape),
            request_id: None,
        },
        frozen_until: None,
    }
}
