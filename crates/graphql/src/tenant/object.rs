//! A tenant as clients see it. Its key never comes out.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use berth_app::Told;
use berth_domain::{
    TenantId, Text,
    tenant::{Profile, Status, SuspensionReason},
};
use berth_store::Position;
use berth_views::{grab, tenant::TenantRow};

use super::{
    free::{FreeAllowance, allowance},
    options::{TenantQuota, known},
    pace::{TenantPace, pace_of},
};
use crate::{
    grab::{GrabTask, GrabTaskConnection, GrabTaskFilter},
    shared::{
        caller::say,
        context::{now, read, views},
        page::{self, Paged, Part, connection, cost},
        scalars::{DateTime, EventPosition, int},
    },
};

/// A cloud that this server speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum CloudProvider {
    /// Oracle Cloud Infrastructure.
    Oci,
}

/// Whether a tenant may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum AccountStatus {
    /// Its key was never tried. It is tried by itself soon.
    Untested,
    /// Its key works.
    Active,
    /// The cloud refused its key. Its tasks are held until a test succeeds.
    AuthFailed,
    /// The cloud seems to have closed the account. Its tasks are held until a test succeeds.
    Suspended,
    /// Switched off by a person, or removed.
    Disabled,
}

impl From<Status> for AccountStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Untested => Self::Untested,
            Status::Active => Self::Active,
            Status::Suspended(SuspensionReason::KeyRejected | SuspensionReason::ClockSkew) => {
                Self::AuthFailed
            }
            Status::Suspended(SuspensionReason::AccountSuspended) => Self::Suspended,
            Status::Disabled | Status::Removed => Self::Disabled,
        }
    }
}

impl From<AccountStatus> for Status {
    fn from(status: AccountStatus) -> Self {
        match status {
            AccountStatus::Untested => Self::Untested,
            AccountStatus::Active => Self::Active,
            AccountStatus::AuthFailed => Self::Suspended(SuspensionReason::KeyRejected),
            AccountStatus::Suspended => Self::Suspended(SuspensionReason::AccountSuspended),
            AccountStatus::Disabled => Self::Disabled,
        }
    }
}

/// A region of a cloud.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct Region {
    /// The cloud's own code, `ap-tokyo-1`.
    code: String,
    /// The name to show. The code itself, until names are known here.
    name: String,
    /// The tenancy lives here: users and policies can be changed nowhere else.
    home: bool,
}

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Tenant(Arc<TenantRow>);

impl Tenant {
    pub(crate) fn exists(&self) -> bool {
        self.0.tenant.exists()
    }

    /// The position of the last event about it.
    pub(crate) fn reached(&self) -> Position {
        self.0.position
    }

    /// With what the cloud said, where the state alone does not tell.
    pub(crate) fn told(told: Told<TenantId, berth_domain::tenant::Tenant>, note: Option<String>) -> Self {
        Self::from(TenantRow {
            id: told.id,
            version: told.done.version,
            position: told.done.position,
            tenant: told.state,
            last_failure: None,
            note,
        })
    }

    pub(super) fn key(&self) -> TenantId {
        self.0.id
    }

    pub(crate) fn home(&self) -> &str {
        &self.profile().home_region
    }

    fn profile(&self) -> &Profile {
        self.0.tenant.profile.as_ref().expect("whatever is listed or was told of has been registered")
    }

    fn region(&self, code: &str) -> Region {
        Region { code: code.to_owned(), name: code.to_owned(), home: code == self.profile().home_region }
    }

    fn status_text(&self) -> Option<Text> {
        let text = match self.0.tenant.status {
            Status::Active => return None,
            Status::Untested => Text::new("its key was never tried", "密钥尚未测试"),
            Status::Suspended(SuspensionReason::KeyRejected) => {
                Text::new("the cloud refused the key", "云端拒绝了密钥")
            }
            Status::Suspended(SuspensionReason::ClockSkew) => Text::new(
                "this machine's clock differs too much from the cloud's: set it right, then test the connection",
                "本机时钟与云端相差过大：请校准时间后测试连接",
            ),
            Status::Suspended(SuspensionReason::AccountSuspended) => {
                Text::new("the cloud seems to have closed the account", "账号可能已被云端停用")
            }
            Status::Disabled => Text::new("switched off by a person", "已手动停用"),
            Status::Removed => Text::new("removed", "已删除"),
        };
        match self.0.note.as_deref().filter(|note| !note.is_empty()) {
            Some(note) => {
                Some(Text::new(format!("{} ({note})", text.english), format!("{}（{note}）", text.chinese)))
            }
            None => Some(text),
        }
    }
}

impl From<Arc<TenantRow>> for Tenant {
    fn from(row: Arc<TenantRow>) -> Self {
        Self(row)
    }
}

impl From<TenantRow> for Tenant {
    fn from(row: TenantRow) -> Self {
        Self(Arc::new(row))
    }
}

/// A cloud account and the API key that opens it (租户). The key goes in and never comes out.
#[Object]
impl Tenant {
    /// `tenant_…`, for ever.
    pub(crate) async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The name a person gave it. No other has the same, whatever the case of its letters.
    async fn name(&self) -> &str {
        &self.profile().name
    }

    /// Which cloud.
    async fn provider(&self) -> CloudProvider {
        CloudProvider::Oci
    }

    /// Whether it may act.
    async fn status(&self) -> AccountStatus {
        self.0.tenant.status.into()
    }

    /// Why it may not act, in the caller's language, with the cloud's own words where there are any. Null while it may.
    async fn status_reason(&self, ctx: &Context<'_>) -> Option<String> {
        self.status_text().map(|text| say(ctx, &text))
    }

    /// When its key was last tried.
    async fn last_checked_at(&self) -> Option<DateTime> {
        self.0.tenant.last_checked_at.map(DateTime)
    }

    /// The tenancy's OCID.
    async fn tenancy_ocid(&self) -> &str {
        &self.profile().tenancy
    }

    /// The OCID of the user whose key it is.
    async fn user_ocid(&self) -> &str {
        &self.profile().user
    }

    /// The key's fingerprint, computed from the key.
    async fn fingerprint(&self) -> &str {
        &self.profile().fingerprint
    }

    /// The region it was registered with.
    async fn home_region(&self) -> Region {
        self.region(&self.profile().home_region)
    }

    /// Regions that the tenancy subscribes to, as last seen, the one it was registered with first.
    async fn regions(&self) -> Vec<Region> {
        self.0.regions().into_iter().map(|code| self.region(code)).collect()
    }

    /// The cloud asked to slow down: some of its calls go out no earlier, `pace` tells which. Null when none are held back.
    async fn throttled_until(&self, ctx: &Context<'_>) -> Option<DateTime> {
        self.0.tenant.throttled_until(now(ctx)).map(DateTime)
    }

    /// How fast it may call its cloud now, region by region, and why not faster.
    #[graphql(complexity = "5 + child_complexity")]
    async fn pace(&self, ctx: &Context<'_>) -> Result<TenantPace> {
        pace_of(ctx, self.0.id).await
    }

    /// Service limits and what is used of them, as last read with `launchOptions`. Null until then.
    #[graphql(complexity = "5 + child_complexity")]
    async fn quota(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Region to read; the home region when absent.")] region: Option<String>,
    ) -> Result<Option<TenantQuota>> {
        let region = region.unwrap_or_else(|| self.home().to_owned());
        Ok(known(ctx, self.0.id, &region).await?.map(|read| TenantQuota::from(&*read)))
    }

    /// What it has for nothing, and what is used of that as last read with `launchOptions`.
    #[graphql(complexity = "5 + child_complexity")]
    async fn always_free(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Region to read; the home region when absent.")] region: Option<String>,
    ) -> Result<Vec<FreeAllowance>> {
        let region = region.unwrap_or_else(|| self.home().to_owned());
        allowance(ctx, self.0.id, &region).await
    }

    /// The proxy that its calls go through, without name and password. Null when they go straight.
    async fn proxy_masked(&self) -> Option<&str> {
        self.profile().proxy.as_ref().map(|proxy| proxy.masked.as_str())
    }

    /// Its grab tasks, those that run first, then by their last change.
    #[graphql(
        complexity = "cost(|name| __ctx.param_value(__variables_definition, __field, name, None), child_complexity)"
    )]
    async fn grab_tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Which ones.")] filter: Option<GrabTaskFilter>,
    ) -> Result<GrabTaskConnection> {
        let slice = Part::front(first, after).slice(ctx, page::THINGS)?;
        let mut filter = filter.unwrap_or_default().read(ctx)?;
        filter.tenant = vec![self.0.id];
        let (views, order) = (views(ctx), GrabTask::BY_ACTIVITY);
        let (page, tenants) =
            read(ctx, grab::page_with_tenants(views, &filter, order, &slice, page::is_counted(ctx))).await?;
        Ok(GrabTaskConnection(Paged::of(page, GrabTask::of_rows_with(tenants))))
    }

    /// When it was added.
    async fn created_at(&self) -> DateTime {
        DateTime(self.profile().created_at)
    }

    /// Its version. Send it as `expectedVersion` to change only what you saw.
    async fn version(&self) -> i32 {
        int(self.0.version.get())
    }

    /// The position of the last event about it. Drop an update that is not beyond the one you have.
    async fn position(&self) -> EventPosition {
        EventPosition(self.0.position)
    }
}

connection! {
    /// A page of tenants.
    TenantConnection,
    /// A tenant in a page.
    TenantEdge of Tenant {
        /// How many there are on all pages.
        async fn total_count(&self) -> i32 {
            int(self.0.total.unwrap_or_default())
        }

        /// The page is true as of this position.
        async fn position(&self) -> EventPosition {
            EventPosition(self.0.position)
        }
    }
}

/// The later of some positions.
pub(crate) fn latest(positions: impl IntoIterator<Item = Position>) -> Option<EventPosition> {
    positions.into_iter().max().map(EventPosition)
}
