//! What cannot be undone is asked about on a terminal, and refused without one unless somebody said yes beforehand.

use berth_domain::Text;

use crate::{console::Console, failure::Failure, words};

/// Whether to go on. A no is told.
pub(crate) fn agreed(console: &mut Console, said_yes: bool, question: &Text) -> Result<bool, Failure> {
    if said_yes {
        return Ok(true);
    }
    if !console.can_ask {
        return Err(Failure::usage(words::say_yes()));
    }
    let answer = console.ask(question)?;
    let agreed = matches!(answer.to_lowercase().as_str(), "y" | "yes" | "是");
    if !agreed {
        console.remark(&words::nothing_done());
    }
    Ok(agreed)
}
