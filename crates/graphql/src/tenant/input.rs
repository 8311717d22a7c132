//! What mutations about tenants take and answer.

use async_graphql::{ID, InputObject, SimpleObject};

use super::object::Tenant;
use crate::{
    attempt::ProviderError,
    shared::{command::Secret, scalars::EventPosition, user_error::UserError},
};

/// For `tenantCreate`.
#[derive(InputObject)]
pub(crate) struct TenantCreateInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// A name that no other tenant has.
    pub(super) name: String,
    /// The tenancy's OCID.
    pub(super) tenancy_ocid: String,
    /// The OCID of the user whose key it is.
    pub(super) user_ocid: String,
    /// The key's fingerprint, to be compared with the key.
    pub(super) fingerprint: String,
    /// The home region's code.
    pub(super) region: String,
    /// The private key, as PEM text. Kept sealed and never shown.
    #[graphql(secret)]
    pub(super) private_key: Secret,
    /// What opens the key, if it is encrypted. Kept sealed and never shown.
    #[graphql(secret)]
    pub(super) passphrase: Option<Secret>,
    /// A proxy for its calls: `http://…`, `https://…` or `socks5://…`, with name and password if need be. Kept sealed.
    #[graphql(secret)]
    pub(super) proxy: Option<Secret>,
}

/// For `tenantImport`.
#[derive(InputObject)]
pub(crate) struct TenantImportInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// The text of the configuration file of OCI's own tools, `~/.oci/config`. May hold pass phrases.
    #[graphql(secret)]
    pub(super) config: Secret,
    /// The private keys that it names: by file, with or without its path, or by profile.
    pub(super) keys: Vec<NamedText>,
    /// Only tell what would be added.
    #[graphql(default = false)]
    pub(super) dry_run: bool,
}

/// A text and what it is called.
#[derive(InputObject)]
pub(crate) struct NamedText {
    /// What it is called.
    pub(super) name: String,
    /// The text. Kept sealed and never shown.
    #[graphql(secret)]
    pub(super) text: Secret,
}

/// For commands that need nothing but the tenant.
#[derive(InputObject)]
pub(crate) struct TenantCommandInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Which tenant.
    pub(super) tenant_id: ID,
    /// Do it only if the tenant is still at this version.
    pub(super) expected_version: Option<i32>,
}

/// For `tenantTest`.
#[derive(InputObject)]
pub(crate) struct TenantTestInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike.
    pub(super) command_id: Option<ID>,
    /// Which tenant.
    pub(super) tenant_id: ID,
}

/// For `tenantDelete`.
#[derive(InputObject)]
pub(crate) struct TenantDeleteInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Which tenant.
    pub(super) tenant_id: ID,
    /// Do it only if the tenant is still at this version.
    pub(super) expected_version: Option<i32>,
    /// Even if tasks of it run: they give up.
    #[graphql(default = false)]
    pub(super) force: bool,
}

/// What `tenantCreate` came to.
#[derive(SimpleObject)]
pub(crate) struct TenantCreatePayload {
    /// The new tenant. Null when it was refused.
    pub(super) tenant: Option<Tenant>,
    /// The position of the command's last event.
    pub(super) position: Option<EventPosition>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}

/// What a command on a tenant came to.
#[derive(SimpleObject)]
pub(crate) struct TenantCommandPayload {
    /// The tenant after the command. Null when it was refused.
    pub(super) tenant: Option<Tenant>,
    /// The position of the command's last event.
    pub(super) position: Option<EventPosition>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}

/// What `tenantImport` came to.
#[derive(SimpleObject)]
pub(crate) struct TenantImportPayload {
    /// What became of each profile of the file, in its order.
    pub(super) results: Vec<TenantImportResult>,
    /// The position of the last event.
    pub(super) position: Option<EventPosition>,
    /// Why the file as a whole was refused.
    pub(super) user_errors: Vec<UserError>,
}

/// What became of one profile.
#[derive(SimpleObject)]
pub(crate) struct TenantImportResult {
    /// The profile's name, `DEFAULT`. The tenant is called the same.
    pub(super) profile: String,
    /// The new tenant. Null when it was refused, and in a dry run.
    pub(super) tenant: Option<Tenant>,
    /// Why it was refused, or would be.
    pub(super) user_errors: Vec<UserError>,
}

/// What `tenantTest` came to.
#[derive(SimpleObject)]
pub(crate) struct TenantTestPayload {
    /// The tenant after the test. Null when it could not be tested.
    pub(super) tenant: Option<Tenant>,
    /// How long the cloud took, in milliseconds.
    pub(super) duration_ms: Option<i32>,
    /// What the cloud's answer means, in the caller's language. Null when the key works.
    pub(super) reason: Option<String>,
    /// The cloud's own words. Null when the key works.
    pub(super) provider_error: Option<ProviderError>,
    /// The position of the test's last event.
    pub(super) position: Option<EventPosition>,
    /// Why it could not be tested. A key that does not work is an answer, not a refusal.
    pub(super) user_errors: Vec<UserError>,
}

/// What `tenantDelete` came to.
#[derive(SimpleObject)]
pub(crate) struct TenantDeletePayload {
    /// The id of what was removed. Null when it was refused.
    pub(super) deleted_id: Option<ID>,
    /// The position of the command's last event.
    pub(super) position: Option<EventPosition>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}
