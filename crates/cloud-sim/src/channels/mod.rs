//! The other side of every channel of notifications: Telegram, DingTalk, Feishu, Slack, Bark, Server酱, webhooks, mail.
//!
//! All but mail are served below `/channels/` on the port of the cloud, or on a port of their own ([`start`]); mail has an
//! SMTP server. What arrives is checked as the real services check it, rendered as a person would read it and kept
//! ([`Channels::deliveries`]). What is answered can be scripted (`plot.rs`), so that answers get lost, come late, come
//! broken, or say that it was too much. Time is the machine's, unless a clock is given.
//!
//! It shares no code with the senders, and knows nothing of what they send.

mod arrival;
mod bark;
mod ceiling;
mod control;
mod delivery;
mod dingtalk;
mod feishu;
mod http;
mod kind;
mod markdown;
mod plot;
mod reply;
mod seal;
mod server;
mod serverchan;
mod sink;
mod slack;
mod smtp;
mod state;
mod step;
mod telegram;
mod webhook;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, watch};

pub use ceiling::Strictness;
pub use delivery::{Answer, Button, Delivery, Signature};
pub(crate) use http::{PREFIX, serve};
pub use kind::Kind;
pub(crate) use plot::Plot;
pub use server::{Options, Running, start};
pub use sink::{Sink, Standing};
pub(crate) use smtp::start as start_smtp;
pub use smtp::{Smtp, SmtpOptions};
pub use telegram::Press;

use self::state::{Now, State, Time};
use crate::{clock::Clock, script::Script};

/// A handle on the channels, for tests and for whoever embeds them. Cloning it gives another handle on the same.
#[derive(Clone)]
pub struct Channels {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    /// Somebody wrote to a bot, or another one polls: who waits looks again.
    news: Notify,
    /// Whether the simulator stops: whoever was left hanging is let go.
    stopping: watch::Sender<bool>,
}

impl Default for Channels {
    fn default() -> Self {
        Self::new()
    }
}

impl Channels {
    /// By the machine's clock.
    pub fn new() -> Self {
        Self::by(Time::Own(Clock::new(1.0)))
    }

    /// By somebody else's clock, in milliseconds since the Unix epoch. Delays and long polling stay in real time.
    pub fn with_clock(now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        let now: Now = Arc::new(now);
        Self::by(Time::Given(now))
    }

    pub(crate) fn scaled(scale: f64) -> Self {
        Self::by(Time::Own(Clock::new(scale)))
    }

    fn by(time: Time) -> Self {
        let shared = Shared {
            state: Mutex::new(State::new(time)),
            news: Notify::new(),
            stopping: watch::Sender::new(false),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The state. A panic elsewhere does not make it unusable: tests want to see what was left.
    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the channels' part of a script from its beginning. A script without one changes nothing.
    pub fn play(&self, script: &Script) {
        if let Some(plot) = &script.channels {
            self.state().play(plot);
        }
    }

    /// Introduces a sink, in place of what was there: with a secret, without, blocked, gone.
    pub fn set_sink(&self, kind: Kind, to: &str, sink: Sink) {
        self.state().sinks.set(kind, to, sink);
    }

    pub fn set_ceilings(&self, strictness: Strictness) {
        self.state().gauge.strictness = strictness;
    }

    /// Everything that arrived, in order: what was turned down too.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.state().journal.deliveries.clone()
    }

    /// What a channel took, in order: what people there would have seen.
    pub fn accepted(&self, kind: Kind) -> Vec<Delivery> {
        let state = self.state();
        let theirs = |one: &&Delivery| one.kind == kind && one.accepted;
        state.journal.deliveries.iter().filter(theirs).cloned().collect()
    }

    /// How many were accepted that had been accepted before.
    pub fn duplicates(&self) -> usize {
        self.state().journal.deliveries.iter().filter(|one| one.duplicate).count()
    }

    /// The most messages that arrived at one place within any window of this length, whatever was answered.
    pub fn busiest(&self, kind: Kind, to: &str, within: Duration) -> usize {
        let state = self.state();
        let there = |one: &&Delivery| one.kind == kind && one.to == to;
        let moments = state.journal.deliveries.iter().filter(there).map(|one| one.at_ms).collect();
        ceiling::busiest(moments, i64::try_from(within.as_millis()).unwrap_or(i64::MAX))
    }

    /// Empties the journal. What was seen before is then no duplicate.
    pub fn forget(&self) {
        self.state().journal = delivery::Journal::default();
    }

    /// Moves the simulator's own time forward; a given clock is moved by whoever gave it.
    pub fn advance(&self, by: Duration) {
        if let Time::Own(clock) = &mut self.state().time {
            clock.advance(by);
        }
    }

    /// Sets the date wrong by which signatures are judged; likewise.
    pub fn set_skew(&self, milliseconds: i64) {
        if let Time::Own(clock) = &mut self.state().time {
            clock.set_skew(milliseconds);
        }
    }

    /// Lets go whoever hangs, for good.
    pub(crate) fn close(&self) {
        self.shared.stopping.send_replace(true);
    }

    async fn closed(&self) {
        // The sender lives as long as this handle, so there is no other end to this.
        let _ = self.shared.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }
}
