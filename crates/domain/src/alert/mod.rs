//! An alert (告警): something about the machine, the server or the hunt that somebody should look at.
//!
//! Rules are data: what is measured, from where on it is too much, and for how long. Each rule is one thing with a history, raised once for
//! each cause and resolved by recovery or by hand; so is each alert that somebody else's Alertmanager hands in. Deliberately absent: how
//! anything is measured, and who is told.

mod decide;
mod event;
mod id;
mod outside;
mod refusal;
mod replay;
mod rule;
mod rule_name;
mod settings;
mod state;
#[cfg(test)]
mod tests;
mod upcast;
mod watch;
mod words;

pub use decide::{Adjustment, Command};
pub use event::*;
pub use id::{AlertId, ExternalId, NotAnAlert};
pub use outside::{Outside, severity_of};
pub use refusal::Refusal;
pub use rule::{RULES, Rule, Scope, Side, Source, Unit};
pub use rule_name::{NotARule, RuleName};
pub use settings::{LONGEST_SECONDS, Settings};
pub use state::{Alert, Standing};
pub use watch::{Case, Now, Seen, watch};
pub use words::{figure, raised_text, received_text, resolved_text, settings_text};
