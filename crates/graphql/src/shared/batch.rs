//! Rows that were read together refer to others; those are read together too, when the first of them is wanted.

use std::{collections::HashMap, hash::Hash};

use async_graphql::Result;
use futures::FutureExt as _;
use tokio::sync::OnceCell;

/// What some neighbours refer to: one question for all of them, asked at most once, and never when nobody wants it.
pub(crate) struct Batch<K, V> {
    keys: Vec<K>,
    found: OnceCell<HashMap<K, V>>,
}

impl<K: Eq + Hash + Ord + Copy, V: Clone> Batch<K, V> {
    pub(crate) fn new(keys: impl IntoIterator<Item = K>) -> Self {
        let mut keys: Vec<K> = keys.into_iter().collect();
        keys.sort_unstable();
        keys.dedup();
        Self { keys, found: OnceCell::new() }
    }

    /// When they were read along with the neighbours themselves.
    pub(crate) fn read(found: HashMap<K, V>) -> Self {
        Self { keys: found.keys().copied().collect(), found: OnceCell::from(found) }
    }

    /// Every key that the neighbours refer to, each once.
    pub(crate) fn keys(&self) -> &[K] {
        &self.keys
    }

    pub(crate) async fn get<F>(&self, key: K, load: impl FnOnce() -> F) -> Result<Option<V>>
    where
        F: Future<Output = Result<HashMap<K, V>>> + Send,
    {
        let found = self.found.get_or_try_init(|| load().boxed()).await?;
        Ok(found.get(&key).cloned())
    }
}
