//! After a backup was put back: what the tasks got since it was made is not in it, so none may go on by itself.

use std::sync::Arc;

use berth_actors::Clock;
use berth_domain::{
    GrabId, Timestamp,
    access::Principal,
    grab::{Command, Grab, Holder, State},
};
use berth_store::Log;

use crate::{
    ledger::{Book, Ledger},
    order::{Denied, Order},
    roster,
};

/// Who paused them.
const ACTOR: &str = "restore";

/// Pauses every task that runs, or would run by itself once a place is free or its tenant may act again, for a person to resume.
/// What is in the air is still found out. Answers whom it paused; doing it twice does it once.
///
/// A task that cannot be read fails the whole: it might hunt once it can be.
pub async fn hold_all(log: Arc<dyn Log>, clock: Clock) -> Result<Vec<GrabId>, Denied> {
    let ledger = Ledger::new(log.clone(), clock);
    let mut held = Vec::new();
    for id in roster::tasks(&*log).await?.into_keys() {
        let mut book: Book<Grab> = ledger.open(id).await?;
        let (before, state) = (book.version, book.state.state());
        if state.runs() || state == State::Paused || book.state.queued_at().is_some() {
            let pause = Command::Pause { by: Holder::Person, at: Timestamp::from_millis(clock.now_ms()) };
            ledger
                .tell(
                    &mut book,
                    pause,
                    &Order { by: Principal::system().named(ACTOR), given: true, ..Order::own() },
                )
                .await?;
        }
        if book.version != before {
            held.push(id);
        }
    }
    Ok(held)
}
