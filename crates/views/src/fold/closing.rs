//! What a closing of the books means to read models: what it let go of must not be in them, for who folds the log afterwards cannot
//! make it.
//!
//! Which events left is asked of the log and not worked out anew: there is one truth about it.

use berth_domain::books::{Closed, Cutoffs};
use berth_store::{Log, Position};
use sqlx::SqliteConnection;

use crate::{
    ViewError,
    sql::{self, Insert},
};

const RUNS_AT_ONCE: u32 = 1024;

pub(crate) struct Closing {
    /// Where the books were closed: all that is folded lies before it.
    pub(crate) at: Position,
    pub(crate) cutoffs: Cutoffs,
    /// Runs of positions that were let go, both ends included.
    released: Vec<(Position, Position)>,
    through: Position,
}

impl Closing {
    pub(crate) async fn of(log: &dyn Log, at: Position, closed: &Closed) -> Result<Self, ViewError> {
        let through = Position::new(closed.through);
        let mut released = Vec::new();
        let mut after = Position::new(closed.after);
        loop {
            let runs = log.released(after, RUNS_AT_ONCE).await?;
            let full = runs.len() == RUNS_AT_ONCE as usize;
            after = runs.last().map_or(after, |run| run.first);
            released.extend(runs.iter().map(|run| (run.first, run.last)).take_while(|run| run.1 <= through));
            if !full || after > through {
                return Ok(Self { at, cutoffs: closed.cutoffs, released, through });
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.released.is_empty()
    }

    /// Deletes the rows whose position, a term over their columns, was let go.
    pub(crate) async fn delete(
        &self,
        connection: &mut SqliteConnection,
        table: &str,
        position: &str,
    ) -> Result<(), ViewError> {
        if self.is_empty() {
            return Ok(());
        }
        let script = "CREATE TEMP TABLE IF NOT EXISTS released (first INTEGER PRIMARY KEY, last INTEGER NOT NULL);\
                      DELETE FROM temp.released";
        sqlx::raw_sql(script).execute(&mut *connection).await?;
        let mut insert = Insert::new("INSERT INTO temp.released".to_owned(), 2, "");
        let runs = self.released.iter();
        insert
            .write(connection, runs, |values, (first, last)| {
                values.push(sql::number(*first)).push(sql::number(*last));
            })
            .await?;
        let delete = format!(
            "DELETE FROM {table} WHERE {position} <= ? AND {position} <= \
             (SELECT last FROM temp.released WHERE first <= {position} ORDER BY first DESC LIMIT 1)"
        );
        sqlx::query(sqlx::AssertSqlSafe(delete)).bind(sql::number(self.through)).execute(connection).await?;
        Ok(())
    }
}
