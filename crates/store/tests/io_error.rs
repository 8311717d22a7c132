//! A file that loses its content under the writer. Alone in its process: `SQLite` is built with one page cache for all
//! connections of a process, and the spare room of others would keep the pages that must be read from the file.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fmt::Display, fs::File, time::Duration};

use berth_store::sqlite::{Options, SqliteLog};
use berth_store::{Append, AppendError, CommandId, Log, Meta, NewEvent, StreamId, Version};

/// One append that begins each of these streams.
fn begin<Id: Display>(ids: impl Iterator<Item = Id>) -> Append {
    let meta = Meta {
        time_ms: 1_700_000_000_000,
        actor: "tester".into(),
        correlation: "c-1".into(),
        causation: None,
    };
    ids.fold(Append::new(CommandId::fresh(), [1; 32], meta), |append, id| {
        append.write(
            StreamId::new("thing", id),
            Version::NONE,
            vec![NewEvent::new("thing.happened", 1, &()).unwrap()],
        )
    })
}

#[tokio::test]
async fn an_io_error_stops_the_log_for_good() {
    let directory = tempfile::tempdir().unwrap();
    // The smallest cache, and no checkpoint: the writer must read from a file that has lost its content.
    let options =
        Options { writer_cache_kib: 1, reader_cache_kib: 1, wal_pages: 1_000_000, ..Options::default() };
    let log = SqliteLog::open(&directory.path().join("log.db"), options).await.unwrap();
    log.append(begin(0..2000)).await.unwrap();
    File::options().write(true).open(directory.path().join("log.db-wal")).unwrap().set_len(0).unwrap();

    // New names all over: whichever pages are left in the cache, others must be read.
    let failing = begin((0..2000).step_by(5).map(|number| format!("{number}x")));
    let error = log.append(failing).await.unwrap_err();
    assert!(matches!(error, AppendError::Storage(_)), "{error:?}");
    let reason = tokio::time::timeout(Duration::from_secs(10), log.failed()).await.unwrap();
    assert!(reason.contains("code"), "{reason}");
    assert!(matches!(log.append(begin(["later"].iter())).await, Err(AppendError::Stopped)));
}
