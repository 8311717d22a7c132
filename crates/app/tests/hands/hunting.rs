//! From wish to instance, on virtual time: what the hunter does with each answer.

use std::sync::Arc;

use crate::world::{order, play};
use berth_cloud::fake::Answer;
use berth_domain::grab::{Event, Have, Outcome, State};
use berth_store::{AppendError, StorageError};

#[test]
fn seven_misses_a_throttle_and_a_grant_end_in_exactly_one_instance() {
    let script = [vec![Answer::CAPACITY; 7], vec![Answer::THROTTLE, Answer::Grant]].concat();
    play(script, async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        let grab = stage.until(id, State::Succeeded).await;

        let wanted = [vec![Outcome::Capacity; 7], vec![Outcome::Throttled, Outcome::Accepted]].concat();
        assert_eq!(stage.outcomes(id).await, wanted);
        assert_eq!(stage.cloud.alive().len(), 1);
        assert_eq!(grab.tally.faults, 0, "misses and throttles are the normal course");
        let [held] = &grab.held[..] else { panic!("{:?}", grab.held) };
        assert_eq!(held.public_ip.as_deref(), Some("192.0.2.7"));
        assert_eq!(held.number, 9);
        stage.pass(3600).await;
        assert_eq!(stage.cloud.launches().len(), 9, "nothing is tried after success");
    });
}

#[test]
fn availability_domains_take_turns() {
    play(vec![Answer::CAPACITY; 5], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.until(id, State::Succeeded).await;
        let domains: Vec<_> =
            stage.cloud.launches().into_iter().map(|seen| seen.availability_domain).collect();
        assert_eq!(domains, ["fake:AD-1", "fake:AD-2", "fake:AD-3", "fake:AD-1", "fake:AD-2", "fake:AD-3"]);
    });
}

#[test]
fn a_domain_without_the_shape_leaves_the_rotation() {
    play([Answer::NO_SHAPE, Answer::CAPACITY, Answer::CAPACITY, Answer::CAPACITY], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.until(id, State::Succeeded).await;
        let domains: Vec<_> =
            stage.cloud.launches().into_iter().map(|seen| seen.availability_domain).collect();
        assert_eq!(domains, ["fake:AD-1", "fake:AD-2", "fake:AD-3", "fake:AD-2", "fake:AD-3"]);
    });
}

#[test]
fn a_lost_answer_is_asked_again_with_its_own_token_and_buys_once() {
    play([Answer::CAPACITY, Answer::GrantUnheard], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.until(id, State::Succeeded).await;
        let launches = stage.cloud.launches();
        assert_eq!(launches.len(), 3);
        assert_eq!(launches[1], launches[2], "the same token, the same request");
        assert_eq!(stage.cloud.alive().len(), 1);
        assert_eq!(stage.outcomes(id).await, [Outcome::Capacity, Outcome::InDoubt, Outcome::Accepted]);
    });
}

/// Whoever refuses a repeat may not have looked its token up: only the listing tells.
#[test]
fn a_repeat_that_is_refused_is_no_proof_and_buys_nothing_anew() {
    play([Answer::GrantUnheard, Answer::Unreached, Answer::THROTTLE, Answer::CAPACITY], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 1).await;
        let grab = stage.until(id, State::Succeeded).await;
        assert_eq!(stage.cloud.alive().len(), 1);
        assert_eq!(grab.tally.attempts, 1);
    });
}

#[test]
fn every_launch_that_the_cloud_saw_was_written_down_before() {
    let script = [Answer::CAPACITY, Answer::Unheard, Answer::FAULT, Answer::Unreached, Answer::GrantUnheard];
    play(script, async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.until(id, State::Succeeded).await;
        let history = stage.history(id).await;
        for seen in stage.cloud.launches() {
            let written = |event: &Event| matches!(event, Event::AttemptStarted(started) if started.token == seen.token);
            assert!(history.iter().any(written), "{seen:?}");
        }
        assert_eq!(stage.cloud.alive().len(), 1);
    });
}

#[test]
fn a_lost_answer_without_an_instance_is_settled_as_never_launched_within_three_minutes() {
    play(vec![Answer::Unheard; 4], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.pass(10).await;
        assert!(matches!(stage.state(id).await.have, Have::Asked(_)));
        stage.pass(180).await;
        let outcomes = stage.outcomes(id).await;
        assert!(outcomes.contains(&Outcome::Network), "{outcomes:?}");
        let grab = stage.until(id, State::Succeeded).await;
        assert_eq!(stage.cloud.alive().len(), 1);
        assert!(grab.tally.faults >= 1, "faults do not hide among misses");
    });
}

#[test]
fn a_crash_with_an_attempt_in_the_air_is_found_out_and_not_tried_anew() {
    play([Answer::GrantUnheard], async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 60).await;
        while stage.cloud.launches().is_empty() {
            stage.clock.sleep(std::time::Duration::from_millis(100)).await;
        }
        stage.restart().await;
        let grab = stage.until(id, State::Succeeded).await;
        assert_eq!(stage.cloud.alive().len(), 1);
        assert_eq!(grab.tally.attempts, 1);
    });
}

#[test]
fn a_running_task_goes_on_after_a_restart_with_its_counters() {
    play(vec![Answer::CAPACITY; 10], async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.pass(20).await;
        let before = stage.state(id).await.tally.attempts;
        assert!(before >= 2);
        stage.restart().await;
        let grab = stage.until(id, State::Succeeded).await;
        assert_eq!(grab.tally.attempts, 11);
        assert_eq!(stage.cloud.launches().len(), 11, "no attempt is counted twice");
    });
}

#[test]
fn stopping_with_an_attempt_in_doubt_never_asks_again_but_keeps_the_late_grant() {
    play([Answer::GrantUnheard], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 60).await;
        while stage.cloud.launches().is_empty() {
            stage.clock.sleep(std::time::Duration::from_millis(10)).await;
        }
        stage.app.grabs.stop(id, order("stop")).await.unwrap();
        stage.until(id, State::Succeeded).await;
        assert_eq!(stage.cloud.launches().len(), 1, "a called-off wish is looked for, not repeated");
        assert_eq!(stage.cloud.alive().len(), 1);
    });
}

#[test]
fn a_paused_task_rests_and_goes_on_when_resumed() {
    play(vec![Answer::CAPACITY; 100], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.pass(12).await;
        stage.app.grabs.pause(id, order("pause")).await.unwrap();
        stage.pass(1).await;
        let before = stage.cloud.launches().len();
        stage.pass(600).await;
        assert_eq!(stage.cloud.launches().len(), before);
        stage.app.grabs.resume(id, order("resume")).await.unwrap();
        stage.pass(30).await;
        assert!(stage.cloud.launches().len() > before);
    });
}

#[test]
fn an_instance_that_ends_before_it_runs_is_counted_as_what_its_error_says() {
    play([Answer::GrantThenEnd("Out of host capacity."), Answer::Grant], async |stage| {
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        let grab = stage.until(id, State::Succeeded).await;
        assert_eq!(grab.tally.by_outcome[&Outcome::Capacity], 1);
        assert_eq!(grab.tally.faults, 0);
        assert_eq!(stage.cloud.alive().len(), 1);
    });
}

#[test]
fn lists_that_lag_do_not_make_it_buy_twice() {
    play([Answer::GrantUnheard], async |stage| {
        stage.cloud.lag_lists(true);
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 5).await;
        stage.until(id, State::Succeeded).await;
        assert_eq!(stage.cloud.alive().len(), 1);
    });
}

#[test]
fn nothing_is_launched_that_cannot_be_written_down() {
    let away: StorageError = Arc::new(std::io::Error::other("connection refused"));
    for (why, refused) in [
        ("a full disk", AppendError::StorageFull),
        ("a database that is away", AppendError::Unavailable(away.clone())),
        ("a disk that fails", AppendError::Storage(away.clone())),
    ] {
        play(vec![Answer::CAPACITY; 100], async |stage| {
            let tenant = stage.tenant("tokyo").await;
            let id = stage.grab(tenant, 5).await;
            stage.pass(12).await;
            stage.log.refuse(Some(refused.clone()));
            stage.pass(10).await;
            let before = stage.cloud.launches().len();
            stage.pass(600).await;
            assert_eq!(stage.cloud.launches().len(), before, "{why} stops launches");
            stage.log.refuse(None);
            stage.pass(30).await;
            assert!(stage.cloud.launches().len() > before, "{why} has passed: it goes on by itself");
            assert_eq!(stage.state(id).await.state(), State::Running);
        });
    }
}
