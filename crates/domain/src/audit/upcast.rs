//! How older shapes of the trail's events become today's.

use crate::upcast::Upcaster;

pub(super) const UPCASTERS: &[Upcaster] = &[
    // The second knows users by their ids. What it did not know the first leaves out, for its seal is over what was written.
    Upcaster { name: "audit.recorded", from: 1, lift: |record| record },
];
