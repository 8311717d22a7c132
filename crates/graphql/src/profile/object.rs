//! A launch profile as clients see it. Its secrets never come out.

use std::sync::Arc;

use async_graphql::{ID, Object};
use berth_app::Told;
use berth_domain::{
    ProfileId,
    profile::{Content, Profile},
};
use berth_views::profile::ProfileRow;

use crate::{
    grab::InstanceSpec,
    shared::{
        page::connection,
        scalars::{DateTime, EventPosition, int},
    },
};

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct LaunchProfile(Arc<ProfileRow>);

impl LaunchProfile {
    pub(crate) fn exists(&self) -> bool {
        self.0.profile.existing().is_some()
    }

    pub(crate) fn told(told: Told<ProfileId, Profile>) -> Self {
        Self::from(ProfileRow {
            id: told.id,
            version: told.done.version,
            position: told.done.position,
            profile: told.state,
        })
    }

    fn content(&self) -> &Content {
        self.0.profile.content.as_ref().expect("whatever is listed or was told of has been created")
    }
}

impl From<ProfileRow> for LaunchProfile {
    fn from(row: ProfileRow) -> Self {
        Self(Arc::new(row))
    }
}

/// A wish that is kept under a name (启动模板), to make many tasks from. A task takes a copy: what becomes of the profile later changes no
/// task.
#[Object]
impl LaunchProfile {
    /// `profile_…`, for ever.
    pub(crate) async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The name a person gave it. No other has the same, whatever the case of its letters.
    async fn name(&self) -> &str {
        &self.content().name
    }

    /// What is wanted. Where it leaves the region to each task's tenant, `regions` and `region` are empty.
    async fn spec(&self) -> InstanceSpec {
        InstanceSpec::from(&self.content().spec)
    }

    /// When it was saved.
    async fn created_at(&self) -> DateTime {
        DateTime(self.content().created_at)
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.content().changed_at)
    }

    /// Its version. Send it as `expectedVersion` to change only what you saw.
    async fn version(&self) -> i32 {
        int(self.0.version.get())
    }

    /// The position of the last event about it.
    async fn position(&self) -> EventPosition {
        EventPosition(self.0.position)
    }
}

connection! {
    /// A page of launch profiles.
    LaunchProfileConnection,
    /// A launch profile in a page.
    LaunchProfileEdge of LaunchProfile {
        /// How many there are on all pages.
        async fn total_count(&self) -> i32 {
            int(self.0.total.unwrap_or_default())
        }

        /// The page is true as of this position.
        async fn position(&self) -> EventPosition {
            EventPosition(self.0.position)
        }
    }
}
