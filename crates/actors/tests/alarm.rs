//! What the runtime says aloud when it gives an actor up.
//!
//! One test and one process: `tracing` asks only the thread that meets a log line first whether anyone listens, and
//! remembers its answer for all. Beside tests that listen to nothing, the alarm would be lost now and then.

use std::{
    io::Write,
    sync::{Arc, Mutex, MutexGuard},
};

use actix::{Actor, Context, Handler, Message};
use berth_actors::{Arbiters, Clock, Hosted, Options, Registry, SendError, testing::on_virtual_time};
use tokio::time::{Duration, sleep};

struct Doomed;

impl Actor for Doomed {
    type Context = Context<Self>;
}

impl Hosted for Doomed {
    type Id = usize;
}

#[derive(Message)]
#[rtype("()")]
struct Panic;

impl Handler<Panic> for Doomed {
    type Result = ();

    fn handle(&mut self, _: Panic, _: &mut Self::Context) {
        panic!("as the test asked");
    }
}

#[test]
fn a_quarantine_raises_an_alarm_that_names_the_id() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::ERROR)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .init();
    on_virtual_time(async {
        let options = Options { name: "counter", ..Options::default() };
        let registry = Registry::new(options, Arbiters::current(), Clock::virtual_from(0), |_, _| Doomed);
        for _ in 0..5 {
            kill(&registry, 42).await;
        }
        assert_eq!(log.text(), "");
        kill(&registry, 42).await;
    });
    let text = log.text();
    assert!(
        text.contains("ERROR") && text.contains("quarantined") && text.contains("kind=\"counter\""),
        "{text}"
    );
    assert!(text.contains("actor=42"), "{text}");
}

/// Kills the actor and lets its successor start.
async fn kill(registry: &Registry<Doomed>, id: usize) {
    assert_eq!(registry.send(&id, Panic).await, Err(SendError::Died));
    sleep(Duration::from_millis(1)).await;
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.bytes().clone()).expect("the subscriber writes UTF-8")
    }

    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().expect("nobody panics while writing")
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.bytes().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
