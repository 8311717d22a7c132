//! What is given for nothing, what of it is used, and what a person should know before they wish for more.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::{Context, Enum, Result, SimpleObject};
use berth_app::tenant::LaunchOptions;
use berth_domain::{
    TenantId,
    grab::Spec,
    tenant::free::{self, Resource, Share, Taking},
};

use super::options::known;
use crate::shared::caller::say;

/// What there is an Always Free allowance of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum FreeResource {
    /// OCPUs of the flexible Arm shape.
    ArmOcpus,
    /// Memory of the flexible Arm shape, in GB.
    ArmMemory,
    /// Instances of the small x86 shape.
    MicroInstances,
    /// Boot and block volumes together, in GB.
    BlockStorage,
}

/// The Always Free allowance of one resource. It warns; it forbids nothing.
#[derive(SimpleObject)]
pub(crate) struct FreeAllowance {
    /// Of what.
    resource: FreeResource,
    /// What amounts are counted in, `OCPU`.
    unit: &'static str,
    /// What the whole tenancy has for nothing.
    allowance: f64,
    /// What is used of it, as last read with `launchOptions`. Null while that is not known, and where the cloud does not tell.
    used: Option<f64>,
    /// What is left. Null while what is used is not known.
    left: Option<f64>,
}

impl From<Share> for FreeAllowance {
    fn from(share: Share) -> Self {
        let resource = match share.resource {
            Resource::ArmOcpus => FreeResource::ArmOcpus,
            Resource::ArmMemory => FreeResource::ArmMemory,
            Resource::MicroInstances => FreeResource::MicroInstances,
            Resource::BlockStorage => FreeResource::BlockStorage,
        };
        let (unit, left) = (share.resource.unit(), share.left());
        Self { resource, unit, allowance: share.allowance, used: share.used, left }
    }
}

pub(super) async fn allowance(ctx: &Context<'_>, id: TenantId, region: &str) -> Result<Vec<FreeAllowance>> {
    let read = known(ctx, id, region).await?;
    Ok(shares(read.as_deref()).into_iter().map(FreeAllowance::from).collect())
}

/// What people should know who wish for these, in the caller's language: what the wishes of each tenant take together, at their most
/// wanted size, beside what is known to be used. Asks no cloud.
pub(crate) async fn warnings<'a>(
    ctx: &Context<'_>,
    wishes: impl Iterator<Item = (TenantId, &'a Spec)>,
) -> Result<Vec<String>> {
    let mut by_tenant = BTreeMap::<TenantId, Vec<&Spec>>::new();
    for (tenant, spec) in wishes {
        by_tenant.entry(tenant).or_default().push(spec);
    }
    let mut warnings = Vec::new();
    for (tenant, specs) in by_tenant {
        let region = specs.iter().find_map(|spec| spec.regions.first());
        let read = match region {
            Some(region) => known(ctx, tenant, region).await?,
            None => None,
        };
        let takings: Vec<_> = specs.into_iter().flat_map(takings).collect();
        let shares = free::wanted(shares(read.as_deref()), &takings);
        let news = free::warnings(&shares, &takings).iter().map(|text| say(ctx, text)).collect::<Vec<_>>();
        warnings.extend(news);
    }
    // What is so of several tenants is said once.
    let mut said = BTreeSet::new();
    warnings.retain(|warning: &String| said.insert(warning.clone()));
    Ok(warnings)
}

fn shares(read: Option<&LaunchOptions>) -> Vec<Share> {
    let limits = read.map(|read| read.limits.as_slice()).unwrap_or_default();
    let counts: Vec<_> = limits.iter().map(|limit| (limit.name.as_str(), limit.used)).collect();
    free::allowance(&counts)
}

/// One for each instance that is wanted.
fn takings(spec: &Spec) -> impl Iterator<Item = Taking<'_>> {
    (0..spec.count).map(|_| taking(spec))
}

fn taking(spec: &Spec) -> Taking<'_> {
    let size = spec.sizes.first().copied().unwrap_or_default();
    Taking {
        shape: &spec.shape,
        ocpus: size.ocpus,
        memory_gb: size.memory_gb,
        boot_volume_gb: f64::from(spec.boot_volume_gb),
    }
}
