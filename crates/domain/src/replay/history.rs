//! A stream's whole history, ready to be travelled in.

use serde_json::{Value, value::RawValue};
use thiserror::Error;

use super::{
    diff::{Change, Difference, differences},
    shown::{Field, Shown},
};
use crate::{
    Aggregate, Timestamp,
    alert::Alert,
    audit::Audit,
    books::Books,
    channel::Channel,
    delivery::Delivery,
    event::{DecodeError, Event as _},
    grab::Grab,
    profile::Profile,
    projection::Projection,
    report::Report,
    tenant::Tenant,
    user::User,
};

/// One event as a log holds it.
#[derive(Clone, Copy, Debug)]
pub struct Fact<'a> {
    pub version: u32,
    pub position: u64,
    /// When it was written down.
    pub at: Timestamp,
    pub name: &'a str,
    pub schema: u16,
    pub data: &'a RawValue,
}

/// A moment of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// Now.
    Head,
    /// Of the stream. Where events have left the log, the one before the hole.
    Version(u32),
    /// Of the whole log.
    Position(u64),
    /// Before the first event that was written down later than this.
    At(Timestamp),
}

/// A state at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Replayed {
    /// How many events were folded.
    pub events: usize,
    /// Of the last of them; 0 before the first.
    pub version: u32,
    /// Of the last of them; 0 before the first.
    pub position: u64,
    pub state: Value,
}

/// Why a history cannot be replayed.
#[derive(Debug, Error)]
pub enum Unreplayable {
    #[error(
        "there are no things called {kind}; there are tenant, grab, profile, channel, alert, delivery, user, audit, books, report and projection"
    )]
    NoSuchKind { kind: String },
    #[error("event {position} (version {version}) cannot be read")]
    Unreadable {
        version: u32,
        position: u64,
        #[source]
        source: DecodeError,
    },
}

/// The history of one thing.
pub struct History {
    places: Vec<Place>,
    story: Box<dyn Story>,
}

#[derive(Clone, Copy)]
struct Place {
    version: u32,
    position: u64,
    at: Timestamp,
}

impl History {
    /// Reads all events of a stream of this kind, in their order.
    pub fn read(kind: &str, facts: &[Fact<'_>]) -> Result<Self, Unreplayable> {
        let story: Box<dyn Story> = match kind {
            Tenant::KIND => Box::new(Told::<Tenant>::read(facts)?),
            Grab::KIND => Box::new(Told::<Grab>::read(facts)?),
            Profile::KIND => Box::new(Told::<Profile>::read(facts)?),
            User::KIND => Box::new(Told::<User>::read(facts)?),
            Audit::KIND => Box::new(Told::<Audit>::read(facts)?),
            Alert::KIND => Box::new(Told::<Alert>::read(facts)?),
            Channel::KIND => Box::new(Told::<Channel>::read(facts)?),
            Delivery::KIND => Box::new(Told::<Delivery>::read(facts)?),
            Books::KIND => Box::new(Told::<Books>::read(facts)?),
            Report::KIND => Box::new(Told::<Report>::read(facts)?),
            Projection::KIND => Box::new(Told::<Projection>::read(facts)?),
            _ => return Err(Unreplayable::NoSuchKind { kind: kind.to_owned() }),
        };
        let place = |fact: &Fact<'_>| Place { version: fact.version, position: fact.position, at: fact.at };
        Ok(Self { places: facts.iter().map(place).collect(), story })
    }

    /// How many events it has.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The state at a moment.
    pub fn at(&self, point: Point) -> Replayed {
        self.after(self.reached(point))
    }

    /// The state after so many events, or after all where it has fewer.
    pub fn after(&self, events: usize) -> Replayed {
        let events = events.min(self.len());
        let last = events.checked_sub(1).map(|last| self.places[last]);
        Replayed {
            events,
            version: last.map_or(0, |last| last.version),
            position: last.map_or(0, |last| last.position),
            state: self.story.state(events),
        }
    }

    /// What differs between two moments, and the last event between them that changed it. `from` may be the later one.
    pub fn diff(&self, from: Point, to: Point) -> Vec<Change> {
        self.story.diff(self.reached(from), self.reached(to))
    }

    /// How many events had happened by then.
    fn reached(&self, point: Point) -> usize {
        match point {
            Point::Head => self.len(),
            Point::Version(version) => self.places.partition_point(|place| place.version <= version),
            Point::Position(position) => self.places.partition_point(|place| place.position <= position),
            // Clocks are set back now and then, so times are not in order.
            Point::At(moment) => self.places.iter().take_while(|place| place.at <= moment).count(),
        }
    }
}

/// A history whatever it is of.
trait Story: Send + Sync {
    fn state(&self, events: usize) -> Value;
    fn diff(&self, from: usize, to: usize) -> Vec<Change>;
}

struct Told<A: Aggregate>(Vec<A::Event>);

impl<A: Shown> Told<A> {
    fn read(facts: &[Fact<'_>]) -> Result<Self, Unreplayable> {
        let events =
            facts.iter().map(|fact| {
                A::Event::decode(fact.name, fact.schema, fact.data).map_err(|source| {
                    Unreplayable::Unreadable { version: fact.version, position: fact.position, source }
                })
            });
        events.collect::<Result<_, _>>().map(Self)
    }

    fn folded(&self, events: usize) -> A {
        A::folded(&self.0[..events])
    }
}

impl<A: Shown> Story for Told<A> {
    fn state(&self, events: usize) -> Value {
        let state = self.folded(events);
        Value::Object(A::FIELDS.iter().map(|(name, show)| ((*name).to_owned(), show(&state))).collect())
    }

    fn diff(&self, from: usize, to: usize) -> Vec<Change> {
        let (before, after) = (self.folded(from), self.folded(to));
        let earlier = if from < to { before.clone() } else { after.clone() };
        let between = from.min(to)..from.max(to);
        let fields = A::FIELDS.iter().filter_map(|field| Searched::new(*field, &before, &after));
        let mut searched: Vec<Searched<A>> = fields.collect();
        search(&mut searched, earlier, &self.0, between);
        searched.into_iter().flat_map(Searched::changes).collect()
    }
}

/// A field that differs, and the paths in it that do, each with the last event that changed it and how many did.
struct Searched<A> {
    show: fn(&A) -> Value,
    root: String,
    found: Vec<(Difference, usize, usize)>,
}

impl<A> Searched<A> {
    fn new((name, show): Field<A>, before: &A, after: &A) -> Option<Self> {
        let root = format!("/{name}");
        let found = differences(&root, Some(&show(before)), Some(&show(after)));
        let found: Vec<_> = found.into_iter().map(|difference| (difference, 0, 0)).collect();
        (!found.is_empty()).then_some(Self { show, root, found })
    }

    /// Counts what an event changed of what is searched.
    fn see(&mut self, index: usize, before: &Value, after: &Value) {
        for (difference, last, times) in &mut self.found {
            let within = &difference.path[self.root.len()..];
            if before.pointer(within) != after.pointer(within) {
                *last = index;
                *times += 1;
            }
        }
    }

    fn changes(self) -> impl Iterator<Item = Change> {
        self.found.into_iter().map(|(Difference { path, before, after }, caused_by, times)| Change {
            path,
            before,
            after,
            caused_by,
            times,
        })
    }
}

/// Folds once, and renders after each event only the fields that differ in the end.
fn search<A: Aggregate>(
    searched: &mut [Searched<A>],
    mut state: A,
    events: &[A::Event],
    between: std::ops::Range<usize>,
) {
    let mut shown: Vec<Value> = searched.iter().map(|field| (field.show)(&state)).collect();
    for index in between {
        state.evolve(&events[index]);
        for (field, before) in searched.iter_mut().zip(&mut shown) {
            let after = (field.show)(&state);
            if after != *before {
                field.see(index, before, &after);
                *before = after;
            }
        }
    }
}
