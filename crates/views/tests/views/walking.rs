//! A long list is walked page by page while the log grows and is folded: what was there is met once, and nothing twice.

use std::collections::BTreeSet;

use berth_domain::{GrabId, event::Event as _, grab};
use berth_store::{Append, CommandId, Log, Meta, NewEvent, StreamId, Version};
use berth_views::{
    Direction, Slice, Views, counted,
    grab::{Filter, Order, OrderBy},
};

use crate::world::{World, created, grab_id, registered, started, tenant_id};

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

#[tokio::test]
async fn a_page_with_its_tenants_is_one_statement_and_says_where_it_is_true_even_when_empty() {
    let world = World::new().await;
    world.crowd(3, 1).await;
    let views = world.level().await;
    let order = Order { by: OrderBy::CreatedAt, direction: Direction::Ascending };
    let first = |search: Option<&str>| {
        let filter = Filter { search: search.map(Into::into), ..Filter::default() };
        let views = views.clone();
        async move {
            let slice = Slice::First { count: 2, after: None };
            berth_views::grab::page_with_tenants(&views, &filter, order, &slice).await.unwrap()
        }
    };
    let ((page, tenants), statements) = counted(first(None)).await;
    assert_eq!(statements, 1);
    assert_eq!((page.edges.len(), page.total, page.has_next), (2, Some(3), true));
    assert_eq!(tenants, berth_views::tenant::by_ids(&views, &[tenant_id(1)]).await.unwrap());
    let ((page, tenants), statements) = counted(first(Some("no such task"))).await;
    assert_eq!((page.edges.len(), page.total, page.has_next, statements), (0, Some(0), false, 1));
    assert_eq!((page.position, tenants.len()), (views.position(), 0));
}
