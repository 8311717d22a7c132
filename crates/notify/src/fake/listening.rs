//! The fake's other half: people who write to a bot.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use tokio::sync::Notify;

use super::FakeNotifier;
use crate::{Bot, Button, Failure, Kind, Listener, Receipt, Update};

/// What the bot said to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Answer { callback_id: String, text: String },
    Reply { chat: String, text: String, buttons: Vec<Button> },
}

#[derive(Default)]
pub(super) struct Listening {
    state: Mutex<Heard>,
    woken: Notify,
}

#[derive(Default)]
struct Heard {
    updates: VecDeque<Update>,
    failure: Option<Failure>,
    expired: bool,
    said: Vec<Said>,
    offsets: Vec<i64>,
}

impl Listening {
    fn state(&self) -> MutexGuard<'_, Heard> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FakeNotifier {
    /// Somebody writes or presses; whoever listens hears it.
    pub fn hear(&self, update: Update) {
        self.listening.state().updates.push_back(update);
        self.listening.woken.notify_waiters();
    }

    /// From now on who listens is refused, or no more.
    pub fn deafen(&self, failure: Option<Failure>) {
        self.listening.state().failure = failure;
        self.listening.woken.notify_waiters();
    }

    /// From now on every press is too old to be answered, or none is.
    pub fn expire(&self, expired: bool) {
        self.listening.state().expired = expired;
    }

    /// What was said to people, in order.
    pub fn said(&self) -> Vec<Said> {
        self.listening.state().said.clone()
    }

    /// From where on was asked, in order.
    pub fn offsets(&self) -> Vec<i64> {
        self.listening.state().offsets.clone()
    }

    /// What is there from an offset on; what lies before it is forgotten, as Telegram does.
    fn heard(&self, offset: i64) -> Result<Vec<Update>, Failure> {
        let mut state = self.listening.state();
        if let Some(failure) = &state.failure {
            return Err(failure.clone());
        }
        state.updates.retain(|update| update.id >= offset);
        Ok(state.updates.iter().cloned().collect())
    }
}

#[async_trait]
impl Listener for FakeNotifier {
    async fn updates(&self, _: &Bot, offset: i64, timeout_s: u32) -> Result<Vec<Update>, Failure> {
        self.listening.state().offsets.push(offset);
        let patience = tokio::time::sleep(Duration::from_secs(timeout_s.into()));
        tokio::pin!(patience);
        loop {
            let woken = self.listening.woken.notified();
            tokio::pin!(woken);
            woken.as_mut().enable();
            let heard = self.heard(offset)?;
            if !heard.is_empty() {
                return Ok(heard);
            }
            tokio::select! { () = woken => {}, () = &mut patience => return Ok(Vec::new()) }
        }
    }

    async fn answer(&self, _: &Bot, callback_id: &str, text: &str) -> Result<(), Failure> {
        if self.listening.state().expired {
            let words = "Bad Request: query is too old and response timeout expired or query ID is invalid";
            return Err(Failure { kind: Kind::Refused, status: Some(400), words: words.to_owned() });
        }
        let said = Said::Answer { callback_id: callback_id.to_owned(), text: text.to_owned() };
        self.listening.state().said.push(said);
        Ok(())
    }

    async fn reply(&self, _: &Bot, chat: &str, text: &str, buttons: &[Button]) -> Result<Receipt, Failure> {
        let said = Said::Reply { chat: chat.to_owned(), text: text.to_owned(), buttons: buttons.to_vec() };
        self.listening.state().said.push(said);
        Ok(Receipt { status: Some(200), words: "ok".to_owned(), left_out: 0 })
    }
}
