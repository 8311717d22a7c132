//! Who can be written to, and what the other side knows of them.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::kind::Kind;

/// A chat, robot, hook or mailbox. The default one is open and wants no signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sink {
    /// Where there is one, what comes must be signed with it.
    pub secret: Option<String>,
    pub standing: Standing,
}

impl Sink {
    pub fn signed(secret: impl Into<String>) -> Self {
        Self { secret: Some(secret.into()), ..Self::default() }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    #[default]
    Open,
    /// It exists, but the sender was taken out, blocked or switched off.
    Blocked,
    /// There is no such thing, or no longer.
    Gone,
}

#[derive(Debug, Default)]
pub(super) struct Sinks {
    known: HashMap<(Kind, String), Sink>,
    /// Kinds of which only known sinks exist.
    pub(super) closed: Vec<Kind>,
}

impl Sinks {
    pub(super) fn set(&mut self, kind: Kind, to: &str, sink: Sink) {
        self.known.insert((kind, to.to_owned()), sink);
    }

    /// What is at the place. Nobody need be introduced, unless the kind is closed.
    pub(super) fn at(&self, kind: Kind, to: &str) -> Sink {
        let stranger = || {
            let standing = if self.closed.contains(&kind) { Standing::Gone } else { Standing::Open };
            Sink { secret: None, standing }
        };
        self.known.get(&(kind, to.to_owned())).cloned().unwrap_or_else(stranger)
    }

    /// Whether places of this kind whose name begins so were named at all.
    pub(super) fn any(&self, kind: Kind, prefix: &str) -> bool {
        self.known.keys().any(|(known, to)| *known == kind && to.starts_with(prefix))
    }

    pub(super) fn knows(&self, kind: Kind, to: &str) -> bool {
        self.known.contains_key(&(kind, to.to_owned()))
    }
}
