//! Why a profile's rules say no.

use crate::explain::{Code, Explain, Explanation, Text, Violation};

#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    Invalid(Vec<Violation>),
    /// Never created, or deleted.
    NoSuchProfile,
    AlreadyCreated,
}

impl Explain for Refusal {
    fn explain(&self) -> Vec<Explanation> {
        match self {
            Self::Invalid(violations) => violations.clone(),
            Self::NoSuchProfile => vec![Explanation::new(
                Code::NotFound,
                Text::new("there is no such launch profile", "没有这个启动模板"),
            )],
            Self::AlreadyCreated => vec![Explanation::new(
                Code::StateConflict,
                Text::new("the launch profile exists already", "该启动模板已经存在"),
            )],
        }
    }
}
