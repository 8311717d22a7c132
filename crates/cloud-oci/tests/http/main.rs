//! Calls over real HTTP: to a server of our own that answers what it is told, with recorded answers, to the simulator.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod recorded;
mod server;
mod simulator;
mod tolerance;
mod wire;
