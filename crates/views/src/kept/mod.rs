//! What was read before, of what is asked again and again. Bounded, and never older than what the read models were said to hold when it
//! was asked for.

mod pages;
mod rows;

use pages::Pages;
use rows::Rows;
pub(crate) use rows::Stamp;

use crate::{grab::GrabRow, tenant::TenantRow};

/// What is kept of every kind that is.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) pages: Pages,
    pub(crate) grabs: Rows<GrabRow>,
    pub(crate) tenants: Rows<TenantRow>,
}
