//! An event that this release cannot read stops one thing, and nothing else.

use crate::world::{Stage, order, play};
use berth_app::{Denied, Fault};
use berth_cloud::fake::Answer;
use berth_domain::{GrabId, TenantId};
use std::time::Duration;

/// The position that stands in the way, as the answer names it.
async fn in_the_way(stage: &Stage, id: GrabId, command: &str) -> u64 {
    match stage.app.grabs.pause(id, order(command)).await {
        Err(Denied::Fault(fault @ Fault::Unreadable(_))) => {
            assert!(!fault.is_passing(), "trying again does not help");
            let Fault::Unreadable(unreadable) = fault else { unreachable!() };
            unreadable.position.get()
        }
        other => panic!("{other:?}"),
    }
}

fn launches_of(stage: &Stage, id: GrabId) -> usize {
    let id = id.to_string();
    stage.cloud.launches().iter().filter(|seen| seen.tags.iter().any(|(_, tag)| *tag == id)).count()
}

#[test]
fn a_task_with_an_event_from_a_newer_release_stops_and_another_goes_on() {
    play(vec![Answer::CAPACITY; 2000], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let (poisoned, healthy) = (stage.grab(tenant, 5).await, stage.grab(tenant, 5).await);
        stage.pass(20).await;
        let position = stage.poison("grab", poisoned).await.get();
        stage.pass(10).await;
        let before = (launches_of(&stage, poisoned), launches_of(&stage, healthy));
        assert!(before.0 > 0 && before.1 > 0);
        assert_eq!(in_the_way(&stage, poisoned, "pause").await, position);
        stage.pass(3600).await;
        assert_eq!(launches_of(&stage, poisoned), before.0, "what cannot be known is not acted upon");
        assert!(launches_of(&stage, healthy) > before.1 + 300, "the other hunts on");
        let known: Vec<_> = stage.app.unreadable().iter().map(|one| one.position.get()).collect();
        assert_eq!(known, [position]);
        assert_eq!(in_the_way(&stage, poisoned, "again").await, position, "after six pardons as well");
    });
}

#[test]
fn what_is_in_quarantine_rests_until_it_is_pardoned() {
    play(vec![Answer::CAPACITY; 100], async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.pass(7).await;
        stage.poison("grab", id).await;
        stage.restart().await;
        stage.pass(30).await;
        assert_eq!(stage.app.unreadable().len(), 1);
        // Its tenant's actor sleeps late.
        let asleep = stage.app.alive();
        for _ in 0..5_000 {
            stage.clock.sleep(Duration::from_millis(100)).await;
            assert_eq!(stage.app.alive(), asleep, "no actor stirs for eight minutes");
        }
        let mut woken = false;
        for _ in 0..1_500 {
            stage.clock.sleep(Duration::from_millis(100)).await;
            woken |= stage.app.alive() > asleep;
        }
        assert!(woken, "and then it is tried again");
    });
}

#[test]
fn a_tenant_that_cannot_be_read_holds_its_own_tasks_and_no_others() {
    play(vec![Answer::CAPACITY; 2000], async |mut stage| {
        let (poisoned, healthy) = (stage.tenant("poisoned").await, stage.tenant("healthy").await);
        let (held, free) = (stage.grab(poisoned, 5).await, stage.grab(healthy, 5).await);
        stage.pass(20).await;
        stage.poison("tenant", poisoned).await;
        stage.restart().await;
        stage.pass(5).await;
        let before = (launches_of(&stage, held), launches_of(&stage, free));
        stage.pass(1800).await;
        assert_eq!(launches_of(&stage, held), before.0);
        assert!(launches_of(&stage, free) > before.1 + 100);
        assert!(tested(&stage, poisoned).await.is_err() && tested(&stage, healthy).await.is_ok());
    });
}

/// Policies look a task up when it was told something by the cloud; one that cannot be read must not keep them.
#[test]
fn policies_pass_over_what_cannot_be_read() {
    play(vec![Answer::CAPACITY; 500], async |mut stage| {
        let (first, second) = (stage.tenant("first").await, stage.tenant("second").await);
        let (poisoned, other) = (stage.grab(first, 60).await, stage.grab(second, 60).await);
        stage.pass(70).await;
        stage.cloud.reject_key(true);
        stage.poison("grab", poisoned).await;
        stage.restart().await;
        stage.until(other, berth_domain::grab::State::Paused).await;
    });
}

async fn tested(stage: &Stage, id: TenantId) -> Result<(), Denied> {
    stage.app.tenants.test(id, order(&format!("test-{id}"))).await.map(drop)
}
