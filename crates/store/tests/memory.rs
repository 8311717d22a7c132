//! The log in memory keeps the same contract. `cargo test -p berth-store --features memory`.
#![cfg(feature = "memory")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod contract;

use std::sync::Arc;

use berth_store::memory::MemoryLog;

struct World {
    log: contract::AnyLog,
}

fn world() -> std::future::Ready<World> {
    std::future::ready(World { log: Arc::new(MemoryLog::default()) })
}

contract!(world());
