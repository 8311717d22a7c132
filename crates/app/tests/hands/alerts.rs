//! Alerts on virtual time: raised once, resolved once, whoever resolves them, and whatever fails meanwhile.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use berth_app::alert::{Changes, Gauges, Readings, external_id};
use berth_domain::{
    Code, Timestamp,
    alert::{AlertId, Outside, RuleName},
    notice::Severity,
};
use berth_store::AppendError;

use crate::world::{Stage, order, play, refusal_codes};

/// One gauge that shows what the test says.
#[derive(Default)]
struct Shown {
    cpu: Mutex<Option<f64>>,
    asked: Mutex<Vec<Vec<RuleName>>>,
}

#[async_trait]
impl Gauges for Shown {
    async fn readings(&self, wanted: &[RuleName]) -> Readings {
        self.asked.lock().unwrap().push(wanted.to_vec());
        let mut readings = Readings::default();
        readings.set(RuleName::Cpu, *self.cpu.lock().unwrap());
        readings
    }
}

impl Shown {
    fn show(&self, value: impl Into<Option<f64>>) {
        *self.cpu.lock().unwrap() = value.into();
    }

    fn last_asked(&self) -> Vec<RuleName> {
        self.asked.lock().unwrap().last().cloned().unwrap_or_default()
    }
}

const CPU: AlertId = AlertId::Rule(RuleName::Cpu);

fn watched(stage: &Stage) -> Arc<Shown> {
    watched_until_aborted(stage).0
}

fn watched_until_aborted(stage: &Stage) -> (Arc<Shown>, tokio::task::JoinHandle<()>) {
    let gauges = Arc::new(Shown::default());
    let watching = tokio::spawn(stage.app.alerts.clone().watch(gauges.clone()));
    (gauges, watching)
}

/// Of events about alerts, in order.
async fn names(stage: &Stage) -> Vec<String> {
    let events = stage.events().await.into_iter();
    events.filter(|event| event.stream.kind() == "alert").map(|event| event.name.clone()).collect()
}

#[test]
fn an_alert_is_raised_after_its_time_and_recovers_after_a_calm_minute() {
    play([], async |stage| {
        let gauges = watched(&stage);
        gauges.show(95.0);
        stage.pass(300).await;
        assert_eq!(names(&stage).await, [""; 0], "five minutes are not over yet");
        stage.pass(20).await;
        assert_eq!(names(&stage).await, ["alert.raised"]);
        gauges.show(10.0);
        stage.pass(60).await;
        gauges.show(95.0);
        stage.pass(600).await;
        assert_eq!(names(&stage).await, ["alert.raised"], "it was not calm for long enough");
        gauges.show(10.0);
        stage.pass(80).await;
        assert_eq!(names(&stage).await, ["alert.raised", "alert.resolved"]);
    });
}

#[test]
fn a_threshold_that_a_person_changes_holds_from_the_next_look_on() {
    play([], async |stage| {
        let gauges = watched(&stage);
        gauges.show(75.0);
        stage.pass(600).await;
        assert_eq!(names(&stage).await, [""; 0]);
        let changes = Changes { threshold: Some(70.0), for_seconds: Some(0), ..Changes::default() };
        let told = stage.app.alerts.adjust(RuleName::Cpu, changes, order("lower")).await.unwrap();
        assert_eq!(told.id, CPU);
        let again = stage.app.alerts.adjust(RuleName::Cpu, changes, order("lower")).await.unwrap();
        assert_eq!((again.done.repeated, again.done.position), (true, told.done.position));
        stage.pass(11).await;
        assert_eq!(names(&stage).await, ["alert.adjusted", "alert.raised"]);
        let off = Changes { enabled: Some(false), ..Changes::default() };
        stage.app.alerts.adjust(RuleName::Cpu, off, order("off")).await.unwrap();
        stage.pass(11).await;
        assert_eq!(names(&stage).await[2..], ["alert.resolved", "alert.adjusted"]);
        assert!(!gauges.last_asked().contains(&RuleName::Cpu), "what is off is not measured");
        assert!(gauges.last_asked().contains(&RuleName::Disk));
    });
}

#[test]
fn what_was_resolved_by_hand_is_raised_again_only_by_a_new_cause_also_after_a_restart() {
    play([], async |mut stage| {
        let (gauges, watching) = watched_until_aborted(&stage);
        gauges.show(95.0);
        stage.pass(320).await;
        stage.app.alerts.resolve(CPU, order("seen-to")).await.unwrap();
        stage.pass(600).await;
        assert_eq!(names(&stage).await, ["alert.raised", "alert.resolved"]);
        watching.abort();
        stage.restart().await;
        let gauges = watched(&stage);
        gauges.show(95.0);
        stage.pass(600).await;
        assert_eq!(names(&stage).await.len(), 2);
        gauges.show(10.0);
        stage.pass(80).await;
        gauges.show(95.0);
        stage.pass(320).await;
        assert_eq!(names(&stage).await[2..], ["alert.cleared", "alert.raised"]);
    });
}

#[test]
fn what_the_log_did_not_take_is_told_once_it_takes_something_again() {
    play([], async |stage| {
        let gauges = watched(&stage);
        gauges.show(95.0);
        stage.log.refuse(Some(AppendError::StorageFull));
        stage.pass(400).await;
        assert_eq!(names(&stage).await, [""; 0]);
        stage.log.refuse(None);
        stage.pass(11).await;
        assert_eq!(names(&stage).await, ["alert.raised"]);
    });
}

#[test]
fn a_gauge_that_shows_nothing_says_nothing() {
    play([], async |stage| {
        let gauges = watched(&stage);
        gauges.show(95.0);
        stage.pass(320).await;
        gauges.show(None);
        stage.pass(600).await;
        assert_eq!(names(&stage).await, ["alert.raised"]);
    });
}

#[test]
fn an_alert_from_outside_is_one_however_often_it_is_handed_in() {
    play([], async |stage| {
        let (alerts, id) = (&stage.app.alerts, external_id("4a7b"));
        let began = Timestamp::from_millis(5);
        let fires = |began| Outside::new("Down", Severity::Critical, "gone", &[].into(), began);
        assert_eq!(refusal_codes(alerts.resolve(id, order("unknown")).await.unwrap_err()), [Code::NotFound]);
        alerts.receive(id, fires(began), order("1")).await.unwrap();
        alerts.receive(id, fires(began), order("2")).await.unwrap();
        alerts.end(id, began, None, order("3")).await.unwrap();
        alerts.end(id, began, None, order("4")).await.unwrap();
        alerts.receive(external_id("other"), fires(began), order("5")).await.unwrap();
        assert_eq!(names(&stage).await, ["alert.received", "alert.resolved", "alert.received"]);
    });
}
