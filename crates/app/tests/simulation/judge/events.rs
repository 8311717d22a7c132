//! What the judge says of events: each stream folds, attempts come one after another, and success is what was seen.

use std::collections::BTreeSet;

use berth_domain::{
    Aggregate, GrabId, TenantId,
    event::Event as _,
    grab::{self, Grab, Have, Outcome},
    tenant,
};
use berth_store::{Log, Recorded};

use super::{Judge, State, calls::Freeze};

/// An attempt that is not settled.
pub(super) struct Open {
    number: u32,
    since: i64,
}

impl Judge {
    /// Takes in what the log holds since the last time.
    pub(crate) async fn read(&self, log: &dyn Log) {
        loop {
            let seen = self.state().seen;
            let page = log.read(seen, 256).await.unwrap();
            if page.is_empty() {
                return;
            }
            let (now, wall_start) = (self.time.now(), self.time.wall_start());
            let mut state = self.state();
            for recorded in page {
                state.take(&recorded, now, wall_start);
            }
        }
    }

    /// After a crash: what was seen in the log before is there, or something was lost.
    pub(crate) async fn compare(&self, log: &dyn Log) {
        let (head, seen) = (log.head().await.unwrap(), self.seen());
        if head < seen {
            self.accuse(&format!("D1: the log ends at {head}, and {seen} was said to be in it"));
        }
    }

    /// Attempts that have been in the air for longer than this, counted from a moment or later.
    pub(crate) fn in_doubt(&self, from: i64, longer_ms: i64) -> Vec<String> {
        let now = self.time.now();
        let mut state = self.state();
        let old = state.open.iter().filter(|(_, open)| now - open.since.max(from) > longer_ms);
        let ids: Vec<_> = old.map(|(id, open)| (*id, open.number)).collect();
        ids.into_iter().map(|(id, number)| format!("attempt {number} of {}", state.name(id))).collect()
    }

    /// What the task's instances are called, as far as it tried.
    pub(crate) fn display_names(&self, id: GrabId) -> Vec<String> {
        self.state().display_names(id)
    }

    pub(crate) fn name(&self, id: GrabId) -> String {
        self.state().name(id)
    }
}

impl State {
    fn take(&mut self, recorded: &Recorded, now: i64, wall_start: i64) {
        if recorded.position != self.seen.next() {
            self.accuse(now, &format!("T1: position {} comes after {}", recorded.position, self.seen));
        }
        self.seen = recorded.position;
        let stream = recorded.stream.as_str().to_owned();
        let last = self.versions.insert(stream.clone(), recorded.version).unwrap_or_default();
        if recorded.version != last.next() {
            self.accuse(now, &format!("O1: version {} of {stream} comes after {last}", recorded.version));
        }
        match (recorded.stream.kind(), recorded.stream.id().parse(), recorded.stream.id().parse()) {
            (Grab::KIND, Ok(id), _) => self.take_grab(id, recorded, now),
            (tenant::Tenant::KIND, _, Ok(id)) => self.take_tenant(id, recorded, now, wall_start),
            _ => {}
        }
    }

    fn take_grab(&mut self, id: GrabId, recorded: &Recorded, now: i64) {
        let name = self.name(id);
        let event = match grab::Event::decode(&recorded.name, recorded.schema, &recorded.data) {
            Ok(event) => event,
            Err(error) => return self.accuse(now, &format!("an event of {name} cannot be read: {error}")),
        };
        let words = match &event {
            grab::Event::AttemptSettled(settled) => format!(" {} {}", settled.number, settled.outcome.word()),
            grab::Event::AttemptStarted(started) => format!(" {}", started.number),
            _ => String::new(),
        };
        self.tell(now, &format!("{name} {}{words}", recorded.name));
        self.check_grab(id, &name, &event, now);
        self.grabs.entry(id).or_default().evolve(&event);
    }

    fn check_grab(&mut self, id: GrabId, name: &str, event: &grab::Event, now: i64) {
        match event {
            grab::Event::AttemptStarted(started) => {
                let idle = self.grabs.get(&id).is_some_and(|grab| grab.have == Have::Nothing);
                let before = self.open.insert(id, Open { number: started.number, since: now });
                if let Some(before) = before {
                    self.accuse(now, &format!("L3: attempt {} of {name} is open still", before.number));
                }
                if !idle {
                    self.accuse(now, &format!("L3: {name} tries while it has something"));
                }
                self.tokens.insert(started.token.clone(), id);
                // What exists is called by its own id.
                let name = match &started.target.deed {
                    grab::Deed::Launch(build) => &build.display_name,
                    grab::Deed::Start { instance } => instance,
                };
                self.by_display_name.insert(name.clone(), id);
            }
            grab::Event::AttemptSettled(settled) if settled.outcome != Outcome::InDoubt => {
                self.close(id, name, settled.number, now);
            }
            grab::Event::ReviewNeeded(_) => drop(self.open.remove(&id)),
            grab::Event::InstanceObtained(obtained) => {
                self.check_success(id, name, &obtained.instance, now);
            }
            grab::Event::Succeeded(succeeded) => {
                self.check_success(id, name, &succeeded.instance, now);
                let (target, had) = (self.target(id), self.obtained.get(&id).map_or(0, BTreeSet::len));
                if had != target {
                    self.accuse(now, &format!("L4: {name} succeeded with {had} of {target}"));
                }
            }
            _ => {}
        }
    }

    fn check_success(&mut self, id: GrabId, name: &str, instance: &str, now: i64) {
        self.obtained.entry(id).or_default().insert(instance.to_owned());
        if !self.shown_running.contains(instance) {
            self.accuse(now, &format!("L4: {name} got {instance}, and it was never seen running"));
        }
    }

    pub(super) fn display_names(&self, id: GrabId) -> Vec<String> {
        let own = self.by_display_name.iter().filter(|(_, task)| **task == id);
        own.map(|(name, _)| name.clone()).collect()
    }

    /// How many instances people asked for.
    pub(super) fn target(&self, id: GrabId) -> usize {
        let order = self.grabs.get(&id).and_then(|grab| grab.order.as_ref());
        order.map_or(1, |order| usize::try_from(order.goal.count()).unwrap())
    }

    fn close(&mut self, id: GrabId, name: &str, number: u32, now: i64) {
        if self.open.remove(&id).is_none_or(|open| open.number != number) {
            self.accuse(now, &format!("attempt {number} of {name} is settled, and was not open"));
        }
    }

    fn take_tenant(&mut self, id: TenantId, recorded: &Recorded, now: i64, wall_start: i64) {
        let next = self.tenants.len();
        let index = *self.tenants.entry(id).or_insert(next);
        self.tell(now, &format!("tenant#{index} {}", recorded.name));
        match tenant::Event::decode(&recorded.name, recorded.schema, &recorded.data) {
            Ok(tenant::Event::Registered(registered)) => {
                // Calls name their tenancy; the number in it is the judge's own.
                let own = registered.tenancy.rsplit('-').next().and_then(|number| number.parse().ok());
                self.tenants.insert(id, own.unwrap_or(index));
            }
            Ok(tenant::Event::Throttled(throttled)) => {
                let region = (throttled.scope == tenant::Scope::User).then(|| throttled.region.clone());
                let written = throttled.until.millis();
                // Written down late, it may tell of a clock that was set since.
                let span = throttled.at.map_or(i64::MAX, |at| throttled.until.since(at));
                let heard = self.throttled_at.get(&(index, region.is_none())).copied().unwrap_or(now);
                let until = (written - wall_start).min(heard.saturating_add(span));
                self.freezes.push(Freeze { tenant: index, region, from: now, until, written: Some(written) });
            }
            Ok(_) => {}
            Err(error) => self.accuse(now, &format!("an event of tenant#{index} cannot be read: {error}")),
        }
    }
}
