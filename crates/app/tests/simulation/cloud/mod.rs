//! A cloud of the simulator's own. It shares nothing with the scripted fake but the port: a shared mistake would agree with itself.
//!
//! A launch is a request that arrives a while after it left, does its deed, and is answered a while later. Whoever left
//! meanwhile, or never hears, changes nothing of the deed.

mod answers;
mod instances;
mod port;
mod sleepers;

use std::sync::{Arc, Mutex, MutexGuard};

use berth_cloud::{Account, Launch};
use berth_domain::{Trouble, tenant::Scope};

use crate::{
    dice::Dice,
    fuse::Fuse,
    judge::{Call, Heard, Judge},
    options::{SECOND, Variant},
    time::sleep,
    weather::{Fault, Weather},
};
use instances::{Deed, Holdings, Outcome};
pub(crate) use sleepers::sleeper_of;

/// What lasts over all lives of the process.
#[derive(Clone)]
pub(crate) struct SimCloud {
    pub(crate) judge: Arc<Judge>,
    pub(crate) weather: Arc<Weather>,
    pub(crate) dice: Dice,
    pub(crate) variant: Variant,
    pub(crate) fuse: Arc<Fuse>,
    holdings: Arc<Mutex<(u64, Holdings)>>,
}

/// What becomes of one request.
enum Fate {
    /// Answered so before it does anything.
    Refused(Trouble),
    Done,
    /// Does its deed, and the answer is this.
    DoneUnheard(Trouble),
    /// Never arrives, and nobody says so.
    Vanishes,
}

impl SimCloud {
    pub(crate) fn new(judge: Arc<Judge>, weather: Arc<Weather>, dice: Dice, variant: Variant) -> Self {
        Self { judge, weather, dice, variant, fuse: Arc::default(), holdings: Arc::default() }
    }

    /// The same cloud, called by the next life of the process.
    pub(crate) fn for_life(&self, fuse: Arc<Fuse>) -> Self {
        Self { fuse, ..self.clone() }
    }

    /// The process died.
    pub(crate) fn cut(&self) {
        let now = self.now();
        self.settled().1.cut(now, &self.dice);
    }

    /// How many instances of these names live, or may come to.
    pub(crate) fn may_live(&self, names: &[String]) -> usize {
        let now = self.now();
        let holdings = self.settled();
        let coming = holdings.1.under_way.iter().filter(|deed| names.contains(&deed.launch.display_name));
        coming.count() + names.iter().map(|name| holdings.1.living(name, now)).sum::<usize>()
    }

    /// Ends an instance on request.
    fn end(&self, instance: &str) {
        let now = self.now();
        let mut holdings = self.settled();
        if let Some(known) = holdings.1.instances.iter_mut().find(|known| known.id == instance) {
            known.ends_at = Some(now);
        }
    }

    fn now(&self) -> i64 {
        self.judge.time.now()
    }

    /// What it holds, with everything done that is due.
    fn settled(&self) -> MutexGuard<'_, (u64, Holdings)> {
        let now = self.now();
        let mut holdings = self.holdings.lock().unwrap();
        let has_room = |launch: &Launch, at: i64| {
            let domain = launch.availability_domain.chars().last().and_then(|last| last.to_digit(10));
            self.weather.has_room(domain.map_or(0, |number| number as usize - 1), at)
        };
        for name in holdings.1.settle(now, &self.dice, has_room) {
            self.judge.alive(&name, |name| holdings.1.living(name, now));
        }
        holdings
    }

    fn reigns(&self, fault: Fault, tenant: usize) -> bool {
        self.weather.reigns(fault, tenant, self.now())
    }

    fn noise(&self, times_in_1000: i64) -> bool {
        self.weather.is_noisy(self.now()) && self.dice.in_1000(times_in_1000)
    }

    async fn takes(&self, tenant: usize) {
        let slow = self.reigns(Fault::Slow, tenant);
        sleep(if slow { self.dice.between(500, 9_000) } else { self.dice.between(5, 400) }).await;
    }

    fn fate(&self, tenant: usize, launches: bool) -> Fate {
        let odd = self.dice.index(4);
        match () {
            () if self.reigns(Fault::Unreachable, tenant) => Fate::Refused(answers::unreachable()),
            () if self.reigns(Fault::ThrottleTenancy, tenant) => Fate::Refused(self.throttle(true)),
            () if self.reigns(Fault::ThrottleUser, tenant) => Fate::Refused(self.throttle(false)),
            () if self.reigns(Fault::KeyRefused, tenant) => Fate::Refused(answers::key_refused()),
            () if self.reigns(Fault::NotFound, tenant) => Fate::Refused(answers::not_found()),
            () if launches && self.reigns(Fault::LimitAlarm, tenant) => Fate::Refused(answers::limit()),
            () if self.reigns(Fault::Faulty, tenant) && self.dice.in_1000(500) => {
                Fate::DoneUnheard(answers::faulty(odd))
            }
            () if self.reigns(Fault::Faulty, tenant) => Fate::Refused(answers::faulty(odd)),
            () if self.reigns(Fault::Deaf, tenant) && self.dice.in_1000(500) => {
                Fate::DoneUnheard(answers::lost())
            }
            () if self.noise(15) => Fate::Vanishes,
            () if self.noise(15) => Fate::DoneUnheard(answers::lost()),
            () if self.noise(10) => Fate::Refused(answers::unreachable()),
            () if self.noise(10) => Fate::Refused(self.throttle(false)),
            () if self.noise(5) => Fate::DoneUnheard(answers::faulty(odd)),
            () => Fate::Done,
        }
    }

    fn throttle(&self, whole_tenancy: bool) -> Trouble {
        let named = self.dice.in_1000(300).then(|| self.dice.between(1, 60) * SECOND);
        answers::throttled(whole_tenancy, named)
    }

    /// One call that only looks.
    async fn look<T>(
        &self,
        kind: &'static str,
        account: &Account,
        region: &str,
        answer: impl FnOnce(&Holdings, i64) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let call = Call { kind, tenant: tenant_of(account), region: region.to_owned(), launch: None };
        self.fuse.touch().await;
        self.judge.leaves(&call);
        let fate = self.fate(call.tenant, false);
        self.takes(call.tenant).await;
        let answered = match fate {
            Fate::Refused(trouble) | Fate::DoneUnheard(trouble) => Err(trouble),
            Fate::Vanishes => Err(answers::lost()),
            Fate::Done => answer(&self.settled().1, self.now()),
        };
        self.judge.hears(&call, &heard(&answered));
        self.fuse.touch().await;
        answered
    }

    /// One launch request. What is in the cloud's hands goes on without the caller.
    async fn send(&self, account: &Account, launch: Launch, body: Vec<u8>) -> Result<String, Trouble> {
        let (name, token) = (launch.display_name.clone(), launch.token.clone());
        let tenant = tenant_of(account);
        let call =
            Call { kind: "launch", tenant, region: launch.region.clone(), launch: Some((name, token)) };
        self.fuse.touch().await;
        self.judge.leaves(&call);
        let launch = if self.variant == Variant::NoRetryToken { self.naive(launch) } else { launch };
        let answered = self.pass_on(tenant, launch, body).await;
        self.judge.hears(&call, &heard(&answered));
        self.fuse.touch().await;
        answered
    }

    async fn pass_on(&self, tenant: usize, launch: Launch, body: Vec<u8>) -> Result<String, Trouble> {
        match self.fate(tenant, true) {
            Fate::Refused(trouble) => {
                self.takes(tenant).await;
                Err(trouble)
            }
            Fate::Vanishes => {
                self.takes(tenant).await;
                Err(answers::lost())
            }
            Fate::DoneUnheard(trouble) => {
                self.put_on_its_way(tenant, launch, body);
                self.takes(tenant).await;
                Err(trouble)
            }
            Fate::Done => {
                let (number, at) = self.put_on_its_way(tenant, launch, body);
                sleep(at - self.now()).await;
                self.takes(tenant).await;
                let outcome = self.settled().1.done.get(&number).cloned();
                match outcome {
                    Some(Outcome::Made(instance)) => Ok(instance),
                    Some(Outcome::Collision) => Err(answers::collision()),
                    Some(Outcome::Consumed) => Err(answers::consumed()),
                    Some(Outcome::NoRoom) | None => Err(answers::no_room()),
                }
            }
        }
    }

    /// From here on it happens, whether anybody waits for it or not. Answers its number and its moment.
    fn put_on_its_way(&self, tenant: usize, launch: Launch, body: Vec<u8>) -> (u64, i64) {
        let left = self.now();
        // A request that is slow to arrive may do so after its caller gave up.
        let takes =
            if self.noise(100) { self.dice.between(1, 20) * SECOND } else { self.dice.between(5, 300) };
        let crumbles = self.reigns(Fault::Crumbling, tenant) || self.noise(100);
        let listed_late = self.reigns(Fault::LateLists, tenant) || self.noise(50);
        let mut holdings = self.settled();
        holdings.0 += 1;
        let call = holdings.0;
        let at = left + takes;
        holdings.1.under_way.push(Deed { call, left, at, launch, body, crumbles, listed_late });
        (call, at)
    }

    /// What a client does that knows of no tokens.
    fn naive(&self, mut launch: Launch) -> Launch {
        launch.token = format!("{:x}", self.dice.between(0, i64::MAX));
        launch.tags.clear();
        launch
    }
}

fn heard<T>(answered: &Result<T, Trouble>) -> Heard {
    match answered {
        Err(Trouble::Refused(refused)) if refused.status == 429 => {
            let scope = if refused.message.ends_with("tenant") { Scope::Tenancy } else { Scope::User };
            let retry_after_ms = refused.retry_after.map(berth_domain::Seconds::millis);
            Heard::Throttle { scope, retry_after_ms }
        }
        Err(trouble) => Heard::Answer(answers::words(trouble)),
        Ok(_) => Heard::Answer("ok".into()),
    }
}

/// Tenancies are called `tenancy-0`, `tenancy-1`, …
fn tenant_of(account: &Account) -> usize {
    account.tenancy.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}
