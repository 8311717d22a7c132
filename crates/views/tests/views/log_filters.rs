//! Filters of the log: whichever index a filter finds its lines by, it finds those that match, once each and in order.

use berth_domain::{GrabId, TenantId};
use berth_store::StreamId;
use berth_views::{
    Slice, Span, Views,
    log_entry::{self, Category, Entry, Filter, Level},
};

use crate::world::{World, created, grab_id, registered, started, tenant_id, time};

async fn found(views: &Views, filter: &Filter) -> Vec<Entry> {
    let slice = Slice::First { count: 50_000, after: None };
    let page = log_entry::page(views, filter, &slice).await.unwrap();
    page.edges.into_iter().map(|edge| edge.row).collect()
}

fn matches(filter: &Filter, entry: &Entry) -> bool {
    let Filter { min_level, category, grab, tenant, time, .. } = filter;
    min_level.is_none_or(|least| entry.level >= least)
        && (category.is_empty() || category.contains(&entry.category))
        && (grab.is_empty() || entry.grab.is_some_and(|id| grab.contains(&id)))
        && (tenant.is_empty() || entry.tenant.is_some_and(|id| tenant.contains(&id)))
        && time.from.is_none_or(|from| entry.time >= from)
        && time.to.is_none_or(|to| entry.time < to)
}

async fn hold(views: &Views, filters: impl IntoIterator<Item = Filter>) {
    let whole = found(views, &Filter::default()).await;
    for filter in filters {
        let expected: Vec<_> = whole.iter().filter(|entry| matches(&filter, entry)).cloned().collect();
        assert!(found(views, &filter).await == expected, "{filter:?} should find {}", expected.len());
    }
}

fn filters() -> Vec<Filter> {
    let levels = [None, Some(Level::Debug), Some(Level::Info), Some(Level::Warn), Some(Level::Error)];
    let categories = [
        vec![],
        vec![Category::Grab],
        vec![Category::System],
        vec![Category::System, Category::Audit, Category::System],
        vec![Category::Grab, Category::System],
    ];
    let grabs: [Vec<GrabId>; 3] = [vec![], vec![grab_id(1)], vec![grab_id(2), grab_id(1), grab_id(2)]];
    let tenants: [Vec<TenantId>; 3] =
        [vec![], vec![tenant_id(1)], vec![tenant_id(2), tenant_id(1), tenant_id(9)]];
    let mut filters = Vec::new();
    for min_level in levels {
        for category in &categories {
            for grab in &grabs {
                for tenant in &tenants {
                    let (category, grab, tenant) = (category.clone(), grab.clone(), tenant.clone());
                    filters.push(Filter { min_level, category, grab, tenant, ..Filter::default() });
                }
            }
        }
    }
    filters
}

#[tokio::test]
async fn whatever_is_asked_for_together_is_found_once_and_in_order() {
    let world = World::new().await;
    world.crowd(3, 4).await;
    world.tenant(tenant_id(2), vec![registered("大阪一号", "ap-osaka-1")]).await;
    world.tenant(tenant_id(1), crate::log_entries::every_tenant_event().split_off(1)).await;
    world.happens(StreamId::new("grab", grab_id(9)), "ada", vec![created(9, "last"), started()]).await;
    let views = world.level().await;
    let levels: std::collections::BTreeSet<_> =
        found(&views, &Filter::default()).await.iter().map(|entry| entry.level).collect();
    assert_eq!(levels.len(), 4, "there is something of each level");
    hold(&views, filters()).await;
}

#[tokio::test]
async fn a_span_of_time_is_found_wherever_its_lines_are() {
    let world = World::new().await;
    // Each task's events are of one moment, and reach from one stretch of 4,096 positions into the next.
    world.crowd(4, 1_500).await;
    let views = world.level().await;
    let moments =
        [None, Some(time(0)), Some(time(1)), Some(time(3_100)), Some(time(6_100)), Some(time(20_000))];
    let spans = moments.iter().flat_map(|from| moments.map(|to| Span { from: *from, to }));
    hold(&views, spans.map(|time| Filter { time, ..Filter::default() })).await;
    world.change("UPDATE log_entry_span_0 SET latest = 0").await;
    let since = Filter { time: Span { from: Some(time(1)), to: None }, ..Filter::default() };
    assert!(found(&views, &since).await.is_empty(), "it is by the stretches that lines are found");
}

/// Lines beyond all that the log has, a few of which say something of their own.
async fn many_lines(world: &World, needles: &[u32]) {
    let said = needles.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let lines = format!(
        "WITH RECURSIVE line(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM line WHERE n < 200000)
         INSERT INTO log_entry_0 SELECT (1000 + n) * 16, n, 1, 'GRAB', 'attempt.capacity',
             CASE WHEN n IN ({said}) THEN 'a needle' ELSE 'no capacity' END, '没有容量', '{{}}', NULL,
             CASE n % 2 WHEN 0 THEN '{one}' ELSE '{other}' END, 'system' FROM line",
        one = grab_id(1),
        other = grab_id(2),
    );
    world.change(&lines).await;
}

/// What each page found, in the order of the pages.
async fn walked(views: &Views, filter: &Filter, forward: bool) -> Vec<Vec<i64>> {
    let (mut pages, mut cursor) = (Vec::new(), None);
    loop {
        let slice = if forward {
            Slice::First { count: 2, after: cursor }
        } else {
            Slice::Last { count: 2, before: cursor }
        };
        let page = log_entry::page(views, filter, &slice).await.unwrap();
        pages.push(page.rows().map(|entry| entry.time.millis()).collect());
        if !(if forward { page.has_next } else { page.has_previous }) {
            return pages;
        }
        cursor = if forward { page.end } else { page.start };
    }
}

#[tokio::test]
async fn a_rare_word_is_looked_for_page_by_page_and_no_page_looks_for_long() {
    let world = World::new().await;
    world.running(1, "task", 1).await;
    let views = world.level().await;
    many_lines(&world, &[2, 10, 99_999, 150_000, 150_002]).await;
    let filter = Filter { search: Some("needle".into()), ..Filter::default() };
    assert_eq!(
        walked(&views, &filter, true).await,
        [vec![], vec![150_002, 150_000], vec![99_999], vec![], vec![10, 2], vec![]]
    );
    assert_eq!(
        walked(&views, &filter, false).await,
        [vec![10, 2], vec![], vec![99_999], vec![150_002, 150_000], vec![], vec![]]
    );
    let folded = Filter { fold: true, ..filter.clone() };
    assert_eq!(
        walked(&views, &folded, true).await,
        [vec![], vec![150_002], vec![99_999], vec![], vec![10], vec![]]
    );
    let of_one = Filter { grab: vec![grab_id(1)], ..filter.clone() };
    assert_eq!(walked(&views, &of_one, true).await, [vec![150_002, 150_000], vec![], vec![10, 2]]);
    let of_two = Filter { grab: vec![grab_id(1), grab_id(2)], ..filter };
    assert_eq!(walked(&views, &of_two, true).await.concat(), [150_002, 150_000, 99_999, 10, 2]);
    let nobody = Filter { search: Some("nirgendwo".into()), ..Filter::default() };
    assert_eq!(walked(&views, &nobody, true).await, [[0_i64; 0]; 6], "40,000 lines for each page");
}
