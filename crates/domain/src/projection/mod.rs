//! A projection (读模型): one read model folded from the log, and what people ordered about it.
//!
//! Where it stands, and whether it is broken, is known where it is folded; here is only what was asked for.

mod decide;
mod event;
mod name;
mod refusal;
mod replay;
mod state;
#[cfg(test)]
mod tests;
mod upcast;

pub use decide::Command;
pub use event::*;
pub use name::{NotAProjection, ProjectionName};
pub use refusal::Refusal;
pub use state::Projection;
