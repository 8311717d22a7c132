//! What the cloud holds: instances, tokens, and requests that have arrived or still will. Its truth, whatever it answers.

use std::collections::BTreeMap;

use berth_cloud::{Launch, Lifecycle, Sighting};

use super::sleepers::Woken;
use crate::{dice::Dice, options::MINUTE, options::SECOND};

/// So long a token is known.
const TOKEN_MS: i64 = 24 * 60 * MINUTE;
/// What a request made is in every list so long after it left, whatever reigns: nobody could be sure of anything else.
pub(super) const LISTED_MS: i64 = 57 * SECOND;

/// A launch request on its way through the cloud.
pub(super) struct Deed {
    pub(super) call: u64,
    pub(super) left: i64,
    pub(super) at: i64,
    pub(super) launch: Launch,
    pub(super) body: Vec<u8>,
    pub(super) crumbles: bool,
    pub(super) listed_late: bool,
}

/// How it came out.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    Made(String),
    NoRoom,
    Collision,
    Consumed,
}

pub(super) struct Instance {
    pub(super) id: String,
    pub(super) display_name: String,
    pub(super) availability_domain: String,
    pub(super) tags: Vec<(String, String)>,
    pub(super) listed_from: i64,
    /// Never when it ends before.
    pub(super) runs_at: i64,
    pub(super) ends_at: Option<i64>,
}

#[derive(Default)]
pub(super) struct Holdings {
    pub(super) instances: Vec<Instance>,
    by_token: BTreeMap<String, (i64, Vec<u8>, String)>,
    pub(super) under_way: Vec<Deed>,
    pub(super) done: BTreeMap<u64, Outcome>,
    /// Instances of before Berth that were started.
    pub(super) woken: BTreeMap<String, Woken>,
}

impl Instance {
    pub(super) fn lifecycle(&self, now: i64) -> Lifecycle {
        match self.ends_at {
            Some(at) if now >= at => Lifecycle::Ended,
            _ if now >= self.runs_at => Lifecycle::Running,
            _ => Lifecycle::Provisioning,
        }
    }

    pub(super) fn sighting(&self, now: i64) -> Sighting {
        Sighting {
            id: self.id.clone(),
            display_name: self.display_name.clone(),
            lifecycle: self.lifecycle(now),
            availability_domain: self.availability_domain.clone(),
            tags: self.tags.clone(),
        }
    }
}

impl Holdings {
    /// Does what is due by now, in order. Answers the names whose number of instances rose.
    pub(super) fn settle(
        &mut self,
        now: i64,
        dice: &Dice,
        has_room: impl Fn(&Launch, i64) -> bool,
    ) -> Vec<String> {
        let mut risen = Vec::new();
        self.under_way.sort_by_key(|deed| (deed.at, deed.call));
        while self.under_way.first().is_some_and(|deed| deed.at <= now) {
            let deed = self.under_way.remove(0);
            let room = has_room(&deed.launch, deed.at);
            let (call, name) = (deed.call, deed.launch.display_name.clone());
            let before = self.instances.len();
            let outcome = self.carry_out(deed, dice, room);
            self.done.insert(call, outcome);
            if self.instances.len() > before {
                risen.push(name);
            }
        }
        risen
    }

    fn carry_out(&mut self, deed: Deed, dice: &Dice, room: bool) -> Outcome {
        if let Some((made_at, body, instance)) = self.by_token.get(&deed.launch.token)
            && deed.at - made_at < TOKEN_MS
        {
            let ended =
                |known: &Instance| known.id == *instance && known.lifecycle(deed.at) == Lifecycle::Ended;
            return match () {
                () if *body != deed.body => Outcome::Collision,
                () if self.instances.iter().any(ended) => Outcome::Consumed,
                () => Outcome::Made(instance.clone()),
            };
        }
        if !room {
            return Outcome::NoRoom;
        }
        Outcome::Made(self.make(deed, dice))
    }

    fn make(&mut self, deed: Deed, dice: &Dice) -> String {
        let id = format!("ocid1.instance.{}", self.instances.len() + 1);
        let late = if deed.listed_late { dice.between(5, 56) * SECOND } else { dice.between(0, 3) * SECOND };
        let ends_at = deed.crumbles.then(|| deed.at + dice.between(2, 60) * SECOND);
        // A few hang in provisioning for long.
        let takes = if dice.in_1000(40) { dice.between(5, 9) * MINUTE } else { dice.between(3, 90) * SECOND };
        self.instances.push(Instance {
            id: id.clone(),
            display_name: deed.launch.display_name.clone(),
            availability_domain: deed.launch.availability_domain.clone(),
            tags: deed.launch.tags.clone(),
            listed_from: (deed.at + late).min(deed.left + LISTED_MS),
            runs_at: if deed.crumbles { i64::MAX } else { deed.at + takes },
            ends_at,
        });
        self.by_token.insert(deed.launch.token.clone(), (deed.at, deed.body, id.clone()));
        id
    }

    pub(super) fn living(&self, display_name: &str, now: i64) -> usize {
        let named = self.instances.iter().filter(|instance| instance.display_name == display_name);
        named.filter(|instance| instance.lifecycle(now) != Lifecycle::Ended).count()
    }

    pub(super) fn instance(&self, id: &str) -> Option<&Instance> {
        self.instances.iter().find(|instance| instance.id == id)
    }

    /// The process died: of what it had sent some still arrives.
    pub(super) fn cut(&mut self, now: i64, dice: &Dice) {
        self.under_way.retain(|deed| deed.at <= now || dice.in_1000(500));
    }
}
