//! A bounded memory of where streams end, so that an append to a busy stream need not look.

use std::collections::HashMap;

use crate::{StreamId, Version};

/// Two generations: what was used lately is in the young one; when that is full it becomes the old one and
/// the old one is dropped.
pub(super) struct Heads {
    young: HashMap<StreamId, Version>,
    old: HashMap<StreamId, Version>,
    generation: usize,
}

impl Heads {
    pub(super) fn new(generation: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), generation }
    }

    pub(super) fn get(&self, stream: &StreamId) -> Option<Version> {
        self.young.get(stream).or_else(|| self.old.get(stream)).copied()
    }

    pub(super) fn set(&mut self, stream: StreamId, version: Version) {
        if self.young.len() >= self.generation && !self.young.contains_key(&stream) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(stream, version);
    }

    pub(super) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_bounded_forgets_the_longest_unused_and_never_answers_an_old_head() {
        let mut heads = Heads::new(2);
        let stream = |n: u32| StreamId::new("s", n);
        for n in 0..5 {
            heads.set(stream(n), Version::new(1));
            heads.set(stream(0), Version::new(n + 2));
        }
        assert_eq!(heads.get(&stream(0)), Some(Version::new(6)));
        assert_eq!(heads.get(&stream(1)), None);
        assert!(heads.young.len() + heads.old.len() <= 4);
    }
}
