//! What can have happened to a channel. Names and shapes are for ever.

use serde::{Deserialize, Serialize};

use super::{
    config::{Config, Topic},
    rules::Rules,
    state::Why,
    upcast::UPCASTERS,
};
use crate::{Timestamp, event::events};

events! {
    /// What can have happened to a channel.
    UPCASTERS;
    Created = "channel.created" v 2,
    Edited = "channel.edited" v 2,
    Deleted = "channel.deleted" v 1,
    Disabled = "channel.disabled" v 1,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Created {
    pub name: String,
    pub enabled: bool,
    pub topics: Vec<Topic>,
    pub config: Config,
    pub rules: Rules,
    pub at: Timestamp,
}

/// The channel as it is from now on, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edited {
    pub name: String,
    pub enabled: bool,
    pub topics: Vec<Topic>,
    pub config: Config,
    pub rules: Rules,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deleted {
    /// Its name is free again.
    pub name: String,
    pub at: Timestamp,
}

/// The server does not use it any more, until somebody enables it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disabled {
    pub name: String,
    pub why: Why,
    /// The other side's own.
    pub words: String,
    pub at: Timestamp,
}
