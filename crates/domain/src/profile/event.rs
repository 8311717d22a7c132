//! What can have happened to a profile. Names and shapes are for ever.

use serde::{Deserialize, Serialize};

use super::upcast::UPCASTERS;
use crate::{Timestamp, event::events, grab::Spec};

events! {
    /// What can have happened to a profile.
    UPCASTERS;
    Created = "profile.created" v 2,
    Edited = "profile.edited" v 2,
    Deleted = "profile.deleted" v 1,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Created {
    pub name: String,
    pub spec: Spec,
    pub at: Timestamp,
}

/// The profile as it is from now on, whole. Tasks that were made from it keep what they have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edited {
    pub name: String,
    pub spec: Spec,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deleted {
    /// Its name is free again.
    pub name: String,
    pub at: Timestamp,
}
