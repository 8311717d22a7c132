use std::{
    path::Path,
    sync::{Arc, atomic::Ordering::SeqCst},
    time::Duration,
};

use berth_actors::Clock;
use tokio::{
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, sleep_until},
};

use super::made_up::{Idle, MadeUp, NOON_MS, at, cpu};
use crate::{Machine, Metrics, Reading, Sample, Span};

struct World {
    metrics: Metrics,
    machine: MadeUp,
    end: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl World {
    /// From noon on.
    fn new(folder: &Path) -> Self {
        let clock = Clock::virtual_from(NOON_MS);
        let (metrics, machine) = (Metrics::new(&folder.join("metrics.db"), clock), MadeUp::default());
        let (end, ending) = oneshot::channel::<()>();
        let (running, looked_at) = (metrics.clone(), Box::new(machine.clone()));
        let running = tokio::spawn(async move {
            let shutdown = async {
                ending.await.ok();
            };
            running.run(looked_at, Arc::new(Idle), shutdown).await;
        });
        Self { metrics, machine, end, running }
    }

    /// Lets time pass in steps, after each of which what is being written is waited for: SQLite has a thread of its own, whose work the
    /// virtual clock takes for idleness.
    async fn pass(&self, duration: Duration) {
        let end = Instant::now() + duration;
        while Instant::now() < end {
            sleep_until(end.min(Instant::now() + Duration::from_secs(1))).await;
            self.metrics.written().await;
        }
    }

    async fn stop(self) {
        self.end.send(()).unwrap();
        self.running.await.unwrap();
    }

    fn shows(&self, cpu_percent: f64) {
        self.machine.shows.lock().unwrap().cpu_percent = cpu_percent;
    }
}

fn times(samples: &[Sample]) -> Vec<i64> {
    samples.iter().map(|sample| sample.at.since(at(0)) / 1000).collect()
}

#[tokio::test(start_paused = true)]
async fn with_nobody_watching_it_looks_every_five_seconds_and_keeps_each() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(folder.path());
    world.pass(Duration::from_secs(21)).await;
    assert_eq!(world.machine.looks(), 5, "one to begin with, and four");
    let history = world.metrics.history(Span::default(), 2_000).await.unwrap();
    assert_eq!(times(&history), [5, 10, 15, 20]);
    world.stop().await;
}

#[tokio::test(start_paused = true)]
async fn the_history_of_a_life_is_there_in_the_next_and_the_time_between_is_a_hole() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(folder.path());
    world.pass(Duration::from_secs(62)).await;
    world.stop().await;
    let clock = Clock::virtual_from(NOON_MS + 600_000);
    let next = Metrics::new(&folder.path().join("metrics.db"), clock);
    let history = next.history(Span::default(), 2_000).await.unwrap();
    assert_eq!(times(&history), (5..=60).step_by(5).collect::<Vec<_>>());
    let by_the_minute = next.history(Span { from: Some(at(-86_400)), to: None }, 2_000).await.unwrap();
    assert_eq!(times(&by_the_minute), [0, 60]);
}

#[tokio::test(start_paused = true)]
async fn what_waits_to_be_written_and_what_is_written_are_one_history() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(folder.path());
    world.pass(Duration::from_secs(152)).await;
    let history = world.metrics.history(Span::default(), 2_000).await.unwrap();
    assert_eq!(times(&history), (5..=150).step_by(5).collect::<Vec<_>>());
    let by_the_minute =
        world.metrics.history(Span { from: Some(at(-86_400)), to: None }, 2_000).await.unwrap();
    assert_eq!(times(&by_the_minute), [0, 60, 120]);
    let some = world.metrics.history(Span { from: Some(at(30)), to: Some(at(60)) }, 3).await.unwrap();
    assert_eq!(times(&some), [30, 45], "`to` does not belong to it");
    world.stop().await;
}

#[tokio::test(start_paused = true)]
async fn the_quickest_who_watches_sets_the_pace_for_as_long_as_he_does() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(folder.path());
    world.pass(Duration::from_millis(10_100)).await;
    let mut slow = world.metrics.watch(4);
    let mut quick = world.metrics.watch(1);
    assert_eq!(slow.next().await.at, at(10).plus_millis(50), "the newest there is comes at once");
    let before = world.machine.looks();
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(quick.next().await);
    }
    assert_eq!(times(&seen), [10, 11, 12, 13, 14]);
    assert_eq!(world.machine.looks() - before, 4, "one look for both");
    assert_eq!(times(&[slow.next().await]), [14], "as often as was asked, and no older than that");
    drop(quick);
    let before = world.machine.looks();
    world.pass(Duration::from_mins(1)).await;
    assert_eq!(world.machine.looks() - before, 15, "the slow one is the quickest now");
    drop(slow);
    let before = world.machine.looks();
    world.pass(Duration::from_mins(1)).await;
    assert_eq!(world.machine.looks() - before, 12, "back to the usual pace");
    world.stop().await;
}

#[tokio::test(start_paused = true)]
async fn who_reads_slowly_gets_the_newest_and_no_queue() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(folder.path());
    let mut slow = world.metrics.watch(1);
    slow.next().await;
    world.pass(Duration::from_mins(10)).await;
    world.shows(77.0);
    world.pass(Duration::from_secs(2)).await;
    assert_eq!(cpu([slow.next().await]), [77.0]);
    let next = slow.next().await;
    assert!(next.at > at(602), "{next:?}");
    world.stop().await;
}

#[tokio::test(start_paused = true)]
async fn watching_closely_does_not_swell_the_history() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(folder.path());
    let _watching = world.metrics.watch(1);
    world.pass(Duration::from_millis(20_500)).await;
    let history = world.metrics.history(Span::default(), 2_000).await.unwrap();
    assert_eq!(times(&history), [0, 5, 10, 15, 20], "means of five looks each");
    world.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_history_that_cannot_be_written_waits_and_does_not_stop_the_measuring() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(&folder.path().join("missing"));
    world.pass(Duration::from_secs(200)).await;
    assert_eq!(world.machine.looks(), 40);
    std::fs::create_dir(folder.path().join("missing")).unwrap();
    world.pass(Duration::from_secs(100)).await;
    world.stop().await;
    let next =
        Metrics::new(&folder.path().join("missing/metrics.db"), Clock::virtual_from(NOON_MS + 400_000));
    assert_eq!(next.history(Span::default(), 2_000).await.unwrap().len(), 59);
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_panics_ends_the_measuring_and_nothing_else() {
    struct Broken(MadeUp);
    impl Machine for Broken {
        fn read(&mut self) -> Reading {
            assert!(self.0.looks.load(SeqCst) < 3, "broken");
            self.0.read()
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let metrics = Metrics::new(&folder.path().join("metrics.db"), Clock::virtual_from(NOON_MS));
    let machine = MadeUp::default();
    metrics.run(Box::new(Broken(machine.clone())), Arc::new(Idle), std::future::pending()).await;
    assert_eq!(machine.looks(), 3);
    assert_eq!(metrics.history(Span::default(), 2_000).await.unwrap().len(), 2, "what it had seen is kept");
}
