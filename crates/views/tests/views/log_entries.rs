//! The log for people: a line for every event, in both languages, found by anything, folded where lines are alike.

use crate::world::{
    World, attempt_started, created, grab_id, provider_error, registered, settled, started, tenant_id, time,
};
use berth_domain::{
    SecretRef,
    event::Event as _,
    grab::{
        self, AccessProbed, AlarmRaised, AttemptAbsent, AttemptResent, Failed, GaveUp, Holder, InstanceLost,
        InstanceObtained, LimitChecked, Outcome, Paused, PreparationFailed, Reason, ReleaseAsked, Resumed,
        Review, ReviewNeeded, Stopped, Succeeded, SurplusSeen,
    },
    tenant::{
        self, ConnectionTested, CredentialRotated, Disabled, Edited, Enabled, LimitsObserved,
        RegionsObserved, Reinstated, Removed, Scope, Suspended, SuspensionReason, Throttled,
    },
};
use berth_store::{Position, StreamId};
use berth_views::{
    Slice, Span, Views,
    log_entry::{self, Category, Entry, Filter, Level},
};

fn every_grab_event() -> Vec<grab::Event> {
    let at = time(99);
    let mut events = vec![
        created(1, "抢ARM机器"),
        started(),
        Paused { by: Holder::Person, at }.into(),
        Paused { by: Holder::Tenant, at }.into(),
        Resumed { at }.into(),
        unprepared(at),
        attempt_started(1),
        AttemptResent { number: 1, at }.into(),
        AttemptAbsent { number: 1, at }.into(),
        InstanceLost {
            number: 1,
            instance: "i".into(),
            outcome: Outcome::Capacity,
            reason: Reason::OutOfHostCapacity,
            provider_error: None,
            in_a_row: 1,
            not_before: None,
            at,
        }
        .into(),
        SurplusSeen { instances: vec!["i".into()], at }.into(),
        ReleaseAsked { number: 1, instance: "i".into(), at }.into(),
        LimitChecked { limits: vec![], used_up: false, instance: None, false_alarms: 1, at }.into(),
        LimitChecked { limits: vec![], used_up: true, instance: None, false_alarms: 0, at }.into(),
        AccessProbed { identity: false, shapes: false, not_before: at, at }.into(),
        AlarmRaised {
            faults: 5,
            outcome: Outcome::Network,
            reason: Reason::NotReached,
            provider_error: Some(provider_error()),
            at,
        }
        .into(),
        Paused { by: Holder::Permission, at }.into(),
        Failed { why: GaveUp::QuotaExceeded, detail: None, at }.into(),
        ReviewNeeded { why: Review::NotFoundOut, at }.into(),
        Stopped { at }.into(),
        grab::Queued { at }.into(),
        edited(),
        start_ordered(),
        grab::Rescheduled { name: "neu".into(), schedule: grab::Schedule::default(), at }.into(),
        grab::Hurried { at }.into(),
        grab::Deleted { at }.into(),
    ];
    events.extend(what_was_got(at));
    events.extend(Outcome::ALL.map(|outcome| settled(1, outcome, Reason::BadRequest).into()));
    events
}

fn what_was_got(at: berth_domain::Timestamp) -> Vec<grab::Event> {
    vec![
        InstanceObtained {
            number: 1,
            instance: "i".into(),
            availability_domain: "AD-1".into(),
            public_ip: Some("198.51.100.7".into()),
            private_ip: None,
            held: 1,
            at,
        }
        .into(),
        Succeeded {
            number: 1,
            instance: "i".into(),
            availability_domain: "AD-1".into(),
            public_ip: Some("203.0.113.7".into()),
            private_ip: None,
            at,
        }
        .into(),
    ]
}

fn unprepared(at: berth_domain::Timestamp) -> grab::Event {
    let (outcome, reason) = (Outcome::Auth, Reason::KeyRejected);
    let provider_error = provider_error();
    PreparationFailed { outcome, reason, provider_error, in_a_row: 1, not_before: at, at }.into()
}

fn start_ordered() -> grab::Event {
    let start = grab::Dormant { region: "ap-tokyo-1".into(), instance: "ocid1.instance.1".into() };
    let (tenant, schedule, at) = (tenant_id(1), grab::Schedule::default(), time(99));
    grab::StartOrdered { tenant, name: "wake".into(), start, schedule, at }.into()
}

fn edited() -> grab::Event {
    let grab::Event::Created(grab::Created { name, spec, schedule, at, .. }) = created(1, "neu") else {
        panic!("it is grab.created")
    };
    grab::Edited { name, spec, schedule, at }.into()
}

pub(crate) fn every_tenant_event() -> Vec<tenant::Event> {
    let secret = || SecretRef("secret_1".into());
    vec![
        registered("东京", "ap-tokyo-1"),
        Edited { name: "大阪".into(), proxy: None }.into(),
        CredentialRotated { fingerprint: "cc".into(), user: "u".into(), credential: secret() }.into(),
        ConnectionTested { duration_ms: 1, failure: None, at: time(1) }.into(),
        RegionsObserved { regions: vec![] }.into(),
        LimitsObserved { region: "ap-tokyo-1".into(), limits: vec![], at: time(1) }.into(),
        Throttled {
            scope: Scope::Tenancy,
            region: "ap-tokyo-1".into(),
            until: time(9),
            provider_error: None,
            at: Some(time(5)),
        }
        .into(),
        Suspended { reason: SuspensionReason::AccountSuspended, note: "closed".into() }.into(),
        Reinstated {}.into(),
        Disabled {}.into(),
        Enabled {}.into(),
        Removed { name: "大阪".into(), credential: secret(), forced: true }.into(),
    ]
}

async fn all(views: &Views, filter: Filter) -> Vec<Entry> {
    let slice = Slice::First { count: 500, after: None };
    let page = log_entry::page(views, &filter, &slice).await.unwrap();
    page.edges.into_iter().map(|edge| edge.row).collect()
}

#[tokio::test]
async fn every_event_has_a_line_in_both_languages() {
    let world = World::new().await;
    let (tenants, grabs) = (every_tenant_event(), every_grab_event());
    // A stand-in has none: what it stands for has left the log.
    for (name, _) in grab::Event::NAMES.iter().filter(|(name, _)| *name != "grab.attempts_summarised") {
        assert!(grabs.iter().any(|event| event.name() == *name), "{name} is not tried here");
    }
    for (name, _) in tenant::Event::NAMES {
        assert!(tenants.iter().any(|event| event.name() == *name), "{name} is not tried here");
    }
    let count = tenants.len() + grabs.len();
    world.tenant(tenant_id(1), tenants).await;
    world.grab(grab_id(1), grabs).await;
    let entries = all(&world.level().await, Filter::default()).await;
    assert_eq!(entries.len(), count);
    for entry in entries {
        let is_chinese = |text: &str| text.chars().any(|each| ('\u{4e00}'..'\u{9fff}').contains(&each));
        assert!(!entry.message.english.is_empty(), "{entry:?}");
        assert!(is_chinese(&entry.message.chinese), "{entry:?}");
        assert!(entry.key.contains('.') && entry.fields.is_object(), "{entry:?}");
        assert!(!entry.fields.to_string().contains("secret_"), "{entry:?}");
        assert_eq!(entry.tenant, Some(tenant_id(1)), "{entry:?}");
    }
}

#[tokio::test]
async fn a_miss_is_normal_and_what_people_do_is_told_apart_from_what_the_system_does() {
    let world = World::new().await;
    let id = world.running(1, "task", 1).await;
    world.happens(StreamId::new("grab", id), "ada", vec![grab::Event::from(Stopped { at: time(9) })]).await;
    let entries = all(&world.level().await, Filter::default()).await;
    let seen: Vec<_> =
        entries.iter().map(|entry| (entry.key.as_str(), entry.level, entry.category)).collect();
    assert_eq!(
        seen,
        [
            ("grab.stopped", Level::Info, Category::Grab),
            ("attempt.capacity", Level::Info, Category::Grab),
            ("attempt.started", Level::Debug, Category::Grab),
            ("grab.started", Level::Info, Category::Grab),
            ("grab.created", Level::Info, Category::Grab),
        ]
    );
    assert_eq!(entries[1].fields["providerError"]["code"], "InternalError");
    assert_eq!(entries[1].message.chinese, "容量不足");
}

#[tokio::test]
async fn entries_are_found_by_level_category_task_tenant_words_and_time() {
    let world = World::new().await;
    world.tenant(tenant_id(1), every_tenant_event()).await;
    world.grab(grab_id(1), every_grab_event()).await;
    let other = world.running(2, "other 100%", 2).await;
    let views = world.level().await;
    let keys = async |filter: Filter| {
        all(&views, filter).await.into_iter().map(|entry| entry.key).collect::<Vec<_>>()
    };
    let whole = keys(Filter::default()).await.len();

    let grave = all(&views, Filter { min_level: Some(Level::Error), ..Filter::default() }).await;
    assert!(!grave.is_empty() && grave.iter().all(|entry| entry.level == Level::Error));
    let system =
        Filter { category: vec![Category::System], min_level: Some(Level::Warn), ..Filter::default() };
    assert!(keys(system).await.contains(&"tenant.account_suspended".to_owned()));
    let audit = Filter { category: vec![Category::Audit, Category::Operation], ..Filter::default() };
    assert_eq!(keys(audit).await.len(), 0, "only what was asked for is there");
    assert_eq!(keys(Filter { grab: vec![other], ..Filter::default() }).await.len(), 6);
    assert_eq!(keys(Filter { grab: vec![other, grab_id(1)], ..Filter::default() }).await.len(), whole - 12);
    assert_eq!(keys(Filter { tenant: vec![tenant_id(1)], ..Filter::default() }).await.len(), whole);
    assert_eq!(keys(Filter { tenant: vec![tenant_id(2)], ..Filter::default() }).await.len(), 0);
    let search = async |text: &str| keys(Filter { search: Some(text.into()), ..Filter::default() }).await;
    assert_eq!(search("抢arm机器").await, ["grab.created"]);
    assert_eq!(search("203.0.113").await, ["grab.succeeded"]);
    assert_eq!(search("100%").await, ["grab.created"], "a sign of the pattern language is itself");
    assert_eq!(search("1%0").await.len(), 0);
    let span = Span { from: Some(time(0)), to: Some(time(1)) };
    assert_eq!(keys(Filter { time: span, ..Filter::default() }).await.len(), 12);
}

#[tokio::test]
async fn equal_neighbours_fold_and_pages_of_them_neither_repeat_nor_miss() {
    let world = World::new().await;
    let id = world.running(1, "task", 10).await;
    world.grab(id, vec![attempt_started(11), settled(11, Outcome::Network, Reason::NotReached).into()]).await;
    for number in 12..400 {
        world.grab(id, crate::world::miss(number)).await;
    }
    let views = world.level().await;
    let filter = Filter { min_level: Some(Level::Info), fold: true, ..Filter::default() };
    let whole: Vec<_> = all(&views, filter.clone())
        .await
        .iter()
        .map(|entry| (entry.key.clone(), entry.repeat_count))
        .collect();
    let expected = [
        ("attempt.capacity", 388),
        ("attempt.network", 1),
        ("attempt.capacity", 10),
        ("grab.started", 1),
        ("grab.created", 1),
    ];
    assert_eq!(whole, expected.map(|(key, count)| (key.to_owned(), count)));

    for forward in [true, false] {
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let slice = if forward {
                Slice::First { count: 2, after: cursor }
            } else {
                Slice::Last { count: 2, before: cursor }
            };
            let page = log_entry::page(&views, &filter, &slice).await.unwrap();
            let rows: Vec<_> = page.rows().map(|entry| (entry.key.clone(), entry.repeat_count)).collect();
            if forward {
                found.extend(rows);
            } else {
                found.splice(0..0, rows).for_each(drop);
            }
            if !(if forward { page.has_next } else { page.has_previous }) {
                break;
            }
            cursor =
                if forward { page.edges.last() } else { page.edges.first() }.map(|edge| edge.cursor.clone());
        }
        assert_eq!(found, whole, "forward={forward}");
    }
}

#[tokio::test]
async fn a_folded_entry_says_when_the_first_and_the_last_were_written() {
    let world = World::new().await;
    world.running(1, "task", 3).await;
    let views = world.level().await;
    let filter = Filter { min_level: Some(Level::Info), fold: true, ..Filter::default() };
    let newest = &all(&views, filter.clone()).await[0];
    assert_eq!((newest.repeat_count, newest.first_time, newest.time), (3, time(2), time(6)));
    let slice = Slice::Last { count: 3, before: None };
    let backwards = log_entry::page(&views, &filter, &slice).await.unwrap();
    assert_eq!(backwards.edges[0].row, *newest, "the same from the other end");
}

#[tokio::test]
async fn who_is_far_behind_gets_the_newest_and_is_told_how_many_were_left_out() {
    let world = World::new().await;
    world.running(1, "task", 20).await;
    let views = world.level().await;
    let filter = Filter::default();
    let near = log_entry::after(&views, Position::new(2), &filter, 100, 100).await.unwrap();
    assert_eq!(
        (near.entries.len(), near.skipped, near.more, near.position),
        (40, 0, false, Position::new(42))
    );
    let far = log_entry::after(&views, Position::new(2), &filter, 6, 10).await.unwrap();
    assert_eq!((far.entries.len(), far.skipped, far.more), (6, 30, true));
    assert_eq!((far.entries[0].position, far.position), (Position::new(33), Position::new(38)));
    let rest = log_entry::after(&views, far.position, &filter, 6, 10).await.unwrap();
    assert_eq!(
        (rest.entries.len(), rest.skipped, rest.more, rest.position),
        (4, 0, false, Position::new(42))
    );
}
