//! The loop alone, under a clock that stands still until somebody waits.

use std::{
    pin::pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use berth_store::Position;
use futures::StreamExt;
use tokio::{sync::watch, time::Instant};

use super::{HEARTBEAT, News, Rhythm, beat, feed};

const RHYTHM: Rhythm =
    Rhythm { pause: Duration::from_millis(250), behind: Duration::from_millis(250), look: HEARTBEAT };

/// A source whose rows are positions, so many at most at a time.
struct Source {
    head: watch::Sender<Position>,
    asked: Mutex<u32>,
}

impl Source {
    fn at(head: u64) -> Arc<Self> {
        Arc::new(Self { head: watch::Sender::new(Position::new(head)), asked: Mutex::new(0) })
    }

    fn ask(&self, after: Position) -> News<u64> {
        *self.asked.lock().unwrap() += 1;
        let head = self.head.borrow().get();
        let last = head.min(after.get() + 3);
        News {
            items: (after.get() + 1..=last).collect(),
            skipped: 0,
            position: Position::new(last),
            more: last < head,
            level: true,
        }
    }

    fn feed(self: &Arc<Self>, after: u64) -> impl futures::Stream<Item = News<u64>> + use<> {
        self.feed_at(after, RHYTHM)
    }

    fn feed_at(
        self: &Arc<Self>,
        after: u64,
        rhythm: Rhythm,
    ) -> impl futures::Stream<Item = News<u64>> + use<> {
        let source = self.clone();
        feed(self.head.subscribe(), Position::new(after), rhythm, move |after| {
            let source = source.clone();
            async move { Ok(source.ask(after)) }
        })
        .map(Result::unwrap)
    }
}

#[tokio::test(start_paused = true)]
async fn a_feed_catches_up_no_faster_than_its_rhythm_and_then_waits() {
    let source = Source::at(7);
    let mut feed = pin!(source.feed(0));
    let begun = Instant::now();
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(feed.next().await.unwrap().items);
    }
    assert_eq!(told, [vec![1, 2, 3], vec![4, 5, 6], vec![7]]);
    assert!(paused(begun, 2));
    source.head.send_replace(Position::new(8));
    assert_eq!(feed.next().await.unwrap().items, [8]);
    assert!(paused(begun, 3));
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_hurries_rests_only_when_it_is_level() {
    let source = Source::at(7);
    let mut feed = pin!(source.feed_at(0, Rhythm { behind: Duration::ZERO, ..RHYTHM }));
    let begun = Instant::now();
    for _ in 0..3 {
        feed.next().await.unwrap();
    }
    assert!(begun.elapsed().is_zero());
    source.head.send_replace(Position::new(8));
    assert_eq!(feed.next().await.unwrap().items, [8]);
    assert!(paused(begun, 1));
}

#[test]
fn feeds_that_were_told_at_different_moments_are_told_next_at_the_same_one() {
    let (pause, now) = (RHYTHM.pause, Instant::now());
    let first = beat(now, pause);
    for part in 0..40 {
        // Also before anything was ever told: each test's clock stands where it likes.
        let told_at = now - pause * 3 + pause * part / 7;
        let next = beat(told_at, pause);
        assert!((pause / 2..=pause * 3 / 2).contains(&(next - told_at)), "{:?}", next - told_at);
        let apart = next.max(first) - next.min(first);
        assert!(apart.as_nanos().is_multiple_of(pause.as_nanos()));
    }
    assert_eq!(beat(now, Duration::ZERO), now);
}

/// Feeds pause together, so the first pause may be half as long or half as long again.
fn paused(begun: Instant, times: u32) -> bool {
    let (half, passed) = (RHYTHM.pause / 2, begun.elapsed() + RHYTHM.pause / 2);
    // Timers are as fine as milliseconds.
    (RHYTHM.pause * times..=RHYTHM.pause * times + half * 2 + Duration::from_millis(1)).contains(&passed)
}

#[tokio::test(start_paused = true)]
async fn a_feed_says_that_it_is_level_and_then_breaks_its_silence_every_15_seconds() {
    let source = Source::at(5);
    let mut feed = pin!(source.feed(5));
    let begun = Instant::now();
    let level = feed.next().await.unwrap();
    assert!(level.items.is_empty() && level.level && begun.elapsed().is_zero());
    for beat in 1..=3 {
        assert!(feed.next().await.unwrap().items.is_empty());
        assert_eq!(begun.elapsed(), HEARTBEAT * beat);
    }
    assert!(*source.asked.lock().unwrap() <= 8, "it does not ask while nothing happens");
}

#[tokio::test(start_paused = true)]
async fn what_comes_while_a_feed_rests_is_told_together() {
    let source = Source::at(0);
    let mut feed = pin!(source.feed(0));
    feed.next().await.unwrap();
    for head in 1..=3 {
        source.head.send_replace(Position::new(head));
    }
    assert_eq!(feed.next().await.unwrap().items, [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_feed_ends_with_its_source() {
    let (head, woken) = watch::channel(Position::START);
    let mut feed = pin!(feed(woken, Position::START, RHYTHM, |position| async move {
        Ok(News::<u64> { items: vec![], skipped: 0, position, more: false, level: true })
    }));
    assert!(feed.next().await.is_some());
    drop(head);
    assert!(feed.next().await.is_none());
}
