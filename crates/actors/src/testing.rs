//! Virtual time for tests, here and in the crates above.

use std::future::Future;

use actix::System;
use tokio::runtime::Builder;

/// Runs `test` on one thread whose time stands still while anything can run, and jumps to the next timer when nothing
/// can. Use `Clock::virtual_from` and `Arbiters::current` inside.
///
/// Keep real IO and other threads out: while one is awaited everything here waits, and so time jumps.
pub fn on_virtual_time<T>(test: impl Future<Output = T>) -> T {
    System::with_tokio_rt(|| {
        Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .expect("a runtime on this thread needs nothing that could be missing")
    })
    .block_on(test)
}
