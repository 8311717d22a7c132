//! Tenants.

pub(crate) mod config;
mod free;
mod import;
mod input;
mod mutation;
mod object;
mod options;
mod pace;
mod query;

pub(crate) use free::warnings;
pub(crate) use mutation::TenantMutation;
pub(crate) use object::{Tenant, latest};
pub(crate) use options::LaunchOptionsQuery;
pub(crate) use query::{TenantQuery, by_ids};
