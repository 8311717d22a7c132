//! Texts that come again and again, regions and shapes and domains, each kept once: millions of attempts share a few of them.

use std::{collections::HashMap, sync::Arc};

#[derive(Default)]
pub(super) struct Names {
    numbers: HashMap<Arc<str>, Name>,
    texts: Vec<Arc<str>>,
}

/// Stands for a text until its [`Names`] are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name(usize);

impl Names {
    pub(super) fn of(&mut self, text: &str) -> Name {
        if let Some(name) = self.numbers.get(text) {
            return *name;
        }
        let (text, name) = (Arc::<str>::from(text), Name(self.texts.len()));
        self.texts.push(text.clone());
        self.numbers.insert(text, name);
        name
    }

    pub(super) fn text(&self, name: Name) -> &str {
        &self.texts[name.0]
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }
}
