//! The threads that actors live on.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    thread,
};

use actix::{Arbiter, ArbiterHandle};

/// A fixed set of actix arbiters. An id always lands on the same one, so two actors of one id can never run at once:
/// the second is queued on the thread that is still busy leaving the first.
///
/// One handler that blocks stalls every neighbour on its thread; what blocks belongs into `tokio::task::spawn_blocking`.
#[derive(Clone, Debug)]
pub struct Arbiters {
    handles: Arc<[ArbiterHandle]>,
}

impl Arbiters {
    /// One arbiter for each core, at least one. Needs a running `actix::System` on this thread, and ends with it.
    pub fn per_core() -> Self {
        Self::spread_over(thread::available_parallelism().map_or(1, usize::from))
    }

    /// This many arbiters, at least one. Needs a running `actix::System` on this thread, and ends with it.
    pub fn spread_over(threads: usize) -> Self {
        Self { handles: (0..threads.max(1)).map(|_| Arbiter::new().handle()).collect() }
    }

    /// Everything on the arbiter of this thread. Virtual time needs it.
    pub fn current() -> Self {
        Self { handles: Arc::new([Arbiter::current()]) }
    }

    /// The arbiter of this id: the same for equal ids, in every run of one build.
    pub fn of(&self, id: &impl Hash) -> &ArbiterHandle {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let count = u64::try_from(self.handles.len()).expect("no machine has 2^64 threads");
        let index = usize::try_from(hasher.finish() % count).expect("smaller than a length");
        &self.handles[index]
    }

    /// Ends the threads. Actors that are still awake are dropped where they stand: call `Registry::stop_all` before.
    pub fn stop(&self) {
        for handle in self.handles.iter() {
            handle.stop();
        }
    }
}
