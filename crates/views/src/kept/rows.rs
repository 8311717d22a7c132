//! Rows that were read before. The same page is asked for again and again while few of its rows change, and to make a row from its JSON
//! costs more than to find it.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use berth_domain::{GrabId, TenantId};
use berth_store::Version;
use hashlink::LruCache;

use crate::{grab::GrabRow, tenant::TenantRow};

/// So many of a kind: each is some kilobytes.
const KEPT: usize = 256;

/// A row that its id and its version tell from every other, within a generation of its read model.
pub(crate) trait Versioned {
    type Id: Copy + Eq + Hash;

    fn id(&self) -> Self::Id;
    fn version(&self) -> Version;
}

/// Which of all the rows that ever stood under an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) generation: u32,
    pub(crate) version: Version,
}

pub(crate) struct Rows<R: Versioned>(Mutex<ById<R>>);

type ById<R> = LruCache<<R as Versioned>::Id, (Stamp, Arc<R>)>;

/// The rows that are wanted, as far as they were found.
pub(crate) struct Search<R: Versioned> {
    wanted: HashMap<R::Id, Stamp>,
    found: HashMap<R::Id, Arc<R>>,
}

impl<R: Versioned> Default for Rows<R> {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(KEPT)))
    }
}

impl<R: Versioned> Rows<R> {
    pub(crate) fn search(&self, wanted: impl IntoIterator<Item = (R::Id, Stamp)>) -> Search<R> {
        let wanted: HashMap<_, _> = wanted.into_iter().collect();
        let mut kept = self.held();
        let found = wanted.iter().filter_map(|(id, stamp)| {
            let (as_of, row) = kept.get(id)?;
            (as_of == stamp).then(|| (*id, row.clone()))
        });
        let found = found.collect();
        Search { wanted, found }
    }

    /// Takes in what was read of the missing. A row that changed meanwhile is not the one that is wanted.
    pub(crate) fn add(&self, search: &mut Search<R>, read: Vec<R>) {
        let mut kept = self.held();
        for row in read {
            let id = row.id();
            if let Some(stamp) = search.wanted.get(&id).filter(|stamp| stamp.version == row.version()) {
                let row = Arc::new(row);
                kept.insert(id, (*stamp, row.clone()));
                search.found.insert(id, row);
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, ById<R>> {
        // Whoever panicked left a cache, in which nothing can be half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R: Versioned> Search<R> {
    pub(crate) fn missing(&self) -> Vec<R::Id> {
        self.wanted.keys().filter(|id| !self.found.contains_key(id)).copied().collect()
    }

    /// Nothing, unless all that is wanted was found.
    pub(crate) fn whole(self) -> Option<HashMap<R::Id, Arc<R>>> {
        (self.found.len() == self.wanted.len()).then_some(self.found)
    }
}

impl Versioned for GrabRow {
    type Id = GrabId;

    fn id(&self) -> GrabId {
        self.id
    }

    fn version(&self) -> Version {
        self.version
    }
}

impl Versioned for TenantRow {
    type Id = TenantId;

    fn id(&self) -> TenantId {
        self.id
    }

    fn version(&self) -> Version {
        self.version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Thing(u64, u32);

    impl Versioned for Thing {
        type Id = u64;

        fn id(&self) -> u64 {
            self.0
        }

        fn version(&self) -> Version {
            Version::new(self.1)
        }
    }

    fn stamp(generation: u32, version: u32) -> Stamp {
        Stamp { generation, version: Version::new(version) }
    }

    #[test]
    fn a_row_is_kept_for_its_version_and_its_generation() {
        let rows = Rows::default();
        let mut search = rows.search([(1, stamp(0, 5))]);
        assert_eq!(search.missing(), [1]);
        rows.add(&mut search, vec![Thing(1, 5)]);
        assert!(search.whole().is_some());
        assert!(rows.search([(1, stamp(0, 5))]).missing().is_empty());
        assert_eq!(rows.search([(1, stamp(0, 6))]).missing(), [1]);
        assert_eq!(rows.search([(1, stamp(1, 5))]).missing(), [1]);
    }

    #[test]
    fn a_row_that_changed_since_it_was_picked_is_not_the_one_that_is_wanted() {
        let rows = Rows::default();
        let mut search = rows.search([(1, stamp(0, 5)), (2, stamp(0, 1))]);
        rows.add(&mut search, vec![Thing(1, 6), Thing(2, 1)]);
        assert_eq!(search.missing(), [1]);
        assert!(search.whole().is_none());
    }
}
