//! The log as something one can carry about: out and in again, from one database into another, back to an earlier moment, and
//! through kills in the middle of it.
//!
//! With some thousands of events; `just million` does the same with a million.

mod closing;
mod exchange;
mod history;
mod kept;
mod rebuild;
mod safe_copy;

use std::{path::Path, sync::Arc};

use berth_store::{
    Log,
    sqlite::{Options, SqliteLog},
    vault::Vault,
};
use tempfile::TempDir;

use super::harness::{Ended, run};

const EVENTS: usize = 6_000;

/// A directory with a past in it, and room beside it.
struct Past {
    home: TempDir,
}

impl Past {
    async fn made() -> Self {
        let home = tempfile::tempdir().unwrap();
        let data = home.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let log = Arc::new(SqliteLog::open(&data.join("log.db"), Options::default()).await.unwrap());
        let shared: Arc<dyn Log> = log.clone();
        history::write(&shared, EVENTS).await;
        history::seal(&shared, &Vault::open_or_create(&data.join("vault.key")).unwrap()).await;
        log.close().await;
        Self { home }
    }

    fn home(&self) -> &Path {
        self.home.path()
    }

    /// Runs a command where the paths in it are relative to this past's home.
    async fn berth(&self, arguments: &[&str]) -> Ended {
        run(arguments, self.home()).await
    }

    /// The same, and it must go well.
    async fn must(&self, arguments: &[&str]) -> String {
        let ended = self.berth(arguments).await;
        assert_eq!(ended.code, 0, "{arguments:?}: {ended:?}");
        ended.stdout
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.home().join(name)).unwrap()
    }
}
