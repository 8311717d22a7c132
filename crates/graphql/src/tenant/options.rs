//! What can be launched, from the tenant itself, and what of its limits is used.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use berth_app::tenant::{LaunchOptions as Read, Limit, Shape};
use berth_domain::{TenantId, access::Act, tenant::free::is_free};

use super::query::by_id;
use crate::shared::{
    caller::{Allowed, language},
    context::app,
    fault,
    scalars::DateTime,
};

pub(crate) struct LaunchOptions(Arc<Read>);

/// A shape on offer.
#[derive(SimpleObject)]
pub(crate) struct ShapeOption {
    /// Name, `VM.Standard.A1.Flex`.
    name: String,
    /// Processor kind, `arm64` or `x86_64`.
    arch: &'static str,
    /// Whether something of it is Always Free.
    always_free: bool,
    /// Largest OCPU count; null when fixed.
    max_ocpus: Option<f64>,
    /// Largest memory in GB; null when fixed.
    max_memory_gb: Option<f64>,
}

/// An operating system on offer.
#[derive(SimpleObject)]
pub(crate) struct ImageOption {
    /// Name as shown and as sent back, `Canonical Ubuntu 24.04`.
    name: String,
    /// Always Free shapes it runs on.
    shapes: Vec<String>,
}

/// Service limits and what is used of them.
#[derive(SimpleObject)]
pub(crate) struct TenantQuota {
    /// One row a limit, of those that the Always Free shapes use up.
    limits: Vec<QuotaLimit>,
    /// When the cloud was asked.
    fetched_at: DateTime,
}

/// One service limit.
#[derive(SimpleObject)]
pub(crate) struct QuotaLimit {
    /// The cloud's name of the limit, `standard-a1-core-count`.
    name: String,
    /// Availability domain, null when it holds for the region.
    availability_domain: Option<String>,
    /// The limit.
    total: f64,
    /// What is used of it.
    used: f64,
}

/// What can be launched in a region, as the tenant's own cloud says.
#[Object]
impl LaunchOptions {
    /// The region, by code.
    async fn region(&self) -> &str {
        &self.0.region
    }

    /// Shapes on offer in one availability domain or more.
    async fn shapes(&self) -> Vec<ShapeOption> {
        self.0.shapes.iter().map(ShapeOption::from).collect()
    }

    /// Newest image of each operating system that runs on an Always Free shape.
    async fn images(&self) -> Vec<ImageOption> {
        let name = |system: &str, version: &str| format!("{system} {version}").trim().to_owned();
        let images = self.0.images.iter();
        images
            .map(|(image, shapes)| ImageOption {
                name: name(&image.operating_system, &image.version),
                shapes: shapes.clone(),
            })
            .collect()
    }

    /// Availability domains.
    async fn availability_domains(&self) -> &[String] {
        &self.0.domains
    }

    /// Service limits and what is used of them.
    async fn quota(&self) -> TenantQuota {
        TenantQuota::from(&*self.0)
    }

    /// When the cloud was asked: some minutes ago at most.
    async fn fetched_at(&self) -> DateTime {
        DateTime(self.0.read_at)
    }
}

impl From<&Shape> for ShapeOption {
    fn from(shape: &Shape) -> Self {
        Self {
            name: shape.name.clone(),
            arch: arch(&shape.name),
            always_free: is_free(&shape.name),
            max_ocpus: shape.max_ocpus,
            max_memory_gb: shape.max_memory_gb,
        }
    }
}

/// Arm shapes are called A1, A2 and so on. A GPU shape is named after its GPU, and NVIDIA has an A10.
fn arch(shape: &str) -> &'static str {
    let is_arm = |word: &str| {
        let number = word.strip_prefix('A').unwrap_or_default();
        !number.is_empty() && number.bytes().all(|letter| letter.is_ascii_digit())
    };
    let has_gpu = shape.split('.').any(|word| word == "GPU");
    if !has_gpu && shape.split('.').any(is_arm) { "arm64" } else { "x86_64" }
}

impl From<&Read> for TenantQuota {
    fn from(read: &Read) -> Self {
        Self {
            limits: read.limits.iter().map(QuotaLimit::from).collect(),
            fetched_at: DateTime(read.read_at),
        }
    }
}

impl From<&Limit> for QuotaLimit {
    fn from(limit: &Limit) -> Self {
        let Limit { name, availability_domain, total, used } = limit.clone();
        Self { name, availability_domain, total, used }
    }
}

/// As last read, however long ago.
pub(super) async fn known(ctx: &Context<'_>, id: TenantId, region: &str) -> Result<Option<Arc<Read>>> {
    app(ctx)
        .tenants
        .known_options(id, region)
        .await
        .map_err(|denied| fault::of_denied(language(ctx), &denied))
}

#[derive(Default)]
pub(crate) struct LaunchOptionsQuery;

#[Object(guard = "Allowed(Act::Look)")]
impl LaunchOptionsQuery {
    /// What a tenant can launch in a region. Asked of its cloud in the tenant's own turns, and kept for five minutes. That may take longer
    /// than a request waits, and goes on all the same: ask again, without `refresh`. Null when there is no such tenant.
    #[graphql(complexity = "50 + child_complexity")]
    async fn launch_options(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The tenant.")] tenant_id: ID,
        #[graphql(desc = "Region code; the home region when absent.")] region: Option<String>,
        #[graphql(desc = "Ask the cloud now, however fresh what is known.", default)] refresh: bool,
    ) -> Result<Option<LaunchOptions>> {
        let Some(tenant) = by_id(ctx, &tenant_id).await? else { return Ok(None) };
        let region = region.unwrap_or_else(|| tenant.home().to_owned());
        let read = app(ctx).tenants.launch_options(tenant.key(), &region, refresh).await;
        read.map(|read| Some(LaunchOptions(read))).map_err(|denied| fault::of_denied(language(ctx), &denied))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arm_shapes_are_known_by_their_names() {
        for (shape, expected) in [
            ("VM.Standard.A1.Flex", "arm64"),
            ("BM.Standard.A1.160", "arm64"),
            ("VM.Standard.A2.Flex", "arm64"),
            ("VM.Standard.E2.1.Micro", "x86_64"),
            ("VM.GPU.A10.1", "x86_64"),
            ("VM.Standard3.Flex", "x86_64"),
        ] {
            assert_eq!(arch(shape), expected, "{shape}");
        }
    }
}
