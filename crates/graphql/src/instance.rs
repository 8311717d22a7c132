//! An instance that was grabbed. There is no inventory yet: what is known of it is what the task saw.

use async_graphql::{Enum, ID, Object};
use berth_domain::{
    GrabId, Timestamp,
    grab::{Grab, Held},
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
    /// Which of the task's instances, from 0.
    index: usize,
    held: Held,
}

const PREFIX: &str = "instance_";

impl CloudInstance {
    /// All that a task has got, in the order in which it got them.
    pub(crate) fn all_of(id: GrabId, grab: &Grab) -> Vec<Self> {
        let held = grab.held.iter().cloned().enumerate();
        held.map(|(index, held)| Self { grab: id, index, held }).collect()
    }

    /// Which instance of which task this id names. The first bears the task's own number, any other its own behind that.
    pub(crate) fn address(id: &str) -> Option<(GrabId, usize)> {
        let named = id.strip_prefix(PREFIX)?;
        let (task, index) = match named.rsplit_once('_') {
            None => (named, 0),
            Some((task, nth)) => (task, nth_to_index(nth)?),
        };
        Some((format!("{}{task}", GrabId::PREFIX).parse().ok()?, index))
    }
}

/// An instance that was grabbed, as it was when it had come up.
#[Object]
impl CloudInstance {
    /// `instance_…`, for ever.
    pub(crate) async fn id(&self) -> ID {
        let first = self.grab.to_string().replacen(GrabId::PREFIX, PREFIX, 1);
        ID(if self.index == 0 { first } else { format!("{first}_{}", self.index + 1) })
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

/// One instance, one id: the first has no number behind it.
fn nth_to_index(nth: &str) -> Option<usize> {
    let parsed: usize = nth.parse().ok()?;
    (parsed > 1 && parsed.to_string() == nth).then(|| parsed - 1)
}

impl CloudInstance {
    fn at(&self) -> Timestamp {
        self.held.at
    }
}
