//! After a backup was put back, nothing is bought twice.

use crate::world::{Stage, order, play};
use berth_actors::testing::on_virtual_time;
use berth_app::{Settings, hold_all};
use berth_cloud::fake::{Answer, FakeCloud};
use berth_domain::grab::{Have, Holder, State, Wish};
use std::time::Duration;

#[test]
fn every_task_that_runs_is_paused_by_a_person_and_only_once() {
    play(vec![Answer::CAPACITY; 500], async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        let (runs, rests) = (stage.grab(tenant, 5).await, stage.grab(tenant, 5).await);
        stage.app.grabs.stop(rests, order("stop")).await.unwrap();
        stage.pass(20).await;
        stage.app.stop(Duration::ZERO).await;
        assert_eq!(hold_all(stage.log.clone(), stage.clock).await.unwrap(), [runs]);
        assert_eq!(hold_all(stage.log.clone(), stage.clock).await.unwrap(), []);
        let last = stage.events().await.pop().unwrap();
        assert_eq!((last.name.as_str(), last.meta.actor.as_str()), ("grab.paused", "restore"));
        assert_eq!(stage.state(rests).await.state(), State::Stopped);

        let before = stage.cloud.launches().len();
        stage.restart().await;
        stage.pass(3600).await;
        assert_eq!(stage.cloud.launches().len(), before, "nothing goes on by itself");
        stage.app.grabs.resume(runs, order("resume")).await.unwrap();
        stage.pass(30).await;
        assert!(stage.cloud.launches().len() > before, "a person lets it go on");
    });
}

#[test]
fn a_task_that_waited_for_a_place_when_the_backup_was_made_is_not_seated() {
    let settings = Settings { concurrent_limit: 1, ..Settings::default() };
    on_virtual_time(async move {
        let mut stage = Stage::new(FakeCloud::new(vec![Answer::CAPACITY; 500]), settings).await;
        let tenant = stage.tenant("tokyo").await;
        let (runs, waits) = (stage.grab(tenant, 5).await, stage.grab(tenant, 5).await);
        stage.app.stop(Duration::ZERO).await;
        let held = hold_all(stage.log.clone(), stage.clock).await.unwrap();
        assert!(held.len() == 2 && held.contains(&runs) && held.contains(&waits), "{held:?}");
        let before = stage.cloud.launches().len();
        stage.restart().await;
        stage.pass(3600).await;
        assert_eq!(stage.state(waits).await.wish, Wish::Paused(Holder::Person));
        assert_eq!(stage.cloud.launches().len(), before, "nothing goes on by itself");
        stage.app.grabs.resume(waits, order("resume")).await.unwrap();
        stage.pass(30).await;
        assert!(stage.cloud.launches().len() > before, "a person lets it go on");
    });
}

#[test]
fn what_was_in_the_air_when_the_backup_was_made_is_found_and_not_bought_again() {
    play([Answer::GrantUnheard], async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 60).await;
        while stage.cloud.launches().is_empty() {
            stage.clock.sleep(Duration::from_millis(10)).await;
        }
        stage.app.stop(Duration::ZERO).await;
        assert!(matches!(stage.state(id).await.have, Have::Asked(_)));
        assert_eq!(hold_all(stage.log.clone(), stage.clock).await.unwrap(), [id]);
        stage.restart().await;
        stage.until(id, State::Succeeded).await;
        assert_eq!(stage.cloud.launches().len(), 1);
    });
}

/// Its tenant's key works again one day, and would wake it.
#[test]
fn a_task_that_its_tenant_holds_is_taken_over() {
    play(vec![Answer::CAPACITY; 50], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.app.tenants.disable(tenant, order("disable")).await.unwrap();
        stage.until(id, State::Paused).await;
        assert_eq!(stage.state(id).await.wish, Wish::Paused(Holder::Tenant));
        assert_eq!(hold_all(stage.log.clone(), stage.clock).await.unwrap(), [id]);
        assert_eq!(stage.state(id).await.wish, Wish::Paused(Holder::Person));
    });
}

#[test]
fn a_task_that_cannot_be_read_fails_the_whole() {
    play([], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 60).await;
        stage.poison("grab", id).await;
        assert!(hold_all(stage.log.clone(), stage.clock).await.is_err());
    });
}
