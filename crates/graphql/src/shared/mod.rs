//! What every noun's resolvers share.

pub(crate) mod alike;
pub(crate) mod batch;
pub(crate) mod caller;
pub(crate) mod command;
pub(crate) mod context;
pub(crate) mod fault;
pub(crate) mod minutes;
pub(crate) mod page;
pub(crate) mod position;
pub(crate) mod scalars;
pub(crate) mod severity;
pub(crate) mod turns;
pub(crate) mod user_error;
