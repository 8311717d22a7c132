//! One world for every test: a log and views in files of their own, actors on this thread, a cloud that follows a script.

use std::{path::Path, sync::Arc, time::Duration};

use async_graphql::{Request, Response, Variables};
use async_trait::async_trait;
use berth_actors::{Arbiters, Clock};
use berth_app::{App, Chance, NoArchive, Roster, RosterError, Settings, Standing, World};
use berth_cloud::fake::{Answer, FakeCloud};
use berth_domain::{
    Code, Explanation, GrabId, Language, Seconds, TenantId, Text, Timestamp, Violation,
    access::Principal,
    grab::{Schedule, State},
};
use berth_graphql::{Caller, ConfigReader, Dependencies, Profile, Schema, ServerFacts, schema};
use berth_metrics::{Carried, Carrier, Flow, Machine, Metrics, ProcessReading, Reading};
use berth_notify::fake::FakeNotifier;
use berth_store::{
    Log, Position,
    sqlite::{Options, SqliteLog},
    vault::Vault,
};
use berth_views::{Views, counted, grab};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

pub(crate) struct Stage {
    pub(crate) schema: Schema,
    pub(crate) log: SqliteLog,
    pub(crate) cloud: Arc<FakeCloud>,
    pub(crate) notifier: Arc<FakeNotifier>,
    app: App,
    folding: JoinHandle<()>,
    measuring: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

/// Runs a test on an actor system of its own, with a cloud that has no room.
pub(crate) fn play(act: impl AsyncFnOnce(&Stage)) {
    play_with(vec![Answer::CAPACITY; 1000], act);
}

/// With this script for launches; every launch after its end is granted.
pub(crate) fn play_with(script: Vec<Answer>, act: impl AsyncFnOnce(&Stage)) {
    actix::System::new().block_on(async {
        let stage = Stage::new(FakeCloud::new(script)).await;
        act(&stage).await;
        stage.app.stop(std::time::Duration::from_secs(5)).await;
        stage.measuring.abort();
        assert!(stage.measuring.await.is_err_and(|ended| ended.is_cancelled()));
        // Awaited, because connections must not be dropped after their runtime.
        stage.folding.abort();
        assert!(stage.folding.await.is_err_and(|ended| ended.is_cancelled()));
    });
}

impl Stage {
    async fn new(cloud: FakeCloud) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        let log = SqliteLog::open(&file("berth.db"), Options::default()).await.unwrap();
        let (views, folding) = views(&file("views.db"), &log).await;
        let (clock, cloud) = (Clock::system(), Arc::new(cloud));
        let notifier = Arc::new(FakeNotifier::default());
        let settings = Settings { concurrent_limit: 3, min_interval: Seconds(2), ..Settings::default() };
        let app = App::start(World {
            log: Arc::new(log.clone()),
            archive: Arc::new(NoArchive),
            vault: Arc::new(Vault::open_or_create(&file("vault.key")).unwrap()),
            cloud: cloud.clone(),
            roster: Arc::new(Listed(views.clone())),
            notifier: notifier.clone(),
            listener: notifier.clone(),
            clock,
            arbiters: Arbiters::current(),
            chance: Chance::default(),
            settings: settings.clone(),
        })
        .await
        .unwrap();
        let (metrics, measuring) = measured(&file("metrics.db"), clock);
        let schema = schema(Dependencies {
            app: app.clone(),
            views,
            metrics,
            log: Arc::new(log.clone()),
            config_reader: Arc::new(Lines),
            server: ServerFacts {
                version: "0.1.0".into(),
                commit: "abc".into(),
                demo: false,
                min_interval: settings.min_interval,
                usual_schedule: Schedule { interval: Seconds(60), jitter_percent: 20, ..Schedule::default() },
                concurrent_limit: settings.concurrent_limit,
                retention: settings.retention,
                now: Arc::new(move || Timestamp::from_millis(clock.now_ms())),
            },
        });
        Self { schema, log, cloud, notifier, app, folding, measuring, _folder: folder }
    }

    /// Asks as a signed-in person who reads English. Panics at a top-level error.
    pub(crate) async fn ask(&self, document: &str, variables: Value) -> Value {
        data(self.asked(document, variables, Language::English).await)
    }

    pub(crate) async fn ask_in_chinese(&self, document: &str, variables: Value) -> Value {
        data(self.asked(document, variables, Language::Chinese).await)
    }

    /// The code of the one top-level error that must come.
    pub(crate) async fn code(&self, document: &str, variables: Value) -> String {
        code(&self.asked(document, variables, Language::English).await)
    }

    pub(crate) async fn asked(&self, document: &str, variables: Value, language: Language) -> Response {
        self.schema.execute(request(document, variables).data(caller(language))).await
    }

    /// The answer, and how many SQL statements it took.
    pub(crate) async fn count(&self, document: &str, variables: Value) -> (Value, usize) {
        let (answer, statements) = counted(self.asked(document, variables, Language::English)).await;
        (data(answer), statements)
    }

    /// A tenant's id.
    pub(crate) async fn tenant(&self, name: &str) -> String {
        let payload =
            self.ask(TENANT_CREATE, json!({ "input": tenant_input(name) })).await["tenantCreate"].clone();
        assert_eq!(payload["userErrors"], json!([]));
        payload["tenant"]["id"].as_str().unwrap().to_owned()
    }

    /// Tasks that are not started, one for each of the tenants: their ids, and the position from which the lists hold them.
    pub(crate) async fn tasks(&self, tenants: &[String]) -> (Vec<String>, Value) {
        let mut input = task_input(tenants);
        input["start"] = json!(false);
        let payload = self.ask(TASK_CREATE, json!({ "input": input })).await["grabTaskCreate"].clone();
        assert_eq!(payload["userErrors"], json!([]));
        let ids = payload["grabTasks"].as_array().unwrap().iter();
        (ids.map(|task| task["id"].as_str().unwrap().to_owned()).collect(), payload["position"].clone())
    }

    pub(crate) fn setup_code(&self) -> String {
        self.app.users.setup_code().expect("nobody is there yet")
    }

    /// Whoever a session's or a token's secret lets in.
    pub(crate) fn guest(&self, secret: &str) -> Option<Caller> {
        let admitted = self.app.users.admit(secret)?;
        let caller = Caller::of(admitted.principal, Language::English);
        Some(Caller { way: Some(admitted.kind), ..caller })
    }

    pub(crate) async fn head(&self) -> Position {
        self.log.head().await.unwrap()
    }
}

pub(crate) const TENANT_CREATE: &str = "mutation($input: TenantCreateInput!) { tenantCreate(input: $input) {
    tenant { id name provider status statusReason tenancyOcid userOcid fingerprint homeRegion { code } proxyMasked version position }
    position userErrors { code message field hint } } }";

pub(crate) const TASK_CREATE: &str = "mutation($input: GrabTaskCreateInput!) { grabTaskCreate(input: $input) {
    grabTasks { id name state stateReason allowedActions tenant { id name } attemptCount version position nextAttemptAt queuedAt
        spec { shape ocpus memoryGb bootVolumeGb image region availabilityDomains count hasRootPassword sshKeys }
        schedule { interval jitterPercent maxAttempts deadline } lastAttempt { id } instances { id } }
    position userErrors { code message field hint } } }";

/// The example of a tenant.
pub(crate) fn tenant_input(name: &str) -> Value {
    json!({
        "name": name,
        "tenancyOcid": "ocid1.tenancy.oc1..xxxx",
        "userOcid": "ocid1.user.oc1..xxxx",
        "fingerprint": "aa:bb:cc:dd:ee",
        "region": "ap-tokyo-1",
        "privateKey": "CANARY-KEY",
    })
}

/// The example of a task.
pub(crate) fn task_input(tenants: &[String]) -> Value {
    json!({
        "tenantIds": tenants,
        "name": "抢ARM机器",
        "spec": {
            "shape": "VM.Standard.A1.Flex", "ocpus": 4, "memoryGb": 24, "bootVolumeGb": 50,
            "image": "Ubuntu 22.04", "region": "ap-tokyo-1", "rootPassword": "CANARY-PASSWORD",
        },
        "schedule": { "interval": 5 },
    })
}

pub(crate) fn caller(language: Language) -> Caller {
    Caller::of(Principal::machine("owner"), language)
}

pub(crate) fn request(document: &str, variables: Value) -> Request {
    Request::new(document).variables(Variables::from_json(variables))
}

pub(crate) fn data(response: Response) -> Value {
    assert_eq!(response.errors, vec![]);
    response.data.into_json().unwrap()
}

pub(crate) fn code(response: &Response) -> String {
    let [error] = response.errors.as_slice() else { panic!("one error was expected: {response:?}") };
    let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code")).cloned();
    code.map_or_else(|| error.message.clone(), |code| code.into_json().unwrap().as_str().unwrap().to_owned())
}

/// Codes and fields of a payload's refusals.
pub(crate) fn refusals(payload: &Value) -> Vec<(String, Value)> {
    let errors = payload["userErrors"].as_array().unwrap().iter();
    errors.map(|error| (error["code"].as_str().unwrap().to_owned(), error["field"].clone())).collect()
}

async fn views(file: &Path, log: &SqliteLog) -> (Views, JoinHandle<()>) {
    let views = Views::open(file, Arc::new(log.clone())).await.unwrap();
    let folding = views.clone();
    let running = actix::spawn(async move { folding.run(std::future::pending()).await.unwrap() });
    (views, running)
}

fn measured(file: &Path, clock: Clock) -> (Metrics, JoinHandle<()>) {
    let metrics = Metrics::new(file, clock);
    let measuring = metrics.clone();
    let running = actix::spawn(async move {
        let machine = Box::new(MadeUp(Reading::default()));
        measuring.run(machine, Arc::new(Load), std::future::pending()).await;
    });
    (metrics, running)
}

/// A machine at which every look shows the same, but for a disk and a network that have moved on.
struct MadeUp(Reading);

impl Machine for MadeUp {
    fn read(&mut self) -> Reading {
        let on = |Flow { inward, outward }| Flow { inward: inward + 4_000_000, outward: outward + 8_000_000 };
        self.0 = Reading {
            cpu_percent: 12.5,
            memory_used: 3 << 32,
            memory_total: 1 << 34,
            disk_used: 1 << 40,
            disk_total: 1 << 42,
            disk: None,
            network: on(self.0.network),
            load_1: Some(0.75),
            process: ProcessReading {
                cpu: self.0.process.cpu + Duration::from_secs(1),
                resident: 20_000_000,
                disk: on(self.0.process.disk),
            },
        };
        self.0
    }
}

struct Load;

impl Carrier for Load {
    fn carried(&self) -> Carried {
        Carried { actors: 3, subscriptions: 2, head: 100, projection_lag: 7 }
    }
}

/// The roster that the binary has, in short.
struct Listed(Views);

#[async_trait]
impl Roster for Listed {
    async fn wait_for(&self, position: Position) -> Result<(), RosterError> {
        Ok(self.0.wait_for(position, std::time::Duration::from_secs(30)).await?)
    }

    async fn standing(&self) -> Result<Vec<Standing>, RosterError> {
        let wanting = grab::wanting_attention(&self.0).await?.into_iter();
        Ok(wanting
            .map(|row| Standing {
                grab: row.id,
                tenant: row.tenant,
                due: row.due,
                runs: row.runs,
                queued_at: row.queued_at,
            })
            .collect())
    }

    async fn tasks_of(&self, tenant: TenantId) -> Result<Vec<GrabId>, RosterError> {
        let rows = grab::of_tenant(&self.0, tenant, &[State::Pending, State::Running, State::Paused]).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }
}

/// A format for tests: one account a line, `profile key-file`. It has a bug.
struct Lines;

impl ConfigReader for Lines {
    fn read(&self, text: &str) -> Result<Vec<Profile>, Vec<Violation>> {
        assert_ne!(text, "PANIC", "canary");
        let wrong = || vec![Explanation::new(Code::Invalid, Text::new("no profile", "没有配置"))];
        let profile = |line: &str| {
            let (name, key_file) = line.split_once(' ').ok_or_else(wrong)?;
            Ok(Profile {
                name: name.into(),
                tenancy: "ocid1.tenancy.oc1..xxxx".into(),
                user: "ocid1.user.oc1..xxxx".into(),
                fingerprint: "aa:bb".into(),
                region: "ap-tokyo-1".into(),
                key_file: key_file.into(),
                passphrase: None,
            })
        };
        text.lines().map(profile).collect()
    }
}
