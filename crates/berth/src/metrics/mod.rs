//! What the process carries, for whoever measures it; and all figures in the words of Prometheus, on a listener of their own.

mod alerts;
mod carrying;
mod exposition;
mod listener;
mod machine;
mod measuring;
mod plain;
mod tally;

pub(crate) use carrying::Carrying;
pub(crate) use exposition::Exposition;
pub(crate) use measuring::Measuring;
