//! The port, answered from the script.

use async_trait::async_trait;
use berth_domain::{ProviderError, Trouble, explain::Violation};

use super::{
    Answer, FakeCloud, LaunchSeen, ReportSeen, StartSeen,
    seen::body,
    state::{Instance, State},
};
use crate::{
    Accepted, Account, Addresses, Addressing, Cloud, Identity, Image, ImageWish, Inspected, Launch,
    Lifecycle, Limit, NewAccount, NoTurn, Region, Reply, Room, Shape, Sighting, Size, WorkRequest,
};

const ABSENT: Answer = Answer::NO_POLICY;

fn done<T>(value: T) -> Reply<T> {
    Reply { value, request_id: Some("fake/request".into()), clock_skew: None }
}

fn refused(answer: &Answer) -> Trouble {
    answer.trouble().expect("a refusal is a trouble")
}

/// Carries out what the answer lets through, and tells what the asker hears of it.
fn play(
    answer: &Answer,
    state: &mut State,
    act: impl FnOnce(&mut State) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    if answer.acts() {
        act(state)?;
    }
    answer.trouble().map_or(Ok(()), Err)
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
        if let Some(trouble) = self.admit()?.identity_refused.clone() {
            return Err(trouble);
        }
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
        Ok(self.admit()?.limits.clone())
    }

    async fn network(
        &self,
        account: &Account,
        region: &str,
        addressing: Addressing,
    ) -> Result<String, Trouble> {
        let further = self.admit()?.network_requests;
        for _ in 0..further {
            if let Some(turns) = &account.turns {
                let none = |error: NoTurn| Trouble::NotSent { what: error.to_string() };
                turns.turn(region).await.map_err(none)?;
            }
            self.admit().map(drop)?;
        }
        self.state().networks.insert(addressing);
        match addressing {
            Addressing::Ipv4 => Ok("fake.subnet".into()),
            Addressing::Both => Ok("fake.subnet.ipv6".into()),
        }
    }

    fn launch_body(&self, _: &Account, launch: &Launch) -> Vec<u8> {
        body(launch)
    }

    async fn launch(&self, _: &Account, launch: &Launch) -> Result<Reply<Accepted>, Trouble> {
        let mut state = self.admit()?;
        if state.brings_down.take_if(|named| launch.display_name.contains(named.as_str())).is_some() {
            drop(state);
            panic!("as the test asked");
        }
        let stormy = state.storm.as_ref().is_some_and(|named| launch.display_name.contains(named));
        let scripted = |state: &mut State| state.script.pop_front().unwrap_or(Answer::Grant);
        let answer = if stormy { Answer::THROTTLE } else { scripted(&mut state) };
        if answer == Answer::Unreached {
            return Err(refused(&answer));
        }
        state.seen.launches.push(LaunchSeen::from(launch));
        // Refusals come first, as from a gateway that knows no tokens; then a known token makes nothing anew.
        let made = answer.acts().then(|| state.make(launch, self.looks, &answer));
        match (answer.trouble(), made) {
            (None, Some(instance)) => {
                let work_request = Some(format!("work.{instance}"));
                Ok(done(Accepted { instance, work_request }))
            }
            (Some(trouble), _) => Err(trouble),
            (None, None) => unreachable!("an answer without trouble has made an instance"),
        }
    }

    async fn instance(&self, _: &Account, _: &str, instance: &str) -> Result<Option<Sighting>, Trouble> {
        let mut state = self.admit()?;
        Ok(state.known(instance).filter(|known| !known.hidden).map(Instance::look))
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

    async fn capacity(
        &self,
        _: &Account,
        region: &str,
        domain: &str,
        sizes: &[Size],
    ) -> Result<Vec<Room>, Trouble> {
        let mut state = self.admit()?;
        let (region, of) = (region.to_owned(), domain.to_owned());
        state.seen.reports.push(ReportSeen { region, domain: of, sizes: sizes.to_vec() });
        match &state.reports_refused {
            Some(answer) => Err(refused(answer)),
            None => Ok(sizes.iter().map(|size| state.room(domain, size)).collect()),
        }
    }

    async fn terminate(&self, _: &Account, _: &str, instance: &str) -> Result<(), Trouble> {
        let mut state = self.admit()?;
        let answer = state.terminations.pop_front().unwrap_or(Answer::Grant);
        if answer != Answer::Unreached {
            state.seen.terminations.push(instance.to_owned());
        }
        play(&answer, &mut state, |state| {
            let known = state.known(instance).ok_or_else(|| refused(&ABSENT))?;
            known.sighting.lifecycle = Lifecycle::Ended;
            Ok(())
        })
    }

    async fn start(&self, _: &Account, _: &str, instance: &str, token: &str) -> Result<Reply<()>, Trouble> {
        let mut state = self.admit()?;
        let answer = state.starts.pop_front().unwrap_or(Answer::Grant);
        if answer != Answer::Unreached {
            state.seen.starts.push(StartSeen { instance: instance.to_owned(), token: token.to_owned() });
        }
        let looks = self.looks;
        play(&answer, &mut state, |state| {
            if state.started.contains(token) {
                return Ok(());
            }
            state.known(instance).ok_or_else(|| refused(&ABSENT))?.start(looks)?;
            state.started.insert(token.to_owned());
            Ok(())
        })?;
        Ok(done(()))
    }

    async fn is_placed(&self, _: &Account, _: &str, _: &str, instance: &str) -> Result<bool, Trouble> {
        let mut state = self.admit()?;
        Ok(state.known(instance).is_some_and(|known| known.placed))
    }
}

impl Instance {
    fn start(&mut self, looks: u32) -> Result<(), Trouble> {
        if self.sighting.lifecycle != Lifecycle::Stopped {
            return Err(refused(&Answer::WRONG_STATE));
        }
        self.sighting.lifecycle = Lifecycle::Provisioning;
        self.looks_left = looks;
        Ok(())
    }
}
