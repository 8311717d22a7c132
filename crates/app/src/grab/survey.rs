//! What attempts need to know of a region: its domains, an image, a network. Read once, shared by a tenant's tasks.

use std::{
    collections::{BTreeMap, HashMap, btree_map::Entry},
    sync::{Arc, Mutex, PoisonError},
};

use berth_cloud::{Account, Cloud, ImageWish};
use berth_domain::{
    ProviderError, TenantId, Timestamp, Trouble,
    grab::{Outcome, Reason, Spec, Verdict, classify},
};

use crate::{gate::Gate, order::Denied};

/// What is known of one tenant's region.
#[derive(Default)]
struct Site {
    domains: Option<Arc<[String]>>,
    subnet: Option<String>,
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

type Sites = HashMap<(TenantId, String), Arc<tokio::sync::Mutex<Site>>>;

/// Everything known of every region, in memory only: a restart reads it again.
#[derive(Default)]
pub(crate) struct Surveys {
    sites: Mutex<Sites>,
}

impl Surveys {
    /// What is known already; asks nobody.
    pub(crate) fn known(&self, tenant: TenantId, spec: &Spec) -> Option<Ground> {
        self.site(tenant, &spec.region).try_lock().ok().and_then(|site| site.ground(spec))
    }

    /// Reads or makes what is missing. Tasks of one tenant and region wait for one another, so it is done once.
    pub(crate) async fn prepare(
        &self,
        gate: &Gate,
        cloud: &dyn Cloud,
        account: &Account,
        spec: &Spec,
    ) -> Result<Result<Ground, Unprepared>, Denied> {
        let site = self.site(account.tenant, &spec.region);
        let mut site = site.lock().await;
        let prepared = site.complete(gate, cloud, account, spec).await;
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

impl From<(Trouble, Option<Timestamp>)> for Stopped {
    fn from(trouble: (Trouble, Option<Timestamp>)) -> Self {
        Self::Unprepared(unprepared(trouble))
    }
}

impl Site {
    async fn complete(
        &mut self,
        gate: &Gate,
        cloud: &dyn Cloud,
        account: &Account,
        spec: &Spec,
    ) -> Result<(), Stopped> {
        let (tenant, region) = (account.tenant, spec.region.as_str());
        if self.domains.is_none() {
            let domains = gate.call(tenant, region, cloud.availability_domains(account, region)).await??;
            self.domains = Some(domains.into());
        }
        if let Entry::Vacant(unknown) = self.images.entry(key_of(spec)) {
            let wish = ImageWish { name: spec.image.clone(), shape: spec.shape.clone() };
            let images = gate.call(tenant, region, cloud.images(account, region, &wish)).await??;
            let newest = images.into_iter().next().ok_or_else(|| Stopped::Unprepared(no_image(spec)))?;
            unknown.insert(newest.id);
        }
        if self.subnet.is_none() {
            self.subnet = Some(gate.call(tenant, region, cloud.network(account, region)).await??);
        }
        Ok(())
    }

    fn ground(&self, spec: &Spec) -> Option<Ground> {
        let image = self.images.get(&key_of(spec))?;
        Some(Ground { domains: self.domains.clone()?, subnet: self.subnet.clone()?, image: image.clone() })
    }
}

fn key_of(spec: &Spec) -> (String, String) {
    (spec.shape.clone(), spec.image.clone())
}

/// Nothing was launched here, so there is nothing to be in doubt about: a lost answer is a failed read.
fn unprepared((trouble, frozen_until): (Trouble, Option<Timestamp>)) -> Unprepared {
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
