//! One world for every test of the hands: a log in memory, a cloud that follows a script, time that is driven.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use berth_actors::{Arbiters, Clock, testing::on_virtual_time};
use berth_app::{
    App, Archive, Chance, Denied, Order, Roster, RosterError, Settings, Standing, World,
    books::{ArchiveError, Segment, Written},
    grab::NewGrab,
    tenant::{NewTenant, new_account},
};
use berth_cloud::fake::{Answer, FakeCloud};
use berth_domain::{
    Aggregate, GrabId, Seconds, TenantId, Timestamp,
    event::Event as _,
    grab::{self, Grab, Outcome, Schedule, Size, Spec, State},
    tenant::{self, Tenant},
};
use berth_notify::fake::FakeNotifier;
use berth_store::{
    Append, AppendError, CommandId, Log, Meta, NewEvent, Position, Recorded, StreamId, memory::MemoryLog,
    vault::Vault,
};
use secrecy::SecretString;

pub(crate) const START_MS: i64 = 1_800_000_000_000;

pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) cloud: Arc<FakeCloud>,
    pub(crate) log: Arc<MemoryLog>,
    pub(crate) archive: Arc<MemoryArchive>,
    pub(crate) clock: Clock,
    pub(crate) world: World,
    _keys: tempfile::TempDir,
}

/// Runs a play on virtual time with this script for launches.
pub(crate) fn play<F: Future<Output = ()>>(
    script: impl IntoIterator<Item = Answer>,
    act: impl FnOnce(Stage) -> F,
) {
    let cloud = FakeCloud::new(script);
    on_virtual_time(async move { act(Stage::new(cloud, Settings::default()).await).await });
}

impl Stage {
    pub(crate) async fn new(cloud: FakeCloud, settings: Settings) -> Self {
        let keys = tempfile::tempdir().unwrap();
        let (cloud, log) = (Arc::new(cloud), Arc::new(MemoryLog::default()));
        let clock = Clock::virtual_from(START_MS);
        let archive = Arc::new(MemoryArchive::of(log.clone()));
        let world = World {
            log: log.clone(),
            archive: archive.clone(),
            vault: Arc::new(Vault::open_or_create(&keys.path().join("vault.key")).unwrap()),
            cloud: cloud.clone(),
            roster: Arc::new(FoldedRoster(log.clone())),
            notifier: Arc::new(FakeNotifier::default()),
            listener: Arc::new(FakeNotifier::default()),
            clock,
            arbiters: Arbiters::current(),
            // The same in every run: what happens at its hour happens at that hour again.
            chance: Chance::seeded(7),
            settings,
        };
        let app = App::start(world.clone()).await.unwrap();
        Self { app, cloud, log, archive, clock, world, _keys: keys }
    }

    /// As after a crash: everything in memory is gone, the log and the cloud are as they were.
    pub(crate) async fn restart(&mut self) {
        self.app.stop(Duration::ZERO).await;
        self.app = App::start(self.world.clone()).await.unwrap();
    }

    /// The same, so many seconds later: nobody was there meanwhile, so it costs no time to let them pass.
    pub(crate) async fn restart_later(&mut self, seconds: i64) {
        self.clock = Clock::virtual_from(self.clock.now_ms() + seconds * 1000);
        self.world.clock = self.clock;
        self.restart().await;
    }

    pub(crate) async fn tenant(&self, name: &str) -> TenantId {
        let id = self.app.tenants.create(new_tenant(name), order(name)).await.unwrap().id;
        self.pass(1).await;
        id
    }

    pub(crate) async fn grab(&self, tenant: TenantId, interval: u32) -> GrabId {
        let new = new_grab(tenant, interval);
        self.app.grabs.create(new, order(&format!("grab{}", self.events().await.len()))).await.unwrap().id
    }

    /// Lets so many seconds go by.
    pub(crate) async fn pass(&self, seconds: u64) {
        self.clock.sleep(Duration::from_secs(seconds)).await;
    }

    /// Lets time go by until the task is in a state, at most a day.
    pub(crate) async fn until(&self, id: GrabId, state: State) -> Grab {
        for _ in 0..86_400 {
            let grab = self.state(id).await;
            if grab.state() == state {
                return grab;
            }
            self.pass(1).await;
        }
        panic!("the task is {:?} after a day, not {state:?}", self.state(id).await);
    }

    pub(crate) async fn state(&self, id: GrabId) -> Grab {
        Grab::folded(&self.history(id).await)
    }

    pub(crate) async fn tenant_state(&self, id: TenantId) -> Tenant {
        let events = self.events().await;
        let own = events.iter().filter(|event| event.stream.id() == id.to_string());
        let events: Vec<_> =
            own.map(|event| tenant::Event::decode(&event.name, event.schema, &event.data).unwrap()).collect();
        Tenant::folded(&events)
    }

    pub(crate) async fn history(&self, id: GrabId) -> Vec<grab::Event> {
        let events = self.events().await;
        let own = events.iter().filter(|event| event.stream.id() == id.to_string());
        own.map(|event| grab::Event::decode(&event.name, event.schema, &event.data).unwrap()).collect()
    }

    /// Outcomes of the settled attempts, in order.
    pub(crate) async fn outcomes(&self, id: GrabId) -> Vec<Outcome> {
        let history = self.history(id).await;
        history
            .iter()
            .filter_map(|event| match event {
                grab::Event::AttemptSettled(settled) => Some(settled.outcome),
                _ => None,
            })
            .collect()
    }

    pub(crate) async fn events(&self) -> Vec<Recorded> {
        self.log.read(Position::START, u32::MAX).await.unwrap()
    }

    /// A newer release was here: an event that this one does not know, at the end of a stream.
    pub(crate) async fn poison(&self, kind: &'static str, id: impl std::fmt::Display) -> Position {
        let stream = StreamId::new(kind, id);
        let own = self.events().await.into_iter().rfind(|event| event.stream == stream).unwrap();
        let levitated = NewEvent::new(format!("{kind}.levitated"), 1, &()).unwrap();
        let meta = Meta { time_ms: self.clock.now_ms(), ..Meta::default() };
        let append =
            Append::new(CommandId::fresh(), [0; 32], meta).write(stream, own.version, vec![levitated]);
        self.log.append(append).await.unwrap().last
    }
}

/// Keeps what left the log, and may do harm just after it did.
pub(crate) struct MemoryArchive {
    log: Arc<MemoryLog>,
    pub(crate) written: Mutex<Vec<(Segment, Vec<Recorded>)>>,
    /// What happens to the log once the archive is durable.
    pub(crate) then: Mutex<Option<(Arc<MemoryLog>, AppendError)>>,
}

impl MemoryArchive {
    fn of(log: Arc<MemoryLog>) -> Self {
        Self { log, written: Mutex::default(), then: Mutex::default() }
    }
}

#[async_trait]
impl Archive for MemoryArchive {
    async fn write(&self, segment: Segment) -> Result<Written, ArchiveError> {
        let mut events = self.log.read(segment.after, u32::MAX).await?;
        events.retain(|event| event.position <= segment.through);
        let bytes = events.len() as u64;
        self.written.lock().unwrap().push((segment, events));
        if let Some((log, harm)) = self.then.lock().unwrap().take() {
            log.refuse(Some(harm));
        }
        let file = format!("{}-{}", segment.after, segment.through);
        Ok(Written { file, sha256: "00".into(), bytes })
    }
}

pub(crate) fn order(command: &str) -> Order {
    Order::given(
        berth_domain::access::Principal::machine("tester"),
        berth_store::CommandId::parse(command).unwrap(),
        [7; 32],
    )
}

pub(crate) fn new_tenant(name: &str) -> NewTenant {
    let words = ["tenancy", "user", "aa:bb", "ap-tokyo-1"].map(str::to_owned);
    NewTenant { name: name.into(), account: new_account(words, SecretString::from("CANARY-KEY"), None, None) }
}

pub(crate) fn new_grab(tenant: TenantId, interval: u32) -> NewGrab {
    NewGrab {
        tenant,
        name: "抢ARM机器".into(),
        spec: Spec {
            shape: "VM.Standard.A1.Flex".into(),
            sizes: vec![Size { ocpus: 4.0, memory_gb: 24.0 }],
            boot_volume_gb: 50,
            image: "Ubuntu 22.04".into(),
            regions: vec!["ap-tokyo-1".into()],
            ..Spec::default()
        },
        root_password: Some(SecretString::from("CANARY-PASSWORD")),
        user_data: None,
        schedule: Schedule { interval: Seconds(interval), jitter_percent: 20, ..Schedule::default() },
        start: true,
    }
}

pub(crate) fn refusal_codes(denied: Denied) -> Vec<berth_domain::Code> {
    match denied {
        Denied::Refused(reasons) => reasons.into_iter().map(|reason| reason.code).collect(),
        Denied::Forbidden(_) | Denied::Fault(_) => panic!("a refusal was expected, not {denied:?}"),
    }
}

/// A roster that folds the whole log each time: slow, and never behind.
struct FoldedRoster(Arc<MemoryLog>);

impl FoldedRoster {
    async fn grabs(&self) -> Vec<(GrabId, Grab)> {
        let mut grabs = std::collections::BTreeMap::<GrabId, Grab>::new();
        for event in self.0.read(Position::START, u32::MAX).await.unwrap() {
            if let Ok(id) = event.stream.id().parse()
                && let Ok(decoded) = grab::Event::decode(&event.name, event.schema, &event.data)
            {
                grabs.entry(id).or_default().evolve(&decoded);
            }
        }
        grabs.into_iter().collect()
    }
}

#[async_trait]
impl Roster for FoldedRoster {
    async fn wait_for(&self, _: Position) -> Result<(), RosterError> {
        Ok(())
    }

    async fn standing(&self) -> Result<Vec<Standing>, RosterError> {
        let grabs = self.grabs().await;
        let standing = grabs.into_iter().filter_map(|(id, grab)| {
            let busy = matches!(grab.have, grab::Have::Asked(_) | grab::Have::Accepted(_));
            let runs = grab.state().runs();
            (busy || runs || grab.queued_at().is_some()).then(|| Standing {
                grab: id,
                tenant: grab.order.as_ref().unwrap().tenant,
                due: grab.next_attempt_at(id, Timestamp::default()),
                runs,
                queued_at: grab.queued_at(),
            })
        });
        Ok(standing.collect())
    }

    async fn tasks_of(&self, tenant: TenantId) -> Result<Vec<GrabId>, RosterError> {
        let grabs = self.grabs().await;
        let own = grabs
            .into_iter()
            .filter(|(_, grab)| grab.order.as_ref().is_some_and(|order| order.tenant == tenant));
        Ok(own.map(|(id, _)| id).collect())
    }

    async fn tenants(&self, _: Position) -> Result<Vec<(TenantId, Tenant)>, RosterError> {
        let mut tenants = std::collections::BTreeMap::<TenantId, Tenant>::new();
        for event in self.0.read(Position::START, u32::MAX).await.unwrap() {
            if let Ok(id) = event.stream.id().parse()
                && let Ok(decoded) = tenant::Event::decode(&event.name, event.schema, &event.data)
            {
                tenants.entry(id).or_default().evolve(&decoded);
            }
        }
        Ok(tenants.into_iter().filter(|(_, tenant)| tenant.exists()).collect())
    }
}
