//! One step of a channel's script: a sentence such as `throttle retry-after 3s x 2` or `ok delay 300ms`.
//!
//! ```text
//! step   = answer modifier* [ "x" COUNT ]
//! answer = ok | cut | mute | garbage | huge          the message is taken
//!        | fault | throttle | refuse | gone | redirect | drop | hang    it is not
//! ```

use std::{iter::Peekable, time::Duration};

use crate::script::{
    Sentence,
    step::{counted, duration, words},
};

/// What one message is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) act: Act,
    /// Real time before the answer is sent. What is decided is decided at once.
    pub(super) delay: Duration,
    times: u32,
    /// As written, without the count: what the journal shows.
    pub(super) text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    Take(Ending),
    Refuse(Trouble),
    Redirect(Option<String>),
    /// The request is read, the connection closed, nothing done.
    Drop,
    /// The request is read, nothing done, nothing said.
    Hang,
}

/// How the sender learns that its message was taken, or fails to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Answer,
    Close,
    Hang,
    Garbage,
    Flood,
}

/// Why a message is not taken. Each channel has its own words for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) kind: TroubleKind,
    /// In place of the usual HTTP status or SMTP code.
    pub(super) status: Option<u16>,
    /// In place of the usual words.
    pub(super) message: Option<String>,
    pub(super) retry_after: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TroubleKind {
    /// It does not work just now.
    Fault,
    /// Too much, too fast.
    Throttle,
    /// It will never work like this.
    Refuse,
    /// The robot was taken out, the chat or the hook deleted, the mailbox closed.
    Gone,
}

impl Trouble {
    pub(super) fn of(kind: TroubleKind) -> Self {
        Self { kind, status: None, message: None, retry_after: None }
    }

    pub(super) fn throttle(wait_ms: i64) -> Self {
        let wait = Duration::from_millis(u64::try_from(wait_ms).unwrap_or_default());
        Self { retry_after: Some(wait), ..Self::of(TroubleKind::Throttle) }
    }

    /// The words given, or the usual ones.
    pub(super) fn words(&self, usual: &str) -> String {
        self.message.clone().unwrap_or_else(|| usual.to_owned())
    }

    /// Whole seconds, rounded up as the services do, and at least one.
    pub(super) fn seconds(&self) -> u64 {
        let wait = self.retry_after.unwrap_or(Duration::from_secs(1));
        (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
    }
}

impl Sentence for Step {
    fn parse(sentence: &str) -> Result<Self, String> {
        let (text, times) = counted(sentence.trim())?;
        let words = words(text)?;
        let mut words = words.iter().map(String::as_str).peekable();
        let act = act(words.next().ok_or("a step says nothing")?)?;
        let mut step = Self { act, delay: Duration::ZERO, times, text: text.to_owned() };
        while let Some(word) = words.next() {
            step.modify(word, &mut words)?;
        }
        Ok(step)
    }

    fn times(&self) -> u32 {
        self.times
    }
}

impl Step {
    fn modify<'a>(
        &mut self,
        word: &str,
        rest: &mut Peekable<impl Iterator<Item = &'a str>>,
    ) -> Result<(), String> {
        let mut time =
            || rest.next().and_then(duration).ok_or(format!("`{word}` needs a time such as 300ms or 2s"));
        match (word, &mut self.act) {
            ("delay", _) => self.delay = time()?,
            ("retry-after", Act::Refuse(trouble)) => trouble.retry_after = Some(time()?),
            (message, Act::Refuse(trouble)) if message.starts_with('"') => {
                trouble.message = Some(message.trim_matches('"').to_owned());
            }
            (status, Act::Refuse(trouble)) if trouble.status.is_none() && status.len() == 3 => {
                let status = status.parse().ok().filter(|status| (100..600).contains(status));
                trouble.status = Some(status.ok_or_else(|| format!("`{word}` is not a status"))?);
            }
            (to, Act::Redirect(target)) if target.is_none() && to.contains('/') => {
                *target = Some(to.trim_matches('"').to_owned());
            }
            _ => return Err(format!("`{word}` cannot stand here")),
        }
        Ok(())
    }
}

fn act(word: &str) -> Result<Act, String> {
    let refuse = |kind| Act::Refuse(Trouble::of(kind));
    Ok(match word {
        "ok" => Act::Take(Ending::Answer),
        "cut" => Act::Take(Ending::Close),
        "mute" => Act::Take(Ending::Hang),
        "garbage" => Act::Take(Ending::Garbage),
        "huge" => Act::Take(Ending::Flood),
        "fault" => refuse(TroubleKind::Fault),
        "throttle" => refuse(TroubleKind::Throttle),
        "refuse" => refuse(TroubleKind::Refuse),
        "gone" => refuse(TroubleKind::Gone),
        "redirect" => Act::Redirect(None),
        "drop" => Act::Drop,
        "hang" => Act::Hang,
        _ => return Err(format!("`{word}` is not an answer of a channel")),
    })
}
