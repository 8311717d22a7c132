//! Documents that were inspected before: programs ask the same in the same words, and reading words costs more than many an answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_graphql::parser::types::OperationType;
use hashlink::LruCache;

use super::guard::{self, Inspected, QueryLimits, QueryRefused};

/// How many are kept, and how long each may be: some megabytes at most, whoever asks for what.
const KEPT: usize = 64;
const LONGEST: usize = 4 * 1024;

pub(super) struct Documents {
    limits: QueryLimits,
    kept: Mutex<LruCache<String, Arc<Inspected>>>,
}

impl Documents {
    pub(super) fn new(limits: QueryLimits) -> Self {
        Self { limits, kept: Mutex::new(LruCache::new(KEPT)) }
    }

    /// What [`guard::inspect`] says. One that was refused is looked at anew each time, and so is a mutation: passwords and keys may stand
    /// in its text, and are to be gone with the request.
    pub(super) fn inspect(&self, text: &str) -> Result<Arc<Inspected>, QueryRefused> {
        if let Some(inspected) = self.held().get(text) {
            return Ok(inspected.clone());
        }
        let inspected = Arc::new(guard::inspect(text, &self.limits)?);
        if text.len() <= LONGEST && !commands(&inspected) {
            self.held().insert(text.to_owned(), inspected.clone());
        }
        Ok(inspected)
    }

    fn held(&self) -> MutexGuard<'_, LruCache<String, Arc<Inspected>>> {
        // Whoever panicked left a cache, in which nothing can be half done.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn commands(inspected: &Inspected) -> bool {
    inspected.document.operations.iter().any(|(_, operation)| operation.node.ty == OperationType::Mutation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_once_and_the_oldest_make_room() {
        let documents = Documents::new(QueryLimits::default());
        let first = documents.inspect("{ a }").unwrap();
        assert!(Arc::ptr_eq(&first, &documents.inspect("{ a }").unwrap()));
        for number in 0..KEPT {
            documents.inspect(&format!("{{ a{number} }}")).unwrap();
        }
        assert!(!Arc::ptr_eq(&first, &documents.inspect("{ a }").unwrap()), "it was kept for ever");
        assert_eq!(documents.held().len(), KEPT);
    }

    #[test]
    fn what_may_hold_a_secret_is_not_kept() {
        let documents = Documents::new(QueryLimits::default());
        for text in ["mutation { a(password: \"x\") }", "query a { a } mutation b { b(key: \"x\") }"] {
            assert!(documents.inspect(text).is_ok());
        }
        assert_eq!(documents.held().len(), 0);
    }

    #[test]
    fn neither_long_ones_nor_refused_ones_are_kept() {
        let documents = Documents::new(QueryLimits::default());
        let long = format!("{{ a }} # {}", "x".repeat(LONGEST));
        assert!(documents.inspect(&long).is_ok() && documents.inspect("{").is_err());
        assert_eq!(documents.held().len(), 0);
    }
}
