//! A delivery (送达): one notice on its way to one channel, until the other side took it or it was given up.
//!
//! Each try is committed before the call, so after a crash it is known what was in the air: that, and nothing else, may arrive twice. It
//! knows nothing of markup, and nothing of how a channel is spoken to.

mod ceiling;
mod command;
mod decide;
mod event;
mod lane;
mod refusal;
mod replay;
mod route;
mod state;
#[cfg(test)]
mod tests;
mod upcast;
mod window;
mod words;

pub use ceiling::{ceiling, joins};
pub use command::{Command, Outcome, Queue, Settlement};
pub use event::*;
pub use lane::{Lane, Step, Waiting};
pub use refusal::Refusal;
pub use route::{Audience, id_of, route};
pub use state::{Delivery, Stage};
pub use window::Window;

/// Whoever is on the way is claimed in this space, so that a start finds them without reading the log.
pub const ON_THE_WAY: &str = "delivery.on_the_way";
