//! Why the rules about read models say no.

use crate::explain::{Explain, Explanation, Violation};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Invalid(Vec<Violation>),
}

impl Explain for Refusal {
    fn explain(&self) -> Vec<Explanation> {
        match self {
            Self::Invalid(violations) => violations.clone(),
        }
    }
}
