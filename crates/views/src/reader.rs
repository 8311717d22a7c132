//! How the views are asked. Nothing but what is here runs a reader's statements, so that none of them is left uncounted.

use std::cell::Cell;

use futures::{future::BoxFuture, stream::BoxStream};
use sqlx::{
    Either, Execute, Executor, SqlStr, Sqlite, SqliteConnection, Transaction,
    pool::PoolConnection,
    sqlite::{SqliteQueryResult, SqliteRow, SqliteStatement, SqliteTypeInfo},
};

tokio::task_local! {
    static STATEMENTS: Cell<usize>;
}

/// An answer, and how many statements its task had SQLite run for it. The beginning of a transaction is one.
pub async fn counted<T>(answer: impl Future<Output = T>) -> (T, usize) {
    let counting = async {
        let answer = answer.await;
        (answer, STATEMENTS.with(Cell::get))
    };
    STATEMENTS.scope(Cell::new(0), counting).await
}

/// Asks the read models, and changes nothing.
#[derive(Debug)]
pub(crate) enum Reader {
    /// For a single statement, which is true at one position by itself.
    Once(PoolConnection<Sqlite>),
    /// What is asked within one transaction is true at one position.
    Moment(Transaction<'static, Sqlite>),
}

impl Reader {
    pub(crate) fn moment(transaction: Transaction<'static, Sqlite>) -> Self {
        count();
        Self::Moment(transaction)
    }

    fn running(&mut self) -> &mut SqliteConnection {
        count();
        match self {
            Self::Once(connection) => connection,
            Self::Moment(transaction) => transaction,
        }
    }
}

fn count() {
    // Who does not count misses nothing.
    STATEMENTS.try_with(|count| count.set(count.get() + 1)).ok();
}

impl<'c> Executor<'c> for &'c mut Reader {
    type Database = Sqlite;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<SqliteQueryResult, SqliteRow>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        self.running().fetch_many(query)
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<SqliteRow>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        self.running().fetch_optional(query)
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [SqliteTypeInfo],
    ) -> BoxFuture<'e, Result<SqliteStatement, sqlx::Error>>
    where
        'c: 'e,
    {
        self.running().prepare_with(sql, parameters)
    }
}
