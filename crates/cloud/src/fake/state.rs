//! What the fake remembers: its scripts, its instances, and which token did what.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Answer, Seen};
use berth_domain::Trouble;

use crate::{Addressing, Launch, Lifecycle, Limit, Room, Sighting, Size};

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) script: VecDeque<Answer>,
    pub(super) terminations: VecDeque<Answer>,
    pub(super) starts: VecDeque<Answer>,
    /// By domain and shape; by domain alone for all shapes.
    pub(super) rooms: BTreeMap<(String, Option<String>), Room>,
    pub(super) reports_refused: Option<Answer>,
    /// Answers for calls that only read, `identity` first of all.
    pub(super) key_rejected: bool,
    pub(super) unreachable: bool,
    /// What every call is refused with.
    pub(super) refused_all: Option<Trouble>,
    /// What is answered to who asks who he is.
    pub(super) identity_refused: Option<Trouble>,
    pub(super) limits: Vec<Limit>,
    pub(super) listing_lags: bool,
    /// Launches whose name contains this are throttled.
    pub(super) storm: Option<String>,
    /// The next launch whose name contains this brings its caller down.
    pub(super) brings_down: Option<String>,
    pub(super) instances: Vec<Instance>,
    pub(super) by_token: BTreeMap<String, String>,
    /// Tokens of starts that were carried out.
    pub(super) started: BTreeSet<String>,
    pub(super) seen: Seen,
    pub(super) networks: BTreeSet<Addressing>,
    /// How many requests beyond the first it takes to make one.
    pub(super) network_requests: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub(super) sighting: Sighting,
    pub(super) looks_left: u32,
    pub(super) ends: Option<&'static str>,
    /// Whether the cloud ever finds it a place.
    pub(super) placed: bool,
    /// Whether it cannot be seen, as if it had never been.
    pub(super) hidden: bool,
}

impl State {
    /// The instance of this launch: the one that its token made before, else a new one.
    pub(super) fn make(&mut self, launch: &Launch, looks: u32, answer: &Answer) -> String {
        if let Some(known) = self.by_token.get(&launch.token) {
            return known.clone();
        }
        let id = format!("fake.instance.{}", self.instances.len() + 1);
        let sighting = Sighting {
            id: id.clone(),
            display_name: launch.display_name.clone(),
            lifecycle: Lifecycle::Provisioning,
            availability_domain: launch.availability_domain.clone(),
            tags: launch.tags.clone(),
        };
        let ends = match answer {
            Answer::GrantThenEnd(words) => Some(*words),
            _ => None,
        };
        let placed = *answer != Answer::GrantUnplaced;
        self.instances.push(Instance { sighting, looks_left: looks, ends, placed, hidden: false });
        self.by_token.insert(launch.token.clone(), id.clone());
        id
    }

    pub(super) fn known(&mut self, instance: &str) -> Option<&mut Instance> {
        self.instances.iter_mut().find(|known| known.sighting.id == instance)
    }

    pub(super) fn room(&self, domain: &str, size: &Size) -> Room {
        let of_shape = self.rooms.get(&(domain.to_owned(), Some(size.shape.clone())));
        let of_domain = self.rooms.get(&(domain.to_owned(), None));
        of_shape.or(of_domain).copied().unwrap_or(Room::Unknown)
    }
}

impl Instance {
    pub(super) fn look(&mut self) -> Sighting {
        if self.sighting.lifecycle == Lifecycle::Provisioning && self.placed {
            self.looks_left = self.looks_left.saturating_sub(1);
            if self.looks_left == 0 {
                self.sighting.lifecycle =
                    if self.ends.is_some() { Lifecycle::Ended } else { Lifecycle::Running };
            }
        }
        self.sighting.clone()
    }
}
