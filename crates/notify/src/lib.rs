//! How people are told: one letter in the words of each kind of channel, and the other side's answer in ours.
//!
//! Formats, signatures and the meaning of answers are pure; one adapter carries them over HTTP and SMTP. The guard decides where that may
//! call, for addresses are given by users. Deliberately absent: what is told, to whom, when, and how often it is tried.

mod clients;
mod dispatcher;
mod exchange;
#[cfg(any(test, feature = "fake"))]
pub mod fake;
mod guard;
mod kinds;
mod letter;
mod notifier;
mod outcome;
mod request;
#[cfg(test)]
mod samples;
mod sign;
mod smtp;
mod target;
mod telegram;
mod text;
mod update;
mod words;

pub use clients::Patience;
pub use dispatcher::Dispatcher;
pub use guard::{Blocked, Guard, Resolver};
pub use letter::{Button, Letter, Line};
pub use notifier::{Bot, Listener, Notifier};
pub use outcome::{Failure, Kind, Receipt};
pub use target::Target;
pub use update::{Content, Update};
