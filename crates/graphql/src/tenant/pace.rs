//! How fast a tenant may call its cloud, and why not faster.

use async_graphql::{Context, Object, Result};
use berth_app::tenant::{BudgetShown, PaceShown};
use berth_domain::{TenantId, grab::Reason};

use crate::{
    attempt::ProviderError,
    shared::{
        caller::{language, say},
        context::app,
        fault,
        scalars::{DateTime, int},
    },
};

pub(crate) struct TenantPace(PaceShown);

pub(crate) struct Pace(BudgetShown);

/// How fast a tenant may call its cloud. Learned from the cloud's answers, and shared by its tasks, syncs and tests. A call goes
/// out when its region's budget and the tenancy's both have one free.
#[Object]
impl TenantPace {
    /// Of all calls of the tenancy together.
    async fn tenancy(&self) -> Pace {
        Pace(self.0.tenancy.clone())
    }

    /// Of the calls to each region, by its code: those called since the server's start or ever throttled.
    async fn regions(&self) -> Vec<Pace> {
        self.0.regions.iter().cloned().map(Pace).collect()
    }
}

/// One budget of calls.
#[Object]
impl Pace {
    /// The region, by code. Null: the whole tenancy.
    async fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// Calls a second, as allowed now.
    async fn rate(&self) -> f64 {
        self.0.budget.rate
    }

    /// Calls a second that are never passed, by configuration.
    async fn ceiling(&self) -> f64 {
        self.0.budget.ceiling
    }

    /// So many calls wait for their turn.
    async fn waiting(&self) -> i32 {
        int(self.0.budget.waiting)
    }

    /// No call goes out before. Null when none is held back.
    async fn frozen_until(&self) -> Option<DateTime> {
        self.0.budget.frozen_until.map(DateTime)
    }

    /// Why it was last slowed down, in the caller's language. Null when it never was.
    async fn reason(&self, ctx: &Context<'_>) -> Option<String> {
        self.0.throttle.as_ref()?;
        let reason = if self.0.region.is_some() { Reason::ThrottledUser } else { Reason::ThrottledTenancy };
        Some(say(ctx, &reason.text()))
    }

    /// What the cloud said then. Null when it never was slowed down, or by a release that did not keep the words.
    async fn provider_error(&self) -> Option<ProviderError> {
        self.0.throttle.as_ref()?.provider_error.clone().map(ProviderError::from)
    }
}

pub(super) async fn pace_of(ctx: &Context<'_>, id: TenantId) -> Result<TenantPace> {
    app(ctx).tenants.pace(id).await.map(TenantPace).map_err(|denied| fault::of_denied(language(ctx), &denied))
}
