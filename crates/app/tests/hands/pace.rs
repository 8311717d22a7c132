//! How fast tenants call, on virtual time: a storm that hits one, and starts that are no stampede.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use berth_actors::{Clock, testing::on_virtual_time};
use berth_app::{Settings, tenant::PaceShown};
use berth_cloud::fake::{Answer, FakeCloud};
use berth_domain::{
    Aggregate, GrabId, TenantId, Timestamp,
    event::Event as _,
    grab::{Event, Grab},
};

use crate::world::{Stage, new_grab, order, play};

const STORM_S: u64 = 300;
const INTERVAL_S: u32 = 10;
const MINUTE_MS: i64 = 60_000;

/// An attempt, and when it was due.
struct Tried {
    grab: GrabId,
    due: Timestamp,
    at: Timestamp,
}

fn crowd() -> Settings {
    Settings { concurrent_limit: 10_000, ..Settings::default() }
}

async fn grab_named(stage: &Stage, tenant: TenantId, name: &str, number: usize) -> GrabId {
    let mut new = new_grab(tenant, INTERVAL_S);
    name.clone_into(&mut new.name);
    stage.app.grabs.create(new, order(&format!("grab{number}"))).await.unwrap().id
}

/// Every attempt there was, in order: due as its state said just before.
async fn tried(stage: &Stage) -> Vec<Tried> {
    let mut grabs = BTreeMap::<GrabId, Grab>::new();
    let mut tried = vec![];
    for recorded in stage.events().await {
        let Ok(id) = recorded.stream.id().parse::<GrabId>() else { continue };
        let event = Event::decode(&recorded.name, recorded.schema, &recorded.data).unwrap();
        let grab = grabs.entry(id).or_default();
        if let Event::AttemptStarted(started) = &event {
            let due = grab.next_attempt_at(id, Timestamp::default()).unwrap_or(started.at);
            tried.push(Tried { grab: id, due, at: started.at });
        }
        grab.evolve(&event);
    }
    tried
}

/// The 99th part of so many, in milliseconds.
fn p99(mut late: Vec<i64>) -> i64 {
    late.sort_unstable();
    late[late.len() * 99 / 100]
}

/// What a storm did.
struct Aftermath {
    /// How late the attempts of those were that it did not hit, in milliseconds.
    others_p99: i64,
    /// Attempts of whom it hit: in the minute before, and in the second minute after it.
    before: usize,
    after: usize,
}

/// Ten tasks of one tenant are hit by a storm of five minutes, beside one task of each of 49 others. The control gives all to one
/// tenant, and so one budget to all.
async fn storm(stage: Stage, shared: bool) -> Aftermath {
    let first = stage.tenant("stormy").await;
    let mut hit = vec![];
    for number in 0..10 {
        hit.push(grab_named(&stage, first, "stormy", number).await);
    }
    for number in 0..49 {
        let tenant = if shared { first } else { stage.tenant(&format!("calm-{number}")).await };
        grab_named(&stage, tenant, "calm", 100 + number).await;
    }
    stage.pass(120).await;
    let begins = stage.clock.now_ms();
    stage.cloud.storm(Some("stormy"));
    stage.pass(STORM_S).await;
    stage.cloud.storm(None);
    let ends = stage.clock.now_ms();
    stage.pass(125).await;

    let tried = tried(&stage).await;
    let others = tried.iter().filter(|tried| !hit.contains(&tried.grab) && tried.at.millis() >= begins);
    let of_hit = |from: i64| {
        let within = |tried: &&Tried| (from..from + MINUTE_MS).contains(&tried.at.millis());
        tried.iter().filter(|tried| hit.contains(&tried.grab)).filter(within).count()
    };
    Aftermath {
        others_p99: p99(others.map(|tried| tried.at.since(tried.due)).collect()),
        before: of_hit(begins - MINUTE_MS),
        after: of_hit(ends + MINUTE_MS),
    }
}

fn storm_of(shared: bool) -> Aftermath {
    on_virtual_time(async move {
        storm(Stage::new(FakeCloud::new(vec![Answer::CAPACITY; 20_000]), crowd()).await, shared).await
    })
}

#[test]
fn a_storm_on_one_of_fifty_tenants_moves_no_other_and_is_over_within_a_minute() {
    let Aftermath { others_p99, before, after } = storm_of(false);
    assert!(others_p99 < i64::from(INTERVAL_S) * 1000, "the others were {others_p99} ms late");
    assert!(others_p99 < 1000, "nobody else was even a second late: {others_p99} ms");
    assert!(after * 5 >= before * 4, "{after} attempts in the second minute after it, {before} before");
}

#[test]
fn one_budget_for_all_tenants_would_be_caught() {
    let Aftermath { others_p99, .. } = storm_of(true);
    assert!(others_p99 >= i64::from(INTERVAL_S) * 1000, "only {others_p99} ms late");
}

#[test]
fn a_throttle_of_one_region_leaves_the_tenants_others_alone_and_says_why() {
    play(vec![Answer::CAPACITY; 1000], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        grab_named(&stage, tenant, "stormy", 1).await;
        let mut osaka = new_grab(tenant, INTERVAL_S);
        (osaka.name, osaka.spec.regions) = ("calm".into(), vec!["ap-osaka-1".into()]);
        let osaka = stage.app.grabs.create(osaka, order("osaka")).await.unwrap().id;
        stage.pass(60).await;
        stage.cloud.storm(Some("stormy"));
        stage.pass(STORM_S).await;

        let shown = stage.app.tenants.pace(tenant).await.unwrap();
        let region =
            |name: &str| shown.regions.iter().find(|lane| lane.region.as_deref() == Some(name)).unwrap();
        let slowed = region("ap-tokyo-1");
        assert!(slowed.budget.rate < 0.2 * slowed.budget.ceiling, "{slowed:?}");
        let words = slowed.throttle.as_ref().unwrap().provider_error.as_ref().unwrap();
        assert_eq!(words.message, "Too many requests for the user");
        assert!(region("ap-osaka-1").throttle.is_none() && shown.tenancy.throttle.is_none(), "{shown:?}");

        let late = tried(&stage).await.into_iter().filter(|tried| tried.grab == osaka);
        assert!(p99(late.map(|tried| tried.at.since(tried.due)).collect()) < 1000);
    });
}

/// Counts on the pace of a tenant: ten calls a second.
#[test]
fn a_call_of_many_requests_takes_a_turn_for_each_of_them() {
    let until_launched = |requests: u32| {
        on_virtual_time(async move {
            let stage = Stage::new(FakeCloud::new([]), Settings::default()).await;
            stage.cloud.lengthen_networks(requests);
            let tenant = stage.tenant("tokyo").await;
            let began = stage.clock.now_ms();
            stage.grab(tenant, INTERVAL_S).await;
            while stage.cloud.launches().is_empty() {
                stage.clock.sleep(Duration::from_millis(10)).await;
            }
            stage.clock.now_ms() - began
        })
    };
    let (short, long) = (until_launched(1), until_launched(101));
    assert!(long - short >= 9_000, "{long} ms with a hundred requests more, {short} ms without");
}

#[test]
fn a_freeze_outlasts_a_restart_for_its_region_alone() {
    let named = Answer::Refuse {
        status: 429,
        code: "TooManyRequests",
        message: "User-rate limit exceeded.",
        retry_after: Some(berth_domain::Seconds(600)),
    };
    play([vec![named], vec![Answer::CAPACITY; 100]].concat(), async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        stage.grab(tenant, INTERVAL_S).await;
        while stage.cloud.launches().is_empty() {
            stage.pass(1).await;
        }
        let frozen = |shown: &PaceShown| shown.regions.iter().find_map(|lane| lane.budget.frozen_until);
        let before = frozen(&stage.app.tenants.pace(tenant).await.unwrap()).unwrap();
        stage.restart().await;
        let shown = stage.app.tenants.pace(tenant).await.unwrap();
        assert!((frozen(&shown).unwrap().since(before)).abs() < 10, "{shown:?}");
        assert_eq!(shown.tenancy.budget.frozen_until, None);
        stage.pass(300).await;
        assert_eq!(stage.cloud.launches().len(), 1, "nobody calls before");
        stage.pass(400).await;
        assert!(stage.cloud.launches().len() > 1, "and then it goes on");
    });
}

#[test]
fn after_a_restart_the_first_attempts_are_spread_over_the_interval() {
    const TASKS: usize = 400;
    let cloud = FakeCloud::new(vec![Answer::CAPACITY; 5_000]);
    on_virtual_time(async move {
        let mut stage = Stage::new(cloud, crowd()).await;
        let mut tenants = vec![];
        for number in 0..10 {
            tenants.push(stage.tenant(&format!("tenant-{number}")).await);
        }
        for number in 0..TASKS {
            grab_named(&stage, tenants[number % tenants.len()], "spread", number).await;
        }
        stage.pass(30).await;
        stage.restart_later(600).await;
        let awake = stage.clock.now_ms();
        stage.pass(u64::from(INTERVAL_S) + 2).await;

        let mut first = BTreeMap::new();
        for tried in tried(&stage).await.into_iter().filter(|tried| tried.at.millis() >= awake) {
            first.entry(tried.grab).or_insert((tried.at.millis() - awake) / 1000);
        }
        assert_eq!(first.len(), TASKS, "each comes within its interval");
        let mut seconds = BTreeMap::<i64, usize>::new();
        for second in first.into_values() {
            *seconds.entry(second).or_default() += 1;
        }
        let mean = TASKS / INTERVAL_S as usize;
        assert!(seconds.values().all(|count| *count <= 2 * mean), "{seconds:?}, {mean} is the mean");
    });
}

#[test]
fn what_a_tenant_offers_is_read_once_in_five_minutes_however_many_ask() {
    play([], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let ask = async |afresh| {
            stage.app.tenants.launch_options(tenant, "ap-tokyo-1", afresh).await.unwrap().read_at
        };
        let (first, second) = tokio::join!(ask(false), ask(false));
        assert_eq!(first, second, "whoever asks meanwhile gets what is read");
        stage.pass(290).await;
        assert_eq!(ask(false).await, first);
        stage.pass(20).await;
        let later = ask(false).await;
        assert!(later > first);
        stage.pass(1).await;
        assert!(ask(true).await > later, "on demand it is read anew");
    });
}

#[test]
fn options_are_read_in_the_tenants_turns() {
    play([], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        stage.pass(10).await;
        let began = stage.clock.now_ms();
        stage.app.tenants.launch_options(tenant, "ap-tokyo-1", false).await.unwrap();
        let took = stage.clock.now_ms() - began;
        assert!((600..1_000).contains(&took), "eight calls at ten a second took {took} ms");
    });
}

#[test]
fn a_clock_that_is_set_back_a_day_stops_nobody() {
    static SET: AtomicI64 = AtomicI64::new(0);
    play(vec![Answer::CAPACITY; 100], async |mut stage| {
        stage.clock = Clock::virtual_set_by(stage.clock.now_ms(), &SET);
        stage.world.clock = stage.clock;
        stage.restart().await;
        let tenant = stage.tenant("tokyo").await;
        stage.app.tenants.launch_options(tenant, "ap-tokyo-1", false).await.unwrap();
        SET.store(-86_400_000, Ordering::SeqCst);
        let began = stage.clock.instant();
        let read = stage.app.tenants.launch_options(tenant, "ap-tokyo-1", false).await.unwrap();
        let took = began.elapsed();
        assert!(took < Duration::from_secs(1), "eight calls took {took:?}");
        assert!(read.read_at.millis() <= stage.clock.now_ms(), "read anew: nobody knows how old it was");
    });
}
