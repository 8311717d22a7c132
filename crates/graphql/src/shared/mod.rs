//! What every noun's resolvers share.

pub(crate) mod batch;
pub(crate) mod caller;
pub(crate) mod command;
pub(crate) mod context;
pub(crate) mod fault;
pub(crate) mod page;
pub(crate) mod position;
pub(crate) mod scalars;
pub(crate) mod turns;
pub(crate) mod user_error;
