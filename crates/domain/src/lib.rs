//! The language and the rules of Berth, as pure functions.
//!
//! Nothing here reads a clock, draws a random number, or touches a disk or a network: time, ids and chance arrive as
//! arguments. Deliberately absent: any runtime, any database, any cloud's vocabulary.

pub mod access;
pub mod aggregate;
pub mod alert;
pub mod audit;
pub mod books;
pub mod bot;
pub mod channel;
pub mod delivery;
pub mod event;
pub mod explain;
pub mod grab;
pub mod id;
pub mod notice;
pub mod profile;
pub mod projection;
pub mod replay;
pub mod reply;
pub mod report;
pub mod secret;
pub mod tenant;
pub mod time;
mod upcast;
pub mod user;

pub use aggregate::Aggregate;
pub use explain::{Code, Explain, Explanation, Language, Text, Violation};
pub use id::{ChannelId, DeliveryId, GrabId, ProfileId, SessionId, TenantId, TokenId, UserId};
pub use reply::{ProviderError, Refused, Trouble};
pub use secret::SecretRef;
pub use time::{Seconds, Timestamp};
