//! A time-ordered index of sleeping things, and the loop that wakes them.
//!
//! It forgets everything in a crash: whoever fills it can fill it again from what is stored.

use std::{
    collections::{BTreeSet, HashMap},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

use crate::Clock;

/// At most so many keys are handed out before other tasks get their turn.
const BATCH: usize = 256;
/// Somebody may set the wall clock back while keys wait for what it will show: the clocks are compared at least this often. What is set
/// while it shows too much, and is set right again before the next look, waits for what was shown.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// By less than this it was not set back, but corrected.
const SET_BACK_MS: i64 = 1_000;

/// Which key is due when. A handle: clones share one index, any thread may use it.
///
/// A key has one due time; setting it again replaces it. Every operation is O(log n). A row holds its key twice: some
/// 50 bytes with a key of 8 bytes, 75 to 100 with one of 16.
#[derive(Debug)]
pub struct DueIndex<K> {
    shared: Arc<Shared<K>>,
}

#[derive(Debug)]
struct Shared<K> {
    rows: Mutex<Rows<K>>,
    /// Told when the earliest due time moved forward.
    earlier: Notify,
}

#[derive(Debug)]
struct Rows<K> {
    by_time: BTreeSet<(i64, K)>,
    by_key: HashMap<K, i64>,
}

impl<K: Clone + Eq + Hash + Ord> DueIndex<K> {
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes `key` due at `due_ms` (wall clock, milliseconds), whatever was set before. Re-arms [`run_due`].
    pub fn set(&self, key: K, due_ms: i64) {
        let mut rows = self.rows();
        let first = rows.first();
        if let Some(old) = rows.by_key.insert(key.clone(), due_ms) {
            rows.by_time.remove(&(old, key.clone()));
        }
        rows.by_time.insert((due_ms, key));
        drop(rows);
        if first.is_none_or(|first| due_ms < first) {
            self.shared.earlier.notify_one();
        }
    }

    /// Takes `key` out; answers when it would have been due.
    pub fn remove(&self, key: &K) -> Option<i64> {
        let mut rows = self.rows();
        let due_ms = rows.by_key.remove(key)?;
        rows.by_time.remove(&(due_ms, key.clone()));
        Some(due_ms)
    }

    /// When `key` is due.
    pub fn due_of(&self, key: &K) -> Option<i64> {
        self.rows().by_key.get(key).copied()
    }

    /// The earliest due time.
    pub fn next_due(&self) -> Option<i64> {
        self.rows().first()
    }

    /// Takes out up to `limit` keys that are due at `now_ms` or before: the earliest first, equal times by key.
    pub fn take_due(&self, now_ms: i64, limit: usize) -> Vec<K> {
        let mut rows = self.rows();
        let mut taken = Vec::new();
        while taken.len() < limit && rows.first().is_some_and(|due_ms| due_ms <= now_ms) {
            let Some((_, key)) = rows.by_time.pop_first() else { break };
            rows.by_key.remove(&key);
            taken.push(key);
        }
        taken
    }

    /// Makes everything due so much earlier.
    fn bring_forward(&self, by_ms: i64) {
        let mut rows = self.rows();
        rows.by_time = std::mem::take(&mut rows.by_time)
            .into_iter()
            .map(|(due_ms, key)| (due_ms - by_ms, key))
            .collect();
        rows.by_key.values_mut().for_each(|due_ms| *due_ms -= by_ms);
    }

    pub fn len(&self) -> usize {
        self.rows().by_key.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn rows(&self) -> MutexGuard<'_, Rows<K>> {
        // No caller's code but `Hash`, `Ord` and `Clone` of a key runs under the lock.
        self.shared.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Ord> Rows<K> {
    fn first(&self) -> Option<i64> {
        self.by_time.first().map(|(due_ms, _)| *due_ms)
    }
}

impl<K> Default for DueIndex<K> {
    fn default() -> Self {
        let rows = Rows { by_time: BTreeSet::new(), by_key: HashMap::new() };
        Self { shared: Arc::new(Shared { rows: Mutex::new(rows), earlier: Notify::new() }) }
    }
}

impl<K> Clone for DueIndex<K> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

/// Calls `on_due` with each key when its time has come, in order, for ever; drop the future to end it.
///
/// A key is out of the index when `on_due` gets it: what shall come again must be set again, there or later. Run one
/// such loop per index. `on_due` must not block; it usually writes a message to an actor, and sets the key a little
/// later when that mailbox is full.
///
/// What waits is due no later because somebody sets the wall clock back: all of it is brought forward by as much, so that some
/// comes a little early.
pub async fn run_due<K: Clone + Eq + Hash + Ord>(
    index: DueIndex<K>,
    clock: Clock,
    mut on_due: impl FnMut(K),
) {
    let mut look = Look::now(clock);
    loop {
        if let Some(by_ms) = look.set_back(clock) {
            index.bring_forward(by_ms);
        }
        let now_ms = clock.now_ms();
        index.take_due(now_ms, BATCH).into_iter().for_each(&mut on_due);
        match index.next_due() {
            None => index.shared.earlier.notified().await,
            Some(due_ms) if due_ms <= now_ms => tokio::task::yield_now().await,
            // In order: which comes first must not hang on chance, or a simulation could not be repeated.
            Some(due_ms) => tokio::select! {
                biased;
                () = index.shared.earlier.notified() => {}
                () = clock.sleep_until_ms(due_ms) => {}
                () = clock.sleep(LOOK_EVERY) => {}
            },
        }
    }
}

/// What the two clocks showed when they were last compared.
struct Look {
    wall_ms: i64,
    at: Instant,
}

impl Look {
    fn now(clock: Clock) -> Self {
        Self { wall_ms: clock.now_ms(), at: clock.instant() }
    }

    /// By how much the wall clock was set back since the last look, if it was.
    fn set_back(&mut self, clock: Clock) -> Option<i64> {
        let before = std::mem::replace(self, Self::now(clock));
        let passed = i64::try_from(self.at.duration_since(before.at).as_millis()).unwrap_or(i64::MAX);
        let missing = before.wall_ms.saturating_add(passed).saturating_sub(self.wall_ms);
        (missing >= SET_BACK_MS).then_some(missing)
    }
}
