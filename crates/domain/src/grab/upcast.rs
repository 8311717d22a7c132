//! How older shapes of a grab's events become today's. None has changed yet.

use crate::upcast::Upcaster;

pub(super) const UPCASTERS: &[Upcaster] = &[];
