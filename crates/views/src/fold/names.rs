//! Values that come again and again, each kept once: millions of attempts share a few tenants, regions, shapes and domains.

use std::{borrow::Borrow, collections::HashMap, hash::Hash, num::NonZeroU32};

pub(crate) struct Names<T> {
    known: HashMap<T, Name>,
    values: Vec<T>,
}

/// Stands for a value until its [`Names`] are gone. A quarter of an id's room, also where it may be absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name(NonZeroU32);

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { known: HashMap::new(), values: Vec::new() }
    }
}

impl<T: Clone + Eq + Hash> Names<T> {
    pub(crate) fn of<Q>(&mut self, value: &Q) -> Name
    where
        T: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = T> + ?Sized,
    {
        if let Some(name) = self.known.get(value) {
            return *name;
        }
        self.values.push(value.to_owned());
        let count = u32::try_from(self.values.len()).ok().and_then(NonZeroU32::new);
        let name = Name(count.expect("one was pushed, and four billion do not fit into memory"));
        self.known.insert(value.to_owned(), name);
        name
    }

    pub(crate) fn get(&self, name: Name) -> &T {
        &self.values[name.0.get() as usize - 1]
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn a_value_has_one_name_and_a_name_one_value() {
        let mut names = Names::<String>::default();
        let (tokyo, osaka) = (names.of("ap-tokyo-1"), names.of("ap-osaka-1"));
        assert_ne!(tokyo, osaka);
        assert_eq!(names.of("ap-tokyo-1"), tokyo);
        assert_eq!((names.get(tokyo).as_str(), names.get(osaka).as_str()), ("ap-tokyo-1", "ap-osaka-1"));
        assert_eq!(names.len(), 2);
        assert_eq!(size_of::<Option<super::Name>>(), 4);
    }
}
