//! What the rules remember of a profile, and nothing else.

use serde::{Deserialize, Serialize};

use super::event::Event;
use crate::{SecretRef, Timestamp, grab::Spec};

/// A profile as its events make it. `content` is absent until it is created.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub content: Option<Box<Content>>,
    pub deleted_at: Option<Timestamp>,
}

/// What is kept, as it was last changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    pub name: String,
    /// Without a region it is for wherever a task's tenant is at home.
    pub spec: Spec,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

impl Profile {
    /// What tasks can be made from; absent before it was created and after it was deleted.
    pub fn existing(&self) -> Option<&Content> {
        self.content.as_deref().filter(|_| self.deleted_at.is_none())
    }

    /// Every secret that is still needed, and the names of no others.
    pub fn secrets(&self) -> Vec<&SecretRef> {
        self.existing().into_iter().flat_map(|content| content.spec.secrets()).collect()
    }
}

pub(super) fn evolve(profile: &mut Profile, event: &Event) {
    match event {
        Event::Created(created) => {
            profile.content = Some(Box::new(Content {
                name: created.name.clone(),
                spec: created.spec.clone(),
                created_at: created.at,
                changed_at: created.at,
            }));
        }
        Event::Edited(edited) => {
            if let Some(content) = &mut profile.content {
                content.name.clone_from(&edited.name);
                content.spec.clone_from(&edited.spec);
                content.changed_at = edited.at;
            }
        }
        Event::Deleted(deleted) => profile.deleted_at = Some(deleted.at),
    }
}
