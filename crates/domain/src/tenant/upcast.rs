//! How older shapes of a tenant's events become today's. None has changed yet.

use crate::upcast::Upcaster;

pub(super) const UPCASTERS: &[Upcaster] = &[];
