//! An instance that was grabbed. There is no inventory yet: what is known of it is what the task saw.

use async_graphql::{Enum, ID, Object};
use berth_domain::{
    GrabId, Timestamp,
    grab::{Grab, Have, Held},
};

use crate::{grab::InstanceSize, shared::scalars::DateTime};

/// An instance's state, in the same words for every cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum InstanceState {
    /// It was seen running.
    Running,
}

/// An instance as its task saw it when it had come up.
#[derive(Clone)]
pub(crate) struct CloudInstance {
    grab: GrabId,
    held: Held,
}

const PREFIX: &str = "instance_";

impl CloudInstance {
    pub(crate) fn of(id: GrabId, grab: &Grab) -> Option<Self> {
        match &grab.have {
            Have::Held(held) => Some(Self { grab: id, held: held.as_ref().clone() }),
            Have::Nothing | Have::Asked(_) | Have::Accepted(_) | Have::Unclear(_) => None,
        }
    }

    /// Whose instance this id names: each task gets one.
    pub(crate) fn task_of(id: &str) -> Option<GrabId> {
        format!("{}{}", GrabId::PREFIX, id.strip_prefix(PREFIX)?).parse().ok()
    }
}

/// An instance that was grabbed, as it was when it had come up.
#[Object]
impl CloudInstance {
    /// `instance_…`, for ever.
    pub(crate) async fn id(&self) -> ID {
        ID(self.grab.to_string().replacen(GrabId::PREFIX, PREFIX, 1))
    }

    /// The cloud's own id of it.
    async fn provider_id(&self) -> &str {
        &self.held.instance
    }

    /// The name to show. The cloud's own id, until the instance itself is looked at.
    async fn name(&self) -> &str {
        &self.held.instance
    }

    /// The region's code.
    async fn region(&self) -> &str {
        &self.held.region
    }

    /// The availability domain.
    async fn zone(&self) -> &str {
        &self.held.availability_domain
    }

    /// How big it is, when its shape is flexible.
    async fn size(&self) -> Option<InstanceSize> {
        self.held.size.map(Into::into)
    }

    /// What state it was in.
    async fn state(&self) -> InstanceState {
        InstanceState::Running
    }

    /// Its public addresses.
    async fn public_ips(&self) -> Vec<&str> {
        self.held.public_ip.as_deref().into_iter().collect()
    }

    /// Its private addresses.
    async fn private_ips(&self) -> Vec<&str> {
        self.held.private_ip.as_deref().into_iter().collect()
    }

    /// When it was seen running.
    async fn seen_at(&self) -> DateTime {
        DateTime(self.at())
    }
}

impl CloudInstance {
    fn at(&self) -> Timestamp {
        self.held.at
    }
}
