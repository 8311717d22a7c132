//! After a backup was put back: what the tasks got since it was made is not in it, so none may go on by itself.

use std::{collections::BTreeSet, sync::Arc};

use berth_actors::Clock;
use berth_domain::{
    Aggregate, GrabId, Timestamp,
    grab::{Command, Grab, Holder, State},
};
use berth_store::{Log, Position};

use crate::{
    ledger::{Book, Ledger},
    order::{Denied, Fault, Order},
};

/// Who paused them.
const ACTOR: &str = "restore";
const PAGE: u32 = 512;

/// Pauses every task that runs, or would run by itself once its tenant may act again, for a person to resume. What is in the air
/// is still found out. Answers whom it paused; doing it twice does it once.
///
/// A task that cannot be read fails the whole: it might hunt once it can be.
pub async fn hold_all(log: Arc<dyn Log>, clock: Clock) -> Result<Vec<GrabId>, Denied> {
    let ledger = Ledger::new(log.clone(), clock);
    let mut held = Vec::new();
    for id in tasks(&*log).await? {
        let mut book: Book<Grab> = ledger.open(id).await?;
        let before = book.version;
        if matches!(book.state.state(), State::Running | State::CoolingDown | State::Paused) {
            let pause = Command::Pause { by: Holder::Person, at: Timestamp::from_millis(clock.now_ms()) };
            ledger.tell(&mut book, pause, &Order { actor: ACTOR.into(), ..Order::own() }).await?;
        }
        if book.version != before {
            held.push(id);
        }
    }
    Ok(held)
}

async fn tasks(log: &dyn Log) -> Result<BTreeSet<GrabId>, Fault> {
    let (mut tasks, mut after) = (BTreeSet::new(), Position::START);
    loop {
        let page = log.read(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(tasks) };
        after = last.position;
        let grabs = page.iter().filter(|event| event.stream.kind() == Grab::KIND);
        tasks.extend(grabs.filter_map(|event| event.stream.id().parse::<GrabId>().ok()));
    }
}
