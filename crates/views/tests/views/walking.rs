//! A long list is walked page by page while the log grows and is folded: what was there is met once, and nothing twice.

use std::{collections::BTreeSet, sync::Arc};

use berth_domain::{GrabId, event::Event as _, grab};
use berth_store::{Append, CommandId, Log, Meta, NewEvent, StreamId, Version};
use berth_views::{
    Direction, Page, Slice, Views, counted,
    grab::{self as tasks, Filter, GrabRow, Order, OrderBy},
};

use crate::world::{World, created, grab_id, miss, registered, started, tenant_id};

const ROWS: u64 = 1000;
/// So many arrive at once.
const WAVE: u64 = 20;

/// Some tasks by one append, so that a thousand are soon there.
async fn arrive(log: &dyn Log, indices: std::ops::Range<u64>) {
    let encoded = |event: &grab::Event| NewEvent {
        name: event.name().into(),
        schema: event.schema(),
        data: event.encode(),
    };
    let append = indices.fold(Append::new(CommandId::fresh(), [0; 32], Meta::default()), |append, index| {
        // Their names and moments lie all over what is there already.
        let events = [created(index * 7919 % 100_000, &format!("task {}", index % 97)), started()];
        append.write(
            StreamId::new("grab", grab_id(index)),
            Version::NONE,
            events.iter().map(encoded).collect(),
        )
    });
    log.append(append).await.unwrap();
}

async fn level(views: &Views, log: &dyn Log) {
    let head = log.head().await.unwrap();
    views.wait_for(head, std::time::Duration::from_mins(10)).await.unwrap();
}

async fn ids(views: &Views, order: Order, slice: Slice) -> (Vec<GrabId>, Option<Slice>) {
    let page = berth_views::grab::page(views, &Filter::default(), order, &slice).await.unwrap();
    let count = 100;
    let next = match slice {
        Slice::First { .. } => page.edges.last().filter(|_| page.has_next).map(|edge| edge.cursor.clone()),
        Slice::Last { .. } => {
            page.edges.first().filter(|_| page.has_previous).map(|edge| edge.cursor.clone())
        }
    };
    let next = next.map(|cursor| match slice {
        Slice::First { .. } => Slice::First { count, after: Some(cursor) },
        Slice::Last { .. } => Slice::Last { count, before: Some(cursor) },
    });
    (page.rows().map(|row| row.id).collect(), next)
}

#[tokio::test]
async fn a_thousand_rows_are_met_once_each_while_others_arrive() {
    let world = World::new().await;
    world.tenant(tenant_id(1), vec![registered("tokyo", "ap-tokyo-1")]).await;
    for begin in (0..ROWS).step_by(200) {
        arrive(world.log.as_ref(), begin..begin + 200).await;
    }
    let views = world.views().await;
    let folding = views.clone();
    let folding = tokio::spawn(async move { folding.run(std::future::pending()).await });
    level(&views, world.log.as_ref()).await;
    let mut next = ROWS;
    for by in [OrderBy::Activity, OrderBy::Name] {
        for front in [Slice::First { count: 100, after: None }, Slice::Last { count: 100, before: None }] {
            let order = Order { by, direction: Direction::Descending };
            let before: BTreeSet<_> = (0..next).map(grab_id).collect();
            let (mut met, mut place) = (Vec::new(), Some(front.clone()));
            while let Some(slice) = place {
                // A wave is on its way while the page is read, and in the list before the next is.
                let wave = arrive(world.log.as_ref(), next..next + WAVE);
                let ((found, further), ()) = tokio::join!(ids(&views, order, slice), wave);
                next += WAVE;
                level(&views, world.log.as_ref()).await;
                met.extend(found);
                place = further;
            }
            let once: BTreeSet<_> = met.iter().copied().collect();
            assert_eq!(once.len(), met.len(), "{by:?} {front:?}: nothing is met twice");
            assert!(before.is_subset(&once), "{by:?} {front:?}: what was there is met");
        }
    }
    folding.abort();
}

async fn first_two(views: &Views, search: Option<&str>, counting: bool) -> (tasks::Tasks, usize) {
    let filter = Filter { search: search.map(Into::into), ..Filter::default() };
    let order = Order { by: OrderBy::CreatedAt, direction: Direction::Ascending };
    let slice = Slice::First { count: 2, after: None };
    counted(async { tasks::page_with_tenants(views, &filter, order, &slice, counting).await.unwrap() }).await
}

#[tokio::test]
async fn a_page_with_its_tenants_is_not_read_again_and_says_where_it_is_true_even_when_empty() {
    let world = World::new().await;
    world.crowd(3, 1).await;
    let views = world.level().await;
    for statements in [3, 0] {
        let ((page, tenants), asked) = first_two(&views, None, true).await;
        assert_eq!(asked, statements, "which they are, then the tasks, then their tenants");
        assert_eq!((page.edges.len(), page.total, page.has_next), (2, Some(3), true));
        let tenants: Vec<_> = tenants.iter().map(|row| (**row).clone()).collect();
        assert_eq!(tenants, berth_views::tenant::by_ids(&views, &[tenant_id(1)]).await.unwrap());
    }
    let ((page, tenants), asked) = first_two(&views, Some("no such task"), false).await;
    assert_eq!((page.edges.len(), page.total, page.has_next, asked), (0, None, false, 1));
    assert_eq!((page.position, tenants.len()), (views.position(), 0));
}

#[tokio::test]
async fn what_changed_since_a_page_was_read_is_read_anew_and_nothing_else() {
    let world = World::new().await;
    world.crowd(3, 1).await;
    let views = world.level().await;
    let ((before, _), _) = first_two(&views, None, true).await;
    world.grab(grab_id(3), miss(2)).await;
    world.catch_up(&views).await;
    let ((same, _), asked) = first_two(&views, None, true).await;
    assert_eq!(asked, 1, "which they are: none of them changed");
    assert!(same.position > before.position);
    world.grab(grab_id(2), miss(2)).await;
    world.catch_up(&views).await;
    let ((after, _), asked) = first_two(&views, None, true).await;
    assert_eq!(asked, 2, "which they are, and the task that changed");
    let rows = |page: &Page<Arc<GrabRow>>| page.rows().cloned().collect::<Vec<_>>();
    let (before, after) = (rows(&before), rows(&after));
    assert!(Arc::ptr_eq(&before[0], &after[0]));
    assert_eq!((before[1].grab.tally.attempts, after[1].grab.tally.attempts), (1, 2));
    assert_eq!(*after[1], tasks::by_id(&views, grab_id(2)).await.unwrap().unwrap());
}
