//! The other side of many tasks at work: a loop for each, as the usual scripts have it, in one process. It sleeps, launches and forgets:
//! nothing is written down, no budget is shared, a lost answer is a lost server.
//!
//! It signs and sends with our own adapter, so that the difference is what keeping, pacing and showing cost.

use std::{
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::{Context as _, Result, anyhow};
use berth_cloud::{Account, Cloud, Credential, ImageWish, Launch};
use berth_cloud_oci::{OciCloud, config_file, endpoints::Endpoints};
use berth_domain::TenantId;
use secrecy::SecretString;
use tokio::task::JoinSet;

use crate::{herd::Crowd, process::Binaries};

/// The argument that makes this program the loops.
pub(crate) const MODE: &str = "naive";

/// A command that runs them in a process of their own.
pub(crate) fn command(base_url: &str, cloud: &Path, crowd: Crowd) -> Result<Command> {
    let mut command = Binaries::ourselves()?;
    command.args([MODE, base_url]).arg(cloud);
    command.args([crowd.calm, crowd.eager].map(|number| number.to_string()));
    Ok(command)
}

/// Hunts until the process is ended.
pub(crate) fn hunt(base_url: &str, cloud: &str, crowd: Crowd) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let endpoints = Endpoints::overridden(&base_url.parse()?)?;
        let oci: Arc<dyn Cloud> = Arc::new(OciCloud::overridden(endpoints, Arc::new(SystemTime::now)));
        let mut wishes = Vec::new();
        for account in accounts(Path::new(cloud))? {
            wishes.push(wish(&*oci, account).await?);
        }
        let mut loops = JoinSet::new();
        for number in 0..crowd.calm + crowd.eager {
            let every = Duration::from_secs(if number < crowd.calm { 60 } else { 1 });
            loops.spawn(try_for_ever(oci.clone(), wishes[number % wishes.len()].clone(), number, every));
        }
        loops.join_all().await;
        Ok(())
    })
}

async fn try_for_ever(oci: Arc<dyn Cloud>, wish: Arc<(Account, Launch)>, number: usize, every: Duration) {
    let (account, launch) = &*wish;
    let phase = f64::from(u32::try_from(number * 7919 % 10_007).unwrap_or_default()) / 10_007.0;
    tokio::time::sleep(every.mul_f64(phase)).await;
    for attempt in 0_u64.. {
        let began = tokio::time::Instant::now();
        let token = format!("{number}-{attempt}");
        // Whatever it says is forgotten.
        oci.launch(account, &Launch { token, ..launch.clone() }).await.ok();
        tokio::time::sleep_until(began + every).await;
    }
}

fn accounts(cloud: &Path) -> Result<Vec<Account>> {
    let key = SecretString::from(std::fs::read_to_string(cloud.join("key.pem"))?);
    let profiles = config_file::parse(&std::fs::read_to_string(cloud.join("config"))?)
        .map_err(|problems| anyhow!("the simulator's config is not understood: {problems:?}"))?;
    let account = |(number, profile): (u128, config_file::Profile)| Account {
        tenant: TenantId::from_parts(0, number),
        revision: 1,
        tenancy: profile.tenancy,
        user: profile.user,
        fingerprint: profile.fingerprint,
        home_region: profile.region.code().to_owned(),
        credential: Credential { private_key: key.clone(), passphrase: None },
        proxy: None,
        turns: None,
    };
    Ok((1..).zip(profiles).map(account).collect())
}

/// What a loop of this account asks for again and again.
async fn wish(oci: &dyn Cloud, account: Account) -> Result<Arc<(Account, Launch)>> {
    let region = account.home_region.clone();
    let refused = |trouble| anyhow!("the simulated cloud refused: {trouble:?}");
    let domains = oci.availability_domains(&account, &region).await.map_err(refused)?;
    let image = ImageWish { name: "Canonical Ubuntu 22.04".into(), shape: "VM.Standard.A1.Flex".into() };
    let images = oci.images(&account, &region, &image).await.map_err(refused)?;
    let launch = Launch {
        availability_domain: domains.into_iter().next().context("a region has a domain")?,
        display_name: "naive".into(),
        shape: image.shape,
        ocpus: Some(2.0),
        memory_gb: Some(12.0),
        boot_volume_gb: 50,
        vpus_per_gb: None,
        image: images.into_iter().next().context("there is an image")?.id,
        subnet: oci.network(&account, &region, berth_cloud::Addressing::Ipv4).await.map_err(refused)?,
        ipv6: false,
        public_ip: true,
        ssh_keys: Vec::new(),
        user_data: None,
        tags: Vec::new(),
        token: String::new(),
        region,
    };
    Ok(Arc::new((account, launch)))
}
