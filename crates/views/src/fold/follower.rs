//! Leads every course along the log: who serves first, then who is behind, in steps short enough that nobody waits long.

use std::{sync::Arc, time::Duration};

use berth_store::{Log, Position, Recorded};
use sqlx::SqliteConnection;
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use super::{
    course::{Course, Way},
    joint::{self, Folded, Step},
    portion::Bound,
};
use crate::{
    ViewError, open,
    projection::{
        Board, Order, Orders, Paces, What, doubt,
        rebuild::{self, Made},
    },
};

/// Events folded in one transaction when nobody else wants a turn: a page of the file is written once for all of them.
const ALONE: u64 = 32_768;
/// When somebody does.
const AMONG_OTHERS: u64 = 6_144;
/// From here on catching up is worth a large cache.
const FAR_BEHIND: u64 = 50_000;
/// In a stream of events, how long they gather before they are folded together, unless somebody waits for them: a transaction costs
/// more than the rows in it. The first after a rest of this length is folded at once.
const GATHER: Duration = Duration::from_millis(100);
/// A waking may be missed (another node appended), so the log is looked at this often as well.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// When to return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// The log is closed.
    Closed,
    /// All that can go on is where the log ends, and no rebuild is under way.
    Level,
}

pub(crate) struct Follower<'v> {
    log: Arc<dyn Log>,
    connection: &'v mut SqliteConnection,
    board: &'v Board,
    courses: Vec<Course>,
    orders: Orders,
    paces: Paces,
    large_cache: bool,
    /// Look for orders before the next step.
    ordered: bool,
    /// Somebody may want to see what happens meanwhile, so steps are short.
    pub(crate) watched: bool,
    /// When events were last folded.
    folded_at: Option<Instant>,
}

impl<'v> Follower<'v> {
    pub(crate) async fn new(
        log: Arc<dyn Log>,
        connection: &'v mut SqliteConnection,
        board: &'v Board,
    ) -> Result<Self, ViewError> {
        // Read anew, since a commit whose answer was lost may have happened.
        let courses = Course::load_all(connection).await?;
        open::set_cache(connection, false).await?;
        let (orders, paces) = (Orders::default(), Paces::default());
        Ok(Self {
            log,
            connection,
            board,
            courses,
            orders,
            paces,
            large_cache: false,
            ordered: true,
            watched: true,
            folded_at: None,
        })
    }

    pub(crate) async fn run(&mut self, until: Until, mut told: impl FnMut()) -> Result<(), ViewError> {
        let mut woken = self.log.watch();
        self.watched &= until == Until::Closed;
        // Whatever was committed before a fault is there to be asked.
        self.say();
        loop {
            // Marked as seen before reading: what is appended meanwhile wakes us again.
            woken.mark_unchanged();
            if self.ordered || self.courses.iter().any(|course| course.fault.is_some()) {
                self.ordered = false;
                self.heed().await?;
            }
            let moved = self.round().await?;
            self.say();
            told();
            if moved {
                self.folded_at = Some(Instant::now());
                continue;
            }
            if until == Until::Level && self.courses.iter().all(|course| course.doubt.is_none()) {
                return Ok(());
            }
            if self.closed_while_waiting(&mut woken).await {
                return Ok(());
            }
        }
    }

    /// Takes in events that were read elsewhere, into all that serve.
    pub(crate) async fn fold(&mut self, events: &[Recorded]) -> Result<(), ViewError> {
        self.orders.look(self.log.as_ref()).await?;
        let serving = self.courses.iter_mut().filter(|course| course.live && course.fault.is_none());
        let mut serving: Vec<_> = serving.collect();
        let log = self.log.clone();
        joint::fold(self.connection, log.as_ref(), &mut serving, &self.orders.skips, events).await?;
        self.say();
        Ok(())
    }

    /// One turn for each. Answers whether anything came of it.
    async fn round(&mut self) -> Result<bool, ViewError> {
        let mut moved = false;
        if let Some(position) = self.furthest() {
            moved |= self.step(&Turn { position, doubtful: None, bound: Bound::default() }).await?;
        }
        if let Some(turn) = self.next_behind() {
            moved |= self.step(&turn).await?;
        }
        Ok(moved | self.finish().await?)
    }

    fn furthest(&self) -> Option<Position> {
        self.courses.iter().filter(|course| course.is_well()).map(Course::position).max()
    }

    /// Whoever is in doubt and due, or the hindmost of the rest. It goes no further than the next one before it: there they join.
    fn next_behind(&self) -> Option<Turn> {
        let now = Instant::now();
        let tried = |course: &Course| course.fault.is_none() && course.way != Way::Outrun;
        for (index, course) in self.courses.iter().enumerate().filter(|(_, course)| tried(course)) {
            if let Some(doubt) = course.doubt.as_ref().filter(|doubt| doubt.retry_at <= now) {
                let position = course.position();
                return Some(Turn { position, doubtful: Some(index), bound: doubt.bound(position) });
            }
        }
        let well = || self.courses.iter().filter(|course| course.is_well()).map(Course::position);
        let position = well().min()?;
        let through = well().filter(|other| *other > position).min()?;
        Some(Turn { position, doubtful: None, bound: Bound { through: Some(through), single: false } })
    }

    /// Events are read and folded for all whose turn it is.
    async fn step(&mut self, turn: &Turn) -> Result<bool, ViewError> {
        self.size_cache(turn.position).await?;
        let alone = !self.watched || self.courses.iter().all(|course| turn.is_of(course));
        let budget = if alone { ALONE } else { AMONG_OTHERS };
        let indices: Vec<_> =
            (0..self.courses.len()).filter(|index| turn.includes(*index, &self.courses[*index])).collect();
        let members = self.courses.iter_mut().enumerate().filter(|(index, _)| indices.contains(index));
        let mut members: Vec<_> = members.map(|(_, course)| course).collect();
        let log = self.log.clone();
        let skips = &self.orders.skips;
        let step =
            joint::step(self.connection, log.as_ref(), &mut members, skips, turn.bound, budget).await?;
        match step {
            Step::Folded(folded) => Ok(self.folded(&indices, &folded, turn.position)),
            Step::Stopped { index, position, message, tried } => {
                self.stopped(indices[index], position, message, tried).await?;
                Ok(true)
            }
            Step::Outrun => {
                self.begin_anew(&indices).await?;
                Ok(true)
            }
        }
    }

    fn folded(&mut self, indices: &[usize], folded: &Folded, before: Position) -> bool {
        let mut moved = false;
        for index in indices {
            let course = &mut self.courses[*index];
            moved |= course.position() > before;
            if folded.exhausted {
                course.way = Way::Level;
            }
            let position = course.position();
            course.doubt.take_if(|doubt| doubt.is_over(position));
            self.paces.add(course.model.name, folded.count);
        }
        self.ordered |= folded.ordered;
        self.say();
        moved
    }

    async fn stopped(
        &mut self,
        index: usize,
        position: Option<Position>,
        message: String,
        tried: Position,
    ) -> Result<(), ViewError> {
        let course = &mut self.courses[index];
        if let Some(fault) = doubt::stopped(course, position, message, tried) {
            doubt::park(self.connection, course, fault).await?;
        }
        Ok(())
    }

    /// What they folded one by one has left the log, and something stands in for it. A rebuild begins again; who serves is rebuilt.
    async fn begin_anew(&mut self, indices: &[usize]) -> Result<(), ViewError> {
        for index in indices {
            let (course, log) = (&mut self.courses[*index], self.log.as_ref());
            let (model, live) = (course.model, course.live);
            if course.position() == Position::START {
                continue;
            }
            tracing::info!(
                projection = model.name,
                live,
                "the books were closed over a read model: it is folded anew"
            );
            if !live {
                rebuild::begin_again(self.connection, log, course).await?;
                continue;
            }
            course.way = Way::Outrun;
            let beside = self.courses.iter().any(|other| !other.live && other.is_called(model.name));
            if !beside {
                rebuild::begin(self.connection, log, model, Made::Beside).await?;
            }
        }
        self.reload().await
    }

    /// Carries out what was ordered, and remembers that afterwards. Whoever is killed between does it again, which is no harm, except a
    /// rebuild: that one is seen to be under way.
    async fn heed(&mut self) -> Result<(), ViewError> {
        for order in self.orders.look(self.log.as_ref()).await? {
            let is_due = |course: &Course| course.is_called(order.name) && course.orders < order.version;
            let is_new =
                self.courses.iter().any(|course| course.live && is_due(course)) && !self.is_begun(&order);
            if order.what == What::Rebuild && is_new {
                self.begin_rebuild(&order).await?;
            }
            for course in self.courses.iter_mut().filter(|course| is_due(course)) {
                if matches!(order.what, What::Skip(_) | What::Retry) {
                    doubt::unpark(self.connection, course).await?;
                }
                rebuild::carried_out(self.connection, course, order.version).await?;
            }
        }
        Ok(())
    }

    /// A rebuild is under way that was begun after the order.
    fn is_begun(&self, order: &Order) -> bool {
        let mut beside = self.courses.iter().filter(|course| !course.live && course.is_called(order.name));
        beside.any(|course| course.orders >= order.version)
    }

    async fn begin_rebuild(&mut self, order: &Order) -> Result<(), ViewError> {
        let made = if self.watched { Made::Beside } else { Made::Offline };
        match self.rebuild(order.name, made).await {
            Err(ViewError::Rebuilding { name }) => {
                tracing::warn!(
                    projection = name,
                    "a second rebuild was ordered while one runs: it is not begun"
                );
                Ok(())
            }
            done => done,
        }
    }

    /// Begins a rebuild beside the one that serves. Refused while one is under way.
    pub(crate) async fn rebuild(&mut self, name: &str, made: Made) -> Result<(), ViewError> {
        let of_name = || self.courses.iter().filter(|course| course.is_called(name));
        let Some(serving) = of_name().find(|course| course.live) else {
            return Err(ViewError::NoSuchProjection { name: name.to_owned() });
        };
        if of_name().any(|course| !course.live) {
            return Err(ViewError::Rebuilding { name: name.to_owned() });
        }
        rebuild::begin(self.connection, self.log.as_ref(), serving.model, made).await?;
        self.reload().await
    }

    /// Indexes that were put off, and rebuilds that are level, one at a time.
    async fn finish(&mut self) -> Result<bool, ViewError> {
        let unindexed = self.courses.iter().position(|course| course.way == Way::Level && !course.indexed);
        if let Some(index) = unindexed {
            rebuild::index(self.connection, &mut self.courses[index]).await?;
            return Ok(true);
        }
        let serving = |name| self.courses.iter().find(|course| course.live && course.is_called(name));
        let filled = self.courses.iter().find(|course| {
            let behind = serving(course.model.name).map(Course::position).unwrap_or_default();
            !course.live && rebuild::may_serve(course, behind)
        });
        let Some(filled) = filled else { return Ok(false) };
        rebuild::swap(self.connection, filled).await?;
        self.reload().await?;
        self.say();
        rebuild::clear(self.connection).await?;
        Ok(true)
    }

    /// After generations came or went. What is known beyond their rows is kept.
    async fn reload(&mut self) -> Result<(), ViewError> {
        let mut before = std::mem::replace(&mut self.courses, Course::load_all(self.connection).await?);
        for course in &mut self.courses {
            let same =
                |old: &Course| old.model.name == course.model.name && old.generation == course.generation;
            if let Some(old) = before.iter_mut().find(|old| same(old)) {
                course.way = old.way;
                course.doubt = old.doubt.take();
            }
        }
        Ok(())
    }

    fn say(&mut self) {
        let head = *self.log.watch().borrow();
        self.board.say(&self.courses, &mut self.paces, head);
    }

    async fn size_cache(&mut self, position: Position) -> Result<(), ViewError> {
        let head = *self.log.watch().borrow();
        let large = head.get().saturating_sub(position.get()) > FAR_BEHIND
            || (self.large_cache && self.courses.iter().any(|course| !course.live));
        if large != self.large_cache {
            open::set_cache(self.connection, large).await?;
            self.large_cache = large;
        }
        Ok(())
    }

    async fn closed_while_waiting(&self, woken: &mut watch::Receiver<Position>) -> bool {
        let look_at = Instant::now() + LOOK_EVERY;
        let doubts = self.courses.iter().filter_map(|course| course.doubt.as_ref());
        let wake_at = doubts.map(|doubt| doubt.retry_at).fold(look_at, Instant::min);
        let ended = matches!(timeout_at(wake_at, woken.changed()).await, Ok(Err(_)));
        if !ended {
            self.gather().await;
        }
        ended
    }

    async fn gather(&self) {
        let Some(folded_at) = self.folded_at else { return };
        let wanted = self.board.wanted_behind(self.furthest().unwrap_or_default());
        timeout_at(folded_at + GATHER, wanted).await.ok();
    }
}

/// Who is folded next, from where to where.
struct Turn {
    position: Position,
    /// One that is in doubt goes alone.
    doubtful: Option<usize>,
    bound: Bound,
}

impl Turn {
    fn is_of(&self, course: &Course) -> bool {
        self.doubtful.is_none() && course.is_well() && course.position() == self.position
    }

    fn includes(&self, index: usize, course: &Course) -> bool {
        self.doubtful.map_or_else(|| self.is_of(course), |doubtful| doubtful == index)
    }
}
