//! How much something matters, wherever people are told of it.

use async_graphql::Enum;

/// How much something matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "berth_domain::notice::Severity")]
pub(crate) enum Severity {
    /// Good to know.
    Info,
    /// Wants a look.
    Warning,
    /// Costs something every minute. It is told in quiet hours, too.
    Critical,
}
