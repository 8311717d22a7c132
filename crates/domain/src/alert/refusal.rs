//! Why an alert's rules say no.

use crate::explain::{Code, Explain, Explanation, Text, Violation};

#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    Invalid(Vec<Violation>),
    /// It was never raised.
    NoSuchAlert,
}

impl Explain for Refusal {
    fn explain(&self) -> Vec<Explanation> {
        match self {
            Self::Invalid(violations) => violations.clone(),
            Self::NoSuchAlert => vec![
                Explanation::new(
                    Code::NotFound,
                    Text::new("this alert was never raised", "该告警从未触发过"),
                )
                .at(&["id"]),
            ],
        }
    }
}
