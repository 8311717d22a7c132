//! Tenants and their tasks: one pace, one key, one hold.

use crate::world::{Stage, new_grab, new_tenant, order, play, refusal_codes};
use berth_app::Settings;
use berth_cloud::fake::{Answer, FakeCloud};
use berth_domain::{
    Code, Timestamp,
    grab::State,
    tenant::{Status, SuspensionReason},
};

#[test]
fn a_new_tenants_key_is_tried_at_once_and_makes_it_active() {
    play([], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let state = stage.tenant_state(tenant).await;
        assert_eq!(state.status, Status::Active);
        assert_eq!(state.regions.len(), 1);
    });
}

#[test]
fn a_refused_key_suspends_the_tenant_and_a_test_that_succeeds_wakes_its_tasks() {
    play(vec![Answer::CAPACITY; 20], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.pass(12).await;
        stage.cloud.reject_key(true);
        stage.until(id, State::Paused).await;
        let status = stage.tenant_state(tenant).await.status;
        assert_eq!(status, Status::Suspended(SuspensionReason::KeyRejected));

        stage.cloud.reject_key(false);
        let checked = stage.app.tenants.test(tenant, order("test")).await.unwrap();
        assert!(checked.failure.is_none());
        stage.pass(2).await;
        assert_eq!(stage.state(id).await.state(), State::Running);
        stage.until(id, State::Succeeded).await;
    });
}

#[test]
fn a_key_that_never_worked_lets_no_task_act() {
    play([], async |stage| {
        stage.cloud.reject_key(true);
        let tenant = stage.tenant("tokyo").await;
        stage.grab(tenant, 5).await;
        stage.pass(600).await;
        assert_eq!(stage.cloud.launches().len(), 0);
    });
}

#[test]
fn a_key_that_could_not_be_tried_for_want_of_a_network_is_tried_again_by_itself() {
    play(vec![Answer::CAPACITY; 3], async |stage| {
        stage.cloud.cut_off(true);
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.pass(300).await;
        assert_eq!(stage.tenant_state(tenant).await.status, Status::Untested);
        stage.cloud.cut_off(false);
        stage.until(id, State::Succeeded).await;
    });
}

#[test]
fn a_key_that_is_refused_while_an_instance_comes_up_suspends_the_tenant() {
    play([Answer::Grant], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        while stage.cloud.launches().is_empty() {
            stage.clock.sleep(std::time::Duration::from_millis(10)).await;
        }
        stage.cloud.reject_key(true);
        stage.pass(200).await;
        assert_eq!(stage.tenant_state(tenant).await.status, Status::Suspended(SuspensionReason::KeyRejected));
        stage.cloud.reject_key(false);
        stage.app.tenants.test(tenant, order("test")).await.unwrap();
        stage.until(id, State::Succeeded).await;
    });
}

#[test]
fn one_throttle_answer_slows_every_task_of_the_tenant_and_none_of_another() {
    let script = [vec![Answer::CAPACITY; 12], vec![Answer::THROTTLE], vec![Answer::CAPACITY; 400]].concat();
    play(script, async |stage| {
        let (slowed, free) = (stage.tenant("slowed").await, stage.tenant("free").await);
        stage.grab(slowed, 5).await;
        stage.grab(slowed, 5).await;
        while stage.cloud.launches().len() < 13 {
            stage.pass(1).await;
        }
        let now = Timestamp::from_millis(stage.clock.now_ms());
        let until = stage.tenant_state(slowed).await.throttled_until(now).expect("written down");
        stage.grab(free, 1).await;
        let count = |name: &str| {
            stage.cloud.launches().iter().filter(|seen| seen.display_name.contains(name)).count()
        };
        let before = count("");
        while stage.clock.now_ms() < until.millis() - 100 {
            stage.clock.sleep(std::time::Duration::from_millis(50)).await;
        }
        let during: Vec<_> =
            stage.cloud.launches()[before..].iter().map(|seen| seen.display_name.clone()).collect();
        assert!(
            during.windows(2).all(|pair| pair[0] == pair[1]),
            "only the free tenant's one task: {during:?}"
        );
    });
}

#[test]
fn a_command_given_twice_is_done_once_and_answered_alike() {
    play([], async |stage| {
        let first = stage.app.tenants.create(new_tenant("tokyo"), order("same")).await.unwrap();
        let again = stage.app.tenants.create(new_tenant("tokyo"), order("same")).await.unwrap();
        assert_eq!(first.id, again.id);
        assert!(again.done.repeated);
        assert_eq!(first.done.position, again.done.position);
        let mut other = order("same");
        other.fingerprint = [8; 32];
        let reused = stage.app.tenants.create(new_tenant("tokyo"), other).await.unwrap_err();
        assert_eq!(refusal_codes(reused), [Code::CommandIdReused]);
    });
}

#[test]
fn two_tenants_cannot_bear_one_name() {
    play([], async |stage| {
        stage.tenant("tokyo").await;
        let taken = stage.app.tenants.create(new_tenant(" Tokyo "), order("other")).await.unwrap_err();
        assert_eq!(refusal_codes(taken), [Code::Taken]);
    });
}

#[test]
fn no_more_tasks_run_than_the_configuration_allows() {
    let settings = Settings { concurrent_limit: 2, ..Settings::default() };
    berth_actors::testing::on_virtual_time(async {
        let stage = Stage::new(FakeCloud::new(vec![Answer::CAPACITY; 100]), settings).await;
        let tenant = stage.tenant("tokyo").await;
        let first = stage.grab(tenant, 60).await;
        stage.grab(tenant, 60).await;
        let third = stage.app.grabs.create(new_grab(tenant, 60), order("third")).await.unwrap();
        assert_eq!((third.state.state(), third.state.queued_at().is_some()), (State::Pending, true));
        stage.app.grabs.stop(first, order("stop")).await.unwrap();
        stage.app.grabs.create(new_grab(tenant, 60), order("fourth")).await.unwrap();
    });
}

#[test]
fn a_tenant_with_running_tasks_is_removed_only_by_force_and_its_tasks_end() {
    play(vec![Answer::CAPACITY; 100], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        let refused = stage.app.tenants.remove(tenant, false, 1, order("remove")).await.unwrap_err();
        assert_eq!(refusal_codes(refused), [Code::StateConflict]);
        stage.app.tenants.remove(tenant, true, 1, order("force")).await.unwrap();
        stage.until(id, State::Failed).await;
        stage.tenant("tokyo").await;
    });
}

#[test]
fn no_event_holds_a_secret() {
    play([Answer::Grant], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.until(id, State::Succeeded).await;
        for event in stage.events().await {
            assert!(!event.data.get().contains("CANARY"), "{event:?}");
        }
    });
}
