//! Changing one's mind while the hunter is out, and waiting for a place.

use std::time::Duration;

use berth_app::{
    Settings,
    grab::{Change, NewGrab, NewSecret},
};
use berth_cloud::fake::{Answer, FakeCloud};
use berth_domain::{
    GrabId, TenantId,
    grab::{CronWindow, Event, Outcome, Size, Spec, State},
};
use berth_store::{Log, SecretId};
use secrecy::SecretString;

use crate::world::{Stage, new_grab, order, play, refusal_codes};

fn in_two_places(limit: usize, act: impl AsyncFnOnce(Stage)) {
    let settings = Settings { concurrent_limit: limit, ..Settings::default() };
    let cloud = FakeCloud::new(vec![Answer::CAPACITY; 10_000]);
    berth_actors::testing::on_virtual_time(async move { act(Stage::new(cloud, settings).await).await });
}

fn changed(spec: impl FnOnce(&mut Spec)) -> Change {
    let mut changed = new_grab(TenantId::from_parts(0, 0), 60).spec;
    spec(&mut changed);
    Change { spec: Some(changed), ..Change::default() }
}

async fn attempted(stage: &Stage) {
    while stage.cloud.launches().is_empty() {
        stage.clock.sleep(Duration::from_millis(10)).await;
    }
}

#[test]
fn an_edit_takes_effect_from_the_next_attempt_on() {
    play([Answer::CAPACITY], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 60).await;
        attempted(&stage).await;
        let bigger = changed(|spec| spec.boot_volume_gb = 100);
        stage.app.grabs.update(id, bigger, order("edit")).await.unwrap();
        let grab = stage.until(id, State::Succeeded).await;
        assert_eq!(grab.order.unwrap().goal.launch().unwrap().boot_volume_gb, 100);
        let launches = stage.cloud.launches();
        assert_eq!(launches.len(), 2);
        assert_eq!([launches[0].boot_volume_gb, launches[1].boot_volume_gb], [50, 100]);
    });
}

#[test]
fn an_edit_while_an_attempt_is_in_doubt_leaves_its_repeat_the_same_to_the_byte() {
    play([Answer::GrantUnheard], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 60).await;
        attempted(&stage).await;
        let mut change = changed(|spec| {
            spec.shape = "VM.Standard.E2.1.Micro".into();
            spec.sizes = vec![];
        });
        change.root_password = NewSecret::Text(SecretString::from("another"));
        stage.app.grabs.update(id, change, order("edit")).await.unwrap();
        stage.until(id, State::Succeeded).await;
        let launches = stage.cloud.launches();
        assert_eq!(launches.len(), 2);
        assert_eq!(launches[0], launches[1], "the same token, the same bytes, the old password too");
        assert_eq!(stage.cloud.alive().len(), 1);
        assert_eq!(stage.outcomes(id).await, [Outcome::InDoubt, Outcome::Accepted]);
    });
}

#[test]
fn a_secret_that_no_launch_is_composed_of_any_more_is_forgotten() {
    play(vec![Answer::CAPACITY; 100], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let new = NewGrab { user_data: Some(SecretString::from("#!/bin/sh")), ..new_grab(tenant, 60) };
        let id = stage.app.grabs.create(new, order("new")).await.unwrap().id;
        let first: Vec<SecretId> = names(&stage, id).await;
        assert_eq!(first.len(), 2);
        let change = Change { root_password: NewSecret::Text("another".into()), ..changed(|_| ()) };
        stage.app.grabs.update(id, change, order("edit")).await.unwrap();
        let second = names(&stage, id).await;
        assert!(stage.log.secret(&first[0]).await.unwrap().is_none(), "the old password");
        assert_eq!(first[1], second[1], "the text stays: nobody gave another");
        assert!(stage.log.secret(&second[0]).await.unwrap().is_some());
        stage.app.grabs.stop(id, order("stop")).await.unwrap();
        assert!(stage.log.secret(&second[0]).await.unwrap().is_some(), "it may be started again");
        stage.pass(1).await;
        stage.app.grabs.delete(id, order("delete")).await.unwrap();
        for name in second {
            assert!(stage.log.secret(&name).await.unwrap().is_none(), "{name:?}");
        }
    });
}

async fn names(stage: &Stage, id: GrabId) -> Vec<SecretId> {
    let grab = stage.state(id).await;
    grab.secrets().into_iter().map(|name| SecretId::parse(&name.0).unwrap()).collect()
}

#[test]
fn whoever_hurries_is_not_kept_waiting_and_not_let_through_twice() {
    play(vec![Answer::CAPACITY; 100], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 3600).await;
        attempted(&stage).await;
        stage.pass(30).await;
        stage.app.grabs.attempt_now(id, order("now")).await.unwrap();
        stage.pass(2).await;
        assert_eq!(stage.cloud.launches().len(), 2);
        stage.pass(60).await;
        assert_eq!(stage.cloud.launches().len(), 2, "the next one comes at the interval");
    });
}

#[test]
fn sizes_and_regions_take_turns_and_what_was_got_is_remembered() {
    play(vec![Answer::CAPACITY; 7], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let mut new = new_grab(tenant, 5);
        let small = Size { ocpus: 2.0, memory_gb: 12.0 };
        new.spec.sizes.push(small);
        new.spec.regions.push("eu-frankfurt-1".into());
        let id = stage.app.grabs.create(new, order("new")).await.unwrap().id;
        let grab = stage.until(id, State::Succeeded).await;
        let targets: Vec<_> = stage.history(id).await.into_iter().filter_map(target).collect();
        let regions: Vec<_> = targets.iter().map(|target| target.0.as_str()).collect();
        assert_eq!(regions, ["ap-tokyo-1", "eu-frankfurt-1"].repeat(4));
        assert!(targets[..6].iter().all(|target| target.2.unwrap().ocpus > 2.0), "{targets:?}");
        assert_eq!(targets[6].2, Some(small), "every place had its chance with the bigger one");
        let [held] = &grab.held[..] else { panic!("{:?}", grab.held) };
        assert_eq!((held.region.as_str(), held.size), ("eu-frankfurt-1", Some(small)));
    });
}

fn target(event: Event) -> Option<(String, String, Option<Size>)> {
    match event {
        Event::AttemptStarted(started) => {
            let target = started.target;
            Some((target.region, target.availability_domain, target.size))
        }
        _ => None,
    }
}

#[test]
fn a_subnet_that_is_named_is_used_and_none_is_made() {
    play([], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let mut new = new_grab(tenant, 5);
        new.spec.network.subnet = Some("my-own-subnet".into());
        let id = stage.app.grabs.create(new, order("new")).await.unwrap().id;
        stage.until(id, State::Succeeded).await;
        assert_eq!(stage.cloud.networks_made(), 0);
    });
}

#[test]
fn a_task_without_a_place_waits_for_one_and_those_that_wait_longest_come_first() {
    in_two_places(2, async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let mut ids = Vec::new();
        for _ in 0..4 {
            ids.push(stage.grab(tenant, 60).await);
            stage.pass(1).await;
        }
        let states = async || {
            let mut states = Vec::new();
            for id in &ids {
                states.push(stage.state(*id).await.state());
            }
            states
        };
        let (runs, waits) = (State::Running, State::Pending);
        assert_eq!(states().await, [runs, runs, waits, waits]);
        assert!(stage.state(ids[2]).await.queued_at() < stage.state(ids[3]).await.queued_at());
        stage.app.grabs.stop(ids[0], order("stop")).await.unwrap();
        stage.pass(1).await;
        assert_eq!(states().await, [State::Stopped, runs, runs, waits]);
        stage.app.grabs.pause(ids[1], order("pause")).await.unwrap();
        stage.pass(1).await;
        assert_eq!(states().await, [State::Stopped, State::Paused, runs, runs]);
        let refused = stage.app.grabs.resume(ids[1], order("resume")).await.unwrap_err();
        assert_eq!(refusal_codes(refused), [berth_domain::Code::LimitReached]);
    });
}

#[test]
fn whoever_waits_still_waits_after_a_restart_and_is_seated() {
    in_two_places(1, async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        let first = stage.grab(tenant, 60).await;
        let second = stage.grab(tenant, 60).await;
        stage.restart().await;
        stage.pass(5).await;
        assert!(stage.state(second).await.queued_at().is_some());
        stage.app.grabs.stop(first, order("stop")).await.unwrap();
        stage.pass(1).await;
        assert_eq!(stage.state(second).await.state(), State::Running);
    });
}

#[test]
fn a_place_that_frees_while_nobody_was_there_is_given_at_the_start() {
    in_two_places(1, async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        let _first = stage.grab(tenant, 60).await;
        let second = stage.grab(tenant, 60).await;
        stage.world.settings.concurrent_limit = 2;
        stage.restart().await;
        stage.pass(1).await;
        assert_eq!(stage.state(second).await.state(), State::Running);
    });
}

#[test]
fn a_deleted_task_does_nothing_more_and_its_history_stays() {
    play(vec![Answer::CAPACITY; 100], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 60).await;
        attempted(&stage).await;
        stage.pass(1).await;
        let refused = stage.app.grabs.delete(id, order("too-soon")).await.unwrap_err();
        assert_eq!(refusal_codes(refused), [berth_domain::Code::StateConflict]);
        stage.app.grabs.stop(id, order("stop")).await.unwrap();
        stage.app.grabs.delete(id, order("delete")).await.unwrap();
        let refused = stage.app.grabs.start(id, order("start")).await.unwrap_err();
        assert_eq!(refusal_codes(refused), [berth_domain::Code::NotFound]);
        stage.app.tenants.disable(tenant, order("disable")).await.unwrap();
        stage.pass(600).await;
        assert_eq!(stage.cloud.launches().len(), 1);
        assert_eq!(stage.outcomes(id).await, [Outcome::Capacity]);
    });
}

#[test]
fn a_cron_window_that_opened_while_nobody_was_there_is_used_for_what_is_left_of_it() {
    play(vec![Answer::CAPACITY; 1_000], async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        let mut new = new_grab(tenant, 60);
        // The story begins at eight.
        new.schedule.cron_windows = vec![CronWindow { cron: "0 9 * * *".into(), minutes: 60 }];
        stage.app.grabs.create(new, order("new")).await.unwrap();
        stage.pass(3_000).await;
        assert!(stage.cloud.launches().is_empty(), "it is not nine yet");
        stage.restart_later(2_700).await;
        stage.pass(300).await;
        let used = stage.cloud.launches().len();
        assert!(used > 0, "it is past half past nine");
        stage.pass(1_800).await;
        let closed = stage.cloud.launches().len();
        stage.restart_later(7_200).await;
        stage.pass(300).await;
        assert_eq!(stage.cloud.launches().len(), closed, "at noon it is closed");
    });
}
