//! Somebody sets the machine's clock in the middle of a hunt: on the clock that nobody can set, the attempts keep their distance.

use std::{
    sync::atomic::{AtomicI64, Ordering::SeqCst},
    time::Duration,
};

use berth_actors::{Clock, testing::on_virtual_time};
use berth_app::Settings;
use berth_cloud::fake::{Answer, FakeCloud};
use berth_domain::{
    GrabId,
    grab::{Event, Have, State},
};

use crate::{
    starting::{asleep, task_for},
    world::Stage,
};

const HOUR_MS: i64 = 3_600_000;
const INTERVAL_MS: i64 = 30_000;
/// A fifth, either way.
const JITTER_MS: i64 = 6_000;
/// An attempt may come so much later than it is due: it is prepared, waits for its turn, and is written down.
const BOUND_MS: i64 = 200;
/// Long enough for some ten attempts.
const WHILE_S: u64 = 300;
/// The clock is set so long after an attempt, a second more or less.
const MOMENTS_S: [u64; 4] = [0, 5, 12, 22];

/// A clock is set by so much in the middle of a hunt, and once more by as much in the other direction. Answers how much time really
/// passed between one attempt and the next, in milliseconds, given how wrong the clock is held to be that wrote them down.
fn distances(set_by_ms: i64, after_s: u64, wrong_by: fn(&AtomicI64) -> i64) -> Vec<i64> {
    on_virtual_time(async move {
        let (stage, set) = with_a_clock_to_set(vec![Answer::CAPACITY; 1000]).await;
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 30).await;
        let mut moments = vec![];
        for by_ms in [set_by_ms, -set_by_ms, 0] {
            stage.pass(WHILE_S).await;
            next_attempt(&stage).await;
            stage.pass(after_s).await;
            note(&mut moments, &stage.history(id).await, wrong_by(set));
            set.fetch_add(by_ms, SeqCst);
        }
        moments.windows(2).map(|pair| pair[1] - pair[0]).collect()
    })
}

/// The clock is wrong by so many milliseconds from when they are set.
async fn with_a_clock_to_set(answers: Vec<Answer>) -> (Stage, &'static AtomicI64) {
    let set: &'static AtomicI64 = Box::leak(Box::default());
    let mut stage = Stage::new(FakeCloud::new(answers), Settings::default()).await;
    stage.clock = Clock::virtual_set_by(stage.clock.now_ms(), set);
    stage.world.clock = stage.clock;
    stage.restart().await;
    (stage, set)
}

async fn until_accepted(stage: &Stage, id: GrabId) {
    while !matches!(stage.state(id).await.have, Have::Accepted(_)) {
        stage.clock.sleep(Duration::from_millis(10)).await;
    }
}

async fn next_attempt(stage: &Stage) {
    let before = stage.cloud.launches().len();
    for _ in 0..WHILE_S {
        if stage.cloud.launches().len() > before {
            return;
        }
        stage.pass(1).await;
    }
}

/// Adds the attempts that were not noted yet: when they really were, by a clock that is wrong by so much.
fn note(moments: &mut Vec<i64>, history: &[Event], wrong_by_ms: i64) {
    let started = history.iter().filter_map(|event| match event {
        Event::AttemptStarted(started) => Some(started.at.millis() - wrong_by_ms),
        _ => None,
    });
    moments.extend(started.skip(moments.len()).collect::<Vec<_>>());
}

/// What is shorter than the interval less its jitter, or longer than the interval and its jitter.
fn odd(distances: &[i64]) -> Vec<i64> {
    let (least, most) = (INTERVAL_MS - JITTER_MS, INTERVAL_MS + JITTER_MS + BOUND_MS);
    distances.iter().copied().filter(|distance| !(least..=most).contains(distance)).collect()
}

fn holds(set_by_ms: i64) {
    for after_s in MOMENTS_S {
        let distances = distances(set_by_ms, after_s, |set| set.load(SeqCst));
        assert!(distances.len() > 20, "only {} attempts", distances.len());
        let odd = odd(&distances);
        assert!(odd.is_empty(), "{after_s} s after an attempt: {odd:?} among {distances:?}");
    }
}

#[test]
fn a_clock_that_is_set_forward_an_hour_and_back_again_changes_no_interval() {
    holds(HOUR_MS);
}

#[test]
fn a_clock_that_is_set_back_an_hour_and_forward_again_changes_no_interval() {
    holds(-HOUR_MS);
}

#[test]
fn a_clock_that_is_set_forward_two_days_and_back_again_changes_no_interval() {
    holds(48 * HOUR_MS);
}

#[test]
fn a_clock_that_is_set_back_a_day_and_forward_again_changes_no_interval() {
    holds(-24 * HOUR_MS);
}

#[test]
fn a_start_that_falls_back_is_tried_again_though_the_clock_was_set_back() {
    on_virtual_time(async {
        let (stage, set) = with_a_clock_to_set(vec![]).await;
        let (tenant, instance) = asleep(&stage).await;
        let id = task_for(&stage, tenant, &instance).await;
        until_accepted(&stage, id).await;
        stage.cloud.stop(&instance);
        set.store(-HOUR_MS, SeqCst);
        stage.pass(300).await;
        assert_eq!(stage.cloud.starts().len(), 2);
        assert_eq!(stage.state(id).await.state(), State::Succeeded);
    });
}

#[test]
fn an_accepted_instance_that_nobody_knows_is_a_persons_to_look_for_though_the_clock_was_set_back() {
    on_virtual_time(async {
        let (stage, set) = with_a_clock_to_set(vec![]).await;
        let tenant = stage.tenant("tokyo").await;
        let id = stage.grab(tenant, 30).await;
        until_accepted(&stage, id).await;
        stage.cloud.hide(&stage.cloud.alive()[0].id);
        set.store(-24 * HOUR_MS, SeqCst);
        stage.pass(1500).await;
        assert_eq!(stage.state(id).await.state(), State::NeedsReview);
    });
}

/// The control: an interval that was counted by the clock that is set would be found out.
#[test]
fn a_distance_by_the_clock_that_is_set_is_no_interval() {
    for hours in [1, -1, 48, -24] {
        let distances = distances(hours * HOUR_MS, 12, |_| 0);
        assert_eq!(odd(&distances).len(), 2, "once forward and once back: {distances:?}");
    }
}
