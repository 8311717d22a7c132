//! A log in a directory of its own, and short words for what happens in it.

use std::{collections::BTreeMap, sync::Arc};

use berth_domain::{
    GrabId, ProviderError, Seconds, SecretRef, TenantId, Timestamp,
    event::Event,
    grab::{
        self, AttemptSettled, AttemptStarted, Build, Created, Deed, Outcome, Reason, Schedule, Size, Spec,
        Started, Target,
    },
    projection,
    tenant::{self, Registered},
};
use berth_store::{
    Append, CommandId, Log, Meta, NewEvent, Position, Recorded, StreamId, Version,
    sqlite::{Options, SqliteLog},
};
use berth_views::Views;
use serde_json::value::RawValue;
use tempfile::TempDir;
use tokio::sync::Mutex;

pub(crate) struct World {
    pub(crate) directory: TempDir,
    pub(crate) log: Arc<dyn Log>,
    versions: Mutex<BTreeMap<StreamId, u32>>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let log = SqliteLog::open(&directory.path().join("log.db"), Options::default()).await.unwrap();
        Self { directory, log: Arc::new(log), versions: Mutex::default() }
    }

    pub(crate) async fn views(&self) -> Views {
        self.views_named("views.db").await
    }

    pub(crate) async fn views_named(&self, name: &str) -> Views {
        Views::open(&self.directory.path().join(name), self.log.clone()).await.unwrap()
    }

    /// Views that hold all that has happened.
    pub(crate) async fn level(&self) -> Views {
        let views = self.views().await;
        self.catch_up(&views).await;
        views
    }

    pub(crate) async fn catch_up(&self, views: &Views) {
        let head = self.log.head().await.unwrap();
        let mut watch = views.watch();
        let reached = async move { drop(watch.wait_for(|position| *position >= head).await) };
        views.run(reached).await.unwrap();
    }

    pub(crate) async fn events(&self) -> Vec<Recorded> {
        self.log.read(Position::START, u32::MAX).await.unwrap()
    }

    pub(crate) async fn grab(&self, id: GrabId, events: Vec<grab::Event>) {
        self.happens(StreamId::new("grab", id), "system", events).await;
    }

    pub(crate) async fn tenant(&self, id: TenantId, events: Vec<tenant::Event>) {
        self.happens(StreamId::new("tenant", id), "ada", events).await;
    }

    pub(crate) async fn happens<E: Event>(&self, stream: StreamId, actor: &str, events: Vec<E>) {
        let mut versions = self.versions.lock().await;
        let version = versions.entry(stream.clone()).or_default();
        let now = self.log.head().await.unwrap().get();
        let meta = Meta { time_ms: time(now).millis(), actor: actor.into(), ..Meta::default() };
        let encoded =
            |event: &E| NewEvent { name: event.name().into(), schema: event.schema(), data: event.encode() };
        let new: Vec<_> = events.iter().map(encoded).collect();
        let expected = Version::new(*version);
        *version += u32::try_from(new.len()).unwrap();
        self.log
            .append(Append::new(CommandId::fresh(), [0; 32], meta).write(stream, expected, new))
            .await
            .unwrap();
    }

    /// An event that no code of ours writes.
    pub(crate) async fn strange(
        &self,
        stream: StreamId,
        name: &'static str,
        schema: u16,
        data: &str,
    ) -> Position {
        let mut versions = self.versions.lock().await;
        let version = versions.entry(stream.clone()).or_default();
        let expected = Version::new(*version);
        *version += 1;
        let data = RawValue::from_string(data.into()).unwrap();
        let event = NewEvent { name: name.into(), schema, data };
        let append =
            Append::new(CommandId::fresh(), [0; 32], Meta { actor: "ada".into(), ..Meta::default() });
        self.log.append(append.write(stream, expected, vec![event])).await.unwrap().last
    }

    pub(crate) async fn order(&self, name: &str, order: impl Into<projection::Event>) {
        self.happens(StreamId::new("projection", name), "ada", vec![order.into()]).await;
    }

    pub(crate) async fn head(&self) -> Position {
        self.log.head().await.unwrap()
    }

    /// What the whole log gives, folded into a file that nothing else has touched.
    pub(crate) async fn folded_anew(&self) -> String {
        let directory = tempfile::tempdir().unwrap();
        let views = Views::open(&directory.path().join("anew.db"), self.log.clone()).await.unwrap();
        views.level_offline().await.unwrap();
        views.dump().await.unwrap()
    }

    /// Behind the views' back.
    pub(crate) async fn change(&self, sql: &str) {
        use sqlx::ConnectOptions as _;
        let path = self.directory.path().join("views.db");
        let mut connection =
            sqlx::sqlite::SqliteConnectOptions::new().filename(path).connect().await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        sqlx::Connection::close(connection).await.unwrap();
    }

    pub(crate) async fn ask<T>(&self, sql: &str) -> Vec<T>
    where
        T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
    {
        use sqlx::ConnectOptions as _;
        let path = self.directory.path().join("views.db");
        let mut connection =
            sqlx::sqlite::SqliteConnectOptions::new().filename(path).connect().await.unwrap();
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&mut connection).await.unwrap()
    }

    /// How SQLite answers a question.
    pub(crate) async fn plan(&self, question: &str) -> Vec<String> {
        use sqlx::{ConnectOptions as _, Row as _};
        let path = self.directory.path().join("views.db");
        let mut connection =
            sqlx::sqlite::SqliteConnectOptions::new().filename(path).connect().await.unwrap();
        let explain = format!("EXPLAIN QUERY PLAN {question}");
        let rows = sqlx::query(sqlx::AssertSqlSafe(explain)).fetch_all(&mut connection).await.unwrap();
        rows.iter().map(|row| row.get("detail")).collect()
    }

    /// Some tasks of one tenant, each with so many misses, few appends.
    pub(crate) async fn crowd(&self, tasks: u64, misses: u32) {
        self.tenant(tenant_id(1), vec![registered("东京一号", "ap-tokyo-1")]).await;
        for index in 1..=tasks {
            let mut events = vec![created(index, &format!("抢ARM机器 {index}")), started()];
            events.extend((1..=misses).flat_map(miss));
            self.grab(grab_id(index), events).await;
        }
    }

    /// A task that runs and has missed so often.
    pub(crate) async fn running(&self, index: u64, name: &str, misses: u32) -> GrabId {
        let id = grab_id(index);
        self.grab(id, vec![created(index, name), started()]).await;
        for number in 1..=misses {
            self.grab(id, miss(number)).await;
        }
        id
    }
}

pub(crate) fn grab_id(index: u64) -> GrabId {
    GrabId::from_parts(1000 + index, 7)
}

pub(crate) fn tenant_id(index: u64) -> TenantId {
    TenantId::from_parts(1000 + index, 7)
}

pub(crate) fn time(second: u64) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000 + i64::try_from(second).unwrap() * 1000)
}

pub(crate) fn registered(name: &str, region: &str) -> tenant::Event {
    Registered {
        name: name.into(),
        tenancy: "ocid1.tenancy.oc1..AbC".into(),
        user: "ocid1.user.oc1..def".into(),
        fingerprint: "aa:bb".into(),
        home_region: region.into(),
        credential: SecretRef("secret_1".into()),
        proxy: None,
        at: time(0),
    }
    .into()
}

/// Of tenant 1.
pub(crate) fn created(index: u64, name: &str) -> grab::Event {
    created_for(tenant_id(1), index, name, "ap-tokyo-1")
}

pub(crate) fn created_for(tenant: TenantId, index: u64, name: &str, region: &str) -> grab::Event {
    let spec = Spec {
        shape: "VM.Standard.A1.Flex".into(),
        sizes: vec![Size { ocpus: 4.0, memory_gb: 24.0 }],
        boot_volume_gb: 50,
        image: "Canonical Ubuntu 24.04".into(),
        regions: vec![region.into()],
        ..Spec::default()
    };
    let schedule = Schedule { interval: Seconds(60), jitter_percent: 0, ..Schedule::default() };
    Created { tenant, name: name.into(), spec, schedule, at: time(index) }.into()
}

pub(crate) fn started() -> grab::Event {
    Started { at: time(10) }.into()
}

pub(crate) fn attempt_started(number: u32) -> grab::Event {
    let target = Target {
        region: "ap-tokyo-1".into(),
        size: None,
        availability_domain: "AD-1".into(),
        deed: Deed::Launch(Build {
            image: "image".into(),
            subnet: "subnet".into(),
            display_name: "berth".into(),
        }),
    };
    let at = time(10 + 60 * u64::from(number));
    AttemptStarted { number, token: format!("token-{number}"), target, body_hash: "hash".into(), at }.into()
}

pub(crate) fn settled(number: u32, outcome: Outcome, reason: Reason) -> AttemptSettled {
    AttemptSettled {
        number,
        availability_domain: "AD-1".into(),
        outcome,
        reason,
        provider_error: Some(provider_error()),
        request_id: Some("request-1".into()),
        duration_ms: 300 + number,
        instance: None,
        work_request: None,
        in_a_row: number,
        not_before: None,
        at: time(11 + 60 * u64::from(number)),
    }
}

pub(crate) fn provider_error() -> ProviderError {
    ProviderError {
        status: Some(500),
        code: "InternalError".into(),
        message: "Out of host capacity.".into(),
        request_id: Some("request-1".into()),
    }
}

pub(crate) fn miss(number: u32) -> Vec<grab::Event> {
    vec![attempt_started(number), settled(number, Outcome::Capacity, Reason::OutOfHostCapacity).into()]
}
