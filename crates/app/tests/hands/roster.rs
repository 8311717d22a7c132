//! When the lists of tasks cannot be asked, every task is found all the same: the log is the truth, and the lists are not.

use std::sync::Arc;

use crate::world::{order, play};
use async_trait::async_trait;
use berth_app::{Roster, RosterError, Standing};
use berth_cloud::fake::Answer;
use berth_domain::{
    GrabId, TenantId,
    grab::{Have, Holder, State, Wish},
};
use berth_store::Position;

/// Its read model is parked, and what it lists is long out of date.
struct Parked;

#[async_trait]
impl Roster for Parked {
    async fn wait_for(&self, _: Position) -> Result<(), RosterError> {
        Err("the read model is parked".into())
    }

    async fn standing(&self) -> Result<Vec<Standing>, RosterError> {
        Ok(Vec::new())
    }

    async fn tasks_of(&self, _: TenantId) -> Result<Vec<GrabId>, RosterError> {
        Ok(Vec::new())
    }
}

#[test]
fn a_task_that_no_list_holds_is_taken_up_and_hunts() {
    play(vec![Answer::CAPACITY; 6], async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        let (runs, rests) = (stage.grab(tenant, 60).await, stage.grab(tenant, 60).await);
        stage.app.grabs.stop(rests, order("stop")).await.unwrap();
        stage.pass(1).await;
        stage.world.roster = Arc::new(Parked);
        stage.restart().await;
        stage.until(runs, State::Succeeded).await;
        assert_eq!(stage.state(rests).await.state(), State::Stopped);
    });
}

#[test]
fn what_is_in_the_air_when_no_list_can_be_asked_is_found_and_not_bought_again() {
    play([Answer::GrantUnheard], async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 60).await;
        while stage.cloud.launches().is_empty() {
            stage.clock.sleep(std::time::Duration::from_millis(10)).await;
        }
        stage.app.stop(std::time::Duration::ZERO).await;
        assert!(matches!(stage.state(id).await.have, Have::Asked(_)));
        stage.world.roster = Arc::new(Parked);
        stage.restart().await;
        let grab = stage.until(id, State::Succeeded).await;
        assert_eq!(stage.cloud.alive().len(), 1);
        assert_eq!(grab.tally.attempts, 1);
    });
}

#[test]
fn what_happens_to_a_tenant_reaches_tasks_that_no_list_holds() {
    play(vec![Answer::CAPACITY; 50], async |mut stage| {
        let (tenant, other) = (stage.tenant("tokyo").await, stage.tenant("osaka").await);
        stage.world.roster = Arc::new(Parked);
        stage.restart().await;
        let (id, free) = (stage.grab(tenant, 60).await, stage.grab(other, 60).await);
        stage.app.tenants.disable(tenant, order("disable")).await.unwrap();
        stage.until(id, State::Paused).await;
        assert_eq!(stage.state(id).await.wish, Wish::Paused(Holder::Tenant));
        assert_eq!(stage.state(free).await.state(), State::Running);
        stage.app.tenants.enable(tenant, order("enable")).await.unwrap();
        stage.until(id, State::Running).await;
    });
}

#[test]
fn a_task_that_cannot_be_read_keeps_no_other_from_being_found() {
    play(vec![Answer::CAPACITY; 6], async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        let (bad, good) = (stage.grab(tenant, 60).await, stage.grab(tenant, 60).await);
        stage.pass(1).await;
        stage.app.stop(std::time::Duration::ZERO).await;
        stage.poison("grab", bad).await;
        stage.world.roster = Arc::new(Parked);
        stage.restart().await;
        stage.until(good, State::Succeeded).await;
        assert_eq!(stage.app.unreadable().len(), 1);
    });
}
