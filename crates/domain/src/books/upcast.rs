//! How older shapes of the books' events become today's. None has changed yet.

use crate::upcast::Upcaster;

pub(super) const UPCASTERS: &[Upcaster] = &[];
