//! State × time → the next step. Thinking returns a value; the hunter's hands carry it out.

use super::{
    ABSENCE_MS, RESENDS, TOKEN_LIFE_MS,
    event::{GaveUp, Review},
    goal::{Dormant, Goal},
    outcome::Reason,
    spec::{Size, Spec},
    state::{Asked, Grab, Have, LastAttempt, Order, Wish},
    suspicion::Suspicion,
};
use crate::{GrabId, Timestamp, id::spread};

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Read what an attempt in this region needs: domains, image, network.
    Prepare {
        region: String,
    },
    AttemptNow {
        number: u32,
        aim: Aim,
    },
    /// Ask again with the same token and the same bytes.
    Resend {
        number: u32,
    },
    /// Look for the instance by name and tag.
    LookFor {
        number: u32,
    },
    /// See whether the accepted instance runs and has its address.
    Follow {
        instance: String,
    },
    /// Find out whether what the last answer said is so, before anything else is tried.
    LookInto(Suspicion),
    WaitUntil(Timestamp),
    GiveUp(GaveUp),
    AskReview(Review),
    /// Nothing until somebody wakes it.
    Rest,
}

/// What one attempt asks for, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Aim {
    pub region: String,
    pub availability_domain: String,
    /// Of a flexible shape.
    pub size: Option<Size>,
}

/// One of the order's regions as it is known.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    pub region: &'a str,
    /// Its availability domains, once known.
    pub domains: Option<&'a [String]>,
}

/// What the plan is told about the world.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    pub id: GrabId,
    pub now: Timestamp,
    /// When this process began to act for the task: what fell due before is spread out, not done at once.
    pub awake_since: Timestamp,
    /// How long ago the last attempt went out, in milliseconds by the clock that nobody can set. Absent where this process did not
    /// make it, or the task was started since.
    pub tried_ago: Option<i64>,
    pub tenant_may_act: bool,
    /// The order's regions, in its order, without those that cannot be attempted for now.
    pub sites: &'a [Site<'a>],
}

/// No outcome asks to wait for longer. A cloud may ask for more by a throttle answer, and the tenant's pace sees to that.
const LONGEST_WAIT_MS: i64 = 600_000;
/// Two clocks that both leave out parts of milliseconds agree to within this.
const ROUNDING_MS: i64 = 1;
/// A domain without the shape is asked again after a day.
const DROPPED_FOR_MS: i64 = 86_400_000;
/// A first attempt comes within this time of the start, or within the interval where that is shorter.
const FIRST_WITHIN_MS: i64 = 10_000;
/// A tenant that may not act is looked at again after this, whatever event of its may have been missed.
pub const TENANT_PAUSE_MS: i64 = 60_000;
/// Regions that cannot be tried for now are looked at again after this.
const REGION_PAUSE_MS: i64 = 60_000;
/// How long an answer is waited for before a lost attempt is asked again; doubles each time.
const RESEND_PAUSE_MS: i64 = 2_000;

impl Grab {
    /// The next step. Depends on nothing but its arguments.
    pub fn plan(&self, around: Surroundings<'_>) -> Step {
        let Some(order) = &self.order else { return Step::Rest };
        match (&self.have, self.wish) {
            (Have::Unclear(_), _) => Step::Rest,
            (Have::Accepted(accepted), _) => Step::Follow { instance: accepted.instance.clone() },
            (Have::Asked(asked), wish) => find_out(asked, wish, self.not_before, around.now),
            (Have::Nothing, Wish::Standing) if self.has_all() => Step::Rest,
            (Have::Nothing, Wish::Standing) => self.hunt(order, around),
            (
                Have::Nothing,
                Wish::Unspoken | Wish::Queued(_) | Wish::Paused(_) | Wish::CalledOff | Wish::GivenUp(_),
            ) => Step::Rest,
        }
    }

    /// When the next attempt is due; absent unless the task runs. Drives countdowns and the due-time index.
    pub fn next_attempt_at(&self, id: GrabId, awake_since: Timestamp) -> Option<Timestamp> {
        let order = self.order.as_ref()?;
        let (now, tried_ago, sites) = (Timestamp::LATEST, None, &[]);
        let around = Surroundings { id, now, awake_since, tried_ago, tenant_may_act: true, sites };
        self.is_free_to_try().then(|| opening(order, id, self.due(order, around)))
    }

    fn hunt(&self, order: &Order, around: Surroundings<'_>) -> Step {
        if order.schedule.deadline.is_some_and(|deadline| around.now >= deadline) {
            return Step::GiveUp(GaveUp::DeadlinePassed);
        }
        // The last attempt may have ended while the task was held, or in an instance that was then lost.
        if self.exhausted(self.tally.attempts) {
            return Step::GiveUp(GaveUp::AttemptsExhausted);
        }
        if !around.tenant_may_act {
            return Step::WaitUntil(around.now.plus_millis(TENANT_PAUSE_MS));
        }
        if let Some(suspicion) = self.suspicion {
            return self.look_into(suspicion, order, around.now);
        }
        // Waiting for a turn may have outlasted a window.
        let due = opening(order, around.id, self.due(order, around).max(around.now));
        if around.now < due {
            return Step::WaitUntil(order.schedule.deadline.map_or(due, |deadline| due.min(deadline)));
        }
        match &order.goal {
            Goal::Launch(spec) => self.launch(spec, around),
            Goal::Start(dormant) => {
                Step::AttemptNow { number: self.next_number(), aim: Aim::where_it_is(dormant) }
            }
        }
    }

    fn launch(&self, spec: &Spec, around: Surroundings<'_>) -> Step {
        if let Some(unknown) = around.sites.iter().find(|site| site.domains.is_none()) {
            return Step::Prepare { region: unknown.region.to_owned() };
        }
        match self.next_aim(spec, around.sites, around.now) {
            Some(aim) => Step::AttemptNow { number: self.next_number(), aim },
            // A region that cannot be tried for now may have what the others lack.
            None if around.sites.len() < spec.regions.len() => {
                Step::WaitUntil(around.now.plus_millis(REGION_PAUSE_MS))
            }
            None => Step::GiveUp(GaveUp::NoDomainOffersShape),
        }
    }

    /// A limit is looked at when it had time to be freed, or to be found a mistake; an account at once.
    fn look_into(&self, suspicion: Suspicion, order: &Order, now: Timestamp) -> Step {
        match (suspicion, self.held_until(now)) {
            (Suspicion::Limit, Some(due)) if now < due => {
                Step::WaitUntil(order.schedule.deadline.map_or(due, |deadline| due.min(deadline)))
            }
            (Suspicion::Limit | Suspicion::Account, _) => Step::LookInto(suspicion),
        }
    }

    /// Interval and jitter from the last attempt, whatever window it falls into. Both phase and jitter hang on the task's id alone, so
    /// that tasks do not march in step and a replay gives the same times.
    ///
    /// Somebody may set the clock: what happened at moments that are yet to come is not counted from, and the interval runs on the
    /// clock that nobody can set where this process made the last attempt.
    fn due(&self, order: &Order, around: Surroundings<'_>) -> Timestamp {
        let (id, now, interval) = (around.id, around.now, order.schedule.interval.millis());
        let known = |moment: Option<Timestamp>| moment.filter(|moment| *moment <= now);
        let started = known(self.started_at.or(Some(order.created_at)));
        let awake_since = known(Some(around.awake_since)).unwrap_or_default();
        let woken = awake_since.plus_millis(phase(id, interval));
        let regular = match (self.tried(), self.hurried_since(now)) {
            (_, Some(hurried)) => hurried,
            (Some(last), None) => {
                let wait = jittered(order, id, last.number);
                match around.tried_ago.map(|ago| wait - ago) {
                    Some(left) => now.plus_millis(if left > ROUNDING_MS { left } else { 0 }),
                    None => known(Some(last.at)).map_or(woken, |at| at.plus_millis(wait)),
                }
            }
            (None, None) => {
                started.map_or(now, |at| at.plus_millis(phase(id, interval.min(FIRST_WITHIN_MS))))
            }
        };
        let due = self.held_until(now).map_or(regular, |until| until.max(regular));
        if due < awake_since { woken } else { due }
    }

    /// The last attempt, if it was made since the last start: by its number, for somebody may have set the clock between them.
    fn tried(&self) -> Option<&LastAttempt> {
        self.last.as_ref().filter(|last| last.number > self.tally.before_start)
    }

    /// No attempt before, unless that was counted from moments that are yet to come.
    fn held_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.not_before.filter(|until| until.since(now) <= LONGEST_WAIT_MS)
    }

    /// When a person asked for an attempt, if none was made since.
    pub(super) fn hurried_since(&self, now: Timestamp) -> Option<Timestamp> {
        self.hurried_at.filter(|at| *at <= now)
    }

    /// The aim after the last one, leaving out domains without the shape.
    fn next_aim(&self, spec: &Spec, sites: &[Site<'_>], now: Timestamp) -> Option<Aim> {
        let aims = aims(spec, sites);
        let last = self.last.as_ref().and_then(|last| aims.iter().position(|aim| aim.was(last, spec)));
        let first = last.map_or(0, |index| index + 1);
        let offers = |aim: &&Aim| {
            let dropped = self.dropped.get(&aim.availability_domain);
            dropped.is_none_or(|at| !(0..DROPPED_FOR_MS).contains(&now.since(*at)))
        };
        aims.iter().cycle().skip(first).take(aims.len()).find(offers).cloned()
    }
}

impl Aim {
    /// An instance that exists has its place, and its size.
    fn where_it_is(dormant: &Dormant) -> Self {
        Self { region: dormant.region.clone(), availability_domain: String::new(), size: None }
    }

    fn was(&self, last: &LastAttempt, spec: &Spec) -> bool {
        let region = if last.region.is_empty() { spec.regions.first() } else { Some(&last.region) };
        let size = if last.region.is_empty() { self.size } else { last.size };
        self.availability_domain == last.availability_domain
            && Some(&self.region) == region
            && self.size == size
    }
}

/// All that the order can be tried for. A smaller size is taken only for want of a better one, so the size most wanted is tried
/// everywhere before the next. Of the places, the first domain of each region comes before the second of any: the cloud counts
/// calls by region, so that each is asked as seldom as can be.
fn aims(spec: &Spec, sites: &[Site<'_>]) -> Vec<Aim> {
    let wanted =
        if spec.sizes.is_empty() { vec![None] } else { spec.sizes.iter().copied().map(Some).collect() };
    let places = places(spec, sites);
    let aim = |size| {
        let places = places.iter();
        places.map(move |(region, domain)| Aim {
            region: (*region).to_owned(),
            availability_domain: (*domain).to_owned(),
            size,
        })
    };
    wanted.into_iter().flat_map(aim).collect()
}

fn places<'a>(spec: &'a Spec, sites: &[Site<'a>]) -> Vec<(&'a str, &'a str)> {
    let lists: Vec<_> = sites.iter().map(|site| (site.region, domains(spec, site))).collect();
    let longest = lists.iter().map(|(_, domains)| domains.len()).max().unwrap_or(0);
    let nth = |index| lists.iter().filter_map(move |(region, domains)| Some((*region, *domains.get(index)?)));
    (0..longest).flat_map(nth).collect()
}

/// Those wanted, in the order wanted. With one region they are taken at their word: the cloud may know more than it lists.
fn domains<'a>(spec: &'a Spec, site: &Site<'a>) -> Vec<&'a str> {
    let known = site.domains.unwrap_or_default();
    let wanted = &spec.availability_domains;
    let named: Vec<&str> = match spec.regions.len() {
        _ if wanted.is_empty() => return known.iter().map(String::as_str).collect(),
        0 | 1 => wanted.iter().map(String::as_str).collect(),
        _ => wanted.iter().filter(|name| known.contains(name)).map(String::as_str).collect(),
    };
    named
}

/// The first moment, from this one on, at which the schedule lets an attempt start. Tasks whose windows open together do not all
/// start at once.
fn opening(order: &Order, id: GrabId, from: Timestamp) -> Timestamp {
    let schedule = &order.schedule;
    let opens = schedule.opens(from);
    let spread = opens.plus_millis(phase(id, schedule.interval.millis().min(FIRST_WITHIN_MS)));
    if opens > from && schedule.opens(spread) == spread { spread } else { opens }
}

/// An attempt is out and we did not see it end: ask again with its own token, then look for it, and never buy anew.
fn find_out(asked: &Asked, wish: Wish, not_before: Option<Timestamp>, now: Timestamp) -> Step {
    let number = asked.number;
    let token_lives = now.since(asked.at) < TOKEN_LIFE_MS;
    // Once somebody set the clock back, nobody knows how old the token is.
    let is_ahead = asked.at > now || asked.sent_at > now;
    // Whether a start came through shows on the instance itself.
    let is_start = asked.target.starts();
    let may_resend = wish == Wish::Standing
        && token_lives
        && !is_ahead
        && !is_start
        && asked.doubt != Some(Reason::TokenCollision);
    if may_resend && asked.resends < RESENDS {
        let pause = if asked.doubt.is_none() { 0 } else { RESEND_PAUSE_MS << asked.resends };
        let not_before = not_before.filter(|until| until.since(now) <= LONGEST_WAIT_MS);
        let due = asked.sent_at.plus_millis(pause).max(not_before.unwrap_or_default());
        return if now < due { Step::WaitUntil(due) } else { Step::Resend { number } };
    }
    match asked.first_absent_at {
        None => Step::LookFor { number },
        Some(first) if (0..ABSENCE_MS).contains(&now.since(first)) => {
            Step::WaitUntil(first.plus_millis(ABSENCE_MS))
        }
        Some(_) if token_lives || is_start => Step::LookFor { number },
        Some(_) => Step::AskReview(Review::NotFoundOut),
    }
}

/// A fixed place within a span, spread evenly over ids.
fn phase(id: GrabId, span_ms: i64) -> i64 {
    let span = span_ms.max(1).unsigned_abs();
    i64::try_from(id.hash() % span).expect("a remainder of an i64 fits an i64")
}

/// The interval, longer or shorter by at most the jitter, different for each attempt.
fn jittered(order: &Order, id: GrabId, number: u32) -> i64 {
    let interval = order.schedule.interval.millis();
    let reach = interval * i64::from(order.schedule.jitter_percent) / 100;
    if reach == 0 {
        return interval;
    }
    let drawn = spread(u128::from(id.hash()) << 32 | u128::from(number));
    let within =
        i64::try_from(drawn % (2 * reach.unsigned_abs() + 1)).expect("a remainder of an i64 fits an i64");
    interval - reach + within
}
