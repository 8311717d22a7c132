//! How older shapes of an alert's events become today's. None has changed yet.

use crate::upcast::Upcaster;

pub(super) const UPCASTERS: &[Upcaster] = &[];
