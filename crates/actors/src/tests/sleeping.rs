use std::sync::atomic::Ordering::SeqCst;

use super::*;
use crate::testing::on_virtual_time;

fn idle_after(seconds: u64) -> Options {
    Options { idle_after: Duration::from_secs(seconds), ..Options::default() }
}

#[test]
fn idle_actors_sleep_and_wake_with_fresh_state() {
    on_virtual_time(async {
        let (registry, ledger) = counters(idle_after(60));
        assert_eq!(registry.send(&1, Count).await, Ok(1));
        seconds(40).await;
        assert_eq!(registry.send(&1, Count).await, Ok(2));
        seconds(40).await;
        assert!(registry.peek(&1), "40 s after the last message");
        seconds(21).await;
        assert!(!registry.peek(&1), "61 s after the last message");
        assert_eq!(registry.alive(), 0);

        assert_eq!(registry.send(&1, Count).await, Ok(1));
        assert_eq!(ledger.starts.load(SeqCst), 2);
    });
}

#[test]
fn who_lingers_stays_awake_though_idle_and_no_longer() {
    on_virtual_time(async {
        let (registry, _) = counters(idle_after(60));
        registry.send(&1, Linger(Duration::from_secs(100))).await.unwrap();
        seconds(99).await;
        assert!(registry.peek(&1));
        seconds(2).await;
        assert!(!registry.peek(&1));

        registry.send(&1, Linger(Duration::from_secs(10))).await.unwrap();
        seconds(59).await;
        assert!(registry.peek(&1), "no shorter than anybody");
        registry.send(&1, Rest).await.unwrap();
        settle().await;
        assert!(!registry.peek(&1), "whoever rests lingers no more");
    });
}

#[test]
fn an_actor_with_work_in_flight_is_not_put_to_sleep() {
    on_virtual_time(async {
        let (registry, ledger) = counters(idle_after(60));
        let (end, until) = oneshot::channel();
        registry.send(&1, Work(until)).await.unwrap();
        seconds(3_600).await;
        assert!(registry.peek(&1));

        end.send(()).unwrap();
        seconds(59).await;
        assert!(registry.peek(&1), "the idle time begins when the work ends");
        seconds(2).await;
        assert!(!registry.peek(&1));
        assert_eq!(ledger.starts.load(SeqCst), 1);
    });
}

#[test]
fn an_actor_that_waits_with_messages_before_its_door_is_not_put_to_sleep() {
    on_virtual_time(async {
        let (registry, ledger) = counters(idle_after(0));
        let (end, until) = oneshot::channel();
        registry.notify(&1, Block(until)).unwrap();
        registry.notify(&1, Count).unwrap();
        seconds(3_600).await;
        assert_eq!((registry.alive(), ledger.handled.load(SeqCst)), (1, 0));

        end.send(()).unwrap();
        settle().await;
        assert_eq!((registry.alive(), ledger.handled.load(SeqCst)), (0, 1));
    });
}

#[test]
fn an_actor_may_ask_to_rest_at_once() {
    on_virtual_time(async {
        let (registry, ledger) = counters(idle_after(3_600));
        registry.notify(&1, Rest).unwrap();
        registry.notify(&1, Count).unwrap();
        settle().await;
        assert_eq!(registry.alive(), 0);
        assert_eq!(ledger.handled.load(SeqCst), 1, "what it had accepted before was handled");
    });
}

#[test]
fn stopping_all_lets_everybody_finish_and_then_refuses() {
    on_virtual_time(async {
        let (registry, ledger) = counters(idle_after(3_600));
        let (end, until) = oneshot::channel();
        registry.send(&1, Work(until)).await.unwrap();
        for id in 0..100 {
            registry.notify(&id, Count).unwrap();
        }
        let finish = async {
            seconds(5).await;
            assert_eq!(registry.alive(), 1, "only the one at work");
            assert_eq!(registry.send(&7, Count).await, Err(SendError::Stopped));
            end.send(()).unwrap();
        };
        tokio::join!(registry.stop_all(), finish);
        assert_eq!((registry.alive(), ledger.handled.load(SeqCst)), (0, 100));
    });
}

#[test]
fn of_ten_thousand_messages_that_race_with_falling_asleep_none_is_lost() {
    const SENDERS: usize = 10;
    actix::System::new().block_on(async {
        let (registry, ledger) = counters_on(Arbiters::spread_over(2), idle_after(0));
        let senders = (0..SENDERS).map(|sender| {
            let registry = registry.clone();
            std::thread::spawn(move || send_a_thousand(&registry, sender))
        });
        let senders: Vec<_> = senders.collect();
        for sender in senders {
            // Here no actor lives, so this thread may block.
            sender.join().unwrap();
        }
        registry.stop_all().await;
        assert_eq!(ledger.handled.load(SeqCst), 1_000 * SENDERS);
        assert!(ledger.starts.load(SeqCst) > 100, "there was no race: {:?}", ledger.starts);
    });
}

/// Half asks, half nudges, all to the same three actors.
fn send_a_thousand(registry: &Registry<Counter>, sender: usize) {
    for number in 0..1_000 {
        let id = (sender + number) % 3;
        if number % 2 == 0 {
            let answer = futures::executor::block_on(registry.send(&id, Count));
            assert!(answer.is_ok(), "{answer:?}");
            continue;
        }
        while let Err(refusal) = registry.notify(&id, Count) {
            assert_eq!(refusal, SendError::Full);
            std::thread::yield_now();
        }
    }
}
