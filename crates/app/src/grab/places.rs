//! The places that the configuration gives to running tasks, and who waits for one.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use berth_actors::Clock;
use berth_domain::{
    Code, Explanation, GrabId, Text, Timestamp,
    grab::{Action, Command, Grab, Holder, Wish},
    tenant::Status,
};
use tokio::sync::Notify;

use super::{Grabs, actor::Desk};
use crate::order::{Denied, Order};

/// After our own storage failed: how long until somebody is seated.
const PAUSE: Duration = Duration::from_secs(5);

/// Who holds a place, and who waits. Filled from the roster at the start, and kept true by every command on this node.
#[derive(Debug)]
pub(crate) struct Places {
    limit: usize,
    book: Mutex<Book>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct Book {
    taken: HashSet<GrabId>,
    /// Since when.
    waiting: HashMap<GrabId, Timestamp>,
}

impl Places {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, book: Mutex::default(), freed: Notify::new() }
    }

    /// Takes a place; answers whether it was taken now, or was held already. Without a free one: the limit. A place for which
    /// another has waited longer is not free.
    pub(crate) fn take(&self, id: GrabId) -> Result<bool, usize> {
        let mut book = self.book();
        if book.taken.contains(&id) {
            return Ok(false);
        }
        if book.taken.len() + book.ahead_of(id) >= self.limit {
            return Err(self.limit);
        }
        Ok(book.taken.insert(id))
    }

    /// What the task's state says, whoever changed it. A task that runs keeps its place even past the limit.
    pub(crate) fn note(&self, id: GrabId, runs: bool, queued_at: Option<Timestamp>) {
        let mut book = self.book();
        if runs {
            book.taken.insert(id);
        } else {
            book.taken.remove(&id);
        }
        match queued_at {
            Some(at) => drop(book.waiting.insert(id, at)),
            None => drop(book.waiting.remove(&id)),
        }
        if book.taken.len() < self.limit && !book.waiting.is_empty() {
            self.freed.notify_one();
        }
    }

    /// Who has waited longest, if there is a place for it.
    fn next(&self) -> Option<GrabId> {
        let book = self.book();
        let first = book.waiting.iter().min_by_key(|(id, since)| (**since, **id));
        first.filter(|_| book.taken.len() < self.limit).map(|(id, _)| *id)
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn ahead_of(&self, id: GrabId) -> usize {
        let own = self.waiting.get(&id).map(|since| (*since, id));
        let sooner = |(other, since): &(&GrabId, &Timestamp)| own.is_none_or(|own| (**since, **other) < own);
        self.waiting.iter().filter(sooner).count()
    }
}

impl Desk {
    /// What is to run takes a place, or waits for one; whose tenant may not act takes none.
    ///
    /// Asked while the book is held: what the tenant does afterwards comes to the task as a command after this one.
    pub(super) async fn placed(
        &self,
        grab: &Grab,
        command: Command,
        order: &Order,
    ) -> Result<Command, Denied> {
        match command {
            Command::Start { .. } | Command::Resume { by: Holder::Person, .. } => {
                self.seated(grab, command, order).await
            }
            // It had a place before, and others may have it by now.
            Command::Resume { by: Holder::Tenant, at } if grab.wish == Wish::Paused(Holder::Tenant) => {
                let seated = self.kit.places.take(self.id).is_ok();
                Ok(if seated { command } else { Command::QueueAgain { at } })
            }
            // Whoever says so may have heard of it long ago.
            Command::Pause { by: Holder::Tenant, at } if self.may_go_on(grab).await => {
                Ok(Command::Resume { by: Holder::Tenant, at })
            }
            command => Ok(command),
        }
    }

    async fn seated(&self, grab: &Grab, command: Command, order: &Order) -> Result<Command, Denied> {
        let wanted = grab.order.as_ref().filter(|_| grab.deleted_at.is_none());
        let repeated = order.given && self.kit.world.log.answered(&order.command).await?.is_some();
        let Some(wanted) = wanted.filter(|_| !repeated) else { return Ok(command) };
        let status = self.kit.gate.status(wanted.tenant).await?;
        match command {
            _ if status == Status::Removed => Err(tenant_removed()),
            Command::Start { at } if status.holds_tasks() => Ok(Command::Await { action: Action::Start, at }),
            Command::Resume { at, .. } if status.holds_tasks() => {
                Ok(Command::Await { action: Action::Resume, at })
            }
            Command::Start { at } => {
                let seated = self.kit.places.take(self.id).is_ok();
                Ok(if seated { command } else { Command::Queue { at } })
            }
            command => self.kit.places.take(self.id).map(|_| command).map_err(no_place),
        }
    }

    /// Whether a task that its tenant does not hold has no need to be held. A tenant that cannot be asked may not act.
    async fn may_go_on(&self, grab: &Grab) -> bool {
        let Some(order) = &grab.order else { return false };
        let status = self.kit.gate.status(order.tenant).await;
        grab.wish != Wish::Paused(Holder::Tenant) && status.is_ok_and(|status| !status.holds_tasks())
    }
}

/// Starts those that wait as places free, for ever.
pub(crate) async fn usher(places: Arc<Places>, grabs: Grabs, clock: Clock) {
    loop {
        while let Some(id) = places.next() {
            let start = Command::Start { at: Timestamp::from_millis(clock.now_ms()) };
            match grabs.tell(id, start, Order::own()).await {
                Ok(_) => {}
                Err(Denied::Fault(fault)) if fault.is_passing() => {
                    tracing::error!(grab.id = %id, error = %fault, "a waiting task could not be started; trying again");
                    clock.sleep(PAUSE).await;
                }
                Err(denied) => {
                    tracing::error!(grab.id = %id, error = %denied, "a waiting task cannot be started, and waits no more");
                    places.note(id, false, None);
                }
            }
        }
        places.freed.notified().await;
    }
}

fn tenant_removed() -> Denied {
    let message = Text::new("the task's tenant was removed", "该任务的租户已删除");
    let hint = Text::new("make a new task for another tenant", "请用其他租户新建任务");
    Denied::Refused(vec![Explanation::new(Code::StateConflict, message).hint(hint)])
}

/// Every place is taken.
fn no_place(limit: usize) -> Denied {
    let message = Text::new(
        format!("{limit} tasks run already, as many as the configuration allows (grab.concurrent_limit)"),
        format!("已有 {limit} 个任务在运行，达到配置上限（grab.concurrent_limit）"),
    );
    let hint = Text::new("stop or pause one, or raise the limit", "请先停止或暂停一个任务，或提高上限");
    Denied::Refused(vec![Explanation::new(Code::LimitReached, message).hint(hint)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> GrabId {
        GrabId::from_parts(1, number)
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn the_eleventh_task_finds_no_place_until_one_is_given_back() {
        let places = Places::new(10);
        for number in 0..10 {
            assert_eq!(places.take(id(number)), Ok(true));
        }
        assert_eq!(places.take(id(3)), Ok(false), "it has its place");
        assert_eq!(places.take(id(10)), Err(10));
        places.note(id(4), false, None);
        assert_eq!(places.take(id(10)), Ok(true));
    }

    #[test]
    fn whoever_waits_longest_is_seated_first_and_nobody_is_overtaken() {
        let places = Places::new(1);
        assert_eq!(places.take(id(0)), Ok(true));
        places.note(id(1), false, Some(at(20)));
        places.note(id(2), false, Some(at(10)));
        assert_eq!(places.next(), None, "the place is taken");
        places.note(id(0), false, None);
        assert_eq!(places.next(), Some(id(2)));
        assert_eq!(places.take(id(3)), Err(1), "two have waited longer");
        assert_eq!(places.take(id(1)), Err(1), "one has waited longer");
        assert_eq!(places.take(id(2)), Ok(true));
        places.note(id(2), true, None);
        assert_eq!(places.next(), None);
    }
}
