//! Each tenant is tested now and then by itself: is its key still good, is its account still there?

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use berth_actors::testing::on_virtual_time;
use berth_app::{Roster, RosterError, Settings, Standing};
use berth_cloud::fake::{Answer, FakeCloud};
use berth_domain::{
    GrabId, Refused, Seconds, TenantId, Trouble,
    grab::State,
    tenant::{Status, SuspensionReason},
};
use berth_store::Position;

use crate::world::{Stage, order};

const HOUR_MS: i64 = 3_600_000;

/// Runs a play in which every tenant is tested once an hour.
fn play<F: Future<Output = ()>>(act: impl FnOnce(Stage) -> F) {
    on_virtual_time(async move {
        let settings = Settings { check_every: Seconds(3_600), ..Settings::default() };
        act(Stage::new(FakeCloud::new([]), settings).await).await;
    });
}

/// When each tenant was tested, in order.
async fn tests(stage: &Stage) -> BTreeMap<String, Vec<i64>> {
    let mut tests = BTreeMap::<_, Vec<_>>::new();
    for event in stage.events().await {
        if event.name == "tenant.connection_tested" {
            tests.entry(event.stream.id().to_owned()).or_default().push(event.meta.time_ms);
        }
    }
    tests
}

async fn tests_of(stage: &Stage, tenant: TenantId) -> Vec<i64> {
    tests(stage).await.remove(&tenant.to_string()).unwrap_or_default()
}

/// How often it was suspended, for whatever reason.
async fn suspensions(stage: &Stage) -> usize {
    stage.events().await.iter().filter(|event| event.name == "tenant.suspended").count()
}

/// Lets time go by until the tenant is tested once more, at most some hours.
async fn until_tested(stage: &Stage, tenant: TenantId) {
    let before = tests_of(stage, tenant).await.len();
    for _ in 0..4 * 3_600 {
        if tests_of(stage, tenant).await.len() > before {
            return;
        }
        stage.pass(1).await;
    }
    panic!("it was not tested for hours");
}

/// As a closed account is answered, and a wrong id.
fn not_found() -> Trouble {
    Trouble::Refused(Refused {
        status: 404,
        code: "NotAuthorizedOrNotFound".into(),
        message: "Authorization failed or requested resource not found.".into(),
        ..Refused::default()
    })
}

#[test]
fn each_tenant_is_tested_every_hour_at_its_own_moment() {
    play(async |stage| {
        for name in ["tokyo", "osaka", "seoul"] {
            stage.tenant(name).await;
        }
        stage.pass(6 * 3_600).await;
        let mut moments = vec![];
        for (tenant, tests) in tests(&stage).await {
            assert!((7..=8).contains(&tests.len()), "{tenant}: {tests:?}");
            // Its first moment may come soon after it was taken in.
            let distances = tests.windows(2).skip(2).map(|pair| pair[1] - pair[0]);
            assert!(distances.clone().all(|each| (each - HOUR_MS).abs() < 2_000), "{tenant}: {tests:?}");
            moments.push(tests[2] % HOUR_MS / 60_000);
        }
        moments.sort_unstable();
        moments.dedup();
        assert_eq!(moments.len(), 3, "each in another minute");
    });
}

#[test]
fn a_restart_changes_no_moment_and_tests_nobody_twice() {
    play(async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        until_tested(&stage, tenant).await;
        let first = *tests_of(&stage, tenant).await.last().unwrap();
        for _ in 0..5 {
            stage.pass(300).await;
            stage.restart().await;
        }
        until_tested(&stage, tenant).await;
        let second = *tests_of(&stage, tenant).await.last().unwrap();
        assert!((second - first - HOUR_MS).abs() < 2_000, "{first} {second}");
    });
}

#[test]
fn those_that_were_missed_are_tested_one_after_another_after_a_start() {
    play(async |mut stage| {
        for number in 0..60 {
            stage.tenant(&format!("tenant-{number}")).await;
        }
        stage.restart_later(2 * 86_400).await;
        let started = stage.clock.now_ms();
        stage.pass(3_600 + 61).await;
        let mut minutes = BTreeMap::<i64, u32>::new();
        for (tenant, tests) in tests(&stage).await {
            let first = tests.iter().find(|at| **at >= started);
            let first = first.unwrap_or_else(|| panic!("{tenant} was not tested"));
            *minutes.entry((first - started) / 60_000).or_default() += 1;
        }
        assert!(!minutes.contains_key(&0), "the start has enough to do: {minutes:?}");
        assert!(minutes.values().all(|tenants| *tenants <= 6), "{minutes:?}");
    });
}

#[test]
fn a_key_that_is_refused_once_suspends_nobody() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        stage.cloud.reject_key(true);
        until_tested(&stage, tenant).await;
        stage.cloud.reject_key(false);
        assert_eq!(stage.tenant_state(tenant).await.status, Status::Active);
        let before = tests_of(&stage, tenant).await.len();
        stage.pass(70).await;
        assert_eq!(tests_of(&stage, tenant).await.len(), before + 1, "it was looked into at once");
        assert_eq!(suspensions(&stage).await, 0);
    });
}

#[test]
fn a_key_that_died_suspends_after_the_second_refusal_and_is_taken_up_when_it_works_again() {
    play(async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        stage.cloud.reject_key(true);
        until_tested(&stage, tenant).await;
        // The second look is taken although the process died in between.
        stage.restart().await;
        stage.pass(70).await;
        let dead = Status::Suspended(SuspensionReason::KeyRejected);
        assert_eq!(stage.tenant_state(tenant).await.status, dead);
        stage.pass(3 * 3_600).await;
        assert_eq!(suspensions(&stage).await, 1, "it is told once");

        stage.cloud.reject_key(false);
        until_tested(&stage, tenant).await;
        assert_eq!(stage.tenant_state(tenant).await.status, Status::Active);
        let id = stage.grab(tenant, 5).await;
        stage.until(id, State::Succeeded).await;
    });
}

#[test]
fn trouble_with_the_network_suspends_nobody_however_long_it_lasts() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        stage.cloud.cut_off(true);
        stage.pass(6 * 3_600).await;
        assert_eq!(stage.tenant_state(tenant).await.status, Status::Active);
        let tests = tests_of(&stage, tenant).await.len();
        assert!((7..=8).contains(&tests), "{tests} tests in six hours");
    });
}

#[test]
fn an_account_that_shows_nothing_any_more_suspends_at_once() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        stage.cloud.refuse_all(Some(not_found()));
        until_tested(&stage, tenant).await;
        let closed = Status::Suspended(SuspensionReason::AccountSuspended);
        assert_eq!(stage.tenant_state(tenant).await.status, closed);
        stage.cloud.refuse_all(None);
        until_tested(&stage, tenant).await;
        assert_eq!(stage.tenant_state(tenant).await.status, Status::Active, "it is back");
    });
}

#[test]
fn an_account_that_shows_anything_at_all_is_not_closed() {
    play(async |stage| {
        let tenant = stage.tenant("tokyo").await;
        for trouble in [not_found(), Answer::NO_POLICY.trouble().unwrap()] {
            stage.cloud.refuse_identity(Some(trouble));
            stage.pass(3 * 3_600).await;
            assert_eq!(stage.tenant_state(tenant).await.status, Status::Active);
        }
    });
}

#[test]
fn a_tenant_that_is_switched_off_or_removed_is_left_alone_and_one_that_is_switched_on_is_not() {
    play(async |stage| {
        let (off, gone) = (stage.tenant("off").await, stage.tenant("gone").await);
        stage.app.tenants.disable(off, order("disable")).await.unwrap();
        stage.app.tenants.remove(gone, false, 0, order("remove")).await.unwrap();
        stage.pass(3 * 3_600).await;
        let counts = async || [tests_of(&stage, off).await.len(), tests_of(&stage, gone).await.len()];
        assert_eq!(counts().await, [1, 1]);
        stage.app.tenants.enable(off, order("enable")).await.unwrap();
        stage.pass(3 * 3_600).await;
        let [on, gone] = counts().await;
        assert!((4..=5).contains(&on), "{on}");
        assert_eq!(gone, 1);
    });
}

#[test]
fn with_no_interval_nobody_is_tested_by_itself() {
    on_virtual_time(async {
        let stage = Stage::new(FakeCloud::new([]), Settings::default()).await;
        let tenant = stage.tenant("tokyo").await;
        stage.pass(2 * 86_400).await;
        assert_eq!(tests_of(&stage, tenant).await.len(), 1);
    });
}

/// Keeps no list of tenants.
struct Listless;

#[async_trait]
impl Roster for Listless {
    async fn wait_for(&self, _: Position) -> Result<(), RosterError> {
        Ok(())
    }

    async fn standing(&self) -> Result<Vec<Standing>, RosterError> {
        Ok(Vec::new())
    }

    async fn tasks_of(&self, _: TenantId) -> Result<Vec<GrabId>, RosterError> {
        Ok(Vec::new())
    }
}

#[test]
fn tenants_that_no_list_holds_are_tested_all_the_same_and_not_at_once() {
    play(async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        stage.world.roster = Arc::new(Listless);
        stage.restart_later(2 * 86_400).await;
        stage.pass(59).await;
        assert_eq!(tests_of(&stage, tenant).await.len(), 1);
        stage.pass(3_600).await;
        assert_eq!(tests_of(&stage, tenant).await.len(), 2);
    });
}
