//! How older shapes of a profile's events become today's.
//!
//! They hold a grab's `Spec`: when its shape changes, these are new versions as well as the grab's own, lifted alike.

use crate::{grab::of_one, upcast::Upcaster};

pub(super) const UPCASTERS: &[Upcaster] = &[
    Upcaster { name: "profile.created", from: 1, lift: of_one },
    Upcaster { name: "profile.edited", from: 1, lift: of_one },
];
