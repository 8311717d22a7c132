//! The operations that a grab needs, one file a group, each with the shapes of the JSON that it sends and reads.
//!
//! Everything but an id is optional when read, unknown fields are skipped and enumerations are kept as text: the service
//! adds to all of them without notice. What goes into events has a greatest length, and numbers are what can be counted.

pub(crate) mod answer;
pub(crate) mod capacity;
pub(crate) mod compute;
pub(crate) mod identity;
pub(crate) mod images;
pub(crate) mod instances;
pub(crate) mod launch;
pub(crate) mod limits;
pub(crate) mod list;
pub(crate) mod name;
pub(crate) mod network;
pub(crate) mod network_calls;
pub(crate) mod number;
pub(crate) mod vnics;
pub(crate) mod volumes;
pub(crate) mod work_request;
