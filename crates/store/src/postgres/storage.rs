//! What the database can do beside keeping the log.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::oneshot;

use super::writer::Job;
use super::{PostgresLog, ground};
use crate::import::MARK;
use crate::{
    AppendError, BackupError, Connections, Exported, Ground, ImportError, Position, ReadError, Released,
    Storage, StorageError,
};

#[async_trait]
impl Storage for PostgresLog {
    async fn failed(&self) -> String {
        Self::failed(self).await
    }

    fn connections(&self) -> Connections {
        Connections::of(&self.readers)
    }

    async fn close(&self) {
        Self::close(self).await;
    }

    /// Of the log's tables and their indexes, not of what else is in the database.
    async fn size_bytes(&self) -> Result<u64, ReadError> {
        let query = sqlx::query_scalar(
            "SELECT sum(pg_total_relation_size(name::regclass))::bigint FROM unnest(ARRAY['events', 'head', 'commands', 'claims', \
             'snapshots', 'checkpoints', 'secrets', 'leases', 'released', 'books']) AS tables (name)",
        );
        let bytes: i64 = query.fetch_one(&self.readers).await?;
        Ok(bytes.unsigned_abs())
    }

    /// Makes the space that released events left free for new ones, in one step. The server gives the system only what lies at
    /// the end of a table; the rest is a matter for `VACUUM FULL events`, for which appends must rest.
    async fn compact(&self) -> Result<bool, ReadError> {
        sqlx::raw_sql("VACUUM events, commands, released, snapshots").execute(&self.readers).await?;
        Ok(false)
    }

    async fn exported(&self, after: Position, limit: u32) -> Result<Vec<Exported>, ReadError> {
        ground::exported(&self.readers, after, limit).await
    }

    async fn ground(&self) -> Result<Ground, ReadError> {
        ground::ground(&self.readers).await
    }

    async fn import(&self, events: &[Exported], released: &[Released]) -> Result<(), ImportError> {
        let (answer, answered) = oneshot::channel();
        let job = Job::Import(events.to_vec(), released.to_vec(), answer);
        self.jobs.send(job).await.map_err(|_| ImportError::Storage(stopped()))?;
        answered.await.unwrap_or_else(|_| Err(ImportError::Storage(stopped())))
    }

    async fn import_ground(&self, ground: &Ground) -> Result<(), ImportError> {
        let (answer, answered) = oneshot::channel();
        let job = Job::Ground(Box::new(ground.clone()), answer);
        self.jobs.send(job).await.map_err(|_| ImportError::Storage(stopped()))?;
        answered.await.unwrap_or_else(|_| Err(ImportError::Storage(stopped())))
    }

    /// One statement, and doing it twice is doing it once: it needs no writer.
    async fn import_finished(&self) -> Result<(), ImportError> {
        let query = sqlx::query("DELETE FROM checkpoints WHERE follower = $1").bind(MARK);
        let done = query.execute(&self.readers).await;
        done.map(drop).map_err(|error| ImportError::Storage(Arc::new(error)))
    }

    async fn unfinished_import(&self) -> Result<bool, ReadError> {
        ground::unfinished_import(&self.readers).await
    }

    async fn back_up(&self, _to: &Path) -> Result<(), BackupError> {
        Err(BackupError::NotHere { tools: "pg_dump, or pg_basebackup for the whole server" })
    }
}

fn stopped() -> StorageError {
    Arc::new(AppendError::Stopped)
}
