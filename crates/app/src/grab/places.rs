//! The places that the configuration gives to running tasks.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use berth_domain::{Code, Explanation, GrabId, Text};

use crate::order::Denied;

/// Who holds a place. Filled from the roster at the start, and kept true by every command on this node.
#[derive(Debug)]
pub(crate) struct Places {
    limit: usize,
    taken: Mutex<HashSet<GrabId>>,
}

impl Places {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, taken: Mutex::default() }
    }

    /// Takes a place; answers whether it was taken now, or was held already. Without a free one: the limit.
    pub(crate) fn take(&self, id: GrabId) -> Result<bool, usize> {
        let mut taken = self.taken();
        if taken.contains(&id) {
            return Ok(false);
        }
        if taken.len() >= self.limit {
            return Err(self.limit);
        }
        Ok(taken.insert(id))
    }

    /// What the task's state says, whoever changed it. A task that runs keeps its place even past the limit.
    pub(crate) fn note(&self, id: GrabId, runs: bool) {
        let mut taken = self.taken();
        if runs {
            taken.insert(id);
        } else {
            taken.remove(&id);
        }
    }

    fn taken(&self) -> MutexGuard<'_, HashSet<GrabId>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every place is taken.
pub(super) fn no_place(limit: usize) -> Denied {
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

    #[test]
    fn the_eleventh_task_finds_no_place_until_one_is_given_back() {
        let places = Places::new(10);
        let id = |number| GrabId::from_parts(1, number);
        for number in 0..10 {
            assert_eq!(places.take(id(number)), Ok(true));
        }
        assert_eq!(places.take(id(3)), Ok(false), "it has its place");
        assert_eq!(places.take(id(10)), Err(10));
        places.note(id(4), false);
        assert_eq!(places.take(id(10)), Ok(true));
    }
}
