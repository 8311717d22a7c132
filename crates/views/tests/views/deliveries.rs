//! Deliveries in rows: paged while they arrive, found by what they are about, and told live.

use std::{pin::pin, sync::Arc};

use berth_domain::{
    ChannelId, DeliveryId,
    channel::Topic,
    delivery::{Begun, Event, Failed, GivenUp, Queued, Sent, Stage, Why},
    notice::{Account, Grant, Notice, Task, What},
    tenant::SuspensionReason,
};
use berth_store::{Position, StreamId};
use berth_views::{
    Cursor, Slice, ViewError, Views,
    delivery::{self, DeliveryRow, Filter, State},
    feed::delivery_changes,
    log_entry,
};
use futures::StreamExt;

use crate::world::{World, grab_id, tenant_id, time};

fn delivery_id(index: u64) -> DeliveryId {
    DeliveryId::from_parts(1000 + index, 7)
}

fn channel_id(index: u64) -> ChannelId {
    ChannelId::from_parts(1000 + index, 7)
}

/// Tells of a task of tenant 1 that has its instance.
fn got(task: u64) -> Notice {
    Notice::TaskSucceeded(Grant {
        task: Task {
            id: grab_id(task),
            name: format!("task {task}"),
            tenant: tenant_id(1),
            tenant_name: "tokyo".into(),
        },
        what: What::Start,
        region: "ap-tokyo-1".into(),
        availability_domain: "AD-1".into(),
        instance: "instance".into(),
        public_ip: None,
        private_ip: None,
        held: 1,
        wanted: 1,
        attempts: 1,
        waited_ms: 1,
    })
}

fn key_rejected(tenant: u64) -> Notice {
    let reason = Some(SuspensionReason::KeyRejected);
    let (tenant, note) = (tenant_id(tenant), String::new());
    Notice::TenantSuspended(Account { tenant, name: "tokyo".into(), reason, note })
}

fn queued(channel: u64, notice: Notice) -> Event {
    let (channel, cause) = (channel_id(channel), 1);
    let notice = Box::new(notice);
    Queued { channel, cause, notice, happened_at: time(1), not_before: None, at: time(2) }.into()
}

fn begun(attempt: u32) -> Event {
    Begun { attempt, digest: None, at: time(3) }.into()
}

fn failed(attempt: u32) -> Event {
    let (status, words) = (Some(502), "bad gateway".into());
    Failed { attempt, status, words, duration_ms: 9, retry_at: time(9), at: time(4) }.into()
}

fn sent(attempt: u32) -> Event {
    Sent { attempt, status: Some(200), words: "ok".into(), duration_ms: 8, at: time(5) }.into()
}

fn given_up(attempt: u32) -> Event {
    let (why, words) = (Why::Gone, "chat not found".into());
    GivenUp { why, attempt, status: Some(403), words, duration_ms: 7, at: time(6) }.into()
}

async fn happens(world: &World, index: u64, events: Vec<Event>) {
    world.happens(StreamId::new("delivery", delivery_id(index)), "system", events).await;
}

/// One in each state: 1 and 2 to channel 1 about task 1, 3 to channel 2 about it, 4 to channel 2 about tenant 2, 5 about task 2.
async fn one_of_each() -> World {
    let world = World::new().await;
    happens(&world, 1, vec![queued(1, got(1))]).await;
    happens(&world, 2, vec![queued(1, got(1)), begun(1)]).await;
    happens(&world, 3, vec![queued(2, got(1)), begun(1), failed(1)]).await;
    happens(&world, 4, vec![queued(2, key_rejected(2)), begun(1), failed(1), begun(2), sent(2)]).await;
    happens(&world, 5, vec![queued(2, got(2)), begun(1), given_up(1)]).await;
    world
}

fn first(count: u32, after: Option<Cursor>) -> Slice {
    Slice::First { count, after }
}

fn ids<'r>(rows: impl IntoIterator<Item = &'r DeliveryRow>) -> Vec<DeliveryId> {
    rows.into_iter().map(|row| row.id).collect()
}

async fn found(views: &Views, filter: Filter) -> Vec<DeliveryId> {
    let page = delivery::page(views, &filter, &first(100, None)).await.unwrap();
    ids(page.rows())
}

#[tokio::test]
async fn a_row_says_what_became_of_it() {
    let world = one_of_each().await;
    let views = world.level().await;
    let page = delivery::page(&views, &Filter::default(), &first(100, None)).await.unwrap();
    let states: Vec<_> = page.rows().map(|row| (row.id, row.state())).collect();
    let wanted = [
        (5, State::Failed),
        (4, State::Delivered),
        (3, State::Retrying),
        (2, State::Sending),
        (1, State::Pending),
    ];
    assert_eq!(states, wanted.map(|(index, state)| (delivery_id(index), state)));
    let row = delivery::by_ids(&views, &[delivery_id(4), delivery_id(9)]).await.unwrap().remove(0);
    assert_eq!((row.version.get(), row.position.get(), row.born.get()), (5, 11, 7));
    assert_eq!((row.delivery.attempts, row.delivery.status, row.delivery.duration_ms), (2, Some(200), 8));
    assert_eq!((row.delivery.words.as_str(), row.delivery.stage), ("ok", Stage::Sent));
    assert_eq!((row.queued().channel, &*row.queued().notice), (channel_id(2), &key_rejected(2)));
}

#[tokio::test]
async fn rows_are_the_same_in_whatever_portions_they_are_folded() {
    let world = one_of_each().await;
    let whole = world.level().await.dump().await.unwrap();
    assert!(whole.contains("chat not found"));
    assert_eq!(world.folded_anew().await, whole);
    let views = world.views_named("single.db").await;
    for event in world.events().await {
        views.fold(&[event]).await.unwrap();
    }
    assert_eq!(views.dump().await.unwrap(), whole);
}

#[tokio::test]
async fn each_filter_finds_what_it_names() {
    let world = one_of_each().await;
    let views = world.level().await;
    let filters = [
        (Filter { channel: vec![channel_id(1)], ..Filter::default() }, vec![2, 1]),
        (Filter { channel: vec![channel_id(1), channel_id(2)], ..Filter::default() }, vec![5, 4, 3, 2, 1]),
        (Filter { task: vec![grab_id(1)], ..Filter::default() }, vec![3, 2, 1]),
        (Filter { tenant: vec![tenant_id(1)], ..Filter::default() }, vec![5, 3, 2, 1]),
        (Filter { tenant: vec![tenant_id(2)], ..Filter::default() }, vec![4]),
        (Filter { state: vec![State::Delivered], ..Filter::default() }, vec![4]),
        (Filter { state: vec![State::Failed, State::Retrying], ..Filter::default() }, vec![5, 3]),
        (Filter { state: State::ALL.to_vec(), ..Filter::default() }, vec![5, 4, 3, 2, 1]),
        (Filter { topic: vec![Topic::AccountAuthFailed], ..Filter::default() }, vec![4]),
        (Filter { task: vec![grab_id(1)], state: vec![State::Retrying], ..Filter::default() }, vec![3]),
        (Filter { task: vec![grab_id(3)], ..Filter::default() }, vec![]),
    ];
    for (filter, wanted) in filters {
        let wanted: Vec<_> = wanted.into_iter().map(delivery_id).collect();
        assert_eq!(found(&views, filter.clone()).await, wanted, "{filter:?}");
    }
}

#[tokio::test]
async fn pages_never_repeat_or_miss_a_delivery_while_others_arrive_and_go_on() {
    let world = World::new().await;
    for index in 1..=9 {
        happens(&world, index, vec![queued(index % 2, got(1))]).await;
    }
    let views = world.level().await;
    let all: Vec<_> = (1..=9).rev().map(delivery_id).collect();
    for forward in [true, false] {
        let (mut seen, mut cursor, mut next) = (Vec::new(), None, views.position().get() * 100);
        loop {
            let slice = if forward { first(2, cursor) } else { Slice::Last { count: 2, before: cursor } };
            let page = delivery::page(&views, &Filter::default(), &slice).await.unwrap();
            let mut found = ids(page.rows());
            if !forward {
                found.reverse();
            }
            seen.extend(found);
            if !(if forward { page.has_next } else { page.has_previous }) || seen.len() > 90 {
                break;
            }
            cursor = if forward { page.end } else { page.start };
            if forward || seen.len() < 6 {
                // One comes, and one that is listed goes on.
                next += 1;
                happens(&world, next, vec![queued(1, got(1))]).await;
                happens(&world, next % 9 + 1, vec![begun(1)]).await;
                world.catch_up(&views).await;
            }
        }
        if !forward {
            seen.reverse();
        }
        let kept: Vec<_> = seen.into_iter().filter(|id| all.contains(id)).collect();
        assert_eq!(kept, all, "forward={forward}");
    }
    let wrong = first(2, Some(Cursor::new("attempt~1~1")));
    let refused = delivery::page(&views, &Filter::default(), &wrong).await;
    assert!(matches!(refused, Err(ViewError::Cursor { .. })));
}

#[tokio::test]
async fn the_last_of_each_channel_the_newest_of_each_task_and_the_counts_are_one_statement_each() {
    let world = one_of_each().await;
    for index in 10..40 {
        happens(&world, index, vec![queued(index, got(index)), begun(1), sent(1)]).await;
    }
    let views = world.level().await;
    let channels: Vec<_> = (0..40).map(channel_id).collect();
    let (mut latest, statements) =
        berth_views::counted(async { delivery::latest(&views, &channels).await.unwrap() }).await;
    assert_eq!(statements, 1);
    latest.sort_by_key(|row| row.id);
    let wanted: Vec<_> = [2, 5].into_iter().chain(10..40).map(delivery_id).collect();
    assert_eq!(ids(&latest), wanted);

    let tasks: Vec<_> = (0..40).map(grab_id).collect();
    let (rows, statements) =
        berth_views::counted(async { delivery::latest_of_tasks(&views, &tasks, 2).await.unwrap() }).await;
    assert_eq!((rows.len(), statements), (33, 1));
    let of_the_first: Vec<_> =
        rows.iter().filter(|row| row.queued().notice.task().unwrap().id == grab_id(1)).collect();
    assert_eq!(ids(of_the_first), [3, 2].map(delivery_id), "the two newest, the newest first");

    let (mut counts, statements) =
        berth_views::counted(async { delivery::counts(&views, &channels).await.unwrap() }).await;
    counts.sort_by_key(|counts| counts.channel);
    let counts: Vec<_> =
        counts.iter().map(|counts| (counts.channel, counts.waiting, counts.failed)).collect();
    assert_eq!((counts, statements), (vec![(channel_id(1), 2, 0), (channel_id(2), 1, 1)], 1));
}

const QUESTIONS: [(&str, &str); 9] = [
    (
        "SELECT * FROM delivery WHERE TRUE AND state <> 'DELIVERED' AND state = 'FAILED' ORDER BY born DESC, id DESC LIMIT 9",
        "delivery_rare_1 (state=?)",
    ),
    (
        "SELECT * FROM delivery WHERE TRUE AND (born, id) < (7, 'a') ORDER BY born DESC, id DESC LIMIT 9",
        "INTEGER PRIMARY KEY (rowid<?)",
    ),
    (
        "SELECT * FROM delivery WHERE TRUE AND channel = 'a' AND (born, id) < (7, 'a') ORDER BY born DESC, id DESC LIMIT 9",
        "delivery_by_channel_1 (channel=?",
    ),
    (
        "SELECT * FROM delivery WHERE TRUE AND task = 'a' ORDER BY born DESC, id DESC LIMIT 9",
        "delivery_by_task_1 (task=?)",
    ),
    (
        "SELECT * FROM delivery WHERE TRUE AND tenant = 'a' ORDER BY born DESC, id DESC LIMIT 9",
        "delivery_by_tenant_1 (tenant=?)",
    ),
    (
        "SELECT delivery.* FROM json_each('[]') AS wanted JOIN delivery ON delivery.born = (SELECT max(born) FROM delivery AS any WHERE any.channel = wanted.value)",
        "delivery_by_channel_1 (channel=?)",
    ),
    (
        "SELECT delivery.* FROM json_each('[]') AS wanted JOIN delivery ON delivery.born IN (SELECT born FROM delivery AS any WHERE any.task = wanted.value ORDER BY born DESC LIMIT 5) ORDER BY delivery.born DESC",
        "delivery_by_task_1 (task=?)",
    ),
    (
        "SELECT channel, sum(state <> 'FAILED') AS waiting, sum(state = 'FAILED') AS failed FROM delivery WHERE state <> 'DELIVERED' AND +channel IN (SELECT value FROM json_each('[]')) GROUP BY channel",
        "USING COVERING INDEX delivery_counted_1",
    ),
    (
        "SELECT * FROM delivery WHERE position > 7 AND +channel = 'a' ORDER BY position LIMIT 9",
        "delivery_by_position_1 (position>?)",
    ),
];

#[tokio::test]
async fn the_important_questions_use_their_indexes_and_sort_nothing() {
    let world = one_of_each().await;
    let views = world.level().await;
    views.rebuild_offline(&["delivery"], |_| {}).await.unwrap();
    for (question, expected) in QUESTIONS {
        let plan = world.plan(question).await.join("\n");
        assert!(plan.contains(expected), "{question}\n{plan}");
        assert!(!plan.contains("SCAN delivery_1\n"), "{question}\n{plan}");
        let sorts = plan.contains("TEMP B-TREE") && !question.contains("json_each");
        assert!(!sorts, "{question}\n{plan}");
    }
}

#[tokio::test]
async fn deliveries_reach_their_newest_state_over_cuts_and_only_those_that_were_named_are_told() {
    let world = Arc::new(World::new().await);
    let views = world.views().await;
    let follower = tokio::spawn({
        let views = views.clone();
        async move { views.run(std::future::pending()).await }
    });
    let writer = tokio::spawn({
        let world = world.clone();
        async move {
            for index in 1..=40 {
                happens(&world, index, vec![queued(index % 2, got(index % 4))]).await;
                for event in [begun(1), failed(1), begun(2), sent(2)] {
                    happens(&world, index, vec![event]).await;
                }
            }
        }
    });
    let filter = Filter { channel: vec![channel_id(1)], task: vec![grab_id(1)], ..Filter::default() };
    let (mut last, mut position) = (std::collections::BTreeMap::new(), Position::START);
    while position < Position::new(200) {
        // Cut after every batch.
        let mut feed = pin!(delivery_changes(&views, filter.clone(), Some(position)));
        let batch = feed.next().await.unwrap().unwrap();
        for row in batch.rows {
            assert_eq!((row.queued().channel, &*row.queued().notice), (channel_id(1), &got(1)));
            assert!(row.position > position && row.position <= batch.position);
            let before = last.insert(row.id, row.clone());
            assert!(before.is_none_or(|before| before.position < row.position), "it never goes back");
        }
        position = batch.position;
    }
    writer.await.unwrap();
    follower.abort();
    assert_eq!(last.len(), 10);
    assert!(last.values().all(|row| row.state() == State::Delivered));
}

#[tokio::test]
async fn how_each_try_ended_is_a_line_about_the_task_and_the_rest_is_worth_none() {
    let world = one_of_each().await;
    let views = world.level().await;
    let about = log_entry::Filter { grab: vec![grab_id(1), grab_id(2)], ..log_entry::Filter::default() };
    let page = log_entry::page(&views, &about, &first(100, None)).await.unwrap();
    let lines: Vec<_> =
        page.rows().map(|entry| (entry.key.as_str(), entry.level, entry.message.english.as_str())).collect();
    assert_eq!(
        lines,
        [
            (
                "delivery.given_up",
                log_entry::Level::Error,
                "the notification \"It runs again: task 2\" was given up: there is nobody at the other side any more (chat not found)"
            ),
            (
                "delivery.failed",
                log_entry::Level::Warn,
                "the notification \"It runs again: task 1\" did not go through and is tried again (bad gateway)"
            ),
        ]
    );
    assert!(page.rows().all(|entry| entry.tenant == Some(tenant_id(1))));
    let channels: Vec<_> = page.rows().map(|entry| entry.fields["channel"].clone()).collect();
    assert_eq!(channels, [channel_id(2).to_string(), channel_id(2).to_string()], "whom it goes to");
    let of_the_other = log_entry::Filter { tenant: vec![tenant_id(2)], ..log_entry::Filter::default() };
    let page = log_entry::page(&views, &of_the_other, &first(100, None)).await.unwrap();
    let lines: Vec<_> = page.rows().map(|entry| entry.message.chinese.as_str()).collect();
    assert_eq!(
        lines,
        ["通知“密钥被拒绝：tokyo”已送达", "通知“密钥被拒绝：tokyo”发送失败，稍后重试（bad gateway）"]
    );
    let on_the_way: Vec<String> = world.ask("SELECT delivery FROM log_entry_delivery ORDER BY 1").await;
    let wanted = [1, 2, 3].map(|index| delivery_id(index).to_string());
    assert_eq!(on_the_way, wanted, "nothing is kept of one that is over");
    for event in world.events().await {
        assert!(log_entry::message(&event).is_some(), "every event has a sentence of its own");
    }
}
