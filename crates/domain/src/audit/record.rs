//! One thing that was asked.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, UserId};

/// Who, what, when, from where, and what came of it. Holds nothing of the input but ids of ours, and the name of a user who is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The user's, token's or machine's name; `anonymous` where nobody was recognised.
    pub actor: String,
    /// Who that is for ever: names are given anew. Absent for whoever has the machine, for nobody, and in records of the first shape,
    /// which are sealed as they were written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// The address that the request came from; absent for a command on the machine itself.
    pub from: Option<String>,
    /// The mutation.
    pub mutation: String,
    /// What its input names.
    pub subjects: Vec<String>,
    pub outcome: Outcome,
    /// Whether it is about keys, users and permissions rather than about daily work.
    pub grave: bool,
    /// Ties it to the request's lines in the process's own log.
    pub request: String,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Outcome {
    Done,
    /// Some rule said no, to all or a part of it. With the codes of its reasons.
    Refused {
        codes: Vec<String>,
    },
    /// They may not.
    Forbidden,
    /// The world failed; perhaps it was done.
    Failed {
        code: String,
    },
}
