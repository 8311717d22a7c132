use std::sync::atomic::Ordering::SeqCst;

use super::*;
use crate::testing::on_virtual_time;

#[test]
fn a_full_mailbox_answers_full_and_never_takes_more_than_it_says() {
    on_virtual_time(async {
        let (registry, ledger) = counters(Options { mailbox: 8, ..Options::default() });
        let (end, until) = oneshot::channel();
        registry.send(&1, Block(until)).await.unwrap();

        let accepted = (0..1_000).filter(|_| registry.notify(&1, Count).is_ok()).count();
        assert_eq!(accepted, 8);
        assert_eq!(registry.notify(&1, Count), Err(SendError::Full));
        assert_eq!(registry.send(&1, Count).await, Err(SendError::Full));
        assert_eq!(registry.send(&2, Count).await, Ok(1), "the neighbour has a mailbox of its own");

        end.send(()).unwrap();
        settle().await;
        assert_eq!(ledger.handled.load(SeqCst), 8 + 1);
        assert_eq!(registry.send(&1, Count).await, Ok(9), "there is room again");
    });
}

#[test]
fn a_capacity_of_nothing_is_one_and_not_infinity() {
    on_virtual_time(async {
        let (registry, _) = counters(Options { mailbox: 0, ..Options::default() });
        let (_end, until) = oneshot::channel();
        registry.send(&1, Block(until)).await.unwrap();
        assert_eq!((0..1_000).filter(|_| registry.notify(&1, Count).is_ok()).count(), 1);
    });
}

#[test]
fn waking_an_actor_starts_it_and_nothing_else() {
    on_virtual_time(async {
        let (registry, ledger) = counters(Options::default());
        registry.wake(&1).unwrap();
        registry.wake(&1).unwrap();
        settle().await;
        assert_eq!((ledger.starts.load(SeqCst), ledger.handled.load(SeqCst)), (1, 0));
    });
}

#[test]
fn when_the_threads_are_gone_the_answer_is_stopped() {
    let system = actix::System::new();
    let (registry, arbiters) = system.block_on(async {
        let arbiters = Arbiters::spread_over(1);
        let (registry, _) = counters_on(arbiters.clone(), Options::default());
        assert_eq!(registry.send(&1, Count).await, Ok(1));
        (registry, arbiters)
    });
    arbiters.stop();
    system.block_on(async {
        while arbiters.of(&1).alive() {
            tokio::task::yield_now().await;
        }
        while registry.peek(&1) {
            tokio::task::yield_now().await;
        }
        assert_eq!(registry.send(&1, Count).await, Err(SendError::Stopped));
        registry.stop_all().await;
    });
}

#[test]
fn equal_ids_live_on_one_thread_and_many_ids_on_all() {
    actix::System::new().block_on(async {
        let arbiters = Arbiters::spread_over(4);
        let mut used = std::collections::HashSet::new();
        for id in 0..100_usize {
            assert!(std::ptr::eq(arbiters.of(&id), arbiters.of(&id)));
            used.insert(std::ptr::from_ref(arbiters.of(&id)));
        }
        assert_eq!(used.len(), 4);
        arbiters.stop();
    });
}
