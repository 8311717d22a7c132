//! What the runtime says aloud when it gives an actor up.
//!
//! One test and one process: `tracing` asks only the thread that meets a log line first whether anyone listens, and
//! remembers its answer for all. Beside tests that listen to nothing, the alarm would be lost now and then.

use std::sync::Mutex;

use actix::{Actor, Context, Handler, Message};
use berth_actors::{Arbiters, Clock, Hosted, Options, Registry, SendError, testing::on_virtual_time};
use tokio::time::{Duration, sleep};
use tracing_subscriber::fmt::MakeWriter as _;

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

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
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::ERROR)
        .with_writer(|| LOG.make_writer())
        .with_ansi(false)
        .init();
    on_virtual_time(async {
        let options = Options { name: "counter", ..Options::default() };
        let registry = Registry::new(options, Arbiters::current(), Clock::virtual_from(0), |_, _| Doomed);
        for _ in 0..5 {
            kill(&registry, 42).await;
        }
        assert_eq!(said(), "");
        kill(&registry, 42).await;
    });
    let text = said();
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

fn said() -> String {
    let bytes = LOG.lock().expect("nobody panics while writing").clone();
    String::from_utf8(bytes).expect("the subscriber writes UTF-8")
}
