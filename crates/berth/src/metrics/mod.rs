//! What the process carries, for whoever measures it; and all figures in the words of Prometheus, on a listener of their own.

mod carrying;
mod exposition;
mod listener;
mod measuring;

pub(crate) use carrying::Carrying;
pub(crate) use exposition::Exposition;
pub(crate) use measuring::Measuring;
