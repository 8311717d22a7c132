//! The report of a day is made once, by itself, when its hour has come.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use berth_actors::testing::on_virtual_time;
use berth_app::{Roster, RosterError, Settings, Standing};
use berth_cloud::fake::FakeCloud;
use berth_domain::{
    GrabId, TenantId, Timestamp,
    event::Event as _,
    report::{Event, Gathered, Made, OfTenant, Rhythm, Span, Sums},
};
use berth_store::Position;

use crate::world::Stage;

/// The stage opens on Friday, 15 January 2027, at 8:00 of London's clock: the hour has come, and there was no day before.
const LONDON: Rhythm = Rhythm { hour: 8, utc_offset_minutes: 0 };
const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// Counts seven attempts a day, unless it cannot; and remembers what it was asked.
#[derive(Default)]
struct Counting {
    asked: Mutex<Vec<(Span, Position)>>,
    parked: Mutex<bool>,
}

impl Counting {
    fn park(&self, parked: bool) {
        *self.parked.lock().unwrap() = parked;
    }

    fn asked(&self) -> Vec<(Span, Position)> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Roster for Counting {
    async fn wait_for(&self, _: Position) -> Result<(), RosterError> {
        Ok(())
    }

    async fn standing(&self) -> Result<Vec<Standing>, RosterError> {
        Ok(Vec::new())
    }

    async fn tasks_of(&self, _: TenantId) -> Result<Vec<GrabId>, RosterError> {
        Ok(Vec::new())
    }

    async fn gathered(&self, span: Span, position: Position) -> Result<Gathered, RosterError> {
        self.asked.lock().unwrap().push((span, position));
        if *self.parked.lock().unwrap() {
            return Err("the read model is parked".into());
        }
        let sums = Sums { attempts: 7, ..Sums::default() };
        let tenant = OfTenant { tenant: TenantId::from_parts(1, 1), name: "tokyo".into(), sums };
        Ok(Gathered { tenants: vec![tenant], ..Gathered::default() })
    }
}

/// Runs a play in which reports are made at eight o'clock.
fn play<F: Future<Output = ()>>(act: impl FnOnce(Stage, Arc<Counting>) -> F) {
    play_at(LONDON, act);
}

fn play_at<F: Future<Output = ()>>(rhythm: Rhythm, act: impl FnOnce(Stage, Arc<Counting>) -> F) {
    on_virtual_time(async move {
        let settings = Settings { reports: Some(rhythm), ..Settings::default() };
        let mut stage = Stage::new(FakeCloud::new([]), settings).await;
        let counting = Arc::new(Counting::default());
        stage.world.roster = counting.clone();
        stage.restart().await;
        // Of a log in which nothing happened there is nothing to report.
        stage.tenant("first").await;
        act(stage, counting).await;
    });
}

async fn reports(stage: &Stage) -> Vec<Made> {
    let events = stage.events().await;
    let own = events.iter().filter(|event| event.stream.kind() == "report");
    own.map(|event| {
        let Event::Made(made) = Event::decode(&event.name, event.schema, &event.data).unwrap();
        assert_eq!(event.stream.id(), made.day.to_string());
        made
    })
    .collect()
}

async fn days(stage: &Stage) -> Vec<String> {
    reports(stage).await.iter().map(|made| made.day.to_string()).collect()
}

fn moment(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

#[test]
fn yesterdays_report_is_made_at_the_hour_day_after_day() {
    play(async |stage, counting| {
        stage.pass(DAY - 60).await;
        assert_eq!(days(&stage).await, [""; 0], "there was nothing before the first day");
        stage.pass(61).await;
        let made = reports(&stage).await;
        assert_eq!(made.len(), 1);
        assert_eq!(
            (made[0].from, made[0].to),
            (moment("2027-01-15T00:00:00Z"), moment("2027-01-16T00:00:00Z"))
        );
        assert!(made[0].at.since(moment("2027-01-16T08:00:00Z")) < 1_000, "{}", made[0].at);
        assert_eq!(made[0].figures.all.attempts, 7);
        stage.pass(2 * DAY).await;
        assert_eq!(days(&stage).await, ["2027-01-15", "2027-01-16", "2027-01-17"]);
        assert_eq!(counting.asked().len(), 3, "nobody counts in vain");
    });
}

#[test]
fn the_hour_and_the_day_are_those_of_people() {
    let china = Rhythm { hour: 8, utc_offset_minutes: 480 };
    play_at(china, async |stage, _| {
        stage.pass(16 * HOUR + 1).await;
        let made = reports(&stage).await;
        assert_eq!(made.len(), 1);
        assert_eq!(
            (made[0].from, made[0].to),
            (moment("2027-01-14T16:00:00Z"), moment("2027-01-15T16:00:00Z"))
        );
    });
}

#[test]
fn a_restart_makes_no_report_twice() {
    play(async |mut stage, counting| {
        stage.pass(DAY + 60).await;
        for _ in 0..3 {
            stage.restart().await;
            stage.pass(HOUR).await;
        }
        assert_eq!(days(&stage).await, ["2027-01-15"]);
        assert_eq!(counting.asked().len(), 1);
    });
}

#[test]
fn what_was_missed_yesterday_is_made_at_the_next_start_and_what_is_older_is_not() {
    play(async |mut stage, _| {
        stage.restart_later(3 * 86_400 + 7_200).await;
        stage.pass(60).await;
        assert_eq!(days(&stage).await, ["2027-01-17"]);
        stage.restart_later(86_400 - 4 * 3_600).await;
        stage.pass(60).await;
        assert_eq!(days(&stage).await, ["2027-01-17"], "its hour has not come");
        stage.pass(2 * HOUR).await;
        assert_eq!(days(&stage).await, ["2027-01-17", "2027-01-18"]);
    });
}

#[test]
fn a_report_whose_figures_cannot_be_had_is_made_when_they_can_and_never_without() {
    play(async |stage, counting| {
        counting.park(true);
        stage.pass(DAY + 2 * HOUR).await;
        assert_eq!(days(&stage).await, [""; 0]);
        let tries = counting.asked().len();
        assert!((20..=30).contains(&tries), "{tries} tries in two hours");
        counting.park(false);
        stage.pass(300).await;
        assert_eq!(days(&stage).await, ["2027-01-15"]);
    });
}

#[test]
fn a_report_stays_owed_over_midnight_until_the_next_is_due() {
    play(async |stage, counting| {
        counting.park(true);
        stage.pass(DAY + 20 * HOUR).await;
        counting.park(false);
        stage.pass(300).await;
        assert_eq!(days(&stage).await, ["2027-01-15"]);
        counting.park(true);
        stage.pass(2 * DAY).await;
        counting.park(false);
        stage.pass(300).await;
        assert_eq!(days(&stage).await, ["2027-01-15", "2027-01-17"], "stale news is none");
    });
}

#[test]
fn figures_are_asked_for_as_of_all_that_was_written_down() {
    play(async |stage, counting| {
        stage.pass(DAY - 10).await;
        stage.tenant("tokyo").await;
        stage.pass(60).await;
        let report = stage.events().await.into_iter().find(|event| event.stream.kind() == "report").unwrap();
        let (_, position) = counting.asked()[0];
        assert_eq!(position.get() + 1, report.position.get());
    });
}
