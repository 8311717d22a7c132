//! What the file can do beside keeping the log.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::oneshot;

use super::writer::Job;
use super::{SqliteLog, back_up, ground};
use crate::{
    AppendError, BackupError, Connections, Exported, Ground, ImportError, Position, ReadError, Released,
    Storage, StorageError,
};

#[async_trait]
impl Storage for SqliteLog {
    async fn failed(&self) -> String {
        Self::failed(self).await
    }

    fn connections(&self) -> Connections {
        Connections::of(&self.readers)
    }

    async fn close(&self) {
        Self::close(self).await;
    }

    /// The file and its WAL.
    async fn size_bytes(&self) -> Result<u64, ReadError> {
        let file = std::fs::metadata(&self.path).map_err(|error| ReadError::Storage(Arc::new(error)))?;
        let mut wal = self.path.clone().into_os_string();
        wal.push("-wal");
        Ok(file.len() + std::fs::metadata(PathBuf::from(wal)).map_or(0, |wal| wal.len()))
    }

    async fn compact(&self) -> Result<bool, ReadError> {
        let (answer, answered) = oneshot::channel();
        let asked = self.jobs.send(Job::Compact(self.path.clone(), answer)).await;
        asked.map_err(|_| ReadError::Storage(stopped()))?;
        answered.await.unwrap_or_else(|_| Err(ReadError::Storage(stopped())))
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

    async fn import_finished(&self) -> Result<(), ImportError> {
        let (answer, answered) = oneshot::channel();
        let asked = self.jobs.send(Job::Imported(answer)).await;
        asked.map_err(|_| ImportError::Storage(stopped()))?;
        answered.await.unwrap_or_else(|_| Err(ImportError::Storage(stopped())))
    }

    async fn unfinished_import(&self) -> Result<bool, ReadError> {
        ground::unfinished_import(&self.readers).await
    }

    async fn back_up(&self, to: &Path) -> Result<(), BackupError> {
        back_up::back_up(&self.path, to).await
    }
}

fn stopped() -> StorageError {
    Arc::new(AppendError::Stopped)
}
