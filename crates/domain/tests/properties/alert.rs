//! However the figures jump about, an alert is raised once for a cause and resolved once.

use berth_domain::{
    Aggregate, Timestamp,
    alert::{Alert, Case, Command, Event, Now, Rule, RuleName, Seen, Settings, watch},
};
use proptest::{collection::vec, option, prelude::*, sample::select};

/// Between two readings.
const STEP_MS: u64 = 10_000;
const THRESHOLD: f64 = 80.0;

/// A rule as it runs: what it knows in memory, what the log knows, and what it told.
struct Run {
    seen: Seen,
    alert: Alert,
    settings: Settings,
    steady_ms: u64,
    told: Vec<Event>,
}

impl Run {
    fn new(for_seconds: u32) -> Self {
        let settings = Settings { threshold: THRESHOLD, for_seconds, enabled: true };
        Self { seen: Seen::default(), alert: Alert::default(), settings, steady_ms: 0, told: vec![] }
    }

    /// Whether the reading made something happen.
    fn look(&mut self, reading: Option<f64>) -> bool {
        self.steady_ms += STEP_MS;
        // The wall clock stands still: nothing may hang on it.
        let now = Now { steady_ms: self.steady_ms, at: Timestamp::from_millis(0) };
        let case = Case { rule: Rule::of(RuleName::Cpu), settings: self.settings, alert: &self.alert };
        let (seen, command) = watch(self.seen, case, reading, now);
        self.seen = seen;
        command.is_some_and(|command| self.tell(command))
    }

    fn tell(&mut self, command: Command) -> bool {
        let events = self.alert.decide(command).expect("nothing of the server's own is refused");
        for event in &events {
            self.alert.evolve(event);
        }
        let happened = !events.is_empty();
        self.told.extend(events);
        happened
    }

    fn count(&self, wanted: fn(&Event) -> bool) -> usize {
        self.told.iter().filter(|event| wanted(event)).count()
    }
}

fn is_raised(event: &Event) -> bool {
    matches!(event, Event::Raised(_))
}

fn is_resolved(event: &Event) -> bool {
    matches!(event, Event::Resolved(_))
}

/// Past the threshold, in between, well below, or not known.
fn reading() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![9 => select(vec![95.0, 80.5, 79.0, 40.0]).prop_map(Some), 1 => Just(None)]
}

proptest! {
    #![proptest_config(crate::config(200))]

    #[test]
    fn an_alert_is_raised_and_resolved_by_turns_and_never_told_twice(
        readings in vec(reading(), 1..200),
        for_seconds in 0_u32..120,
    ) {
        let mut run = Run::new(for_seconds);
        for reading in readings {
            run.look(reading);
        }
        for (index, event) in run.told.iter().enumerate() {
            prop_assert_eq!(is_raised(event), index % 2 == 0, "{:?}", run.told);
        }
    }

    #[test]
    fn nothing_is_raised_before_it_lasted_and_nothing_recovers_before_it_was_calm(
        readings in vec(reading(), 1..200),
        for_seconds in 0_u32..120,
    ) {
        let mut run = Run::new(for_seconds);
        let lasting = |readings: &[Option<f64>], wanted: fn(f64) -> bool| {
            let run = readings.iter().rev().take_while(|reading| reading.is_some_and(wanted)).count();
            (run as u64).saturating_sub(1) * STEP_MS
        };
        for index in 0..readings.len() {
            if run.look(readings[index]) {
                let so_far = &readings[..=index];
                match run.told.last() {
                    Some(Event::Raised(_)) => {
                        prop_assert!(lasting(so_far, |value| value > 80.0) >= u64::from(for_seconds) * 1000);
                    }
                    _ => prop_assert!(lasting(so_far, |value| value <= 76.0) >= 60_000),
                }
            }
        }
    }

    #[test]
    fn who_flaps_faster_than_the_rule_looks_is_told_once_and_resolved_once(
        flaps in vec((1_usize..6, 1_usize..6), 1..50),
        gaps in vec(option::of(Just(79.5)), 0..3),
    ) {
        let mut run = Run::new(60);
        (0..7).for_each(|_| { run.look(Some(95.0)); });
        prop_assert_eq!(run.count(is_raised), 1);
        for (calm, wild) in flaps {
            (0..calm).for_each(|_| { run.look(Some(10.0)); });
            for gap in &gaps {
                run.look(*gap);
            }
            (0..wild).for_each(|_| { run.look(Some(95.0)); });
        }
        prop_assert_eq!(run.told.len(), 1, "{:?}", run.told);
        (0..7).for_each(|_| { run.look(Some(10.0)); });
        prop_assert_eq!((run.count(is_raised), run.count(is_resolved)), (1, 1));
    }

    #[test]
    fn what_somebody_saw_to_is_not_told_again_before_it_was_calm_once(
        wild in vec(select(vec![95.0, 79.0]), 0..100),
    ) {
        let mut run = Run::new(0);
        run.look(Some(95.0));
        run.tell(Command::Resolve { at: Timestamp::from_millis(0) });
        for value in wild {
            prop_assert!(!run.look(Some(value)));
        }
        (0..7).for_each(|_| { run.look(Some(10.0)); });
        prop_assert!(run.look(Some(95.0)), "a new cause is told");
    }

    #[test]
    fn what_is_not_known_neither_raises_nor_resolves(
        unknown in vec(select(vec![None, Some(f64::NAN), Some(f64::INFINITY)]), 1..50),
        raised: bool,
    ) {
        let mut run = Run::new(0);
        if raised {
            run.look(Some(95.0));
        }
        for reading in unknown {
            prop_assert!(!run.look(reading));
        }
    }
}
