//! What can have happened to a channel. Names and shapes are for ever.

use serde::{Deserialize, Serialize};

use super::{
    config::{Config, Topic},
    upcast::UPCASTERS,
};
use crate::{Timestamp, event::events};

events! {
    /// What can have happened to a channel.
    UPCASTERS;
    Created = "channel.created" v 1,
    Edited = "channel.edited" v 1,
    Deleted = "channel.deleted" v 1,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Created {
    pub name: String,
    pub enabled: bool,
    pub topics: Vec<Topic>,
    pub config: Config,
    pub at: Timestamp,
}

/// The channel as it is from now on, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edited {
    pub name: String,
    pub enabled: bool,
    pub topics: Vec<Topic>,
    pub config: Config,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deleted {
    /// Its name is free again.
    pub name: String,
    pub at: Timestamp,
}
