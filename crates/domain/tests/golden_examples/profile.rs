//! What can have happened to a profile.

use berth_domain::profile::{Created, Deleted, Edited, Event};

use super::{at, grab::spec};

pub(crate) fn profile_examples() -> Vec<Event> {
    vec![
        Created { name: "免费 ARM".into(), spec: spec(), at: at(0) }.into(),
        Edited { name: "ARM".into(), spec: spec(), at: at(1) }.into(),
        Deleted { name: "ARM".into(), at: at(2) }.into(),
    ]
}
