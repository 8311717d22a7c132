//! Calls over real HTTP: to a server of our own that answers what it is told, with recorded answers, to the simulator.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bodies;
mod bounds;
mod broken;
mod capacity;
mod hostile;
mod instances;
mod late;
mod recorded;
mod server;
mod simulator;
mod tolerance;
mod wire;
