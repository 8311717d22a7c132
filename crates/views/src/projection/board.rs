//! Where everything stands, for whoever wants to know. Written by the follower alone.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use berth_store::Position;
use tokio::{sync::watch, time::Instant};

use super::{Alarm, Projection, ProjectionFault, Status};
use crate::fold::course::{Course, Way};

/// A rate is taken over so long.
const WINDOW: Duration = Duration::from_secs(5);

pub(crate) struct Board {
    pub(crate) projections: watch::Sender<Vec<Projection>>,
    pub(crate) alarms: watch::Sender<Vec<Alarm>>,
    /// How far every running read model has come.
    pub(crate) position: watch::Sender<Position>,
    /// Where each one that serves is.
    pub(crate) places: watch::Sender<Vec<Place>>,
    /// The furthest position that anybody waits for, or did.
    wanted: watch::Sender<Position>,
}

/// Where a read model that serves is, whatever a rebuild beside it does.
#[derive(Clone, PartialEq)]
pub(crate) struct Place {
    pub(crate) name: &'static str,
    pub(crate) generation: u32,
    pub(crate) position: Position,
    pub(crate) parked: Option<ProjectionFault>,
}

/// How many events a read model took in lately, by the model's name.
#[derive(Default)]
pub(crate) struct Paces(BTreeMap<&'static str, VecDeque<(Instant, u64)>>);

impl Board {
    pub(crate) fn new(courses: &[Course], head: Position) -> Self {
        let projections = said(courses, &mut Paces::default(), head);
        Self {
            position: watch::Sender::new(running(courses)),
            places: watch::Sender::new(places(courses)),
            alarms: watch::Sender::new(alarms(&projections)),
            projections: watch::Sender::new(projections),
            wanted: watch::Sender::default(),
        }
    }

    /// Somebody waits for this position from now on.
    pub(crate) fn want(&self, position: Position) {
        self.wanted.send_if_modified(|wanted| {
            let further = position > *wanted;
            *wanted = position.max(*wanted);
            further
        });
    }

    /// Resolves when somebody waits for what comes behind a position; at once, if somebody does already.
    pub(crate) async fn wanted_behind(&self, position: Position) {
        let mut wanted = self.wanted.subscribe();
        let ended = wanted.wait_for(|wanted| *wanted > position).await.is_err();
        debug_assert!(!ended, "the board has the sender");
    }

    pub(crate) fn say(&self, courses: &[Course], paces: &mut Paces, head: Position) {
        let projections = said(courses, paces, head);
        let alarms = alarms(&projections);
        // Pages that were read before hold until this changes, so nobody who waited for a position may find it unchanged.
        self.places.send_if_modified(|said| replace(said, places(courses)));
        self.alarms.send_if_modified(|said| replace(said, alarms));
        self.projections.send_if_modified(|said| replace(said, projections));
        self.position.send_if_modified(|said| replace(said, running(courses)));
    }
}

impl Paces {
    pub(crate) fn add(&mut self, name: &'static str, events: u64) {
        self.0.entry(name).or_default().push_back((Instant::now(), events));
    }

    fn of(&mut self, name: &'static str) -> u64 {
        let now = Instant::now();
        let Some(steps) = self.0.get_mut(name) else { return 0 };
        while steps.front().is_some_and(|(at, _)| now.duration_since(*at) > WINDOW) {
            steps.pop_front();
        }
        let Some((first, _)) = steps.front() else { return 0 };
        let seconds = now.duration_since(*first).as_secs().max(1);
        steps.iter().map(|(_, events)| events).sum::<u64>() / seconds
    }
}

fn replace<T: PartialEq>(said: &mut T, now: T) -> bool {
    let changed = *said != now;
    *said = now;
    changed
}

/// The lowest position of those that can go on. A parked one keeps nobody waiting; if all are, the furthest.
fn running(courses: &[Course]) -> Position {
    let live = || courses.iter().filter(|course| course.live);
    let lowest = live().filter(|course| course.is_well()).map(Course::position).min();
    lowest.or_else(|| live().map(Course::position).max()).unwrap_or_default()
}

fn places(courses: &[Course]) -> Vec<Place> {
    let place = |course: &Course| Place {
        name: course.model.name,
        generation: course.generation,
        position: course.position(),
        parked: course.fault.clone(),
    };
    courses.iter().filter(|course| course.live).map(place).collect()
}

fn alarms(projections: &[Projection]) -> Vec<Alarm> {
    let parked =
        projections.iter().filter_map(|projection| Some((projection.name, projection.fault.clone()?)));
    parked.map(|(name, fault)| Alarm { name, fault }).collect()
}

fn said(courses: &[Course], paces: &mut Paces, head: Position) -> Vec<Projection> {
    let head = courses.iter().map(Course::position).fold(head, Position::max);
    let live = courses.iter().filter(|course| course.live);
    live.map(|course| {
        let beside = courses.iter().find(|other| !other.live && other.is_called(course.model.name));
        let fault = course.fault.clone().or_else(|| beside.and_then(|beside| beside.fault.clone()));
        Projection {
            name: course.model.name,
            version: course.model.version,
            status: status(course, beside, fault.is_some(), head),
            position: course.position(),
            lag: head.get() - course.position().get(),
            events_per_second: paces.of(course.model.name),
            rebuild_target: beside.map(|_| head),
            rebuild_position: beside.map(Course::position),
            fault,
            passed_over: course.checkpoint.passed_over,
            rebuilt_at: course.rebuilt_at,
        }
    })
    .collect()
}

fn status(course: &Course, beside: Option<&Course>, faulted: bool, head: Position) -> Status {
    match beside {
        _ if faulted => Status::Faulted,
        Some(_) => Status::Rebuilding,
        None if course.way == Way::Level || course.position() >= head => Status::Live,
        None => Status::CatchingUp,
    }
}
