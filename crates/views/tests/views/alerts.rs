//! Alerts in rows: those that go on first, each with its last times, and the same when folded anew.

use std::collections::BTreeMap;

use berth_domain::{
    alert::{Adjusted, AlertId, By, Cleared, Event, Raised, Received, Resolved, RuleName},
    notice::Severity,
};
use berth_store::{Position, StreamId};
use berth_views::{
    Slice, Views,
    alert::{self, AlertRow, Filter},
    feed, log_entry,
};
use futures::StreamExt;

use crate::world::{World, time};

const CPU: AlertId = AlertId::Rule(RuleName::Cpu);
const DISK: AlertId = AlertId::Rule(RuleName::Disk);

fn outside() -> AlertId {
    "ext-0123456789abcdef0123456789abcdef".parse().unwrap()
}

fn raised(rule: RuleName, value: f64, second: u64) -> Event {
    Raised { rule, severity: Severity::Warning, value, threshold: 80.0, at: time(second) }.into()
}

fn resolved(name: &str, by: By, second: u64) -> Event {
    let (value, threshold) = ((by == By::Recovery).then_some(12.0), Some(80.0));
    let name = name.to_owned();
    Resolved { name, severity: Severity::Warning, by, value, threshold, summary: None, at: time(second) }
        .into()
}

fn received(second: u64) -> Event {
    Received {
        name: "InstanceDown".into(),
        severity: Severity::Critical,
        summary: "主机已失联".into(),
        labels: BTreeMap::from([("job".into(), "node".into())]),
        starts_at: time(second),
        at: time(second),
    }
    .into()
}

fn adjusted() -> Event {
    Adjusted { threshold: 70.0, for_seconds: 60, enabled: true, at: time(3) }.into()
}

async fn happens(world: &World, id: AlertId, events: Vec<Event>) {
    world.happens(StreamId::new("alert", id), "system", events).await;
}

/// The newest news are those of the disk, and what goes on is the CPU's and the one from outside.
async fn some() -> World {
    let world = World::new().await;
    happens(&world, CPU, vec![raised(RuleName::Cpu, 91.0, 1), resolved("cpu", By::Hand, 2)]).await;
    happens(&world, AlertId::Rule(RuleName::Memory), vec![adjusted()]).await;
    happens(&world, outside(), vec![received(4)]).await;
    happens(&world, CPU, vec![Cleared { at: time(5) }.into(), raised(RuleName::Cpu, 92.0, 6)]).await;
    happens(&world, DISK, vec![raised(RuleName::Disk, 95.0, 7), resolved("disk", By::Recovery, 8)]).await;
    happens(&world, CPU, vec![adjusted()]).await;
    world
}

async fn ids(views: &Views, filter: Filter) -> Vec<AlertId> {
    let page = alert::page(views, filter, &Slice::First { count: 10, after: None }).await.unwrap();
    assert_eq!(page.total, Some(page.rows().count() as u64));
    page.rows().map(|row| row.id).collect()
}

async fn one(views: &Views, id: AlertId) -> AlertRow {
    alert::by_ids(views, &[id]).await.unwrap().pop().unwrap()
}

#[tokio::test]
async fn those_that_go_on_come_first_and_then_the_newest() {
    let world = some().await;
    let views = world.level().await;
    assert_eq!(ids(&views, Filter::All).await, [CPU, outside(), DISK], "what was only adjusted is no alert");
    assert_eq!(ids(&views, Filter::Raised).await, [CPU, outside()]);
    assert_eq!(ids(&views, Filter::Resolved).await, [DISK]);
    let standing = alert::raised(&views).await.unwrap();
    assert_eq!(standing.iter().map(|row| row.id).collect::<Vec<_>>(), [CPU, outside()]);
    let first = alert::page(&views, Filter::All, &Slice::First { count: 1, after: None }).await.unwrap();
    let after = first.end.clone();
    let rest = alert::page(&views, Filter::All, &Slice::First { count: 5, after }).await.unwrap();
    assert_eq!(rest.rows().map(|row| row.id).collect::<Vec<_>>(), [outside(), DISK]);
}

#[tokio::test]
async fn an_alert_knows_its_last_times_and_how_each_ended() {
    let world = some().await;
    let cpu = one(&world.level().await, CPU).await;
    let told: Vec<_> = cpu
        .spells
        .iter()
        .map(|spell| (spell.value, spell.resolved.map(|ended| (ended.by, ended.at))))
        .collect();
    assert_eq!(told, [(Some(92.0), None), (Some(91.0), Some((By::Hand, time(2))))]);
    assert_eq!((cpu.alert.times, cpu.version.get()), (2, 5));
    assert_eq!(cpu.position, world.head().await);
    assert!(cpu.moved < cpu.position, "an adjustment moves it nowhere");
    for second in 0..30 {
        let pair = vec![resolved("cpu", By::Recovery, second), raised(RuleName::Cpu, 90.0, second)];
        happens(&world, CPU, pair).await;
    }
    let cpu = one(&world.level().await, CPU).await;
    assert_eq!((cpu.spells.len(), cpu.alert.times), (20, 32), "the list is bounded, the count is not");
}

#[tokio::test]
async fn rows_are_the_same_in_whatever_portions_they_are_folded() {
    let world = some().await;
    let whole = world.level().await.dump().await.unwrap();
    assert_eq!(world.folded_anew().await, whole);
    let views = world.views_named("single.db").await;
    for event in world.events().await {
        views.fold(&[event]).await.unwrap();
    }
    assert_eq!(views.dump().await.unwrap(), whole);
}

#[tokio::test]
async fn the_feed_tells_each_alert_once_and_as_it_is_now() {
    let world = some().await;
    let views = world.level().await;
    let batch = feed::alert_changes(&views, Some(Position::START)).boxed().next().await.unwrap().unwrap();
    let told: Vec<_> = batch.rows.iter().map(|row| (row.id, row.alert.standing.is_some())).collect();
    let memory = AlertId::Rule(RuleName::Memory);
    assert_eq!(told, [(memory, false), (outside(), true), (DISK, false), (CPU, true)]);
    assert!(batch.caught_up && batch.position == world.head().await);
    let later = feed::alert_changes(&views, Some(batch.position)).boxed().next().await.unwrap().unwrap();
    assert!(later.rows.is_empty() && later.caught_up);
}

#[tokio::test]
async fn each_event_of_an_alert_gives_a_line_in_both_languages() {
    let world = some().await;
    let lines: Vec<_> = world.events().await.iter().map(|event| log_entry::message(event).unwrap()).collect();
    let english: Vec<_> = lines.iter().map(|line| line.english.as_str()).collect();
    assert_eq!(
        english,
        [
            "CPU usage: 91 %, above 80 %",
            "CPU usage: resolved by hand",
            "memory usage: the threshold is 70 %, for 60 s",
            "InstanceDown: 主机已失联",
            "CPU usage: the cause has gone",
            "CPU usage: 92 %, above 80 %",
            "disk usage: 95 %, above 80 %",
            "disk usage: recovered, 12 %",
            "CPU usage: the threshold is 70 %, for 60 s",
        ]
    );
    assert!(lines.iter().all(|line| line.english != line.chinese), "{lines:#?}");
}
