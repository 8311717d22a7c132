//! What may be done with tenants.

use async_graphql::{Context, ID, Object, Result};
use berth_app::{
    Denied, Order, Told,
    tenant::{Checked, NewTenant, Tenants, new_account},
};
use berth_domain::{TenantId, access::Act, tenant};
use berth_views::grab;

use super::{
    import,
    input::{
        TenantCommandInput, TenantCommandPayload, TenantCreateInput, TenantCreatePayload, TenantDeleteInput,
        TenantDeletePayload, TenantImportInput, TenantImportPayload, TenantTestInput, TenantTestPayload,
    },
    object::Tenant,
};
use crate::shared::{
    caller::{Allowed, language, say},
    command::{expecting, order},
    context::{app, log, read, views},
    fault,
    minutes::Minutes,
    position::wait_for,
    scalars::{EventPosition, int},
    user_error::{UserError, not_found, settle},
};

type ToldTenant = Told<TenantId, tenant::Tenant>;

#[derive(Default)]
pub(crate) struct TenantMutation;

#[Object(guard = "Allowed(Act::KeepTenants)")]
impl TenantMutation {
    /// Adds a tenant. Its key is checked and sealed at once, and tried soon after.
    async fn tenant_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wanted.")] input: TenantCreateInput,
    ) -> Result<TenantCreatePayload> {
        let told = create(ctx, input).await;
        Ok(settle(ctx, told, &[])?.into())
    }

    /// Adds every account of a configuration file of OCI's own tools.
    async fn tenant_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wanted.")] input: TenantImportInput,
    ) -> Result<TenantImportPayload> {
        import::import(ctx, input).await
    }

    /// Asks the cloud whether a tenant's key works, and reads its regions. Ends a suspension when it does.
    #[graphql(guard = "Allowed(Act::TestTenant)")]
    async fn tenant_test(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wanted.")] input: TenantTestInput,
    ) -> Result<TenantTestPayload> {
        let order = order(ctx, input.command_id.as_ref(), &input);
        let checked =
            with_tenant(&input.tenant_id, order, |id, order| app(ctx).tenants.test(id, order)).await;
        Ok(match settle(ctx, checked, &["tenantId"])? {
            Ok(checked) => tested(ctx, checked),
            Err(user_errors) => TenantTestPayload {
                tenant: None,
                duration_ms: None,
                reason: None,
                provider_error: None,
                position: None,
                user_errors,
            },
        })
    }

    /// Removes a tenant and forgets its key. Refused while tasks of it run, unless forced.
    async fn tenant_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wanted.")] input: TenantDeleteInput,
    ) -> Result<TenantDeletePayload> {
        let order = order(ctx, input.command_id.as_ref(), &input)
            .map(|order| expecting(order, input.expected_version));
        let running = running_tasks(ctx, &input.tenant_id).await?;
        let remove = |id, order| app(ctx).tenants.remove(id, input.force, running, order);
        let told = with_tenant(&input.tenant_id, order, remove).await;
        Ok(settle(ctx, told, &["tenantId"])?.into())
    }

    /// Switches a tenant off: its tasks are held, and none of its calls go out.
    async fn tenant_disable(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wanted.")] input: TenantCommandInput,
    ) -> Result<TenantCommandPayload> {
        command(ctx, &input, Tenants::disable).await
    }

    /// Switches a tenant on again. Its key is tried first; its tasks go on when it works.
    async fn tenant_enable(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wanted.")] input: TenantCommandInput,
    ) -> Result<TenantCommandPayload> {
        command(ctx, &input, Tenants::enable).await
    }
}

async fn create(ctx: &Context<'_>, input: TenantCreateInput) -> Result<ToldTenant, Denied> {
    let order = order(ctx, input.command_id.as_ref(), &input)?;
    let words = [input.tenancy_ocid, input.user_ocid, input.fingerprint, input.region];
    let (passphrase, proxy) = (input.passphrase.map(|secret| secret.0), input.proxy.map(|secret| secret.0));
    let account = new_account(words, input.private_key.0, passphrase, proxy);
    let new = NewTenant { name: input.name, account };
    app(ctx).tenants.create(new, order).await.inspect(Minutes::made(ctx))
}

async fn command(
    ctx: &Context<'_>,
    input: &TenantCommandInput,
    act: impl AsyncFnOnce(&Tenants, TenantId, Order) -> Result<ToldTenant, Denied>,
) -> Result<TenantCommandPayload> {
    let order =
        order(ctx, input.command_id.as_ref(), input).map(|order| expecting(order, input.expected_version));
    let told = with_tenant(&input.tenant_id, order, |id, order| act(&app(ctx).tenants, id, order)).await;
    Ok(settle(ctx, told, &["tenantId"])?.into())
}

/// A text that is no tenant's id names no tenant.
async fn with_tenant<T, F: Future<Output = Result<T, Denied>>>(
    id: &ID,
    order: Result<Order, Denied>,
    act: impl FnOnce(TenantId, Order) -> F,
) -> Result<T, Denied> {
    let none = || Denied::Refused(vec![not_found(&["tenantId"], "there is no such tenant", "没有这个租户")]);
    let (order, id) = (order?, id.parse().map_err(|_| none())?);
    act(id, order).await
}

/// How many tasks still need the tenant: those that run, and those with an attempt in the air whatever is wished. The tenant
/// does not know its tasks, and the lists may lag, so they are waited for.
async fn running_tasks(ctx: &Context<'_>, tenant: &ID) -> Result<u32> {
    let Ok(id) = tenant.parse() else { return Ok(0) };
    let head = log(ctx).head().await.map_err(|error| fault::of_log(language(ctx), &error))?;
    wait_for(ctx, head).await?;
    let count = read(ctx, grab::wanting_count(views(ctx), id)).await?;
    Ok(count.try_into().unwrap_or(u32::MAX))
}

fn tested(ctx: &Context<'_>, checked: Checked) -> TenantTestPayload {
    let note = checked.failure.as_ref().map(|(_, words)| format!("{}: {}", words.code, words.message));
    let (reason, words) = checked.failure.unzip();
    TenantTestPayload {
        position: Some(EventPosition(checked.told.done.position)),
        tenant: Some(Tenant::told(checked.told, note)),
        duration_ms: Some(int(checked.duration_ms)),
        reason: reason.map(|reason| say(ctx, &reason.text())),
        provider_error: words.map(Into::into),
        user_errors: Vec::new(),
    }
}

impl From<Result<ToldTenant, Vec<UserError>>> for TenantCreatePayload {
    fn from(came_to: Result<ToldTenant, Vec<UserError>>) -> Self {
        let TenantCommandPayload { tenant, position, user_errors } = came_to.into();
        Self { tenant, position, user_errors }
    }
}

impl From<Result<ToldTenant, Vec<UserError>>> for TenantCommandPayload {
    fn from(came_to: Result<ToldTenant, Vec<UserError>>) -> Self {
        match came_to {
            Ok(told) => Self {
                position: Some(EventPosition(told.done.position)),
                tenant: Some(Tenant::told(told, None)),
                user_errors: Vec::new(),
            },
            Err(user_errors) => Self { tenant: None, position: None, user_errors },
        }
    }
}

impl From<Result<ToldTenant, Vec<UserError>>> for TenantDeletePayload {
    fn from(came_to: Result<ToldTenant, Vec<UserError>>) -> Self {
        match came_to {
            Ok(told) => Self {
                deleted_id: Some(ID(told.id.to_string())),
                position: Some(EventPosition(told.done.position)),
                user_errors: Vec::new(),
            },
            Err(user_errors) => Self { deleted_id: None, position: None, user_errors },
        }
    }
}
