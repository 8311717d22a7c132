use std::sync::atomic::Ordering::SeqCst;

use super::*;
use crate::testing::on_virtual_time;

#[test]
fn a_panicked_actor_is_back_within_one_second_and_its_neighbours_never_noticed() {
    on_virtual_time(async {
        let (registry, ledger) = counters(Options::default());
        for id in 0..10 {
            assert_eq!(registry.send(&id, Count).await, Ok(1));
        }

        assert_eq!(registry.send(&3, Panic).await, Err(SendError::Died));
        seconds(1).await;

        assert!(registry.peek(&3), "nobody wrote to it: it came back by itself");
        assert_eq!(ledger.starts.load(SeqCst), 11);
        assert_eq!(registry.send(&3, Count).await, Ok(1), "it begins anew");
        for id in (0..10).filter(|id| *id != 3) {
            assert_eq!(registry.send(&id, Count).await, Ok(2), "{id} kept its state");
        }
    });
}

#[test]
fn a_panic_in_work_beside_the_mailbox_is_the_actors_death() {
    on_virtual_time(async {
        let (registry, ledger) = counters(Options::default());
        let (end, until) = oneshot::channel();
        registry.send(&1, Work(until)).await.unwrap();

        drop(end);
        settle().await;

        assert!(registry.peek(&1));
        assert_eq!(ledger.starts.load(SeqCst), 2);
    });
}

#[test]
fn what_waits_in_the_mailbox_of_a_dying_actor_is_answered_died() {
    on_virtual_time(async {
        let (registry, ledger) = counters(Options::default());
        let (end, until) = oneshot::channel();
        registry.send(&1, Block(until)).await.unwrap();
        registry.notify(&1, Panic).unwrap();
        let (answer, ()) = tokio::join!(registry.send(&1, Count), async { end.send(()).unwrap() });

        assert_eq!(answer, Err(SendError::Died));
        assert_eq!(ledger.handled.load(SeqCst), 0);
        assert_eq!(registry.send(&1, Count).await, Ok(1));
    });
}

#[test]
fn the_sixth_panic_within_the_window_quarantines_and_release_lifts_it() {
    on_virtual_time(async {
        let (registry, _) = counters(Options::default());
        for _ in 0..5 {
            kill(&registry, 1).await;
            assert!(registry.peek(&1));
        }
        kill(&registry, 1).await;

        assert!(!registry.peek(&1));
        assert_eq!(registry.quarantined(), [1]);
        assert_eq!(registry.send(&1, Count).await, Err(SendError::Quarantined));
        assert_eq!(registry.notify(&1, Count), Err(SendError::Quarantined));
        assert_eq!(registry.wake(&1), Err(SendError::Quarantined));
        assert_eq!(registry.send(&2, Count).await, Ok(1), "others are not meant");

        assert!(registry.release(&1));
        assert!(!registry.release(&1));
        assert_eq!(registry.send(&1, Count).await, Ok(1));
        kill(&registry, 1).await;
        assert!(registry.peek(&1), "the budget is full again");
    });
}

#[test]
fn panics_that_lie_further_apart_than_the_window_do_not_add_up() {
    on_virtual_time(async {
        let (registry, ledger) = counters(Options::default());
        for _ in 0..20 {
            kill(&registry, 1).await;
            seconds(15).await;
        }
        assert!(registry.quarantined().is_empty());
        assert_eq!(ledger.starts.load(SeqCst), 21);
    });
}

#[test]
fn a_factory_that_panics_ends_in_quarantine_and_not_in_a_loop() {
    on_virtual_time(async {
        let clock = Clock::virtual_from(START_MS);
        let registry: Registry<Counter> =
            Registry::new(Options::default(), Arbiters::current(), clock, |_, _| panic!("nothing to make"));

        assert_eq!(registry.send(&1, Count).await, Err(SendError::Died));
        settle().await;
        assert_eq!(registry.quarantined(), [1]);
    });
}

#[test]
fn an_actor_that_also_panics_when_it_is_dropped_does_not_take_the_thread_along() {
    struct Bitter;
    impl Actor for Bitter {
        type Context = Context<Self>;
        fn stopped(&mut self, _: &mut Self::Context) {
            panic!("and one more");
        }
    }
    impl Hosted for Bitter {
        type Id = u8;
    }
    impl Handler<Panic> for Bitter {
        type Result = ();
        fn handle(&mut self, _: Panic, _: &mut Self::Context) {
            panic!("as the test asked");
        }
    }
    on_virtual_time(async {
        let clock = Clock::virtual_from(START_MS);
        let registry = Registry::new(Options::default(), Arbiters::current(), clock, |_, _| Bitter);
        assert_eq!(registry.send(&1, Panic).await, Err(SendError::Died));
        settle().await;
        assert!(registry.peek(&1));
    });
}
