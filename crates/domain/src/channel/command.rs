//! What may be asked of a channel.

use super::{
    config::{Config, Topic},
    rules::Rules,
    state::Why,
};
use crate::Timestamp;

#[derive(Clone, Debug)]
pub enum Command {
    Create(Box<Create>),
    Edit(Box<Edit>),
    Delete {
        at: Timestamp,
    },
    /// By the server itself: nothing will ever arrive there again.
    Disable {
        why: Why,
        words: String,
        at: Timestamp,
    },
}

#[derive(Clone, Debug)]
pub struct Create {
    pub name: String,
    pub enabled: bool,
    pub topics: Vec<Topic>,
    pub config: Config,
    pub rules: Rules,
    pub at: Timestamp,
}

/// The channel as it is to be, whole, but for secrets that nobody can read to give them again: where the config is of the kind that
/// is kept and has none, they stay.
#[derive(Clone, Debug)]
pub struct Edit {
    pub name: String,
    pub enabled: bool,
    pub topics: Vec<Topic>,
    pub config: Config,
    /// Whether what a channel can do without, its signing key, its password or its proxy, stays as well.
    pub keep_key: bool,
    /// Those that are kept stay when absent.
    pub rules: Option<Rules>,
    pub at: Timestamp,
}
