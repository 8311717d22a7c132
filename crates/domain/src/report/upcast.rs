//! How older shapes of a report's events become today's. None has changed yet.

use crate::upcast::Upcaster;

pub(super) const UPCASTERS: &[Upcaster] = &[];
