//! Why the rules of reports say no.

use super::day::Day;
use crate::explain::{Code, Explain, Explanation, Text};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// What is yet to happen cannot be counted.
    NotOver { day: Day },
}

impl Explain for Refusal {
    fn explain(&self) -> Vec<Explanation> {
        let Self::NotOver { day } = self;
        let message = Text::new(format!("{day} is not over yet"), format!("{day} 尚未结束"));
        vec![Explanation::new(Code::StateConflict, message)]
    }
}
