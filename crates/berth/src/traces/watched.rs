//! A cloud whose calls are told as spans. It stands before the real one only while somebody collects them.

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use berth_app::SPANS;
use berth_cloud::{
    Accepted, Account, Addresses, Addressing, Cloud, Identity, Image, ImageWish, Inspected, Launch, Limit,
    NewAccount, Region, Reply, Room, Shape, Sighting, Size, WorkRequest,
};
use berth_domain::{Trouble, explain::Violation, grab::classify};

pub(crate) struct WatchedCloud(pub(crate) Arc<dyn Cloud>);

/// What is told of one call. Of the cloud's own words only its number for the request.
struct Call<'a> {
    name: &'static str,
    region: &'a str,
    /// The task that an attempt is of.
    task: &'a str,
}

impl<'a> Call<'a> {
    fn to(name: &'static str, region: &'a str) -> Self {
        Self { name, region, task: "" }
    }

    async fn told<T>(self, calling: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
        let began = Instant::now();
        let answer = calling.await;
        let trouble = answer.as_ref().err();
        let (status, request_id) = match trouble.map(Trouble::provider_error) {
            Some(error) => (error.status.unwrap_or_default(), error.request_id.unwrap_or_default()),
            None => (0, String::new()),
        };
        let verdict = trouble.map(classify);
        tracing::trace!(
            target: SPANS,
            span = %format_args!("cloud {}", self.name),
            took_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
            failed = verdict.is_some_and(|verdict| verdict.outcome.is_fault()),
            berth.call = self.name,
            berth.task = self.task,
            berth.outcome = verdict.map_or("OK", |verdict| verdict.outcome.word()),
            cloud.region = self.region,
            cloud.request_id = request_id,
            http.response.status_code = status,
        );
        answer
    }
}

#[async_trait]
impl Cloud for WatchedCloud {
    fn inspect(&self, account: &NewAccount) -> Result<Inspected, Vec<Violation>> {
        self.0.inspect(account)
    }

    fn knows_region(&self, region: &str) -> bool {
        self.0.knows_region(region)
    }

    async fn identity(&self, account: &Account) -> Result<Reply<Identity>, Trouble> {
        Call::to("identity", "").told(self.0.identity(account)).await
    }

    async fn regions(&self, account: &Account) -> Result<Vec<Region>, Trouble> {
        Call::to("regions", "").told(self.0.regions(account)).await
    }

    async fn availability_domains(&self, account: &Account, region: &str) -> Result<Vec<String>, Trouble> {
        Call::to("availability_domains", region).told(self.0.availability_domains(account, region)).await
    }

    async fn images(&self, account: &Account, region: &str, wish: &ImageWish) -> Result<Vec<Image>, Trouble> {
        Call::to("images", region).told(self.0.images(account, region, wish)).await
    }

    async fn shapes(&self, account: &Account, region: &str, domain: &str) -> Result<Vec<Shape>, Trouble> {
        Call::to("shapes", region).told(self.0.shapes(account, region, domain)).await
    }

    async fn limits(
        &self,
        account: &Account,
        region: &str,
        domain: &str,
        shape: &str,
    ) -> Result<Vec<Limit>, Trouble> {
        Call::to("limits", region).told(self.0.limits(account, region, domain, shape)).await
    }

    async fn network(
        &self,
        account: &Account,
        region: &str,
        addressing: Addressing,
    ) -> Result<String, Trouble> {
        Call::to("network", region).told(self.0.network(account, region, addressing)).await
    }

    fn launch_body(&self, account: &Account, launch: &Launch) -> Vec<u8> {
        self.0.launch_body(account, launch)
    }

    async fn launch(&self, account: &Account, launch: &Launch) -> Result<Reply<Accepted>, Trouble> {
        // The first tag is the task's; it is how the instance is found again.
        let task = launch.tags.first().map_or("", |(_, task)| task);
        let call = Call { name: "launch", region: &launch.region, task };
        call.told(self.0.launch(account, launch)).await
    }

    async fn instance(
        &self,
        account: &Account,
        region: &str,
        instance: &str,
    ) -> Result<Option<Sighting>, Trouble> {
        Call::to("instance", region).told(self.0.instance(account, region, instance)).await
    }

    async fn work_request(&self, account: &Account, region: &str, id: &str) -> Result<WorkRequest, Trouble> {
        Call::to("work_request", region).told(self.0.work_request(account, region, id)).await
    }

    async fn addresses(&self, account: &Account, region: &str, instance: &str) -> Result<Addresses, Trouble> {
        Call::to("addresses", region).told(self.0.addresses(account, region, instance)).await
    }

    async fn find(
        &self,
        account: &Account,
        region: &str,
        display_name: &str,
    ) -> Result<Vec<Sighting>, Trouble> {
        Call::to("find", region).told(self.0.find(account, region, display_name)).await
    }

    async fn capacity(
        &self,
        account: &Account,
        region: &str,
        domain: &str,
        sizes: &[Size],
    ) -> Result<Vec<Room>, Trouble> {
        Call::to("capacity", region).told(self.0.capacity(account, region, domain, sizes)).await
    }

    async fn terminate(&self, account: &Account, region: &str, instance: &str) -> Result<(), Trouble> {
        Call::to("terminate", region).told(self.0.terminate(account, region, instance)).await
    }

    async fn start(
        &self,
        account: &Account,
        region: &str,
        instance: &str,
        token: &str,
    ) -> Result<Reply<()>, Trouble> {
        Call::to("start", region).told(self.0.start(account, region, instance, token)).await
    }

    async fn is_placed(
        &self,
        account: &Account,
        region: &str,
        domain: &str,
        instance: &str,
    ) -> Result<bool, Trouble> {
        Call::to("is_placed", region).told(self.0.is_placed(account, region, domain, instance)).await
    }
}
