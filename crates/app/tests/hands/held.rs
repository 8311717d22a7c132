//! Tenants that may not act: their tasks keep no place from others, and are not forgotten.

use berth_app::Settings;
use berth_cloud::fake::{Answer, FakeCloud};
use berth_domain::{
    Code, GrabId, TenantId,
    event::Event as _,
    grab::{Event, Holder, Outcome, State, Wish},
    tenant::{self, Status},
};
use berth_store::{Append, CommandId, Log, Meta, NewEvent, StreamId};

use crate::world::{Stage, order, play, refusal_codes};

fn with_places(limit: usize, act: impl AsyncFnOnce(Stage)) {
    let settings = Settings { concurrent_limit: limit, ..Settings::default() };
    let cloud = FakeCloud::new(vec![Answer::CAPACITY; 10_000]);
    berth_actors::testing::on_virtual_time(async move { act(Stage::new(cloud, settings).await).await });
}

async fn grabs<const N: usize>(stage: &Stage, tenant: TenantId) -> [GrabId; N] {
    let mut ids = Vec::new();
    for _ in 0..N {
        ids.push(stage.grab(tenant, 60).await);
        stage.pass(1).await;
    }
    ids.try_into().unwrap()
}

async fn count(stage: &Stage, ids: &[GrabId], wanted: State) -> usize {
    let mut found = 0;
    for id in ids {
        found += usize::from(stage.state(*id).await.state() == wanted);
    }
    found
}

#[test]
fn a_tenant_that_may_not_act_leaves_every_place_to_others_and_waits_for_them_afterwards() {
    with_places(2, async |stage| {
        let (held, free) = (stage.tenant("held").await, stage.tenant("free").await);
        let own = grabs::<4>(&stage, held).await;
        let [other] = grabs(&stage, free).await;
        assert_eq!(stage.state(other).await.state(), State::Pending);
        stage.app.tenants.disable(held, order("disable")).await.unwrap();
        stage.pass(2).await;
        assert_eq!(stage.state(other).await.state(), State::Running);
        for id in own {
            assert_eq!(stage.state(id).await.wish, Wish::Paused(Holder::Tenant));
        }
        stage.app.tenants.enable(held, order("enable")).await.unwrap();
        stage.pass(2).await;
        assert_eq!(count(&stage, &own, State::Running).await, 1, "one place is left");
        assert_eq!(count(&stage, &own, State::Pending).await, 3);
        stage.app.grabs.stop(other, order("stop")).await.unwrap();
        stage.pass(2).await;
        assert_eq!(count(&stage, &own, State::Running).await, 2);
    });
}

#[test]
fn what_is_started_or_resumed_while_the_tenant_may_not_act_goes_on_when_it_may() {
    with_places(1, async |stage| {
        let (held, free) = (stage.tenant("held").await, stage.tenant("free").await);
        let [paused, stopped] = grabs(&stage, held).await;
        stage.app.grabs.pause(paused, order("pause")).await.unwrap();
        stage.pass(1).await;
        stage.app.grabs.stop(stopped, order("stop")).await.unwrap();
        stage.app.tenants.disable(held, order("disable")).await.unwrap();
        stage.pass(1).await;
        stage.app.grabs.start(stopped, order("start")).await.unwrap();
        stage.app.grabs.resume(paused, order("resume")).await.unwrap();
        for id in [paused, stopped] {
            assert_eq!(stage.state(id).await.wish, Wish::Paused(Holder::Tenant));
        }
        let [other] = grabs(&stage, free).await;
        assert_eq!(stage.state(other).await.state(), State::Running);
        stage.app.grabs.stop(other, order("other")).await.unwrap();
        stage.app.tenants.enable(held, order("enable")).await.unwrap();
        stage.pass(2).await;
        assert_eq!(count(&stage, &[paused, stopped], State::Running).await, 1);
        assert_eq!(count(&stage, &[paused, stopped], State::Pending).await, 1);
    });
}

#[test]
fn a_task_whose_tenant_is_gone_is_not_started_again_and_takes_no_place() {
    with_places(1, async |stage| {
        let (gone, free) = (stage.tenant("gone").await, stage.tenant("free").await);
        let [id] = grabs(&stage, gone).await;
        let paused = stage.app.grabs.pause(id, order("pause")).await.unwrap();
        let resumed = stage.app.grabs.resume(id, order("resume")).await.unwrap();
        assert!(paused.done.position < resumed.done.position);
        stage.app.tenants.remove(gone, true, 1, order("remove")).await.unwrap();
        stage.until(id, State::Failed).await;
        let refused = stage.app.grabs.start(id, order("start")).await.unwrap_err();
        assert_eq!(refusal_codes(refused), [Code::StateConflict]);
        let again = stage.app.grabs.resume(id, order("resume")).await.unwrap();
        assert_eq!(again.done.position, resumed.done.position, "a repeat is answered as the first was");
        let [other] = grabs(&stage, free).await;
        assert_eq!(stage.state(other).await.state(), State::Running);
    });
}

#[test]
fn a_hold_that_no_policy_carried_out_is_made_by_the_hunter() {
    with_places(1, async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        let [id] = grabs(&stage, tenant).await;
        unheard(&mut stage, tenant, tenant::Disabled {}.into()).await;
        assert_eq!(stage.state(id).await.wish, Wish::Paused(Holder::Tenant));
    });
}

#[test]
fn so_is_one_of_a_task_that_waits_for_a_day() {
    with_places(1, async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 86_400).await;
        stage.pass(60).await;
        assert_eq!(stage.outcomes(id).await, [Outcome::Capacity]);
        unheard(&mut stage, tenant, tenant::Disabled {}.into()).await;
        assert_eq!(stage.state(id).await.wish, Wish::Paused(Holder::Tenant));
    });
}

#[test]
fn a_removal_that_no_policy_carried_out_ends_the_task_when_the_hunter_meets_it() {
    with_places(1, async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        let [id] = grabs(&stage, tenant).await;
        let credential = stage.tenant_state(tenant).await.profile.unwrap().credential;
        let removed = tenant::Removed { name: "tokyo".into(), credential, forced: true };
        unheard(&mut stage, tenant, removed.into()).await;
        assert_eq!(stage.state(id).await.state(), State::Failed);
        assert!(matches!(stage.history(id).await.last(), Some(Event::Failed(_))));
    });
}

/// It happened while nobody was there, and no policy hears of it.
async fn unheard(stage: &mut Stage, tenant: TenantId, event: tenant::Event) {
    stage.app.stop(std::time::Duration::ZERO).await;
    let stream = StreamId::new("tenant", tenant);
    let own = stage.events().await.into_iter().rfind(|event| event.stream == stream).unwrap();
    let written = NewEvent { name: event.name().into(), schema: event.schema(), data: event.encode() };
    let meta = Meta { time_ms: stage.clock.now_ms(), ..Meta::default() };
    let append = Append::new(CommandId::fresh(), [0; 32], meta).write(stream, own.version, vec![written]);
    stage.log.append(append).await.unwrap();
    deal_with_all(stage).await;
    stage.restart().await;
    stage.pass(120).await;
}

/// The policies believe to have dealt with everything.
async fn deal_with_all(stage: &Stage) {
    let meta = Meta { time_ms: stage.clock.now_ms(), ..Meta::default() };
    let mut append = Append::new(CommandId::fresh(), [0; 32], meta);
    append.checkpoint = Some(("policies".into(), stage.log.head().await.unwrap()));
    stage.log.append(append).await.unwrap();
}

/// How often its key was tried.
async fn tries(stage: &Stage) -> usize {
    stage.events().await.iter().filter(|event| event.name == "tenant.connection_tested").count()
}

#[test]
fn a_tenant_that_is_enabled_without_a_network_is_tried_again_and_its_tasks_go_on() {
    play(vec![Answer::CAPACITY; 3], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.app.tenants.disable(tenant, order("disable")).await.unwrap();
        stage.until(id, State::Paused).await;
        stage.cloud.cut_off(true);
        let before = tries(&stage).await;
        stage.app.tenants.enable(tenant, order("enable")).await.unwrap();
        stage.pass(1_000).await;
        assert_eq!(stage.tenant_state(tenant).await.status, Status::Untested);
        assert_eq!(tries(&stage).await - before, 5, "at once, and then after 1, 2, 4 and 8 minutes");
        stage.cloud.cut_off(false);
        stage.pass(700).await;
        assert_eq!(stage.tenant_state(tenant).await.status, Status::Active);
        stage.until(id, State::Succeeded).await;
    });
}

#[test]
fn an_untested_tenant_is_tried_at_a_start_and_its_tasks_go_on() {
    play(vec![Answer::CAPACITY; 3], async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.app.tenants.disable(tenant, order("disable")).await.unwrap();
        stage.until(id, State::Paused).await;
        stage.cloud.cut_off(true);
        stage.app.tenants.enable(tenant, order("enable")).await.unwrap();
        stage.pass(10).await;
        stage.app.stop(std::time::Duration::ZERO).await;
        deal_with_all(&stage).await;
        stage.cloud.cut_off(false);
        stage.restart().await;
        stage.pass(5).await;
        assert_eq!(stage.tenant_state(tenant).await.status, Status::Active);
        stage.until(id, State::Succeeded).await;
    });
}

#[test]
fn however_many_tasks_wait_for_an_untested_tenant_it_is_tried_in_its_own_time() {
    play([], async |stage| {
        stage.cloud.cut_off(true);
        let tenant = stage.tenant("tokyo").await;
        for _ in 0..5 {
            stage.grab(tenant, 5).await;
        }
        stage.pass(3_600).await;
        let tries = tries(&stage).await;
        assert!((8..=10).contains(&tries), "{tries} tries in an hour");
        stage.app.tenants.disable(tenant, order("disable")).await.unwrap();
        stage.pass(1).await;
        stage.cloud.cut_off(false);
        stage.app.tenants.enable(tenant, order("enable")).await.unwrap();
        stage.pass(1).await;
        assert_eq!(stage.tenant_state(tenant).await.status, Status::Active, "at once, whatever was before");
    });
}
