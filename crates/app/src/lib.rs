//! The hands: they load, decide, append and evolve; they call the cloud as the plan says, and only then.
//!
//! Effects take no decisions: those are the domain's pure functions. Deliberately absent: GraphQL, HTTP, SQL, the names
//! of clouds, and any read model (lists come through the [`Roster`] port).

pub mod alert;
mod app;
pub mod audit;
pub mod books;
mod bot;
mod chance;
pub mod channel;
pub mod cqrs;
mod gate;
pub mod grab;
mod ledger;
mod names;
mod order;
mod outbox;
mod policy;
pub mod profile;
pub mod projection;
mod quarantine;
mod report;
mod restore;
mod roster;
mod secrets;
mod span;
pub mod tenant;
pub mod user;
mod world;

pub use app::App;
pub use books::{Archive, NoArchive};
pub use chance::Chance;
pub use ledger::{Book, Kept, Ledger};
pub use order::{Denied, Done, Fault, Order, Told};
pub use quarantine::Unreadable;
pub use restore::hold_all;
pub use span::SPANS;
pub use world::{Roster, RosterError, Settings, Standing, World};
