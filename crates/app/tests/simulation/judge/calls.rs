//! What the judge says of calls: the pace, the freezes, and which launches are lawful.

use berth_domain::{GrabId, tenant::Scope};

use super::{GRACE_MS, Judge, State};

/// One call on its way.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) kind: &'static str,
    pub(crate) tenant: usize,
    pub(crate) region: String,
    /// Name and token of a launch.
    pub(crate) launch: Option<(String, String)>,
}

/// What the caller heard.
pub(crate) enum Heard {
    Answer(String),
    Throttle { scope: Scope, retry_after_ms: Option<i64> },
}

/// Nobody of the scope may call.
pub(super) struct Freeze {
    pub(super) tenant: usize,
    /// Every region when absent.
    pub(super) region: Option<String>,
    pub(super) from: i64,
    pub(super) until: i64,
    /// Until when by the wall clock, as it was written down. What was not is forgotten in a crash.
    pub(super) written: Option<i64>,
}

impl Freeze {
    /// What a life that begins now can know of it. Once somebody set the clock forwards, it seems to have ended sooner.
    pub(super) fn remembered(mut self, wall_start: i64) -> Option<Self> {
        self.until = self.until.min(self.written? - wall_start);
        Some(self)
    }
}

impl Judge {
    /// A request leaves the process.
    pub(crate) fn leaves(&self, call: &Call) {
        let now = self.time.now();
        let mut state = self.state();
        state.calls += 1;
        *state.per_second.entry(now / 1000).or_default() += 1;
        let launch = match &call.launch {
            Some((name, token)) => {
                let task = state.by_display_name.get(name).copied();
                format!(" {} {}", task.map_or("?".into(), |id| state.name(id)), &token[..token.len().min(8)])
            }
            None => String::new(),
        };
        state.tell(now, &format!("tenant#{} calls {}{launch}", call.tenant, call.kind));
        state.check_pace(call, now, self.ceiling);
        state.check_freezes(call, now);
        if let Some((name, token)) = &call.launch {
            state.launches += 1;
            state.check_launch(name, token, now);
        }
    }

    /// The process hears what became of it.
    pub(crate) fn hears(&self, call: &Call, heard: &Heard) {
        let now = self.time.now();
        let mut state = self.state();
        let words = match heard {
            Heard::Answer(words) => words.clone(),
            Heard::Throttle { scope, retry_after_ms } => {
                state.throttled_at.insert((call.tenant, *scope == Scope::Tenancy), now);
                if let Some(span) = retry_after_ms {
                    state.freeze(call, *scope, now, now + span);
                }
                format!("429 {scope:?}")
            }
        };
        state.tell(now, &format!("tenant#{} hears of {}: {words}", call.tenant, call.kind));
        if let Some((name, token)) = &call.launch
            && let Some(id) = state.by_display_name.get(name).copied()
        {
            state.launching.entry(id).or_default().retain(|other| other != token);
        }
    }

    /// There is one more of this name. The cloud tells how many of a name have not ended; a task's instances bear several.
    pub(crate) fn alive(&self, display_name: &str, living: impl Fn(&str) -> usize) {
        let mut state = self.state();
        let task = state.by_display_name.get(display_name).copied();
        let name = task.map_or(display_name.to_owned(), |id| state.name(id));
        let names = task.map_or(vec![display_name.to_owned()], |id| state.display_names(id));
        let instances: usize = names.iter().map(|name| living(name)).sum();
        let target = task.map_or(1, |id| state.target(id));
        let now = self.time.now();
        state.tell(now, &format!("{instances} instances of {name} live"));
        if instances > target {
            state.accuse(
                now,
                &format!("L1: {instances} instances of {name} live, and {target} was asked for"),
            );
        }
    }

    pub(crate) fn shows_running(&self, instance: &str) {
        self.state().shown_running.insert(instance.to_owned());
    }

    /// An instance is ended on request. Only one that was accepted and never ran may be.
    pub(crate) fn terminates(&self, instance: &str) {
        let mut state = self.state();
        let mut owners = state.grabs.values().filter(|grab| {
            matches!(&grab.have, berth_domain::grab::Have::Accepted(accepted) if accepted.instance == instance)
        });
        let ours = !instance.starts_with("asleep-");
        if !ours || owners.next().is_none() || state.shown_running.contains(instance) {
            let now = self.time.now();
            state.accuse(now, &format!("L5: {instance} is terminated, and nobody asked for that"));
        }
    }
}

impl State {
    fn check_pace(&mut self, call: &Call, now: i64, ceiling: f64) {
        let calls = self.calls_of.entry(call.tenant).or_default();
        calls.push_back(now);
        while calls.front().is_some_and(|first| now - first >= 1000) {
            calls.pop_front();
        }
        let (count, tenant) = (calls.len(), call.tenant);
        #[expect(clippy::cast_precision_loss, reason = "a few calls")]
        if count as f64 > ceiling.ceil() {
            self.accuse(
                now,
                &format!(
                    "R1: {count} calls of tenant#{tenant} within a second, and the ceiling is {ceiling}"
                ),
            );
        }
    }

    fn check_freezes(&mut self, call: &Call, now: i64) {
        self.freezes.retain(|freeze| freeze.until > now);
        let broken = self.freezes.iter().find(|freeze| {
            freeze.tenant == call.tenant
                && freeze.region.as_ref().is_none_or(|region| *region == call.region)
                && now > freeze.from + GRACE_MS
        });
        if let Some(until) = broken.map(|freeze| freeze.until) {
            let (tenant, kind) = (call.tenant, call.kind);
            self.accuse(
                now,
                &format!("R1: tenant#{tenant} calls {kind}, and is frozen for {} ms more", until - now),
            );
        }
    }

    fn freeze(&mut self, call: &Call, scope: Scope, from: i64, until: i64) {
        let region = (scope == Scope::User).then(|| call.region.clone());
        self.freezes.push(Freeze { tenant: call.tenant, region, from, until, written: None });
    }

    fn check_launch(&mut self, name: &str, token: &str, now: i64) {
        let Some(id) = self.by_display_name.get(name).copied() else {
            return self
                .accuse(now, &format!("L2: a launch of {name:?} leaves, and no attempt was written down"));
        };
        let task = self.name(id);
        if self.tokens.get(token) != Some(&id) {
            self.accuse(now, &format!("L2: a launch of {task} leaves, and its token was not written down"));
        }
        self.check_alone(id, &task, token, now);
    }

    fn check_alone(&mut self, id: GrabId, task: &str, token: &str, now: i64) {
        let under_way = self.launching.entry(id).or_default();
        under_way.push(token.to_owned());
        if under_way.iter().any(|other| other != token) {
            self.accuse(now, &format!("L3: two tokens of {task} are in flight"));
        }
    }
}
