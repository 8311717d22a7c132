//! How older shapes of a delivery's events become today's. There are none yet.

use crate::upcast::Upcaster;

pub(super) const UPCASTERS: &[Upcaster] = &[];
