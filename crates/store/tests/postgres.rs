//! The `PostgreSQL` back-end: the contract of every log, and what only a server of its own can do. Each test has a schema
//! or a database of its own on one server that this file's tests share, except those that stop theirs.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod contract;
mod storage_contract;
mod postgres {
    mod checker;
    mod cuts;
    mod guards;
    mod only_writer;
    mod outage;
    mod proxy;
    mod storage;
    mod trouble;
    pub(crate) mod world;
}

use berth_store::postgres::Options;
use postgres::world::{World, world, world_with};

contract!(world());
storage_contract!(world());

/// The writer with a transaction for each append keeps the same promises.
mod one_by_one {
    use super::{Options, World, contract, world_with};

    async fn world() -> World {
        world_with(Options { group_appends: 1, ..Options::default() }).await
    }

    crate::contract!(world());
}
