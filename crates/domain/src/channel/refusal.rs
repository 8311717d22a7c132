//! Why a channel's rules say no.

use crate::explain::{Code, Explain, Explanation, Text, Violation};

#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    Invalid(Vec<Violation>),
    /// Never created, or deleted.
    NoSuchChannel,
    AlreadyCreated,
}

impl Explain for Refusal {
    fn explain(&self) -> Vec<Explanation> {
        match self {
            Self::Invalid(violations) => violations.clone(),
            Self::NoSuchChannel => vec![Explanation::new(
                Code::NotFound,
                Text::new("there is no such notification channel", "没有这个通知渠道"),
            )],
            Self::AlreadyCreated => vec![Explanation::new(
                Code::StateConflict,
                Text::new("the notification channel exists already", "该通知渠道已经存在"),
            )],
        }
    }
}
