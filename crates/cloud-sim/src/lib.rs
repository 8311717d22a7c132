//! Simulators of the clouds and of the channels of notifications: for tests, the demo and development. Shares no code
//! with their clients.
//!
//! So far there is one cloud, OCI: compute, network, block storage, identity, limits and work requests of one region,
//! all behind one base URL. Requests must be signed as the real service wants it; what launches are answered is
//! scripted ([`Script`]); what exists and every request seen can be read at `GET /_sim/state`.
//!
//! ```no_run
//! # async fn demo() -> Result<(), berth_cloud_sim::StartError> {
//! use berth_cloud_sim::{Options, Script, start};
//!
//! let script = Script::parse(r#"rule = [{ steps = ["capacity x 7", "throttle", "grant"] }]"#).ok();
//! let running = start(Options { dir: Some("target/sim".into()), script, ..Options::default() }).await?;
//! println!("{}", running.base_url);
//! # Ok(()) }
//! ```
//! The channels ([`channels`]) are served on the same port, or on one of their own.
//!
//! Deliberately absent: other regions, policies, rate limits of its own, volumes beyond boot volumes, and persistence.
//! A restart forgets everything but the key.

mod answer;
mod api;
mod call;
mod catalogue;
pub mod channels;
mod cidr;
mod clock;
mod command;
mod control;
mod dispatch;
mod journal;
mod keys;
mod listing;
mod ocid;
mod options;
mod script;
mod server;
mod signature;
mod state;

pub use command::{run, run_channels};
pub use keys::Profile;
pub use options::{Limits, Options, StartError};
pub use script::{Script, ScriptError};
pub use server::{Running, Simulation, start};
