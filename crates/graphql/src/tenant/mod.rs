//! Tenants.

pub(crate) mod config;
mod import;
mod input;
mod mutation;
mod object;
mod query;

pub(crate) use mutation::TenantMutation;
pub(crate) use object::{Tenant, latest};
pub(crate) use query::{TenantQuery, by_ids};
