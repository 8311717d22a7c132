//! A grab's whole way against the simulator, which verifies every signature with code that is not ours.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use berth_cloud::{Account, Addressing, Cloud as _, Credential, ImageWish, Launch, Lifecycle, Room, Size};
use berth_cloud_oci::OciCloud;
use berth_cloud_oci::client::WallClock;
use berth_cloud_oci::config_file;
use berth_cloud_oci::endpoints::Endpoints;
use berth_cloud_sim::{Options, Running, Script, start};
use berth_domain::{TenantId, Trouble};
use secrecy::SecretString;
use url::Url;

const SHAPE: &str = "VM.Standard.A1.Flex";

struct World {
    sim: Running,
    cloud: OciCloud,
    account: Account,
    region: String,
}

impl World {
    async fn start(steps: &str) -> Self {
        let script = Script::parse(&format!("rule = [{{ steps = {steps} }}]")).unwrap();
        Self::with(Options { script: Some(script), ..Options::default() }, Arc::new(SystemTime::now)).await
    }

    async fn with(options: Options, clock: WallClock) -> Self {
        let sim = start(options).await.unwrap();
        let profile = &sim.profiles[0];
        let account = Account {
            tenant: TenantId::from_parts(1, 1),
            revision: 1,
            tenancy: profile.tenancy.clone(),
            user: profile.user.clone(),
            fingerprint: profile.fingerprint.clone(),
            home_region: profile.region.clone(),
            credential: Credential { private_key: profile.key_pem.clone(), passphrase: None },
            proxy: None,
            turns: None,
        };
        let region = profile.region.clone();
        let endpoints = Endpoints::overridden(&Url::parse(&sim.base_url).unwrap()).unwrap();
        let cloud = OciCloud::overridden(endpoints, clock);
        Self { sim, cloud, account, region }
    }

    async fn wish(&self, name: &str, token: &str) -> Launch {
        let (cloud, account, region) = (&self.cloud, &self.account, &self.region);
        let domains = cloud.availability_domains(account, region).await.unwrap();
        let wish = ImageWish { name: "Canonical Ubuntu 22.04".to_owned(), shape: SHAPE.to_owned() };
        let image = cloud.images(account, region, &wish).await.unwrap().remove(0).id;
        Launch {
            region: region.clone(),
            availability_domain: domains[0].clone(),
            display_name: name.to_owned(),
            shape: SHAPE.to_owned(),
            ocpus: Some(1.0),
            memory_gb: Some(6.0),
            boot_volume_gb: 50,
            vpus_per_gb: None,
            ipv6: false,
            public_ip: true,
            image,
            subnet: cloud.network(account, region, Addressing::Ipv4).await.unwrap(),
            ssh_keys: vec!["ssh-ed25519 AAAA me".to_owned()],
            user_data: Some(SecretString::from("#cloud-config\npassword: canary\n")),
            tags: vec![("berth-token".to_owned(), token.to_owned())],
            token: token.to_owned(),
        }
    }

    async fn lifecycle(&self, instance: &str) -> Lifecycle {
        self.cloud.instance(&self.account, &self.region, instance).await.unwrap().unwrap().lifecycle
    }

    fn later(&self) {
        self.sim.simulation().advance(Duration::from_mins(1));
    }
}

#[tokio::test]
async fn after_some_misses_there_is_one_instance_with_an_address() {
    let world = World::start(r#"["capacity x 2", "throttle", "grant"]"#).await;
    let (cloud, account, region) = (&world.cloud, &world.account, &world.region);
    let mut statuses = Vec::new();
    let accepted = loop {
        let attempt = world.wish("抢机器", &format!("token-{}", statuses.len())).await;
        match cloud.launch(account, &attempt).await {
            Ok(reply) => break reply.value,
            Err(Trouble::Refused(refused)) => statuses.push((refused.status, refused.message)),
            Err(other) => panic!("{other:?}"),
        }
    };
    let statuses: Vec<(u16, &str)> = statuses.iter().map(|(status, text)| (*status, text.as_str())).collect();
    let miss = (500, "Out of host capacity.");
    assert_eq!(statuses, [miss, miss, (429, "Too many requests for the user")]);

    world.later();
    assert_eq!(world.lifecycle(&accepted.instance).await, Lifecycle::Running);
    let addresses = cloud.addresses(account, region, &accepted.instance).await.unwrap();
    assert!(addresses.public_ip.is_some() && addresses.private_ip.is_some(), "{addresses:?}");
    let work = cloud.work_request(account, region, &accepted.work_request.unwrap()).await.unwrap();
    assert!(work.finished && !work.failed);
    let found = cloud.find(account, region, "抢机器").await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].tag("berth-token"), Some("token-3"));
}

#[tokio::test]
async fn a_launch_whose_answer_was_cut_off_is_found_again_and_not_bought_twice() {
    let world = World::start(r#"["cut", "grant"]"#).await;
    let attempt = world.wish("grab", "token").await;
    let trouble = world.cloud.launch(&world.account, &attempt).await.unwrap_err();
    assert!(matches!(trouble, Trouble::Lost { .. }), "{trouble:?}");
    let again = world.cloud.launch(&world.account, &attempt).await.unwrap().value;
    let found = world.cloud.find(&world.account, &world.region, "grab").await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].id, again.instance);
}

#[tokio::test]
async fn work_that_fails_later_tells_why() {
    let world = World::start(r#"["fail \"Out of host capacity.\""]"#).await;
    let attempt = world.wish("grab", "token").await;
    let accepted = world.cloud.launch(&world.account, &attempt).await.unwrap().value;
    world.later();
    let id = accepted.work_request.unwrap();
    let work = world.cloud.work_request(&world.account, &world.region, &id).await.unwrap();
    assert!(work.failed && work.finished, "{work:?}");
    assert!(work.errors.iter().any(|error| error.message.contains("Out of host capacity")), "{work:?}");
}

#[tokio::test]
async fn two_who_make_the_network_at_once_make_one() {
    let world = World::start(r#"["grant"]"#).await;
    let network = || world.cloud.network(&world.account, &world.region, Addressing::Ipv4);
    let (first, second) = tokio::join!(network(), network());
    // One of them may be refused for having come second; it is told so, and nothing is made twice.
    let subnets: Vec<String> = [first, second].into_iter().flatten().collect();
    let settled = network().await.unwrap();
    assert!(!subnets.is_empty() && subnets.iter().all(|subnet| *subnet == settled), "{subnets:?} {settled}");
    assert_eq!(network().await.unwrap(), settled);
}

#[tokio::test]
async fn everything_else_that_is_asked_is_answered() {
    let world = World::with(Options { page_size: 1, ..Options::default() }, Arc::new(SystemTime::now)).await;
    let (cloud, account, region) = (&world.cloud, &world.account, &world.region);
    let identity = cloud.identity(account).await.unwrap();
    assert_eq!(identity.value.home_region.as_ref(), Some(region));
    assert!(identity.clock_skew.is_some_and(|skew| skew.abs() < 60) && identity.request_id.is_some());
    assert!(cloud.regions(account).await.unwrap().iter().any(|known| known.home && known.name == *region));
    let domains = cloud.availability_domains(account, region).await.unwrap();
    assert_eq!(domains.len(), 3);
    let shapes = cloud.shapes(account, region, &domains[0]).await.unwrap();
    assert!(shapes.iter().any(|shape| shape.name == SHAPE && shape.max_ocpus > Some(1.0)));
    let limits = cloud.limits(account, region, &domains[0], SHAPE).await.unwrap();
    let totals: Vec<(&str, u32)> = limits
        .iter()
        .map(|limit| (limit.name.as_str(), format!("{:.0}", limit.total).parse().unwrap()))
        .collect();
    let expected = [
        ("standard-a1-core-count", 4),
        ("standard-a1-core-regional-count", 4),
        ("standard-a1-memory-count", 24),
        ("standard-a1-memory-regional-count", 24),
    ];
    assert_eq!(totals, expected);
}

#[tokio::test]
async fn a_wrong_clock_is_refused_and_its_skew_is_told() {
    let behind: WallClock = Arc::new(|| SystemTime::now() - Duration::from_mins(10));
    let world = World::with(Options::default(), behind).await;
    let Trouble::Refused(refused) = world.cloud.identity(&world.account).await.unwrap_err() else { panic!() };
    assert_eq!((refused.status, refused.code.as_str()), (401, "NotAuthenticated"));
    assert!(refused.clock_skew.is_some_and(|skew| (590..=610).contains(&skew)), "{refused:?}");
}

#[tokio::test]
async fn a_key_that_the_cloud_does_not_know_is_refused() {
    let world = World::with(Options::default(), Arc::new(SystemTime::now)).await;
    let stranger = Account { credential: crate::server::account().credential, ..world.account.clone() };
    let Trouble::Refused(refused) = world.cloud.identity(&stranger).await.unwrap_err() else { panic!() };
    assert_eq!((refused.status, refused.code.as_str()), (401, "NotAuthenticated"));
}

#[tokio::test]
async fn the_simulators_own_configuration_file_opens_it() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options { dir: Some(directory.path().to_owned()), ..Options::default() };
    let world = World::with(options, Arc::new(SystemTime::now)).await;
    let text = std::fs::read_to_string(world.sim.config_file.as_ref().unwrap()).unwrap();
    let profile = config_file::parse(&text).unwrap().remove(0);
    let key = std::fs::read_to_string(profile.key_path(directory.path(), directory.path())).unwrap();
    let credential = Credential { private_key: SecretString::from(key), passphrase: None };
    let (tenancy, user) = (profile.tenancy, profile.user);
    let account = Account { tenancy, user, credential, revision: 9, ..world.account.clone() };
    assert!(world.cloud.identity(&account).await.is_ok());
}

#[tokio::test]
async fn a_network_of_both_kinds_of_addresses_is_one_of_its_own_and_made_once() {
    let world = World::start(r#"["grant"]"#).await;
    let network = |addressing| world.cloud.network(&world.account, &world.region, addressing);
    let plain = network(Addressing::Ipv4).await.unwrap();
    let both = network(Addressing::Both).await.unwrap();
    assert_ne!(plain, both);
    assert_eq!(network(Addressing::Both).await.unwrap(), both);
    assert_eq!(network(Addressing::Ipv4).await.unwrap(), plain);
    let wished = Launch { ipv6: true, ..world.wish("grab", "token").await };
    let Trouble::Refused(refused) = world.cloud.launch(&world.account, &wished).await.unwrap_err() else {
        panic!()
    };
    assert_eq!(refused.code, "InvalidParameter", "a subnet without such addresses gives none");
    let wished = Launch { subnet: both, token: "another".to_owned(), ..wished };
    world.cloud.launch(&world.account, &wished).await.unwrap();
}

#[tokio::test]
async fn an_instance_is_started_again_and_ended_for_good() {
    let world = World::start(r#"["grant"]"#).await;
    let (cloud, account, region) = (&world.cloud, &world.account, &world.region);
    let attempt = world.wish("grab", "token").await;
    let domain = attempt.availability_domain.clone();
    let instance = cloud.launch(account, &attempt).await.unwrap().value.instance;
    assert!(cloud.is_placed(account, region, &domain, &instance).await.unwrap());
    world.later();
    let Trouble::Refused(refused) = cloud.start(account, region, &instance, "start").await.unwrap_err()
    else {
        panic!()
    };
    assert_eq!((refused.status, refused.code.as_str()), (409, "IncorrectState"), "it runs");
    cloud.terminate(account, region, &instance).await.unwrap();
    world.later();
    assert_eq!(world.lifecycle(&instance).await, Lifecycle::Ended);
    let Trouble::Refused(refused) = cloud.terminate(account, region, "ocid1.instance.x").await.unwrap_err()
    else {
        panic!()
    };
    assert_eq!(refused.status, 404);
}

#[tokio::test]
async fn an_instance_whose_boot_volume_is_just_being_attached_has_its_place() {
    let world = World::start(r#"["stuck attaching", "stuck"]"#).await;
    let (cloud, account, region) = (&world.cloud, &world.account, &world.region);
    let mut placed = Vec::new();
    for token in ["one", "two"] {
        let attempt = world.wish("grab", token).await;
        let instance = cloud.launch(account, &attempt).await.unwrap().value.instance;
        world.later();
        assert_eq!(world.lifecycle(&instance).await, Lifecycle::Provisioning);
        placed.push(cloud.is_placed(account, region, &attempt.availability_domain, &instance).await.unwrap());
    }
    assert_eq!(placed, [true, false]);
}

#[tokio::test]
async fn room_is_told_as_the_simulator_is_made_to_tell_it() {
    let script = r#"report = [{ ad = "AD-1", room = "full" }]"#;
    let options = Options { script: Some(Script::parse(script).unwrap()), ..Options::default() };
    let world = World::with(options, Arc::new(SystemTime::now)).await;
    let (cloud, account, region) = (&world.cloud, &world.account, &world.region);
    let size = |shape: &str| Size { shape: shape.to_owned(), ocpus: Some(4.0), memory_gb: Some(24.0) };
    let sizes: Vec<Size> = std::iter::repeat_n(size(SHAPE), 12).chain([size("VM.Nonsense")]).collect();
    let domains = cloud.availability_domains(account, region).await.unwrap();
    let first = cloud.capacity(account, region, &domains[0], &sizes).await.unwrap();
    assert_eq!(first, [Room::Full; 13]);
    let second = cloud.capacity(account, region, &domains[1], &sizes).await.unwrap();
    assert_eq!((second[0], second[11], second[12]), (Room::Available, Room::Available, Room::Unsupported));
}
