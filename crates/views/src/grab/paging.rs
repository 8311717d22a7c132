//! Pages of tasks, with the tenants that they are of. They are what is asked most, so nothing is read twice: neither a page before anything
//! is folded, nor a row before it changes.

use std::sync::Arc;

use berth_domain::{GrabId, TenantId};
use berth_store::Version;
use sqlx::{Row, sqlite::SqliteRow};

use super::{Filter, GrabRow, MODEL, Order, row_of};
use crate::{
    Page, Slice, ViewError, Views,
    kept::{Kept, Stamp},
    list::List,
    reader::Reader,
    sql,
    tenant::{self, TenantRow},
};

/// Rows that come, or change without changing their place in the order, neither repeat nor hide a row of a later page.
pub async fn page(
    views: &Views,
    filter: &Filter,
    order: Order,
    slice: &Slice,
) -> Result<Page<Arc<GrabRow>>, ViewError> {
    Ok(page_with_tenants(views, filter, order, slice, true).await?.0)
}

/// A page of tasks, and the tenants that they are of, each once.
pub type Tasks = (Page<Arc<GrabRow>>, Vec<Arc<TenantRow>>);

/// The same, and the tenants that the tasks are of, each once. How many match in all is told if it is `counted`.
pub async fn page_with_tenants(
    views: &Views,
    filter: &Filter,
    order: Order,
    slice: &Slice,
    counted: bool,
) -> Result<Tasks, ViewError> {
    let question = Question { filter: filter.clone(), order, slice: slice.clone(), counted };
    let now = || views.stand(&[MODEL.name, tenant::NAME]);
    let stand = now();
    if let Some(tasks) = views.kept.pages.find(&question, &stand) {
        return Ok(tasks);
    }
    let tasks = question.answer(views).await?;
    // One that is old already is of use to nobody, and would take the place of newer ones.
    if now() == stand {
        views.kept.pages.keep(question, stand, &tasks);
    }
    Ok(tasks)
}

/// Which page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    filter: Filter,
    order: Order,
    slice: Slice,
    counted: bool,
}

impl Question {
    async fn answer(&self, views: &Views) -> Result<Tasks, ViewError> {
        let mut once = views.once().await?;
        if let Some(tasks) = self.pick(&mut once).await?.read(&views.kept, &mut once).await? {
            return Ok(tasks);
        }
        drop(once);
        // A row changed since it was picked. Within a transaction none does.
        let mut moment = views.read().await?;
        let tasks = self.pick(&mut moment).await?.read(&views.kept, &mut moment).await?;
        tasks.ok_or_else(|| sql::unreadable(MODEL.name, &"a row that was picked is not there"))
    }

    async fn pick(&self, reader: &mut Reader) -> Result<Picked, ViewError> {
        let (owner, join) = tenant::OWNER;
        let generation = ", (SELECT generation FROM model WHERE name = 'grab' AND live = 1) AS generation";
        let beside = format!("{owner}{generation}");
        let list = List {
            model: MODEL.name,
            keyset: self.order.keyset(),
            columns: &["id", "tenant", "version"],
            counted: self.counted,
            beside: (&beside, join),
        };
        Ok(Picked(list.page_by(reader, &self.slice, |query| self.filter.narrow(query), Pick::of).await?))
    }
}

/// Which rows are on a page: they are large, and most were read before.
struct Picked(Page<Pick>);

struct Pick {
    id: GrabId,
    stamp: Stamp,
    tenant: TenantId,
    owner: Option<Stamp>,
}

impl Picked {
    /// Nothing, when a row has changed since it was picked.
    async fn read(self, kept: &Kept, reader: &mut Reader) -> Result<Option<Tasks>, ViewError> {
        let picks = || self.0.rows();
        let mut grabs = kept.grabs.search(picks().map(|pick| (pick.id, pick.stamp)));
        let owners = picks().filter_map(|pick| Some((pick.tenant, pick.owner?)));
        let mut tenants = kept.tenants.search(owners);
        let (no_grabs, no_tenants) = (grabs.missing(), tenants.missing());
        if !no_grabs.is_empty() {
            let read = sql::by_ids(&mut *reader, MODEL.name, &sql::list(&no_grabs), row_of).await?;
            kept.grabs.add(&mut grabs, read);
        }
        if !no_tenants.is_empty() {
            kept.tenants.add(&mut tenants, tenant::read(reader, &no_tenants).await?);
        }
        let (Some(grabs), Some(tenants)) = (grabs.whole(), tenants.whole()) else { return Ok(None) };
        let page = self.0.map(|pick| grabs.get(&pick.id).cloned());
        Ok(page.map(|page| (page, tenants.into_values().collect())))
    }
}

impl Pick {
    fn of(row: &SqliteRow) -> Result<Self, ViewError> {
        let (generation, version) = (row.try_get("generation")?, Version::new(row.try_get("version")?));
        Ok(Self {
            id: sql::parsed(row, "id")?,
            stamp: Stamp { generation, version },
            tenant: sql::parsed(row, "tenant")?,
            owner: tenant::owner_of(row)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use berth_store::Position;

    use super::*;
    use crate::{Direction, grab::OrderBy, projection::Place};

    fn first(count: u32) -> Slice {
        Slice::First { count, after: None }
    }

    fn question(count: u32) -> Question {
        let order = Order { by: OrderBy::Name, direction: Direction::Ascending };
        Question { filter: Filter::default(), order, slice: first(count), counted: false }
    }

    fn page(position: u64) -> Tasks {
        (Page::of(&first(1), vec![], Position::new(position)), vec![])
    }

    /// Where the read models of tasks and of tenants are.
    fn stand(tasks: (u32, u64), tenants: (u32, u64)) -> Vec<Place> {
        let place = |name, (generation, position)| Place {
            name,
            generation,
            position: Position::new(position),
            parked: None,
        };
        vec![place(MODEL.name, tasks), place(tenant::NAME, tenants)]
    }

    #[test]
    fn a_page_is_found_while_nothing_that_it_shows_has_moved() {
        let (pages, read) = (Kept::default().pages, stand((0, 7), (0, 7)));
        pages.keep(question(20), read.clone(), &page(7));
        let found =
            |count, stand: &[Place]| pages.find(&question(count), stand).map(|(page, _)| page.position);
        assert_eq!(found(20, &read), Some(Position::new(7)));
        assert_eq!(found(21, &read), None, "another question");
        for moved in
            [stand((0, 8), (0, 7)), stand((0, 7), (0, 8)), stand((1, 7), (0, 7)), stand((0, 7), (1, 7))]
        {
            assert_eq!(found(20, &moved), None);
        }
    }

    #[test]
    fn what_was_read_before_something_moved_gives_way() {
        let (pages, old, new) = (Kept::default().pages, stand((0, 7), (0, 7)), stand((0, 8), (0, 8)));
        pages.keep(question(20), old.clone(), &page(7));
        pages.keep(question(50), new.clone(), &page(8));
        assert!(pages.find(&question(20), &old).is_none());
        assert!(pages.find(&question(20), &new).is_none());
        assert!(pages.find(&question(50), &new).is_some());
    }

    #[test]
    fn so_many_pages_are_kept_and_the_oldest_gives_way() {
        let (pages, stand) = (Kept::default().pages, stand((0, 7), (0, 7)));
        for count in 1..=17 {
            pages.keep(question(count), stand.clone(), &page(7));
        }
        let kept = (1..=17).filter(|count| pages.find(&question(*count), &stand).is_some());
        assert_eq!(kept.collect::<Vec<_>>(), (2..=17).collect::<Vec<_>>());
    }
}
