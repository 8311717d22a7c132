//! A cloud in memory that follows a script, for the tests of whoever uses the port.
//!
//! It keeps what a real one keeps: instances, and which token made which. It answers at once; time passes for an instance
//! by being looked at. What it was asked can be counted afterwards, as a judge outside would.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use berth_domain::{ProviderError, Refused, Seconds, Trouble, explain::Violation};

use crate::{
    Accepted, Account, Addresses, Cloud, Identity, Image, ImageWish, Inspected, Launch, Lifecycle, Limit,
    NewAccount, Region, Reply, Shape, Sighting, WorkRequest,
};

/// What one launch is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Grant,
    /// Launches, and the answer is lost.
    GrantUnheard,
    /// Launches, and the instance ends with these words before it runs.
    GrantThenEnd(&'static str),
    /// Does nothing, and the answer is lost.
    Unheard,
    /// Nothing arrives.
    Unreached,
    Refuse {
        status: u16,
        code: &'static str,
        message: &'static str,
        retry_after: Option<Seconds>,
    },
}

impl Answer {
    pub const CAPACITY: Self = Self::refuse(500, "InternalError", "Out of host capacity.");
    pub const THROTTLE: Self = Self::refuse(429, "TooManyRequests", "Too many requests for the user");
    pub const LIMIT: Self =
        Self::refuse(400, "LimitExceeded", "The following service limits were exceeded: a1.");
    pub const REJECT_KEY: Self =
        Self::refuse(401, "NotAuthenticated", "The required information was not provided.");
    pub const NO_SHAPE: Self =
        Self::refuse(404, "NotAuthorizedOrNotFound", "shape VM.Standard.A1.Flex not found");
    pub const FAULT: Self = Self::refuse(500, "InternalError", "An internal error occurred.");

    pub const fn refuse(status: u16, code: &'static str, message: &'static str) -> Self {
        Self::Refuse { status, code, message, retry_after: None }
    }

    fn trouble(&self) -> Option<Trouble> {
        let refused = |status, code: &str, message: &str, retry_after| {
            Trouble::Refused(Refused {
                status,
                code: code.into(),
                message: message.into(),
                request_id: Some("fake/request".into()),
                retry_after,
                clock_skew: None,
            })
        };
        match self {
            Self::Grant | Self::GrantThenEnd(_) => None,
            Self::GrantUnheard | Self::Unheard => {
                Some(Trouble::Lost { what: "connection reset".into(), request_id: None })
            }
            Self::Unreached => Some(Trouble::NotSent { what: "no route to host".into() }),
            Self::Refuse { status, code, message, retry_after } => {
                Some(refused(*status, code, message, *retry_after))
            }
        }
    }
}

/// One launch request as the cloud saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchSeen {
    pub token: String,
    pub availability_domain: String,
    pub display_name: String,
    pub tags: Vec<(String, String)>,
}

/// The fake. `looks` is how often an instance must be looked at before it runs.
#[derive(Debug)]
pub struct FakeCloud {
    domains: Vec<String>,
    looks: u32,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    script: VecDeque<Answer>,
    /// Answers for calls that only read, `identity` first of all.
    key_rejected: bool,
    unreachable: bool,
    listing_lags: bool,
    instances: Vec<Instance>,
    by_token: BTreeMap<String, String>,
    launches: Vec<LaunchSeen>,
    networks: u32,
}

#[derive(Clone, Debug)]
struct Instance {
    sighting: Sighting,
    looks_left: u32,
    ends: Option<&'static str>,
}

impl FakeCloud {
    /// Answers launches in this order, and grants every one after the script's end.
    pub fn new(script: impl IntoIterator<Item = Answer>) -> Self {
        let state = State { script: script.into_iter().collect(), ..State::default() };
        let domains = (1..=3).map(|number| format!("fake:AD-{number}")).collect();
        Self { domains, looks: 1, state: Mutex::new(state) }
    }

    #[must_use]
    pub fn with_domains(mut self, domains: &[&str]) -> Self {
        self.domains = domains.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    /// From now on every call is refused as a bad key is, or no more.
    pub fn reject_key(&self, rejected: bool) {
        self.state().key_rejected = rejected;
    }

    /// From now on nothing reaches the cloud, or everything does again.
    pub fn cut_off(&self, unreachable: bool) {
        self.state().unreachable = unreachable;
    }

    /// From now on lists do not show what was launched, or do again.
    pub fn lag_lists(&self, lags: bool) {
        self.state().listing_lags = lags;
    }

    pub fn then(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state().script.extend(answers);
    }

    /// Every launch request that arrived, in order, repeats included.
    pub fn launches(&self) -> Vec<LaunchSeen> {
        self.state().launches.clone()
    }

    /// Instances that have not ended.
    pub fn alive(&self) -> Vec<Sighting> {
        let state = self.state();
        let living =
            state.instances.iter().filter(|instance| instance.sighting.lifecycle != Lifecycle::Ended);
        living.map(|instance| instance.sighting.clone()).collect()
    }

    pub fn networks_made(&self) -> u32 {
        self.state().networks
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(&self) -> Result<MutexGuard<'_, State>, Trouble> {
        let state = self.state();
        if state.unreachable {
            return Err(Answer::Unreached.trouble().expect("unreached is a trouble"));
        }
        if state.key_rejected {
            return Err(Answer::REJECT_KEY.trouble().expect("a refusal is a trouble"));
        }
        Ok(state)
    }
}

impl State {
    fn make(&mut self, launch: &Launch, looks: u32, ends: Option<&'static str>) -> String {
        let id = format!("fake.instance.{}", self.instances.len() + 1);
        let sighting = Sighting {
            id: id.clone(),
            display_name: launch.display_name.clone(),
            lifecycle: Lifecycle::Provisioning,
            availability_domain: launch.availability_domain.clone(),
            tags: launch.tags.clone(),
        };
        self.instances.push(Instance { sighting, looks_left: looks, ends });
        self.by_token.insert(launch.token.clone(), id.clone());
        id
    }
}

impl Instance {
    fn look(&mut self) -> Sighting {
        if self.sighting.lifecycle == Lifecycle::Provisioning {
            self.looks_left = self.looks_left.saturating_sub(1);
            if self.looks_left == 0 {
                self.sighting.lifecycle =
                    if self.ends.is_some() { Lifecycle::Ended } else { Lifecycle::Running };
            }
        }
        self.sighting.clone()
    }
}

fn accepted(instance: String) -> Reply<Accepted> {
    let work_request = Some(format!("work.{instance}"));
    Reply {
        value: Accepted { instance, work_request },
        request_id: Some("fake/request".into()),
        clock_skew: None,
    }
}

#[async_trait]
impl Cloud for FakeCloud {
    fn inspect(&self, account: &NewAccount) -> Result<Inspected, Vec<Violation>> {
        Ok(Inspected {
            tenancy: account.tenancy.clone(),
            user: account.user.clone(),
            fingerprint: account.fingerprint.clone(),
            region: account.region.clone(),
            proxy_masked: account.proxy.as_ref().map(|_| "proxy".into()),
        })
    }

    fn knows_region(&self, region: &str) -> bool {
        !region.contains("nowhere")
    }

    async fn identity(&self, _: &Account) -> Result<Reply<Identity>, Trouble> {
        self.admit().map(drop)?;
        let value = Identity { user_name: "fake".into(), tenancy_name: "fake".into(), home_region: None };
        Ok(Reply { value, request_id: None, clock_skew: Some(0) })
    }

    async fn regions(&self, account: &Account) -> Result<Vec<Region>, Trouble> {
        self.admit().map(drop)?;
        Ok(vec![Region { name: account.home_region.clone(), home: true }])
    }

    async fn availability_domains(&self, _: &Account, _: &str) -> Result<Vec<String>, Trouble> {
        self.admit().map(drop)?;
        Ok(self.domains.clone())
    }

    async fn images(&self, _: &Account, _: &str, wish: &ImageWish) -> Result<Vec<Image>, Trouble> {
        self.admit().map(drop)?;
        let image = Image {
            id: format!("fake.image.{}", wish.name),
            display_name: wish.name.clone(),
            operating_system: wish.name.clone(),
            version: "1".into(),
        };
        Ok(vec![image])
    }

    async fn shapes(&self, _: &Account, _: &str, _: &str) -> Result<Vec<Shape>, Trouble> {
        self.admit().map(drop)?;
        Ok(vec![Shape {
            name: "VM.Standard.A1.Flex".into(),
            max_ocpus: Some(80.0),
            max_memory_gb: Some(512.0),
        }])
    }

    async fn limits(&self, _: &Account, _: &str, _: &str, _: &str) -> Result<Vec<Limit>, Trouble> {
        self.admit().map(drop)?;
        Ok(vec![])
    }

    async fn network(&self, _: &Account, _: &str) -> Result<String, Trouble> {
        let mut state = self.admit()?;
        state.networks = state.networks.max(1);
        Ok("fake.subnet".into())
    }

    fn launch_body(&self, _: &Account, launch: &Launch) -> Vec<u8> {
        format!("{} {} {} {:?}", launch.availability_domain, launch.shape, launch.display_name, launch.tags)
            .into()
    }

    async fn launch(&self, _: &Account, launch: &Launch) -> Result<Reply<Accepted>, Trouble> {
        let mut state = self.admit()?;
        let answer = state.script.pop_front().unwrap_or(Answer::Grant);
        if answer == Answer::Unreached {
            return Err(answer.trouble().expect("unreached is a trouble"));
        }
        state.launches.push(LaunchSeen {
            token: launch.token.clone(),
            availability_domain: launch.availability_domain.clone(),
            display_name: launch.display_name.clone(),
            tags: launch.tags.clone(),
        });
        let (makes, ends) = match &answer {
            Answer::Grant | Answer::GrantUnheard => (true, None),
            Answer::GrantThenEnd(words) => (true, Some(*words)),
            Answer::Unheard | Answer::Unreached | Answer::Refuse { .. } => (false, None),
        };
        // Refusals come first, as from a gateway that knows no tokens; then a known token makes nothing anew.
        let known = state.by_token.get(&launch.token).cloned();
        let made = makes.then(|| known.unwrap_or_else(|| state.make(launch, self.looks, ends)));
        match (answer.trouble(), made) {
            (None, Some(instance)) => Ok(accepted(instance)),
            (Some(trouble), _) => Err(trouble),
            (None, None) => unreachable!("an answer without trouble has made an instance"),
        }
    }

    async fn instance(&self, _: &Account, _: &str, instance: &str) -> Result<Option<Sighting>, Trouble> {
        let mut state = self.admit()?;
        Ok(state.instances.iter_mut().find(|known| known.sighting.id == instance).map(Instance::look))
    }

    async fn work_request(&self, _: &Account, _: &str, id: &str) -> Result<WorkRequest, Trouble> {
        let state = self.admit()?;
        let known = state.instances.iter().find(|known| format!("work.{}", known.sighting.id) == id);
        let words = known.and_then(|known| known.ends);
        let error = |message: &str| ProviderError {
            status: Some(500),
            code: "InternalError".into(),
            message: message.into(),
            request_id: None,
        };
        Ok(WorkRequest {
            failed: words.is_some(),
            finished: true,
            errors: words.map(error).into_iter().collect(),
        })
    }

    async fn addresses(&self, _: &Account, _: &str, _: &str) -> Result<Addresses, Trouble> {
        self.admit().map(drop)?;
        Ok(Addresses { public_ip: Some("192.0.2.7".into()), private_ip: Some("10.0.0.7".into()) })
    }

    async fn find(&self, _: &Account, _: &str, display_name: &str) -> Result<Vec<Sighting>, Trouble> {
        let state = self.admit()?;
        if state.listing_lags {
            return Ok(vec![]);
        }
        let named = state.instances.iter().filter(|instance| instance.sighting.display_name == display_name);
        Ok(named.map(|instance| instance.sighting.clone()).collect())
    }
}
