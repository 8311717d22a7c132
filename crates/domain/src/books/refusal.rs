//! Why the rules of the books say no.

use super::frozen::Frozen;
use crate::explain::{Code, Explain, Explanation, Text};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// They are closed further already.
    Backwards { closed: u64, asked: u64 },
    /// Nothing leaves the log that no archive holds.
    NotArchived,
    /// Nobody knows what time it is, so nobody knows what is old.
    Frozen(Frozen),
}

impl Explain for Refusal {
    fn explain(&self) -> Vec<Explanation> {
        let message = match self {
            Self::Backwards { closed, asked } => Text::new(
                format!("the books are closed through {closed}, so they cannot be closed through {asked}"),
                format!("账本已结到 {closed}，不能再结到 {asked}"),
            ),
            Self::NotArchived => Text::new(
                "events cannot leave the log before an archive holds them",
                "事件在写入归档之前不能离开日志",
            ),
            Self::Frozen(frozen) => return vec![explain_frozen(*frozen)],
        };
        vec![Explanation::new(Code::StateConflict, message)]
    }
}

fn explain_frozen(frozen: Frozen) -> Explanation {
    let hint = Text::new(
        "set the machine's clock right and start the server anew, or close the books by hand and vouch for the clock",
        "请校准本机时钟并重启服务，或在确认时钟无误后手动结账",
    );
    Explanation::new(Code::StateConflict, frozen.text()).hint(hint)
}
