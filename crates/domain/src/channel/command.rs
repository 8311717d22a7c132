//! What may be asked of a channel.

use super::config::{Config, Topic};
use crate::Timestamp;

#[derive(Clone, Debug)]
pub enum Command {
    Create(Box<Create>),
    Edit(Box<Edit>),
    Delete { at: Timestamp },
}

#[derive(Clone, Debug)]
pub struct Create {
    pub name: String,
    pub enabled: bool,
    pub topics: Vec<Topic>,
    pub config: Config,
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
    /// Whether what a channel can do without, its signing key or its password, stays as well.
    pub keep_key: bool,
    pub at: Timestamp,
}
