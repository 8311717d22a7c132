//! The port, call by call.

use async_trait::async_trait;
use berth_cloud::{
    Accepted, Account, Addresses, Addressing, Cloud, Identity, Image, ImageWish, Inspected, Launch,
    Lifecycle, Limit, NewAccount, Region, Reply, Room, Shape, Sighting, Size, WorkRequest,
};
use berth_domain::{ProviderError, Trouble, explain::Violation};

use super::{
    SimCloud, answers,
    sleepers::{is_sleeper, sighting},
};

/// An address comes so long after the instance runs.
const ADDRESS_MS: i64 = 2_000;
/// And so long before it runs it has its place.
const PLACED_MS: i64 = 60_000;

fn reply<T>(value: T) -> Reply<T> {
    Reply { value, request_id: None, clock_skew: None }
}

#[async_trait]
impl Cloud for SimCloud {
    fn inspect(&self, account: &NewAccount) -> Result<Inspected, Vec<Violation>> {
        Ok(Inspected {
            tenancy: account.tenancy.clone(),
            user: account.user.clone(),
            fingerprint: account.fingerprint.clone(),
            region: account.region.clone(),
            proxy_masked: None,
        })
    }

    fn knows_region(&self, _: &str) -> bool {
        true
    }

    async fn identity(&self, account: &Account) -> Result<Reply<Identity>, Trouble> {
        let identity =
            Identity { user_name: "user".into(), tenancy_name: "tenancy".into(), home_region: None };
        self.look("identity", account, &account.home_region, |_, _| Ok(reply(identity))).await
    }

    async fn regions(&self, account: &Account) -> Result<Vec<Region>, Trouble> {
        let home = Region { name: account.home_region.clone(), home: true };
        self.look("regions", account, &account.home_region, |_, _| Ok(vec![home])).await
    }

    async fn availability_domains(&self, account: &Account, region: &str) -> Result<Vec<String>, Trouble> {
        let domains = (1..=3).map(|number| format!("{region}:AD-{number}")).collect();
        self.look("domains", account, region, |_, _| Ok(domains)).await
    }

    async fn images(&self, account: &Account, region: &str, wish: &ImageWish) -> Result<Vec<Image>, Trouble> {
        let image = Image {
            id: "ocid1.image.1".into(),
            display_name: wish.name.clone(),
            operating_system: wish.name.clone(),
            version: "1".into(),
        };
        self.look("images", account, region, |_, _| Ok(vec![image])).await
    }

    async fn shapes(&self, account: &Account, region: &str, _: &str) -> Result<Vec<Shape>, Trouble> {
        let shape = Shape { name: "VM.Standard.A1.Flex".into(), max_ocpus: None, max_memory_gb: None };
        self.look("shapes", account, region, |_, _| Ok(vec![shape])).await
    }

    async fn limits(&self, account: &Account, region: &str, _: &str, _: &str) -> Result<Vec<Limit>, Trouble> {
        self.look("limits", account, region, |_, _| Ok(vec![])).await
    }

    async fn network(&self, account: &Account, region: &str, _: Addressing) -> Result<String, Trouble> {
        self.look("network", account, region, |_, _| Ok("ocid1.subnet.1".into())).await
    }

    fn launch_body(&self, _: &Account, launch: &Launch) -> Vec<u8> {
        format!("{} {} {} {:?}", launch.availability_domain, launch.shape, launch.display_name, launch.tags)
            .into()
    }

    async fn launch(&self, account: &Account, launch: &Launch) -> Result<Reply<Accepted>, Trouble> {
        let body = self.launch_body(account, launch);
        let instance = self.send(account, launch.clone(), body).await?;
        let work_request = Some(format!("work.{instance}"));
        Ok(reply(Accepted { instance, work_request }))
    }

    async fn instance(
        &self,
        account: &Account,
        region: &str,
        instance: &str,
    ) -> Result<Option<Sighting>, Trouble> {
        let seen = self.look("instance", account, region, |holdings, now| {
            if is_sleeper(instance) {
                let woken = holdings.woken.get(instance).copied();
                return Ok(Some(sighting(instance, woken, now)));
            }
            Ok(holdings.instance(instance).map(|known| known.sighting(now)))
        });
        let seen = seen.await?;
        if seen.as_ref().is_some_and(|seen| seen.lifecycle == Lifecycle::Running) {
            self.judge.shows_running(instance);
        }
        Ok(seen)
    }

    async fn work_request(&self, account: &Account, region: &str, id: &str) -> Result<WorkRequest, Trouble> {
        let no_room = answers::no_room().provider_error();
        self.look("work request", account, region, |holdings, now| {
            let known = id.strip_prefix("work.").and_then(|instance| holdings.instance(instance));
            let failed = known.is_some_and(|known| known.lifecycle(now) == Lifecycle::Ended);
            let errors: Vec<ProviderError> = failed.then_some(no_room).into_iter().collect();
            Ok(WorkRequest { failed, finished: failed, errors })
        })
        .await
    }

    async fn addresses(&self, account: &Account, region: &str, instance: &str) -> Result<Addresses, Trouble> {
        self.look("addresses", account, region, |holdings, now| {
            let woken = holdings.woken.get(instance).map(|woken| woken.runs_at);
            let runs_at = woken.or_else(|| holdings.instance(instance).map(|known| known.runs_at));
            let there = runs_at.filter(|runs_at| now >= runs_at.saturating_add(ADDRESS_MS));
            Ok(Addresses { public_ip: there.map(|_| "192.0.2.7".into()), private_ip: None })
        })
        .await
    }

    async fn find(&self, account: &Account, region: &str, name: &str) -> Result<Vec<Sighting>, Trouble> {
        self.look("find", account, region, |holdings, now| {
            let listed =
                holdings.instances.iter().filter(|one| one.listed_from <= now && one.display_name == name);
            Ok(listed.map(|one| one.sighting(now)).collect())
        })
        .await
    }

    async fn capacity(
        &self,
        account: &Account,
        region: &str,
        domain: &str,
        sizes: &[Size],
    ) -> Result<Vec<Room>, Trouble> {
        // It is wrong one time in four.
        let wrong = self.dice.in_1000(250);
        let domain =
            domain.chars().last().and_then(|last| last.to_digit(10)).map_or(0, |number| number as usize - 1);
        self.look("capacity", account, region, |_, now| {
            let room = self.weather.has_room(domain, now) != wrong;
            Ok(sizes.iter().map(|_| if room { Room::Available } else { Room::Full }).collect())
        })
        .await
    }

    async fn terminate(&self, account: &Account, region: &str, instance: &str) -> Result<(), Trouble> {
        self.judge.terminates(instance);
        let ended = self.look("terminate", account, region, |_, _| Ok(())).await;
        if ended.is_ok() {
            self.end(instance);
        }
        ended
    }

    async fn start(
        &self,
        account: &Account,
        region: &str,
        instance: &str,
        token: &str,
    ) -> Result<Reply<()>, Trouble> {
        self.send_start(account, region, (instance, token)).await.map(reply)
    }

    async fn is_placed(
        &self,
        account: &Account,
        region: &str,
        _: &str,
        instance: &str,
    ) -> Result<bool, Trouble> {
        self.look("is placed", account, region, |holdings, now| {
            Ok(holdings
                .instance(instance)
                .is_some_and(|known| now >= known.runs_at.saturating_sub(PLACED_MS)))
        })
        .await
    }
}
