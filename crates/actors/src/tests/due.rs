use std::sync::Mutex;

use super::*;
use crate::{DueIndex, run_due, testing::on_virtual_time};

type Fired = Arc<Mutex<Vec<(i64, usize)>>>;

/// An index whose keys are written down with the time at which they fired.
fn observed(clock: Clock) -> (DueIndex<usize>, Fired) {
    let (index, fired) = (DueIndex::new(), Fired::default());
    let book = Arc::clone(&fired);
    actix::spawn(run_due(index.clone(), clock, move |key| {
        book.lock().unwrap().push((clock.now_ms() - START_MS, key));
    }));
    (index, fired)
}

#[test]
fn things_fire_in_order_when_their_time_has_come_and_not_before() {
    on_virtual_time(async {
        let (index, fired) = observed(Clock::virtual_from(START_MS));
        for (key, due_ms) in [(1, 3_000), (2, 1_000), (3, 2_000), (4, 1_000), (5, -7)] {
            index.set(key, START_MS + due_ms);
        }
        seconds(2).await;
        settle().await;
        assert_eq!(*fired.lock().unwrap(), [(0, 5), (1_000, 2), (1_000, 4), (2_000, 3)]);
        seconds(1).await;
        assert_eq!(fired.lock().unwrap().last(), Some(&(3_000, 1)));
        assert!(index.is_empty());
    });
}

#[test]
fn an_earlier_entry_rearms_the_wait() {
    on_virtual_time(async {
        let (index, fired) = observed(Clock::virtual_from(START_MS));
        index.set(1, START_MS + 3_600_000);
        seconds(10).await;
        index.set(2, START_MS + 20_000);
        seconds(11).await;
        assert_eq!(*fired.lock().unwrap(), [(20_000, 2)]);
    });
}

#[test]
fn setting_a_key_again_replaces_its_time_and_removing_forgets_it() {
    on_virtual_time(async {
        let (index, fired) = observed(Clock::virtual_from(START_MS));
        index.set(1, START_MS + 1_000);
        index.set(1, START_MS + 5_000);
        index.set(2, START_MS + 2_000);
        assert_eq!(index.remove(&2), Some(START_MS + 2_000));
        assert_eq!(index.remove(&2), None);
        assert_eq!((index.len(), index.due_of(&1)), (1, Some(START_MS + 5_000)));
        seconds(60).await;
        assert_eq!(*fired.lock().unwrap(), [(5_000, 1)]);
    });
}

#[test]
fn a_herd_of_ten_thousand_is_handed_out_in_order_and_in_portions() {
    let index = DueIndex::new();
    for key in 0..10_000_usize {
        index.set(key, 0);
        index.set(key, i64::try_from(key * 7_919 % 10_000).unwrap());
    }
    assert_eq!((index.len(), index.next_due()), (10_000, Some(0)));
    let mut order = Vec::new();
    loop {
        let portion = index.take_due(9_999, 100);
        if portion.is_empty() {
            break;
        }
        assert!(portion.len() <= 100);
        order.extend(portion.into_iter().map(|key| key * 7_919 % 10_000));
    }
    assert!(order.is_sorted() && order.len() == 10_000);
    assert_eq!(index.take_due(i64::MAX, 1), Vec::<usize>::new());
}

#[test]
fn the_wall_clock_moves_with_tokio_time() {
    on_virtual_time(async {
        let clock = Clock::virtual_from(START_MS);
        let before = clock.instant();
        assert_eq!(clock.now_ms(), START_MS);
        clock.sleep(Duration::from_millis(1_234)).await;
        assert_eq!(clock.now_ms(), START_MS + 1_234);
        clock.sleep_until_ms(START_MS + 86_400_000).await;
        assert_eq!(clock.now_ms(), START_MS + 86_400_000);
        clock.sleep_until_ms(START_MS).await;
        clock.sleep_until_ms(i64::MIN).await;
        assert_eq!(clock.now_ms(), START_MS + 86_400_000, "the past is now");
        assert_eq!(before.elapsed(), Duration::from_hours(24));
    });
}

#[test]
fn the_systems_wall_clock_is_after_this_was_written() {
    assert!(Clock::system().now_ms() > START_MS);
}

#[test]
fn a_wall_clock_that_is_set_back_makes_nothing_late() {
    static SET_BY: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);
    on_virtual_time(async {
        let began = tokio::time::Instant::now();
        let (index, fired) = observed(Clock::virtual_set_by(START_MS, &SET_BY));
        index.set(1, START_MS + 120_000);
        settle().await;
        SET_BY.store(-86_400_000, std::sync::atomic::Ordering::SeqCst);
        while fired.lock().unwrap().is_empty() {
            seconds(1).await;
        }
        assert!(began.elapsed().as_secs() <= 121, "after {} s", began.elapsed().as_secs());
    });
}
