//! Makes a data directory with a made-up past, for whoever wants to try the tools on something large: `past DIRECTORY [EVENTS]`.

#![expect(clippy::unwrap_used, reason = "the history is a test's")]

use std::{path::Path, sync::Arc};

use berth_store::{
    Log, Storage,
    sqlite::{Options, SqliteLog},
    vault::Vault,
};

#[path = "../tests/process/travelling/history.rs"]
mod history;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().expect("say which directory: past DIRECTORY [EVENTS]");
    let events = arguments.next().map_or(1_000_000, |number| number.parse().expect("a number of events"));
    let directory = Path::new(&directory);
    std::fs::create_dir_all(directory).unwrap();
    let sqlite = SqliteLog::open(&directory.join("log.db"), Options::default()).await.unwrap();
    let log: Arc<dyn Log> = Arc::new(sqlite.clone());
    history::write(&log, events).await;
    history::seal(&log, &Vault::open_or_create(&directory.join("vault.key")).unwrap()).await;
    println!("{} events in {}", log.head().await.unwrap(), directory.display());
    Storage::close(&sqlite).await;
}
