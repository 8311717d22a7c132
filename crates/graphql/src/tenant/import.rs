//! Several tenants at once, from the file and the keys that people have at hand.

use async_graphql::{Context, Result};
use berth_app::{
    Denied, Order,
    tenant::{NewTenant, new_account},
};
use secrecy::{ExposeSecret, SecretString};

use super::{
    config::Profile,
    input::{NamedText, TenantImportInput, TenantImportPayload, TenantImportResult},
    object::{Tenant, latest},
};
use crate::shared::{
    command::order,
    context::{app, dependencies},
    minutes::Minutes,
    user_error::{invalid, settle},
};

pub(super) async fn import(ctx: &Context<'_>, input: TenantImportInput) -> Result<TenantImportPayload> {
    let (order, profiles) = match begin(ctx, &input) {
        Ok(begun) => begun,
        Err(denied) => return refused(ctx, denied),
    };
    let (mut results, mut positions) = (Vec::new(), Vec::new());
    for (index, profile) in profiles.into_iter().enumerate() {
        let name = profile.name.clone();
        let added = add(ctx, profile, &input, order.part(index)).await;
        let (tenant, user_errors) = match settle(ctx, added, &[])? {
            Ok(tenant) => (tenant, Vec::new()),
            Err(user_errors) => (None, user_errors),
        };
        positions.extend(tenant.as_ref().map(Tenant::reached));
        results.push(TenantImportResult { profile: name, tenant, user_errors });
    }
    Ok(TenantImportPayload { results, position: latest(positions), user_errors: Vec::new() })
}

fn begin(ctx: &Context<'_>, input: &TenantImportInput) -> Result<(Order, Vec<Profile>), Denied> {
    let order = order(ctx, input.command_id.as_ref(), input)?;
    let profiles =
        dependencies(ctx).config_reader.read(input.config.0.expose_secret()).map_err(Denied::Refused)?;
    Ok((order, profiles))
}

fn refused(ctx: &Context<'_>, denied: Denied) -> Result<TenantImportPayload> {
    let user_errors = settle::<()>(ctx, Err(denied), &["config"])?.err().unwrap_or_default();
    Ok(TenantImportPayload { results: Vec::new(), position: None, user_errors })
}

/// Nothing, in a dry run that finds nothing wrong.
async fn add(
    ctx: &Context<'_>,
    profile: Profile,
    input: &TenantImportInput,
    order: Order,
) -> Result<Option<Tenant>, Denied> {
    let Some(key) = key_of(&profile, &input.keys) else { return Err(key_missing(&profile)) };
    let words = [profile.tenancy, profile.user, profile.fingerprint, profile.region];
    let account = new_account(words, key, profile.passphrase, None);
    let tenants = &app(ctx).tenants;
    if input.dry_run {
        return tenants.inspect(&account).map(|_| None);
    }
    let told = tenants.create(NewTenant { name: profile.name, account }, order).await?;
    Minutes::made(ctx)(&told);
    Ok(Some(Tenant::told(told, None)))
}

/// By the file as it is written, else by the file's name alone, else by the profile.
fn key_of(profile: &Profile, keys: &[NamedText]) -> Option<SecretString> {
    let wanted = file_name(&profile.key_file);
    let by_path = keys.iter().find(|key| key.name == profile.key_file);
    let by_file = || keys.iter().find(|key| file_name(&key.name) == wanted);
    let by_profile = || keys.iter().find(|key| key.name == profile.name);
    by_path.or_else(by_file).or_else(by_profile).map(|key| key.text.0.clone())
}

/// On whichever system the file was written.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn key_missing(profile: &Profile) -> Denied {
    let file = &profile.key_file;
    Denied::Refused(vec![invalid(
        &["keys"],
        format!("the key {file} was not given"),
        format!("没有提供密钥 {file}"),
    )])
}
