//! Attempts in numbers.

use berth_domain::grab::{Outcome, Reason};
use berth_views::{
    Span,
    statistics::{self, Count, Scope},
};

use crate::world::{World, attempt_started, created_for, grab_id, settled, started, tenant_id, time};

const HOUR: u64 = 3600;

async fn world() -> World {
    let world = World::new().await;
    for (index, tenant) in [(1, 1), (2, 1), (3, 2)] {
        let mut events = vec![created_for(tenant_id(tenant), index, "task", "ap-tokyo-1"), started()];
        for number in 1..=3 {
            let hour = time(HOUR * u64::from(number) * 10 + 5);
            let outcome = if number == 3 { Outcome::Network } else { Outcome::Capacity };
            events.push(attempt_started(number));
            let doubt = settled(number, Outcome::InDoubt, Reason::AnswerLost);
            events.push(berth_domain::grab::AttemptSettled { at: hour, ..doubt }.into());
            let end = settled(number, outcome, Reason::NotReached);
            events.push(berth_domain::grab::AttemptSettled { at: hour, ..end }.into());
        }
        events.push(attempt_started(4));
        world.grab(grab_id(index), events).await;
    }
    world
}

#[tokio::test]
async fn attempts_are_counted_once_by_how_they_ended() {
    let world = world().await;
    let views = world.level().await;
    let (totals, position) = statistics::totals(&views, Scope::All, Span::default()).await.unwrap();
    assert_eq!(position, views.position());
    assert_eq!((totals.attempts, totals.faults, totals.accepted), (9, 3, 0));
    assert_eq!(totals.duration_ms, 3 * (301 + 302 + 303));
    let capacity = Count { attempts: 6, duration_ms: 3 * (301 + 302) };
    assert_eq!(totals.by_outcome[&Outcome::Capacity], capacity);
    let of = async |scope| statistics::totals(&views, scope, Span::default()).await.unwrap().0.attempts;
    assert_eq!(of(Scope::Tenant(tenant_id(1))).await, 6);
    assert_eq!(of(Scope::Grab(grab_id(3))).await, 3);
    assert_eq!(of(Scope::Grab(grab_id(9))).await, 0);
}

#[tokio::test]
async fn hours_come_in_order_and_within_the_span() {
    let world = world().await;
    let views = world.level().await;
    let (series, _) = statistics::series(&views, Scope::Grab(grab_id(1)), Span::default()).await.unwrap();
    assert_eq!(series.len(), 3);
    assert!(series.is_sorted_by_key(|hour| hour.hour));
    assert!(series.iter().all(|hour| hour.totals.attempts == 1 && hour.hour.millis() % 3_600_000 == 0));
    let span = Span { from: Some(series[1].hour), to: Some(series[2].hour) };
    let (some, _) = statistics::series(&views, Scope::All, span).await.unwrap();
    assert_eq!(
        some.iter().map(|hour| (hour.hour, hour.totals.attempts)).collect::<Vec<_>>(),
        [(series[1].hour, 3)]
    );
    let busiest = statistics::busiest(&views, span, 2).await.unwrap();
    assert_eq!(busiest.len(), 2);
    assert!(busiest.iter().all(|(_, totals)| totals.attempts == 1));
}
