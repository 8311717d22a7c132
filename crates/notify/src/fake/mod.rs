//! A notifier in memory that follows a script, for the tests of whoever uses the ports.
//!
//! It answers at once and keeps what it was asked to send, with the moment that it was told, so that ceilings can be counted on virtual
//! time. A script says what becomes of the next sendings; after its end everything is taken.

mod listening;

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use tokio::sync::Semaphore;

use self::listening::Listening;
pub use self::listening::Said;
use crate::{Failure, Kind, Letter, Notifier, Receipt, Target};

/// What becomes of one sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Taken,
    Failed(Kind),
    /// It arrived, but the answer did not.
    TakenUnheard,
}

/// One sending as it was asked for, whatever became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// `telegram` and so on.
    pub kind: &'static str,
    /// What tells two targets of a kind apart: the chat, the first recipient or the address.
    pub to: String,
    pub letter: Letter,
    pub now_ms: i64,
    /// Whether it arrived, which is not always what was answered.
    pub arrived: bool,
}

pub struct FakeNotifier {
    state: Mutex<State>,
    gate: Semaphore,
    listening: Listening,
}

#[derive(Default)]
struct State {
    script: VecDeque<Answer>,
    /// What every sending meets, before any script; or nothing.
    always: Option<Answer>,
    sent: Vec<Sent>,
    begun: usize,
}

impl Default for FakeNotifier {
    fn default() -> Self {
        Self::new([])
    }
}

impl FakeNotifier {
    /// Answers in this order, and takes everything after the script's end.
    pub fn new(script: impl IntoIterator<Item = Answer>) -> Self {
        let state = State { script: script.into_iter().collect(), ..State::default() };
        Self {
            state: Mutex::new(state),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
            listening: Listening::default(),
        }
    }

    /// Adds to the script.
    pub fn then(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state().script.extend(answers);
    }

    /// From now on every sending meets this, or the script again.
    pub fn always(&self, answer: Option<Answer>) {
        self.state().always = answer;
    }

    /// From now on sendings begin and hang, until `release`.
    pub fn hold(&self) {
        self.gate.forget_permits(Semaphore::MAX_PERMITS);
    }

    /// Those that hang go on, and later ones do not hang.
    pub fn release(&self) {
        self.gate.add_permits(Semaphore::MAX_PERMITS - self.gate.available_permits());
    }

    /// Everything that was asked for and did not hang, in order.
    pub fn sent(&self) -> Vec<Sent> {
        self.state().sent.clone()
    }

    /// What arrived on the other side, in order.
    pub fn arrived(&self) -> Vec<Sent> {
        self.sent().into_iter().filter(|sent| sent.arrived).collect()
    }

    /// How many sendings began, with those that hang.
    pub fn begun(&self) -> usize {
        self.state().begun
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Notifier for FakeNotifier {
    async fn send(&self, target: &Target, letter: &Letter, now_ms: i64) -> Result<Receipt, Failure> {
        self.state().begun += 1;
        let _open = self.gate.acquire().await;
        let mut state = self.state();
        let scripted = state.always.clone().or_else(|| state.script.pop_front());
        let answer = scripted.unwrap_or(Answer::Taken);
        let arrived = matches!(answer, Answer::Taken | Answer::TakenUnheard);
        let sent = Sent { kind: target.kind(), to: name(target), letter: letter.clone(), now_ms, arrived };
        state.sent.push(sent);
        outcome(&answer)
    }
}

fn outcome(answer: &Answer) -> Result<Receipt, Failure> {
    let failed = |kind, status, words: &str| Err(Failure { kind, status, words: words.to_owned() });
    match answer {
        Answer::Taken => Ok(Receipt { status: Some(200), words: "ok".to_owned(), left_out: 0 }),
        Answer::TakenUnheard => failed(Kind::PASSING, None, "timed out"),
        Answer::Failed(kind @ Kind::Passing { .. }) => failed(*kind, Some(503), "not now"),
        Answer::Failed(kind @ Kind::Refused) => failed(*kind, Some(400), "never like this"),
        Answer::Failed(kind @ Kind::Gone) => failed(*kind, Some(410), "nobody is here any more"),
        Answer::Failed(kind @ Kind::Blocked) => failed(*kind, None, "the address may not be called"),
    }
}

fn name(target: &Target) -> String {
    use secrecy::ExposeSecret as _;
    match target {
        Target::Telegram { chat, .. } => chat.clone(),
        Target::Email { to, .. } => to.first().cloned().unwrap_or_default(),
        Target::Webhook { url, .. } => url.clone(),
        Target::Bark { server, .. } => server.clone(),
        Target::DingTalk { webhook: secret, .. }
        | Target::Slack { webhook: secret }
        | Target::Feishu { webhook: secret, .. }
        | Target::ServerChan { send_key: secret }
        | Target::Template { url: secret, .. } => secret.expose_secret().to_owned(),
    }
}

#[cfg(test)]
mod tests;
