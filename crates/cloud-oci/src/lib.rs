//! One cloud's words to ours and back: Oracle Cloud Infrastructure.
//!
//! Speaks the public REST API with our own request signing and offers it as the port `berth_cloud::Cloud`.
//! It never retries by itself, keeps no state between calls but open connections, and decides nothing: what an answer
//! means for a task is the domain's business.

mod adapter;
pub mod client;
pub mod config_file;
pub mod endpoints;
mod form;
pub mod key;
mod operations;
pub mod region;
pub mod sign;

pub use self::adapter::OciCloud;
