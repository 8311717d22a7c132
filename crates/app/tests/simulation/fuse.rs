//! Where a life of the process ends: at a moment, or at the n-th time that it touches the world, before or after the deed.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::SeqCst};

use tokio::sync::Notify;

#[derive(Default)]
pub(crate) struct Fuse {
    /// Touches until it blows; none when it is 0 at the start.
    left: AtomicI64,
    armed: AtomicBool,
    blown: AtomicBool,
    told: Notify,
}

impl Fuse {
    /// Of a life that ends with its n-th touch of the world.
    pub(crate) fn after(touches: Option<i64>) -> Self {
        let fuse = Self::default();
        fuse.left.store(touches.unwrap_or_default(), SeqCst);
        fuse.armed.store(touches.is_some(), SeqCst);
        fuse
    }

    /// Passed by everything that the process does to the world. Once it is blown, nobody comes back from here.
    pub(crate) async fn touch(&self) {
        if self.armed.load(SeqCst) && self.left.fetch_sub(1, SeqCst) <= 1 {
            self.blown.store(true, SeqCst);
        }
        if self.blown.load(SeqCst) {
            self.told.notify_one();
            std::future::pending::<()>().await;
        }
    }

    pub(crate) async fn blown(&self) {
        while !self.blown.load(SeqCst) {
            self.told.notified().await;
        }
    }
}
