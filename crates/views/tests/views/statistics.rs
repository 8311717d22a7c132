//! Attempts in numbers.

use berth_domain::{
    GrabId, Seconds,
    grab::{
        AttemptSettled, AttemptStarted, Created, Edited, Event, InstanceLost, InstanceObtained, Outcome,
        PreparationFailed, Reason, Succeeded,
    },
};
use berth_views::{
    Span, Views,
    statistics::{By, Count, Filter, Group, Moment, Scope, Totals},
};

use crate::world::{
    World, attempt_started, created_for, grab_id, provider_error, settled, started, tenant_id, time,
};

const HOUR: u64 = 3600;
const TOKYO: &str = "ap-tokyo-1";
const OSAKA: &str = "ap-osaka-1";

async fn world() -> World {
    let world = World::new().await;
    for (index, tenant) in [(1, 1), (2, 1), (3, 2)] {
        let mut events = vec![created_for(tenant_id(tenant), index, "task", TOKYO), started()];
        for number in 1..=3 {
            let hour = time(HOUR * u64::from(number) * 10 + 5);
            let outcome = if number == 3 { Outcome::Network } else { Outcome::Capacity };
            events.push(attempt_started(number));
            let doubt = settled(number, Outcome::InDoubt, Reason::AnswerLost);
            events.push(AttemptSettled { at: hour, ..doubt }.into());
            let end = settled(number, outcome, Reason::NotReached);
            events.push(AttemptSettled { at: hour, ..end }.into());
        }
        events.push(attempt_started(4));
        world.grab(grab_id(index), events).await;
    }
    world
}

async fn totals(views: &Views, scope: Scope) -> Totals {
    let filter = Filter { scope, ..Filter::default() };
    Moment::of(views).await.unwrap().totals(&filter).await.unwrap()
}

async fn grouped(views: &Views, by: By, filter: &Filter) -> Vec<Group> {
    Moment::of(views).await.unwrap().grouped(by, filter).await.unwrap()
}

/// What each group is called, with its attempts.
async fn attempts(views: &Views, by: By, scope: Scope) -> Vec<(String, String, u64)> {
    let groups = grouped(views, by, &Filter { scope, ..Filter::default() }).await;
    groups.into_iter().map(|group| (group.region, group.name, group.totals.attempts)).collect()
}

#[tokio::test]
async fn attempts_are_counted_once_by_how_they_ended() {
    let world = world().await;
    let views = world.level().await;
    assert_eq!(Moment::of(&views).await.unwrap().position(), views.position());
    let all = totals(&views, Scope::All).await;
    assert_eq!((all.attempts, all.faults, all.accepted), (9, 3, 0));
    assert_eq!(all.duration_ms, 3 * (301 + 302 + 303));
    let capacity = Count { attempts: 6, duration_ms: 3 * (301 + 302) };
    assert_eq!(all.by_outcome[&Outcome::Capacity], capacity);
    assert_eq!(totals(&views, Scope::Tenant(tenant_id(1))).await.attempts, 6);
    assert_eq!(totals(&views, Scope::Grab(grab_id(3))).await.attempts, 3);
    assert_eq!(totals(&views, Scope::Grab(grab_id(9))).await.attempts, 0);
}

#[tokio::test]
async fn hours_come_in_order_and_within_the_span() {
    let world = world().await;
    let views = world.level().await;
    let mut filter = Filter { scope: Scope::Grab(grab_id(1)), ..Filter::default() };
    let hours = grouped(&views, By::Hour, &filter).await;
    assert_eq!(hours.len(), 3);
    assert!(hours.is_sorted_by_key(|group| group.hour));
    assert!(hours.iter().all(|group| group.totals.attempts == 1 && group.hour % 3_600_000 == 0));
    let moment = |group: &Group| Some(berth_domain::Timestamp::from_millis(group.hour));
    filter.scope = Scope::All;
    filter.span = Span { from: moment(&hours[1]), to: moment(&hours[2]) };
    let some = grouped(&views, By::Hour, &filter).await;
    assert_eq!(
        some.iter().map(|group| (group.hour, group.totals.attempts)).collect::<Vec<_>>(),
        [(hours[1].hour, 3)]
    );
}

/// The world begins on Tuesday, 14 November 2023, at 22:13:20 UTC.
#[tokio::test]
async fn hours_of_the_week_count_from_monday_in_utc() {
    let world = world().await;
    let views = world.level().await;
    let hours = |groups: Vec<Group>| groups.into_iter().map(|group| group.hour).collect::<Vec<_>>();
    let week = grouped(&views, By::HourOfWeek, &Filter::default()).await;
    assert_eq!(hours(week), [2 * 24 + 8, 2 * 24 + 18, 3 * 24 + 4]);
    let day = grouped(&views, By::RegionAndHour, &Filter::default()).await;
    assert!(day.iter().all(|group| group.region == TOKYO && group.totals.attempts == 3));
    assert_eq!(hours(day), [4, 8, 18]);
}

fn started_in(number: u32, region: &str) -> Event {
    let Event::AttemptStarted(mut started) = attempt_started(number) else { panic!("it is a start") };
    started.target.region = region.into();
    AttemptStarted { ..started }.into()
}

fn missed(number: u32, region: &str, domain: &str) -> Vec<Event> {
    let end = settled(number, Outcome::Capacity, Reason::OutOfHostCapacity);
    vec![started_in(number, region), AttemptSettled { availability_domain: domain.into(), ..end }.into()]
}

/// A task that tried in two regions, and then was changed to want another shape in another region.
async fn wanderer(world: &World) -> GrabId {
    let id = grab_id(7);
    let Event::Created(made) = created_for(tenant_id(1), 7, "wanderer", TOKYO) else { panic!("it is made") };
    let Created { name, schedule, at, .. } = made.clone();
    let mut spec = made.spec.clone();
    (spec.shape, spec.regions) = ("VM.Standard.E2.1.Micro".into(), vec![OSAKA.into()]);
    let events = [
        vec![made.into(), started()],
        missed(1, TOKYO, "tokyo-1"),
        missed(2, OSAKA, "osaka-1"),
        missed(3, TOKYO, "tokyo-2"),
        missed(4, "", "tokyo-2"),
        vec![Edited { name, spec, schedule, at }.into()],
        missed(5, OSAKA, "osaka-1"),
    ];
    world.grab(id, events.concat()).await;
    id
}

#[tokio::test]
async fn attempts_are_told_apart_by_where_they_were_made_and_what_for() {
    let world = World::new().await;
    let id = wanderer(&world).await;
    let views = world.level().await;
    let row = |region: &str, name: &str, attempts| (region.to_owned(), name.to_owned(), attempts);
    for scope in [Scope::All, Scope::Tenant(tenant_id(1)), Scope::Grab(id)] {
        let regions = attempts(&views, By::Region, scope).await;
        assert_eq!(regions, [row(OSAKA, "", 2), row(TOKYO, "", 3)], "{scope:?}");
        let domains = attempts(&views, By::Domain, scope).await;
        let expected = [row(OSAKA, "osaka-1", 2), row(TOKYO, "tokyo-1", 1), row(TOKYO, "tokyo-2", 2)];
        assert_eq!(domains, expected, "{scope:?}");
        let shapes = attempts(&views, By::Shape, scope).await;
        let expected = [row("", "VM.Standard.A1.Flex", 4), row("", "VM.Standard.E2.1.Micro", 1)];
        assert_eq!(shapes, expected, "{scope:?}");
    }
    let only = Filter { region: Some(OSAKA.into()), ..Filter::default() };
    assert_eq!(Moment::of(&views).await.unwrap().totals(&only).await.unwrap().attempts, 2);
}

#[tokio::test]
async fn it_does_not_matter_where_a_transaction_ended() {
    let world = World::new().await;
    let mut views = world.level().await;
    for number in 1..=4 {
        let id = wanderer(&world).await;
        world.grab(id, missed(5 + number, OSAKA, "osaka-1")).await;
        world.catch_up(&views).await;
        world.grab(id, vec![started_in(6 + number, TOKYO)]).await;
        drop(views);
        views = world.level().await;
        let end = settled(6 + number, Outcome::Capacity, Reason::OutOfHostCapacity);
        world.grab(id, vec![end.into()]).await;
        world.catch_up(&views).await;
    }
    assert!(views.dump().await.unwrap() == world.folded_anew().await);
}

/// Three tasks that got their instance after 60, 120 and 600 seconds, and one whose instance was lost.
async fn lucky() -> World {
    let world = World::new().await;
    for (index, seconds) in [(1, 60), (2, 120), (3, 600), (4, 0)] {
        let (number, instance, at) = (1, "instance-1".to_owned(), time(10 + seconds));
        let taken = settled(number, Outcome::Accepted, Reason::Launched);
        let mut events = vec![
            created_for(tenant_id(index % 2), index, "task", TOKYO),
            started(),
            started_in(number, OSAKA),
            AttemptSettled { instance: Some(instance.clone()), ..taken }.into(),
        ];
        if seconds > 0 {
            let (availability_domain, public_ip, private_ip) = ("AD-1".into(), None, None);
            let runs = Succeeded { number, instance, availability_domain, public_ip, private_ip, at };
            events.push(runs.into());
        } else {
            events.push(lost(number, instance));
        }
        world.grab(grab_id(index), events).await;
    }
    world
}

fn lost(number: u32, instance: String) -> Event {
    let (outcome, reason) = (Outcome::Capacity, Reason::OutOfHostCapacity);
    InstanceLost {
        number,
        instance,
        outcome,
        reason,
        provider_error: None,
        in_a_row: 1,
        not_before: None,
        at: time(99),
    }
    .into()
}

#[tokio::test]
async fn instances_count_when_they_run_and_by_how_long_that_took() {
    let world = lucky().await;
    let views = world.level().await;
    let all = totals(&views, Scope::All).await;
    assert_eq!((all.attempts, all.accepted, all.granted, all.lost), (4, 4, 3, 1));
    let of_one = Filter { scope: Scope::Tenant(tenant_id(1)), ..Filter::default() };
    let mut moment = Moment::of(&views).await.unwrap();
    assert_eq!(moment.totals(&of_one).await.unwrap().granted, 2);
    let times = moment.times(&Filter::default()).await.unwrap();
    assert_eq!((times.count, times.median, times.ninetieth), (3, Some(Seconds(120)), Some(Seconds(600))));
    assert_eq!(times.steps[..3], [1, 2, 0]);
    let elsewhere = Filter { region: Some(TOKYO.into()), ..Filter::default() };
    assert_eq!(moment.times(&elsewhere).await.unwrap().count, 0, "they are counted where they were got");
}

#[tokio::test]
async fn each_of_several_counts_once_and_its_time_from_the_one_before() {
    let world = World::new().await;
    let (availability_domain, public_ip, private_ip) = (String::from("AD-1"), None::<String>, None::<String>);
    let taken = |number, instance: &str| {
        let settled = settled(number, Outcome::Accepted, Reason::Launched);
        [started_in(number, OSAKA), AttemptSettled { instance: Some(instance.into()), ..settled }.into()]
    };
    let seen = |number, instance: &str, at| Succeeded {
        number,
        instance: instance.into(),
        availability_domain: availability_domain.clone(),
        public_ip: public_ip.clone(),
        private_ip: private_ip.clone(),
        at,
    };
    let first = |at| InstanceObtained {
        number: 1,
        instance: "instance-1".into(),
        availability_domain: availability_domain.clone(),
        public_ip: public_ip.clone(),
        private_ip: private_ip.clone(),
        held: 1,
        at,
    };
    let begin = || vec![created_for(tenant_id(1), 1, "task", TOKYO), started()];
    let both = [taken(2, "instance-2").to_vec(), vec![seen(2, "instance-2", time(370)).into()]].concat();
    let events = [begin(), taken(1, "instance-1").to_vec(), vec![first(time(70)).into()], both].concat();
    world.grab(grab_id(1), events).await;
    // The second did not want more than one in the end: the only one is named once more.
    let named_again = vec![first(time(70)).into(), seen(1, "instance-1", time(9_000)).into()];
    world.grab(grab_id(2), [begin(), taken(1, "instance-1").to_vec(), named_again].concat()).await;

    let views = world.level().await;
    assert_eq!(totals(&views, Scope::All).await.granted, 3);
    let times = Moment::of(&views).await.unwrap().times(&Filter::default()).await.unwrap();
    assert_eq!((times.median, times.ninetieth), (Some(Seconds(60)), Some(Seconds(300))));
    assert!(views.dump().await.unwrap() == world.folded_anew().await);
}

#[tokio::test]
async fn odds_are_read_from_what_everybody_or_one_tenant_got() {
    let world = lucky().await;
    let views = world.level().await;
    let mut moment = Moment::of(&views).await.unwrap();
    let record = moment.record(&[tenant_id(1)], Span::default()).await.unwrap();
    let odds = |tenant| record.odds(tenant, (OSAKA, Some("VM.Standard.A1.Flex")), 30, 0);
    assert_eq!((odds(None).attempts, odds(None).grants), (4, 3));
    assert_eq!(odds(None).by_hour[22], 3, "{:?}", odds(None));
    assert_eq!((odds(Some(tenant_id(1))).attempts, odds(Some(tenant_id(1))).grants), (2, 2));
    let late = Span { from: Some(time(HOUR)), to: None };
    let record = moment.record(&[], late).await.unwrap();
    assert_eq!(record.odds(None, (OSAKA, None), 30, 0).grants, 0);
}

#[tokio::test]
async fn preparations_that_failed_are_counted_beside_attempts() {
    let world = World::new().await;
    let (outcome, reason, in_a_row) = (Outcome::Auth, Reason::NotPermitted, 1);
    let (provider_error, at) = (provider_error(), time(20));
    let failed = PreparationFailed { outcome, reason, provider_error, in_a_row, not_before: at, at };
    let made = created_for(tenant_id(1), 1, "task", TOKYO);
    world.grab(grab_id(1), vec![made, started(), failed.clone().into(), failed.into()]).await;
    let all = totals(&world.level().await, Scope::All).await;
    assert_eq!((all.attempts, all.faults), (0, 0));
    assert_eq!(all.preparations[&Outcome::Auth], 2);
    assert!(all.by_outcome.is_empty());
}
