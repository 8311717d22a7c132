//! Closing the books deletes from live read models exactly what a folding of the log with its holes would not make.

use std::collections::BTreeMap;

use berth_domain::{
    Aggregate as _, GrabId, Timestamp,
    books::{Closed, Cutoffs},
    event::Event as _,
    grab::{self, AttemptResent, Entry, Event, Grab, Outcome, PreparationFailed, Reason, Stopped, summarise},
    projection::EventSkipped,
};
use berth_store::{
    Append, CommandId, Meta, NewEvent, Position, Recorded, Release, StandIn, StreamId, Version,
};
use berth_views::{
    PROJECTIONS, Views, log_entry,
    statistics::{By, Filter, Group, Moment, Times, Totals},
};

use crate::world::{World, attempt_started, created, grab_id, provider_error, settled, started, time};

/// A small generator: the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Tasks that try for hours, in whatever way.
struct Story {
    chance: Chance,
    world: World,
    numbers: BTreeMap<GrabId, u32>,
    second: u64,
    /// A read model goes on without it, so the keeper of the books lets nothing of its stream go from there on.
    skipped: Option<Position>,
}

fn lost(number: u32, at: Timestamp) -> Event {
    let (outcome, reason) = (Outcome::ServerFault, Reason::Terminated);
    let instance = format!("instance-{number}");
    let lost = grab::InstanceLost {
        number,
        instance,
        outcome,
        reason,
        provider_error: None,
        in_a_row: 1,
        not_before: None,
        at,
    };
    lost.into()
}

impl Story {
    async fn begin(seed: u64) -> Self {
        let world = World::new().await;
        let mut numbers = BTreeMap::new();
        for index in 1..=4 {
            world.grab(grab_id(index), vec![created(index, "task"), started()]).await;
            numbers.insert(grab_id(index), 0);
        }
        world.grab(grab_id(5), [vec![created(5, "lucky"), started()], got(1)].concat()).await;
        Self { chance: Chance(seed), world, numbers, second: 0, skipped: None }
    }

    async fn goes_on(&mut self, steps: u32) {
        for _ in 0..steps {
            self.second += self.chance.below(400);
            let id = grab_id(1 + self.chance.below(4));
            let events = self.step(id);
            self.world.grab(id, events).await;
        }
    }

    fn step(&mut self, id: GrabId) -> Vec<Event> {
        let at = time(self.second);
        match self.chance.below(20) {
            0 => return vec![Stopped { at }.into(), grab::Started { at }.into()],
            1 => {
                let provider_error = provider_error();
                let (outcome, reason, in_a_row) = (Outcome::Auth, Reason::KeyRejected, 1);
                return vec![
                    PreparationFailed { outcome, reason, provider_error, in_a_row, not_before: at, at }
                        .into(),
                ];
            }
            _ => {}
        }
        let number = self.numbers.get_mut(&id).unwrap();
        *number += 1;
        let number = *number;
        let availability_domain = if self.chance.below(2) == 0 { "AD-1" } else { "AD-2" };
        let end = |outcome, reason| grab::AttemptSettled {
            at,
            availability_domain: availability_domain.into(),
            ..settled(number, outcome, reason)
        };
        let Event::AttemptStarted(mut started) = attempt_started(number) else { panic!("it is no start") };
        started.target.region = match self.chance.below(3) {
            0 => String::new(),
            1 => "ap-tokyo-1".into(),
            _ => "ap-osaka-1".into(),
        };
        let mut events = vec![started.into()];
        match self.chance.below(12) {
            0 => {
                events.push(end(Outcome::InDoubt, Reason::AnswerLost).into());
                events.push(AttemptResent { number, at }.into());
                events.push(end(Outcome::Network, Reason::NotReached).into());
            }
            1 => {
                let instance = Some(format!("instance-{number}"));
                events.push(
                    grab::AttemptSettled { instance, ..end(Outcome::Accepted, Reason::Launched) }.into(),
                );
                events.push(lost(number, at));
            }
            2 => events.push(end(Outcome::Throttled, Reason::ThrottledUser).into()),
            3 => events.push(end(Outcome::Auth, Reason::KeyRejected).into()),
            _ => events.push(end(Outcome::Capacity, Reason::OutOfHostCapacity).into()),
        }
        events
    }

    async fn close(&self, through: Position, cutoffs: Cutoffs) {
        let (mut positions, mut stand_ins) = (Vec::new(), Vec::new());
        // The last event of a log never leaves.
        let through = through.min(Position::new(self.world.head().await.get() - 1));
        let after = self.world.log.closed_through().await.unwrap();
        for id in self.numbers.keys() {
            let stream = StreamId::new("grab", id);
            let events = self.world.log.read_stream(&stream, Version::NONE, u32::MAX).await.unwrap();
            let kept = |recorded: &&Recorded| Some(recorded.position) != self.skipped;
            let entries: Vec<_> = events.iter().take_while(kept).map(entry).collect();
            let (closed, open) =
                entries.split_at(entries.partition_point(|entry| entry.position <= after.get()));
            let before = Grab::folded(closed.iter().map(|entry| &entry.event));
            for summary in summarise(&before, open, through.get()) {
                positions.extend(summary.released.iter().map(|position| Position::new(*position)));
                let (version, position) = summary.stands_at;
                let event = Event::from(summary.event);
                stand_ins.push(StandIn {
                    position: Position::new(position),
                    stream: stream.clone(),
                    version: Version::new(version),
                    name: event.name().into(),
                    schema: event.schema(),
                    data: event.encode(),
                });
            }
        }
        positions.sort();
        stand_ins.sort_by_key(|stand_in| stand_in.position);
        let append = self.telling(after, through, cutoffs, positions.len() as u64).await;
        let release = Release { after, through, positions, stand_ins, append };
        self.world.log.release(release).await.unwrap();
    }

    async fn telling(&self, after: Position, through: Position, cutoffs: Cutoffs, released: u64) -> Append {
        let (stream, at) = (StreamId::new("books", "books"), time(self.second));
        let closed = Closed {
            after: after.get(),
            through: through.get(),
            cutoffs,
            released,
            stand_ins: 0,
            archive: None,
            digest: Release::DIGEST.into(),
            at,
        };
        let event = NewEvent::new("books.closed", 1, &closed).unwrap();
        let before = self.world.log.read_stream(&stream, Version::NONE, u32::MAX).await.unwrap();
        let expected = before.last().map(|last| last.version).unwrap_or_default();
        let meta = Meta { time_ms: at.millis(), actor: "system".into(), ..Meta::default() };
        Append::new(CommandId::fresh(), [0; 32], meta).write(stream, expected, vec![event])
    }
}

/// An attempt that the cloud took, and its instance running a minute later.
fn got(number: u32) -> Vec<Event> {
    let taken = settled(number, Outcome::Accepted, Reason::Launched);
    let at = taken.at.plus_millis(60_000);
    let instance = format!("instance-{number}");
    let taken = grab::AttemptSettled { instance: Some(instance.clone()), ..taken };
    let availability_domain = taken.availability_domain.clone();
    let (public_ip, private_ip) = (None, None);
    let runs = grab::Succeeded { number, instance, availability_domain, public_ip, private_ip, at };
    vec![attempt_started(number), taken.into(), runs.into()]
}

fn entry(recorded: &Recorded) -> Entry {
    Entry {
        version: recorded.version.get(),
        position: recorded.position.get(),
        event: Event::decode(&recorded.name, recorded.schema, &recorded.data).unwrap(),
    }
}

fn cutoffs(grab: Option<Timestamp>) -> Cutoffs {
    Cutoffs { grab, error: grab.map(|grab| grab.plus_millis(-20_000)), ..Cutoffs::default() }
}

/// Every number there is.
async fn totals(views: &Views) -> (Totals, Times, Vec<Group>) {
    let (mut moment, filter) = (Moment::of(views).await.unwrap(), Filter::default());
    let mut groups = Vec::new();
    for by in [By::Hour, By::Region, By::Domain, By::Shape, By::HourOfWeek, By::RegionAndHour] {
        groups.extend(moment.grouped(by, &filter).await.unwrap());
    }
    (moment.totals(&filter).await.unwrap(), moment.times(&filter).await.unwrap(), groups)
}

async fn lines(views: &Views) -> u64 {
    views.dump().await.unwrap().lines().count() as u64
}

#[tokio::test]
async fn what_serves_is_what_a_folding_over_the_holes_gives() {
    for seed in 1..=6 {
        let mut story = Story::begin(seed).await;
        story.goes_on(120).await;
        let views = story.world.level().await;
        for _ in 0..2 {
            let (before, many) = (totals(&views).await, lines(&views).await);
            let through = Position::new(story.world.head().await.get() * 2 / 3);
            story.close(through, cutoffs(Some(time(through.get() / 2)))).await;
            story.world.catch_up(&views).await;
            assert!(lines(&views).await + 50 < many, "seed {seed}: many rows leave");
            assert_eq!(totals(&views).await, before, "seed {seed}: no number changes");
            assert!(views.dump().await.unwrap() == story.world.folded_anew().await, "seed {seed}");
            story.goes_on(60).await;
            story.world.catch_up(&views).await;
            assert!(views.dump().await.unwrap() == story.world.folded_anew().await, "seed {seed}");
        }
        for name in PROJECTIONS {
            let run = views.dry_run(name, None, |_, _| {}).await.unwrap();
            assert_eq!((run.added, run.removed, run.changed), (0, 0, 0), "{run:?}");
        }
        drop(views);
        let again = story.world.views().await;
        assert_eq!(again.position(), story.world.head().await, "a checkpoint is known again, hole or not");
    }
}

#[tokio::test]
async fn who_was_behind_when_the_books_were_closed_comes_to_the_same() {
    for seed in 1..=6 {
        let mut story = Story::begin(seed).await;
        story.goes_on(40).await;
        let views = story.world.level().await;
        drop(views);
        story.goes_on(80).await;
        // Somewhere in the middle of what leaves, it had stopped.
        story.close(Position::new(story.world.head().await.get() - 1), cutoffs(Some(time(20)))).await;
        story.goes_on(3).await;
        let views = story.world.views().await;
        views.level_offline().await.unwrap();
        assert!(views.dump().await.unwrap() == story.world.folded_anew().await, "seed {seed}");
    }
}

/// A rebuild of the statistics is under way, and the books are closed over it. With what they said before.
async fn closed_under_a_rebuild() -> (Story, Views, (Totals, Times, Vec<Group>)) {
    use futures::FutureExt as _;
    let mut story = Story::begin(7).await;
    // More than one step of a rebuild.
    for index in 1..=4 {
        let events = (1..=1200).flat_map(crate::world::miss).collect();
        story.world.grab(grab_id(index), events).await;
        story.numbers.insert(grab_id(index), 1200);
    }
    let views = story.world.level().await;
    let ordered = berth_domain::projection::RebuildRequested { at: time(1) };
    story.world.order("statistics", ordered).await;
    let place = || views.projection("statistics").unwrap().rebuild_position;
    let mut run = Box::pin(views.run(std::future::pending()));
    while place().is_none_or(|place| place == Position::START) {
        assert!(run.as_mut().now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    drop(run);
    assert!(place().unwrap() < story.world.head().await, "it is under way");
    let before = totals(&views).await;
    story.close(Position::new(story.world.head().await.get() - 20), cutoffs(None)).await;
    (story, views, before)
}

#[tokio::test]
async fn a_rebuild_that_the_books_are_closed_under_begins_anew() {
    let (mut story, views, before) = closed_under_a_rebuild().await;
    views.level_offline().await.unwrap();
    assert!(views.projection("statistics").unwrap().rebuilt_at.is_some());
    assert_eq!(totals(&views).await, before);
    story.goes_on(2).await;
    views.level_offline().await.unwrap();
    assert!(views.dump().await.unwrap() == story.world.folded_anew().await);
}

#[tokio::test]
async fn a_rebuild_that_cannot_begin_anew_at_once_is_not_forgotten() {
    let (story, views, _) = closed_under_a_rebuild().await;
    let full =
        "CREATE TRIGGER full BEFORE INSERT ON model BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
    story.world.change(full).await;
    assert!(views.level_offline().await.is_err());
    drop(views);
    story.world.change("DROP TRIGGER full").await;
    let views = story.world.views().await;
    views.level_offline().await.unwrap();
    assert!(views.projection("statistics").unwrap().rebuilt_at.is_some());
    assert!(views.dump().await.unwrap() == story.world.folded_anew().await);
}

async fn skip_everywhere(world: &World, position: Position) {
    for name in PROJECTIONS {
        let skipped = EventSkipped { position: position.get(), reason: "a bad day".into(), at: time(1) };
        world.order(name, skipped).await;
    }
}

#[tokio::test]
async fn what_goes_on_without_a_settlement_is_after_a_closing_what_a_rebuild_gives() {
    for seed in 1..=4 {
        let mut story = Story::begin(seed).await;
        story.goes_on(60).await;
        let events = story.world.events().await;
        let settlement = events.iter().rfind(|event| event.name == "grab.attempt_settled").unwrap().position;
        skip_everywhere(&story.world, settlement).await;
        story.skipped = Some(settlement);
        story.goes_on(120).await;
        let views = story.world.level().await;
        let before = views.dump().await.unwrap();
        assert!(before == story.world.folded_anew().await, "seed {seed}: before the books are closed");
        story.close(story.world.head().await, cutoffs(Some(time(20)))).await;
        story.world.catch_up(&views).await;
        let closed = views.dump().await.unwrap();
        assert!(closed.lines().count() < before.lines().count(), "seed {seed}: the other tasks' rows leave");
        assert!(closed == story.world.folded_anew().await, "seed {seed}: after it");
    }
}

/// Whoever skips a position means what was there, not what stands in for it.
#[tokio::test]
async fn a_stand_in_at_a_skipped_position_is_folded_all_the_same() {
    let mut story = Story::begin(3).await;
    story.goes_on(120).await;
    let views = story.world.level().await;
    let head = story.world.head().await;
    story.close(head, cutoffs(Some(time(20)))).await;
    story.world.catch_up(&views).await;
    let stand_ins = story.world.events().await.into_iter();
    let stand_in = stand_ins.rev().find(|event| event.name == "grab.attempts_summarised").unwrap();
    let before = totals(&views).await;
    skip_everywhere(&story.world, stand_in.position).await;
    skip_everywhere(&story.world, head.next()).await;
    story.world.catch_up(&views).await;
    views.rebuild_offline(&PROJECTIONS, |_| {}).await.unwrap();
    assert_eq!(totals(&views).await, before);
    assert!(views.dump().await.unwrap() == story.world.folded_anew().await);
}

#[tokio::test]
async fn lines_are_kept_as_long_as_their_kind_or_their_gravity_asks() {
    let mut story = Story::begin(1).await;
    let id = grab_id(1);
    let failed = grab::Failed { why: grab::GaveUp::QuotaExceeded, detail: None, at: time(1) };
    story.world.grab(id, vec![failed.into()]).await;
    story.goes_on(10).await;
    let views = story.world.level().await;
    let head = story.world.head().await;
    // Everything is older than what is kept, but nothing grave is.
    let cutoffs = Cutoffs { grab: Some(time(head.get())), error: Some(time(0)), ..Cutoffs::default() };
    story.close(Position::new(8), cutoffs).await;
    story.world.catch_up(&views).await;
    let filter = log_entry::Filter { category: vec![log_entry::Category::Grab], ..Default::default() };
    let slice = berth_views::Slice::First { count: 500, after: None };
    let page = log_entry::page(&views, &filter, &slice).await.unwrap();
    assert!(page.rows().any(|entry| entry.key == "grab.failed"));
    assert!(page.rows().all(|entry| entry.level == log_entry::Level::Error), "{page:?}");
}
