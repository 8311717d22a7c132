//! A bug brings one task's actor down: it is back from the log at once, and nobody else notices.

use std::collections::BTreeMap;

use berth_actors::testing::on_virtual_time;
use berth_app::{Chance, Settings};
use berth_cloud::fake::{Answer, FakeCloud};
use berth_domain::{
    GrabId, Timestamp,
    grab::{Event, Grab},
};

use crate::world::{Stage, new_grab, order};

const INTERVAL_S: u32 = 30;
const OTHERS: usize = 6;

/// What everybody did, by the log.
struct Story {
    victim: (Grab, Vec<Event>),
    others: BTreeMap<GrabId, Vec<Event>>,
    /// When the victim was brought down at the earliest.
    harmed_after: Timestamp,
}

/// Half of the others are the victim's own tenant's. The same ids each time, or nothing could be compared.
fn story(harmed: bool) -> Story {
    on_virtual_time(async move {
        let mut stage = Stage::new(FakeCloud::new(vec![Answer::CAPACITY; 1000]), Settings::default()).await;
        stage.world.chance = Chance::seeded(7);
        stage.restart().await;
        let tenants = [stage.tenant("one").await, stage.tenant("other").await];
        let mut tasks = vec![];
        for number in 0..=OTHERS {
            let mut new = new_grab(tenants[number % 2], INTERVAL_S);
            new.name = if number == 0 { "victim".into() } else { "bystander".into() };
            tasks.push(stage.app.grabs.create(new, order(&format!("grab{number}"))).await.unwrap().id);
        }
        stage.pass(150).await;
        let harmed_after = Timestamp::from_millis(stage.clock.now_ms());
        if harmed {
            stage.cloud.bring_down("victim");
        }
        stage.pass(300).await;
        let victim = tasks.remove(0);
        let mut others = BTreeMap::new();
        for other in tasks {
            others.insert(other, stage.history(other).await);
        }
        let victim = (stage.state(victim).await, stage.history(victim).await);
        Story { victim, others, harmed_after }
    })
}

/// When each attempt was written down, a repeat of it, and its end.
fn moments(history: &[Event], after: Timestamp) -> [Vec<(u32, i64)>; 3] {
    let mut moments = [vec![], vec![], vec![]];
    for event in history {
        let (kind, number, at) = match event {
            Event::AttemptStarted(started) => (0, started.number, started.at),
            Event::AttemptResent(resent) => (1, resent.number, resent.at),
            Event::AttemptSettled(settled) => (2, settled.number, settled.at),
            _ => continue,
        };
        if at >= after {
            moments[kind].push((number, at.millis()));
        }
    }
    moments
}

#[test]
fn a_task_whose_actor_panics_is_back_within_a_second_with_its_counters_and_nobody_else_notices() {
    let (harmed, calm) = (story(true), story(false));
    let ([tried, again, _], [before, ..]) =
        (moments(&harmed.victim.1, Timestamp::default()), moments(&calm.victim.1, Timestamp::default()));
    let (number, at) = *tried.iter().find(|(_, at)| *at >= harmed.harmed_after.millis()).unwrap();
    let had = usize::try_from(number).unwrap();
    assert_eq!(again[0].0, number, "what was out is asked again, with its own number and token");
    assert!(again[0].1 - at < 1000, "back after {} ms", again[0].1 - at);
    assert_eq!(tried[..had], before[..had], "until then it was as ever");
    let numbers: Vec<_> = tried.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..).take(tried.len()).collect::<Vec<_>>(), "no number is given twice or left out");
    assert!(tried.len() > had + 2, "it found out what became of that one, and went on: {tried:?}");
    assert_eq!(harmed.victim.0.tally.attempts, numbers[numbers.len() - 1]);
    let others = |story: &Story| -> Vec<_> {
        story.others.values().map(|history| moments(history, Timestamp::default())).collect()
    };
    assert_eq!(others(&harmed), others(&calm), "nobody else noticed");
    assert!(harmed.others.values().all(|history| moments(history, harmed.harmed_after)[0].len() > 8));
}

#[test]
fn without_a_panic_nothing_is_asked_twice() {
    let calm = story(false);
    assert!(moments(&calm.victim.1, Timestamp::default())[1].is_empty());
}
