//! What may be asked of a profile.

use crate::{Timestamp, access::Act, grab::Spec};

#[derive(Clone, Debug)]
pub enum Command {
    Create(Box<Create>),
    Edit(Box<Edit>),
    Delete { at: Timestamp },
}

#[derive(Clone, Debug)]
pub struct Create {
    pub name: String,
    /// Without a region it is for wherever a task's tenant is at home.
    pub spec: Spec,
    pub at: Timestamp,
}

/// What is to be different. What is absent stays.
#[derive(Clone, Debug)]
pub struct Edit {
    pub name: Option<String>,
    /// Whole. Its secrets are new ones: nobody can read the old ones to give them again.
    pub spec: Option<Spec>,
    /// Whether the profile's own password goes with the new spec, where that has none.
    pub keep_root_password: bool,
    pub keep_user_data: bool,
    pub at: Timestamp,
}

impl Command {
    /// What the table of rights calls it.
    pub fn act(&self) -> Act {
        match self {
            Self::Create(_) | Self::Edit(_) | Self::Delete { .. } => Act::KeepProfiles,
        }
    }
}
