//! The schema and its thin resolvers: translate, ask, translate.
//!
//! A noun has its file here as in every layer. It knows the views (to ask) and the hands (to tell), and decides nothing: what may be
//! done is in the rows, what is wrong with an input the domain says. Deliberately absent: HTTP, sign-in, SQL, the words of any cloud.

mod alert;
mod attempt;
mod books;
mod channel;
mod delivery;
mod event;
mod grab;
mod instance;
mod log_entry;
mod node;
mod profile;
mod projection;
mod recorded;
mod replay;
mod schema;
mod server;
mod shared;
mod system_metrics;
mod tenant;
mod user;

pub use recorded::Schema;
pub use schema::{Dependencies, Mutation, Query, Subscription, schema, sdl};
pub use server::ServerFacts;
pub use shared::{
    alike::Alike,
    caller::{Caller, Cookie},
};
pub use tenant::config::{ConfigReader, Profile};
