//! What would wear a server out if many did it at once takes turns.

use std::sync::Arc;

use async_graphql::{Context, Result};
use berth_domain::Text;
use tokio::sync::{Mutex, MutexGuard, OwnedSemaphorePermit, Semaphore};

use super::{caller::language, fault};

/// So many histories are held in memory at once.
const REPLAYS: usize = 2;

/// One for each schema.
pub(crate) struct Turns {
    replays: Arc<Semaphore>,
    verifications: Arc<Semaphore>,
    orders: Mutex<()>,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            replays: Arc::new(Semaphore::new(REPLAYS)),
            verifications: Arc::new(Semaphore::new(1)),
            orders: Mutex::default(),
        }
    }
}

/// A turn at holding a history in memory, when one is free.
pub(crate) async fn at_replaying(ctx: &Context<'_>) -> OwnedSemaphorePermit {
    let replays = turns(ctx).replays.clone();
    replays.acquire_owned().await.expect("nobody closes the semaphore")
}

/// A turn at reading the whole log, refused while another does.
pub(crate) fn at_verifying(ctx: &Context<'_>) -> Result<OwnedSemaphorePermit> {
    turns(ctx).verifications.clone().try_acquire_owned().map_err(|_| {
        let text = Text::new(
            "the log is being verified already; wait until that is done",
            "事件日志正在校验中，请等其完成",
        );
        fault::bad_input(language(ctx), &text)
    })
}

/// A turn at ordering something of a read model: what it is doing is looked at before, and must still be so when it is ordered.
pub(crate) async fn at_ordering<'a>(ctx: &Context<'a>) -> MutexGuard<'a, ()> {
    turns(ctx).orders.lock().await
}

fn turns<'a>(ctx: &Context<'a>) -> &'a Turns {
    ctx.data_unchecked()
}
