//! A log of a test's own.

use std::sync::{Arc, OnceLock};

use berth_store::postgres::{Options, PostgresLog};
use berth_test_postgres::Server;
use sqlx::{Connection, PgConnection};

use crate::contract::AnyLog;
use crate::storage_contract::exchange::AnyStorage;

pub(crate) struct World {
    pub(crate) log: AnyLog,
    pub(crate) storage: AnyStorage,
    pub(crate) postgres: PostgresLog,
    pub(crate) dsn: String,
}

/// The one that is never stopped.
pub(crate) fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

pub(crate) async fn world() -> World {
    world_with(Options::default()).await
}

pub(crate) async fn world_with(options: Options) -> World {
    world_at(server().schema(), options).await
}

pub(crate) async fn world_at(dsn: String, options: Options) -> World {
    let postgres = PostgresLog::open(&dsn, options).await.unwrap();
    World { log: Arc::new(postgres.clone()), storage: Arc::new(postgres.clone()), postgres, dsn }
}

/// Somebody else's connection to the same database.
pub(crate) async fn stranger(dsn: &str) -> PgConnection {
    PgConnection::connect(dsn).await.unwrap()
}

/// The name in an address that the server gave.
pub(crate) fn database_of(dsn: &str) -> &str {
    let (_, rest) = dsn.split_once("localhost/").unwrap();
    rest.split_once('?').unwrap().0
}
