use std::time::Duration;

use berth_domain::Timestamp;

use super::made_up::{at, cpu, sample};
use crate::{
    figures::{Figures, Look},
    machine::{Carried, Flow, Reading},
    pace::Pace,
    sampler::pause_ms,
    thin::{COARSE_MS, FINE_KEPT_MS, FINE_MS, Grid, Mean, Thinner, kept_ms},
};

fn thinned(grid: Grid, means: impl IntoIterator<Item = Mean>) -> Vec<Mean> {
    let mut thinner = Thinner::new(grid);
    means.into_iter().for_each(|mean| thinner.take(mean));
    thinner.means()
}

#[test]
fn what_falls_into_one_span_becomes_its_mean() {
    let means = thinned(
        Grid::every(10_000),
        [(0, 10.0), (5, 30.0), (10, 50.0)].map(|(second, percent)| Mean::of_one(sample(second, percent))),
    );
    assert_eq!(
        means.iter().map(|mean| (mean.sample.at, mean.weight)).collect::<Vec<_>>(),
        [(at(0), 2), (at(10), 1)]
    );
    assert_eq!(cpu(means.iter().map(|mean| mean.sample)), [20.0, 50.0]);
}

#[test]
fn a_mean_counts_for_as_many_as_it_was_made_of() {
    let heavy = Mean { weight: 3, sample: sample(0, 10.0) };
    let means = thinned(Grid::every(60_000), [heavy, Mean::of_one(sample(30, 50.0))]);
    assert_eq!((means.len(), means[0].weight), (1, 4));
    assert_eq!(cpu(means.iter().map(|mean| mean.sample)), [20.0]);
}

#[test]
fn a_hole_stays_a_hole() {
    let seconds = (0..60).chain(180..240).step_by(5);
    let means = thinned(Grid::every(60_000), seconds.map(|second| Mean::of_one(sample(second, 1.0))));
    assert_eq!(means.iter().map(|mean| mean.sample.at).collect::<Vec<_>>(), [at(0), at(180)]);
}

#[test]
fn what_nobody_measured_is_absent_from_the_mean_and_what_some_did_is_theirs() {
    let with_load = |second, load_1| {
        let mut one = sample(second, 1.0);
        one.figures.load_1 = load_1;
        Mean::of_one(one)
    };
    let loads = |means: Vec<Mean>| means[0].sample.figures.load_1;
    assert_eq!(loads(thinned(Grid::every(60_000), [with_load(0, None), with_load(5, None)])), None);
    assert_eq!(loads(thinned(Grid::every(60_000), [with_load(0, None), with_load(5, Some(2.0))])), Some(2.0));
}

#[test]
fn the_uptime_of_a_mean_is_what_it_was_at_the_end() {
    let aged = |second, uptime| {
        let mut one = sample(second, 1.0);
        one.figures.process.uptime_seconds = uptime;
        Mean::of_one(one)
    };
    let means = thinned(Grid::every(60_000), [aged(0, 9_000.0), aged(20, 3.0)]);
    assert!((means[0].sample.figures.process.uptime_seconds - 3.0).abs() < 1e-9, "it was started anew");
}

#[test]
fn no_grid_has_more_spans_than_were_asked_for_and_none_is_finer_than_what_is_kept() {
    for (from, hours, points, kept) in [
        (0, 1, 300, FINE_MS),
        (17, 1, 300, FINE_MS),
        (3, 168, 300, COARSE_MS),
        (59, 168, 2_000, COARSE_MS),
        (1, 2, 7, FINE_MS),
    ] {
        let (from, to) = (at(from), at(from + hours * 3_600));
        let grid = Grid::of(from, to, points, kept);
        let spans = (grid.begin_of(to.plus_millis(-1)).since(grid.begin_of(from)) / grid.span_ms) + 1;
        assert!(spans <= i64::from(points), "{spans} of {points}");
        assert_eq!(grid.span_ms % kept, 0, "{grid:?}");
        assert!(
            spans * 2 >= i64::from(points).min(to.since(from) / kept) - 2,
            "{spans} are too few of {points}"
        );
    }
}

#[test]
fn one_point_is_the_mean_of_all() {
    let (from, to) = (at(3), at(63));
    let grid = Grid::of(from, to, 1, FINE_MS);
    assert_eq!((grid.begin_of(from), grid.begin_of(to.plus_millis(-1))), (from, from));
}

#[test]
fn a_time_that_reaches_behind_the_fine_samples_is_told_by_the_minute() {
    let now = at(100_000);
    assert_eq!(kept_ms(now.plus_millis(-FINE_KEPT_MS), now), FINE_MS);
    assert_eq!(kept_ms(now.plus_millis(-FINE_KEPT_MS - 1), now), COARSE_MS);
}

#[test]
fn looks_come_at_multiples_of_their_pause_and_never_close_together() {
    let pause = |now_ms, every_ms| pause_ms(Timestamp::from_millis(now_ms), every_ms);
    assert_eq!(pause(0, 5_000), 5_050, "the look of this moment is not made 50 ms after the one before");
    assert_eq!(pause(50, 5_000), 5_000);
    assert_eq!(pause(51, 5_000), 4_999);
    assert_eq!(pause(49, 5_000), 5_001, "one that came early is not made again");
    assert_eq!(pause(2_050, 1_000), 1_000);
}

#[test]
fn speeds_are_what_grew_between_two_looks() {
    let look = |seconds, bytes: u64, device: Option<u64>| {
        let flow = |bytes| Flow { inward: bytes, outward: bytes * 2 };
        let mut reading = Reading { network: flow(bytes), disk: device.map(flow), ..Reading::default() };
        reading.process.cpu = Duration::from_millis(bytes);
        reading.process.disk = flow(bytes);
        Look { uptime: Duration::from_secs(seconds), reading, carried: Carried::default() }
    };
    let figures = Figures::between(&look(10, 1_000, Some(50)), &look(12, 2_000, Some(150)), 0.5);
    assert_eq!(figures.network_received_bytes_per_second.to_string(), "500");
    assert_eq!(figures.network_sent_bytes_per_second.to_string(), "1000");
    assert_eq!(
        (figures.disk_read_bytes_per_second, figures.disk_written_bytes_per_second),
        (Some(50.0), Some(100.0))
    );
    assert_eq!(figures.process.cpu_percent.to_string(), "50", "a second of CPU in two");
    assert_eq!(figures.process.events_per_second.to_string(), "0.5");
    let anew = Figures::between(&look(10, 1_000, None), &look(12, 400, Some(150)), 0.0);
    assert_eq!(anew.network_received_bytes_per_second.to_string(), "0", "an interface went away");
    assert_eq!(anew.disk_read_bytes_per_second, None, "a speed takes two looks");
    let at_once = Figures::between(&look(10, 1_000, None), &look(10, 2_000, None), 0.0);
    assert_eq!(at_once.network_received_bytes_per_second.to_string(), "0");
}

#[test]
fn events_are_counted_over_a_minute() {
    let mut pace = Pace::default();
    let mut note = |second: u64, head| pace.note(Duration::from_secs(second), head).to_string();
    assert_eq!(note(0, 100), "0", "one look tells of no speed");
    assert_eq!(note(5, 150), "10");
    assert_eq!(note(65, 750), "10", "the burst and what came after it");
    assert_eq!(note(130, 750), "0");
}
