//! Instances that were there before Berth, and that somebody stopped: one for each tenant. Their starts need room as launches do.

use berth_cloud::{Account, Lifecycle, Sighting};
use berth_domain::Trouble;

use super::{Fate, SimCloud, answers, heard, tenant_of};
use crate::{judge::Call, options::SECOND, time::sleep, weather::Fault};

const PREFIX: &str = "asleep-";

/// On its way up, or up.
#[derive(Clone, Copy)]
pub(super) struct Woken {
    pub(super) runs_at: i64,
    /// It falls back into its sleep before it runs.
    falls_back_at: Option<i64>,
}

/// The one instance of this tenant that can be started.
pub(crate) fn sleeper_of(tenant: usize) -> String {
    format!("{PREFIX}{tenant}")
}

pub(super) fn is_sleeper(instance: &str) -> bool {
    instance.starts_with(PREFIX)
}

impl Woken {
    pub(super) fn lifecycle(self, now: i64) -> Lifecycle {
        match self.falls_back_at {
            Some(at) if now >= at => Lifecycle::Stopped,
            None if now >= self.runs_at => Lifecycle::Running,
            Some(_) | None => Lifecycle::Provisioning,
        }
    }
}

pub(super) fn sighting(instance: &str, woken: Option<Woken>, now: i64) -> Sighting {
    Sighting {
        id: instance.to_owned(),
        display_name: "an old friend".into(),
        lifecycle: woken.map_or(Lifecycle::Stopped, |woken| woken.lifecycle(now)),
        availability_domain: "AD-1".into(),
        tags: vec![],
    }
}

impl SimCloud {
    /// One request to start. What it does it does when it arrives, heard or not.
    pub(super) async fn send_start(
        &self,
        account: &Account,
        region: &str,
        (instance, token): (&str, &str),
    ) -> Result<(), Trouble> {
        let tenant = tenant_of(account);
        let launch = Some((instance.to_owned(), token.to_owned()));
        let call = Call { kind: "start", tenant, region: region.to_owned(), launch };
        self.fuse.touch().await;
        self.judge.leaves(&call);
        let fate = self.fate(tenant, true);
        sleep(self.dice.between(5, 300)).await;
        let answered = match fate {
            Fate::Refused(trouble) => Err(trouble),
            Fate::Vanishes => Err(answers::lost()),
            Fate::DoneUnheard(trouble) => {
                self.wake(tenant, instance).ok();
                Err(trouble)
            }
            Fate::Done => self.wake(tenant, instance),
        };
        self.takes(tenant).await;
        self.judge.hears(&call, &heard(&answered));
        self.fuse.touch().await;
        answered
    }

    fn wake(&self, tenant: usize, instance: &str) -> Result<(), Trouble> {
        let now = self.now();
        let falls_back = self.reigns(Fault::Crumbling, tenant) || self.noise(100);
        let takes = self.dice.between(3, 90) * SECOND;
        let mut holdings = self.settled();
        let woken = holdings.1.woken.get(instance).copied();
        if woken.is_some_and(|woken| woken.lifecycle(now) != Lifecycle::Stopped) {
            return Err(answers::out_of_place());
        }
        if !self.weather.has_room(0, now) {
            return Err(answers::no_room());
        }
        let falls_back_at = falls_back.then(|| now + takes);
        holdings.1.woken.insert(instance.to_owned(), Woken { runs_at: now + takes, falls_back_at });
        Ok(())
    }
}
