//! Who asks for what, and what they are told.

use std::sync::Arc;

use berth_actors::SendError;
use berth_domain::{
    Aggregate, Code, Explain, Explanation, Text,
    access::{Act, Forbidden, Principal},
};
use berth_store::{
    AppendError, CommandId, Fingerprint, Meta, Position, ReadError, Version,
    vault::{Sealed, VaultError},
};
use thiserror::Error;

use crate::quarantine::Unreadable;

/// What surrounds a command: who, when, under which id.
#[derive(Clone, Debug)]
pub struct Order {
    pub command: CommandId,
    /// The caller chose the id, so a repeat may come and must be answered as the first was.
    pub given: bool,
    /// Hash of the command's input: the same id with another input is refused.
    pub fingerprint: Fingerprint,
    /// Who wants it, with what they may do.
    pub by: Principal,
    /// Joins everything that follows from one request.
    pub correlation: String,
    pub causation: Option<String>,
    /// The request that it came with, as the answer's header names it; empty for what no request brought.
    pub request: String,
    pub expected: Option<Version>,
    /// Secrets that are sealed with the events that name them.
    pub seal: Vec<Sealed>,
}

impl Order {
    /// A command that a person or a script gives.
    pub fn given(by: Principal, command: CommandId, fingerprint: Fingerprint) -> Self {
        let correlation = command.to_string();
        Self {
            command,
            given: true,
            fingerprint,
            by,
            correlation,
            causation: None,
            request: String::new(),
            expected: None,
            seal: Vec::new(),
        }
    }

    /// A command that the server gives itself and never repeats.
    pub fn own() -> Self {
        Self { given: false, ..Self::given(Principal::system(), CommandId::fresh(), Fingerprint::default()) }
    }

    /// A command that follows from an event. Its id is made from the cause, so doing it twice does it once.
    pub fn following(cause: Position, what: &str) -> Self {
        let command =
            CommandId::parse(&format!("policy:{cause}:{what}")).expect("a position and an id are printable");
        Self {
            causation: Some(cause.to_string()),
            ..Self::given(Principal::system(), command, Fingerprint::default())
        }
    }

    /// The same order for one of several things that one request names.
    #[must_use]
    pub fn part(&self, index: usize) -> Self {
        let command = if index == 0 { self.command.clone() } else { part_of(&self.command, index) };
        Self { command, ..self.clone() }
    }

    /// Asked before anything is read, called or sealed for the order; the ledger asks again before it decides.
    pub(crate) fn may(&self, act: Act) -> Result<(), Denied> {
        self.by.may(act).map_err(Denied::Forbidden)
    }

    pub(crate) fn meta(&self, time_ms: i64) -> Meta {
        Meta {
            time_ms,
            actor: self.by.name.clone(),
            correlation: self.correlation.clone(),
            causation: self.causation.clone(),
        }
    }
}

fn part_of(command: &CommandId, index: usize) -> CommandId {
    CommandId::parse(&format!("{command}#{index}")).unwrap_or_else(|_| CommandId::fresh())
}

/// A command was carried out, or was so already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Last event of the command; the stream's own last position when nothing had to happen.
    pub position: Position,
    pub version: Version,
    /// Answered as the first time; nothing was done now.
    pub repeated: bool,
}

/// What an actor tells: the thing as it is after the command.
#[derive(Clone, Debug)]
pub struct Told<Id, A> {
    pub id: Id,
    pub state: A,
    pub done: Done,
}

/// With reasons from outside the rules come those that the rules have, so that a form is corrected once.
pub(crate) fn all_at_once<A: Aggregate>(
    state: &A,
    command: &A::Command,
    outside: Vec<Explanation>,
) -> Result<(), Denied> {
    if outside.is_empty() {
        return Ok(());
    }
    let own = state.decide(command.clone()).err().map(|refusal| refusal.explain()).unwrap_or_default();
    Err(Denied::Refused(outside.into_iter().chain(own).collect()))
}

/// Why a command was not carried out.
#[derive(Clone, Debug, Error)]
pub enum Denied {
    /// A rule said no: shown to the person who asked.
    #[error("refused: {}", .0.first().map_or("", |first| first.message.english.as_str()))]
    Refused(Vec<Explanation>),
    /// They may not, whatever they ask it of.
    #[error("forbidden: {0:?}")]
    Forbidden(Forbidden),
    /// The world failed: logged, and answered in general words.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Denied {
    pub(crate) fn refusal(refusal: &impl Explain) -> Self {
        Self::Refused(refusal.explain())
    }

    /// The same refusal, said of a field of the input.
    #[must_use]
    pub fn at_field(self, field: &[&str]) -> Self {
        self.map_reasons(|reason| reason.at(field))
    }

    /// The same refusal in other words.
    #[must_use]
    pub fn map_reasons(self, change: impl FnMut(Explanation) -> Explanation) -> Self {
        match self {
            Self::Refused(reasons) => Self::Refused(reasons.into_iter().map(change).collect()),
            Self::Forbidden(_) | Self::Fault(_) => self,
        }
    }

    pub(crate) fn reused() -> Self {
        Self::Refused(vec![
            Explanation::new(
                Code::CommandIdReused,
                Text::new(
                    "this commandId was used before with another input",
                    "该 commandId 已用于另一个请求",
                ),
            )
            .at(&["commandId"]),
        ])
    }

    pub(crate) fn overtaken() -> Self {
        Self::Refused(vec![
            Explanation::new(
                Code::VersionConflict,
                Text::new("somebody else changed it first", "已被他人先行修改"),
            )
            .at(&["expectedVersion"])
            .hint(Text::new("read it again and repeat", "请重新读取后再试")),
        ])
    }
}

/// The world failed.
#[derive(Clone, Debug, Error)]
pub enum Fault {
    #[error("failed to append to the log")]
    Append(#[from] AppendError),
    #[error("failed to read the log")]
    Read(#[from] ReadError),
    /// Its code is `NEEDS_UPGRADE`; [`Unreadable::text`] says it to people.
    #[error(transparent)]
    Unreadable(Arc<Unreadable>),
    #[error("failed to use the vault")]
    Vault(#[source] Arc<VaultError>),
    #[error("failed to reach the actor")]
    Actor(#[from] SendError),
    #[error("failed to write the archive")]
    Archive(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// A secret that an event names is not in the vault.
    #[error("the secret {0} is missing")]
    SecretMissing(String),
}

impl Fault {
    /// Trying again later may help: the store is full or away, or everybody is busy.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Append(
                AppendError::StorageFull
                | AppendError::Unavailable(_)
                | AppendError::Stopped
                | AppendError::Storage(_),
            ) => true,
            Self::Actor(SendError::Full | SendError::Stopped | SendError::Died) => true,
            Self::Read(ReadError::Storage(_)) | Self::Archive(_) => true,
            Self::Append(_)
            | Self::Read(_)
            | Self::Unreadable(_)
            | Self::Vault(_)
            | Self::Actor(_)
            | Self::SecretMissing(_) => false,
        }
    }
}

impl From<VaultError> for Fault {
    fn from(source: VaultError) -> Self {
        Self::Vault(Arc::new(source))
    }
}

impl From<SendError> for Denied {
    fn from(source: SendError) -> Self {
        Self::Fault(Fault::Actor(source))
    }
}

impl From<ReadError> for Denied {
    fn from(source: ReadError) -> Self {
        Self::Fault(Fault::Read(source))
    }
}

impl From<VaultError> for Denied {
    fn from(source: VaultError) -> Self {
        Self::Fault(source.into())
    }
}
