//! Why a delivery's rules say no.

use crate::explain::{Code, Explain, Explanation, Text};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    NeverQueued,
    /// It was taken or given up, or no try is out that could be settled.
    OutOfPlace,
}

impl Explain for Refusal {
    fn explain(&self) -> Vec<Explanation> {
        let (code, english, chinese) = match self {
            Self::NeverQueued => (Code::NotFound, "there is no such delivery", "没有这条通知"),
            Self::OutOfPlace => {
                (Code::StateConflict, "the delivery is in another state by now", "该通知的状态已改变")
            }
        };
        vec![Explanation::new(code, Text::new(english, chinese))]
    }
}
