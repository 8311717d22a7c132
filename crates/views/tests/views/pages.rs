//! Pages: every row once, in order, whatever comes meanwhile; and every filter.

use crate::world::{
    World, attempt_started, created, created_for, grab_id, miss, registered, settled, tenant_id, time,
};
use berth_domain::{
    GrabId,
    grab::{Deleted, Edited, Event, Outcome, Queued, Reason, State, Stopped},
    tenant::{Removed, Status},
};
use berth_store::Position;
use berth_views::{
    Cursor, Direction, Slice, Span, ViewError, Views, attempt,
    grab::{self, Filter, Order, OrderBy},
    tenant,
};

const ORDERS: [OrderBy; 4] = [OrderBy::Activity, OrderBy::CreatedAt, OrderBy::Name, OrderBy::AttemptCount];

fn first(count: u32, after: Option<Cursor>) -> Slice {
    Slice::First { count, after }
}

/// Reads page by page, in either direction, and lets something happen between pages.
async fn walk(views: &Views, order: Order, forward: bool, mut between: impl AsyncFnMut()) -> Vec<GrabId> {
    let (mut ids, mut cursor) = (Vec::new(), None);
    loop {
        let slice = if forward { first(2, cursor) } else { Slice::Last { count: 2, before: cursor } };
        let page = grab::page(views, &Filter::default(), order, &slice).await.unwrap();
        let found: Vec<_> = page.rows().map(|row| row.id).collect();
        if forward {
            ids.extend(found);
        } else {
            ids.splice(0..0, found).for_each(drop);
        }
        if !(if forward { page.has_next } else { page.has_previous }) {
            return ids;
        }
        cursor = if forward { page.edges.last() } else { page.edges.first() }.map(|edge| edge.cursor.clone());
        between().await;
    }
}

#[tokio::test]
async fn pages_give_each_row_once_in_every_order_and_both_ways() {
    let world = World::new().await;
    for (index, name) in ["b", "a", "b", "抢机", "B~x"].into_iter().enumerate() {
        world.running(index as u64 + 1, name, u32::try_from(index).unwrap() % 2).await;
    }
    world.grab(grab_id(6), vec![created(6, "never started")]).await;
    let views = world.level().await;
    for by in ORDERS {
        let down = walk(&views, Order { by, direction: Direction::Descending }, true, async || ()).await;
        let mut up = walk(&views, Order { by, direction: Direction::Ascending }, false, async || ()).await;
        up.reverse();
        assert_eq!(down, up, "{by:?} read backwards is the other direction");
        let mut all = down;
        all.sort();
        assert_eq!(all, (1..=6).map(grab_id).collect::<Vec<_>>(), "{by:?}");
    }
}

#[tokio::test]
async fn pages_never_repeat_or_miss_a_row_while_rows_arrive_and_try_on() {
    let world = World::new().await;
    for index in 10..17 {
        world.running(index, &format!("task {index}"), 0).await;
    }
    let views = world.level().await;
    for by in [OrderBy::Activity, OrderBy::CreatedAt, OrderBy::Name] {
        for (direction, forward) in
            [(Direction::Ascending, true), (Direction::Descending, true), (Direction::Descending, false)]
        {
            let before: Vec<_> =
                grab::page(&views, &Filter::default(), Order { by, direction }, &first(1000, None))
                    .await
                    .unwrap()
                    .rows()
                    .map(|row| row.id)
                    .collect();
            let mut next = views.position().get() * 100;
            let found = walk(&views, Order { by, direction }, forward, async || {
                next += 1;
                world.running(next, &format!("task {}", next % 20), 1).await;
                world.catch_up(&views).await;
            })
            .await;
            let kept: Vec<_> = found.iter().filter(|id| before.contains(id)).copied().collect();
            assert_eq!(kept, before, "{by:?} {direction:?} forward={forward}");
        }
    }
}

#[tokio::test]
async fn running_tasks_come_first_and_a_change_of_life_moves_a_task() {
    let world = World::new().await;
    for index in 1..=3 {
        world.running(index, "task", 0).await;
    }
    world.grab(grab_id(2), vec![Stopped { at: time(50) }.into()]).await;
    world.grab(grab_id(1), miss(1)).await;
    let views = world.level().await;
    let order = Order { by: OrderBy::Activity, direction: Direction::Descending };
    let page = grab::page(&views, &Filter::default(), order, &first(10, None)).await.unwrap();
    assert_eq!(page.rows().map(|row| row.id).collect::<Vec<_>>(), [3, 1, 2].map(grab_id));
    assert_eq!((page.total, page.position), (Some(3), views.position()));
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let world = World::new().await;
    world.running(1, "task", 1).await;
    let views = world.level().await;
    let order = Order { by: OrderBy::CreatedAt, direction: Direction::Descending };
    for text in ["", "name~grab_1~a", "created~x", "created~grab_1~no number", "活动~1~1"] {
        let error = grab::page(&views, &Filter::default(), order, &first(1, Some(Cursor::new(text))))
            .await
            .unwrap_err();
        assert!(matches!(error, ViewError::Cursor { .. }), "{text}: {error:?}");
    }
}

#[tokio::test]
async fn tasks_are_found_by_state_tenant_region_shape_words_and_time() {
    let world = World::new().await;
    world.tenant(tenant_id(1), vec![registered("Ångström 公司", "ap-tokyo-1")]).await;
    world.tenant(tenant_id(2), vec![registered("other", "eu-frankfurt-1")]).await;
    world.running(1, "抢ARM机器", 0).await;
    let other = created_for(tenant_id(2), 2, "100% _x", "eu-frankfurt-1");
    world.grab(grab_id(2), vec![other]).await;
    let views = world.level().await;
    let check = async |filter: Filter, expected: &[u64]| {
        let order = Order { by: OrderBy::CreatedAt, direction: Direction::Ascending };
        let page = grab::page(&views, &filter, order, &first(10, None)).await.unwrap();
        let ids: Vec<_> = page.rows().map(|row| row.id).collect();
        assert_eq!(ids, expected.iter().copied().map(grab_id).collect::<Vec<_>>(), "{filter:?}");
        assert_eq!(page.total, Some(expected.len() as u64));
        assert_eq!(grab::count(&views, &filter).await.unwrap(), expected.len() as u64);
    };
    let search = |text: &str| Filter { search: Some(text.into()), ..Filter::default() };
    check(Filter::default(), &[1, 2]).await;
    check(Filter { state: vec![State::Pending], ..Filter::default() }, &[2]).await;
    check(Filter { state: vec![State::Pending, State::Running], ..Filter::default() }, &[1, 2]).await;
    check(Filter { tenant: vec![tenant_id(1)], ..Filter::default() }, &[1]).await;
    check(Filter { region: vec!["eu-frankfurt-1".into()], ..Filter::default() }, &[2]).await;
    check(Filter { shape: vec!["VM.Standard3.Flex".into()], ..Filter::default() }, &[]).await;
    check(Filter { created: Span { from: Some(time(2)), to: None }, ..Filter::default() }, &[2]).await;
    check(Filter { created: Span { from: None, to: Some(time(2)) }, ..Filter::default() }, &[1]).await;
    check(search("arm机"), &[1]).await;
    check(search("ÅNGSTRÖM"), &[1]).await;
    check(search("FRANKFURT"), &[2]).await;
    check(search("0% _"), &[2]).await;
    check(search("'; DROP TABLE grab; --"), &[]).await;
}

#[tokio::test]
async fn a_task_wants_somebody_while_it_runs_or_an_attempt_is_out() {
    let world = World::new().await;
    world.running(1, "runs", 1).await;
    world.running(2, "stopped in the air", 0).await;
    world.grab(grab_id(2), vec![attempt_started(1), Stopped { at: time(99) }.into()]).await;
    world.running(3, "stopped", 0).await;
    world.grab(grab_id(3), vec![Stopped { at: time(99) }.into()]).await;
    world.grab(grab_id(4), vec![created(4, "never started")]).await;
    let views = world.level().await;
    let wanting = grab::wanting_attention(&views).await.unwrap();
    let seen: Vec<_> = wanting.iter().map(|task| (task.id, task.tenant, task.busy, task.due)).collect();
    let due = Some(time(10 + 60 + 60));
    assert_eq!(seen, [(grab_id(1), tenant_id(1), false, due), (grab_id(2), tenant_id(1), true, None)]);
    assert_eq!(grab::running_count(&views).await.unwrap(), 1);
    let stopped = grab::of_tenant(&views, tenant_id(1), &[State::Stopped]).await.unwrap();
    assert_eq!(stopped.iter().map(|row| row.id).collect::<Vec<_>>(), [2, 3].map(grab_id));
}

#[tokio::test]
async fn a_task_that_was_due_while_no_server_was_there_is_not_stalled_for_that() {
    let world = World::new().await;
    world.running(1, "every minute", 1).await;
    let views = world.level().await;
    let stalled = async |began, now| grab::stalled_count(&views, time(began), time(now)).await.unwrap();
    assert_eq!(stalled(0, 130 + 310).await, 1, "due at 130, and nobody tried");
    assert_eq!(stalled(9_000, 9_290).await, 0, "the server began at 9000");
    assert_eq!(stalled(9_000, 9_310).await, 1, "and has not tried since");
}

#[tokio::test]
async fn a_task_that_waits_for_a_place_wants_somebody_and_takes_none() {
    let world = World::new().await;
    world.grab(grab_id(1), vec![created(1, "waits"), Queued { at: time(9) }.into()]).await;
    let views = world.level().await;
    let wanting = grab::wanting_attention(&views).await.unwrap();
    let seen: Vec<_> = wanting.iter().map(|task| (task.id, task.runs, task.busy, task.queued_at)).collect();
    assert_eq!(seen, [(grab_id(1), false, false, Some(time(9)))]);
    assert_eq!(grab::running_count(&views).await.unwrap(), 0);
}

#[tokio::test]
async fn a_deleted_task_is_on_no_page_and_is_found_by_its_id_and_told_of_once_more() {
    let world = World::new().await;
    world.grab(grab_id(1), vec![created(1, "gone"), Deleted { at: time(9) }.into()]).await;
    world.grab(grab_id(2), vec![created(2, "there")]).await;
    let views = world.level().await;
    assert_eq!(grab::count(&views, &Filter::default()).await.unwrap(), 1);
    let order = Order { by: OrderBy::CreatedAt, direction: Direction::Ascending };
    let page = grab::page(&views, &Filter::default(), order, &first(9, None)).await.unwrap();
    assert_eq!(page.rows().map(|row| row.id).collect::<Vec<_>>(), [grab_id(2)]);
    assert!(grab::by_id(&views, grab_id(1)).await.unwrap().is_some(), "its attempts refer to it");
    let (changed, _) = grab::changed_since(&views, Position::START, &[], 9).await.unwrap();
    assert!(changed.iter().any(|row| row.id == grab_id(1)), "who watches must hear of it");
}

#[tokio::test]
async fn a_task_is_found_by_each_of_its_regions_and_by_what_it_was_changed_to() {
    let world = World::new().await;
    let Event::Created(mut first) = created(1, "old") else { panic!("it is grab.created") };
    first.spec.regions.push("eu-frankfurt-1".into());
    let edited = Edited {
        name: "new".into(),
        spec: first.spec.clone(),
        schedule: first.schedule.clone(),
        at: time(9),
    };
    world.grab(grab_id(1), vec![first.into(), edited.into()]).await;
    let views = world.level().await;
    let count = async |filter: Filter| grab::count(&views, &filter).await.unwrap();
    let within = |region: &str| Filter { region: vec![region.into()], ..Filter::default() };
    assert_eq!([count(within("eu-frankfurt-1")).await, count(within("us-ashburn-1")).await], [1, 0]);
    let called = |name: &str| Filter { search: Some(name.into()), ..Filter::default() };
    assert_eq!([count(called("NEW")).await, count(called("old")).await], [1, 0]);
}

#[tokio::test]
async fn attempts_come_newest_first_and_by_how_they_ended() {
    let world = World::new().await;
    let id = world.running(1, "task", 3).await;
    world.grab(id, vec![attempt_started(4), settled(4, Outcome::Network, Reason::NotReached).into()]).await;
    let quiet = world.running(2, "quiet", 0).await;
    let other = world.running(3, "other", 1).await;
    let views = world.level().await;
    let numbers = async |outcomes: &[Outcome], slice: Slice| {
        let page = attempt::page(&views, id, outcomes, &slice).await.unwrap();
        (
            page.rows().map(|row| row.number).collect::<Vec<_>>(),
            page.edges.last().map(|edge| edge.cursor.clone()),
        )
    };
    let (newest, cursor) = numbers(&[], first(3, None)).await;
    assert_eq!(newest, [4, 3, 2]);
    assert_eq!(numbers(&[], first(3, cursor)).await.0, [1]);
    assert_eq!(numbers(&[Outcome::Network], first(3, None)).await.0, [4]);
    assert_eq!(numbers(&[], Slice::Last { count: 2, before: None }).await.0, [2, 1]);

    let latest = attempt::latest(&views, &[id, quiet, other]).await.unwrap();
    let latest: Vec<_> = latest.iter().map(|row| (row.grab, row.number)).collect();
    assert_eq!(latest, [(id, 4), (other, 1)]);
}

#[tokio::test]
async fn tenants_are_listed_by_name_and_removed_ones_only_found_by_id() {
    let world = World::new().await;
    for (index, name) in [(1, "beta"), (2, "Alpha"), (3, "东京")] {
        world.tenant(tenant_id(index), vec![registered(name, "ap-tokyo-1")]).await;
    }
    let removed = Removed {
        name: "gone".into(),
        credential: berth_domain::SecretRef("secret_1".into()),
        forced: false,
    };
    world.tenant(tenant_id(4), vec![registered("gone", "ap-osaka-1"), removed.into()]).await;
    let views = world.level().await;
    let names = async |filter: tenant::Filter| {
        let page = tenant::page(&views, &filter, &first(10, None)).await.unwrap();
        assert_eq!(page.total, Some(tenant::count(&views, &filter).await.unwrap()));
        page.rows().map(|row| row.tenant.profile.as_ref().unwrap().name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(tenant::Filter::default()).await, ["Alpha", "beta", "东京"]);
    assert_eq!(names(tenant::Filter { search: Some("京".into()), ..Default::default() }).await, ["东京"]);
    assert_eq!(
        names(tenant::Filter { search: Some("TENANCY.OC1..abc".into()), ..Default::default() }).await.len(),
        3
    );
    assert_eq!(
        names(tenant::Filter { region: vec!["ap-tokyo-1".into()], ..Default::default() }).await.len(),
        3
    );
    assert_eq!(
        names(tenant::Filter { region: vec!["ap-osaka-1".into()], ..Default::default() }).await.len(),
        0
    );
    assert_eq!(names(tenant::Filter { status: vec![Status::Active], ..Default::default() }).await.len(), 0);
    assert_eq!(names(tenant::Filter { status: vec![Status::Untested], ..Default::default() }).await.len(), 3);
    assert_eq!(tenant::by_ids(&views, &[tenant_id(4), tenant_id(1), tenant_id(9)]).await.unwrap().len(), 2);
}
