//! The words of the domain about alerts, in the schema.

use async_graphql::Enum;
use berth_domain::alert::{By, RuleName, Side, Source, Unit};

/// Whether an alert goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum AlertState {
    /// Its cause goes on, and nobody has resolved it.
    Raised,
    /// It is over, or somebody resolved it by hand.
    Resolved,
}

/// What an alert was resolved by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "By")]
pub(crate) enum AlertResolvedBy {
    /// Its cause went away.
    Recovery,
    /// Somebody said so. It is not raised again before its cause went away once.
    Hand,
}

/// What a rule watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "RuleName")]
pub(crate) enum AlertRuleName {
    /// Of a hundred queries and mutations in the last five minutes, how many ended in a fault of the server's.
    ErrorRate,
    /// What 95 of a hundred queries and mutations in the last five minutes took less than.
    ResponseTime,
    /// CPU of the machine, of all cores together.
    Cpu,
    /// Memory of the machine.
    Memory,
    /// The disk that the data lies on.
    Disk,
    /// Connections of the database where there is a server for it, and places for sockets otherwise, of those that are allowed.
    Connections,
    /// Instances that tasks have. By itself it is watched in production alone (`alerts.production`).
    Instances,
    /// How far the slowest read model is behind the log.
    ProjectionLag,
    /// For how long nobody has known what came of an attempt.
    AttemptsInDoubt,
    /// Of a hundred attempts in the last ten minutes, how many ended neither in an instance nor in a want of capacity.
    AttemptFaults,
    /// How far the clock of the machine was set, or drifted, within the last ten minutes.
    ClockSkew,
    /// Running tasks of which nothing was heard for several intervals.
    StalledTasks,
    /// For how long the log has not taken anything.
    Storage,
}

/// Whose trouble it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Source")]
pub(crate) enum AlertSource {
    /// Those who ask this server.
    Requests,
    /// The machine that it runs on.
    Machine,
    /// The server itself.
    Server,
    /// The tasks and their attempts.
    Hunt,
}

/// Which side of a threshold is the wrong one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Side")]
pub(crate) enum AlertSide {
    /// More than the threshold is too much.
    Above,
    /// Less than the threshold is too little.
    Below,
}

/// What a rule's figures are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Unit")]
pub(crate) enum AlertUnit {
    /// Of a hundred.
    Percent,
    /// Of time.
    Seconds,
    /// In the log.
    Events,
    /// That tasks got.
    Instances,
    /// That run.
    Tasks,
}
