//! What the writer is asked beside appends, each on its own between two groups.

use std::path::Path;
use std::sync::Arc;

use super::fault::Trouble;
use super::lease::{self, LeaseRequest};
use super::writer::{Job, Writer};
use super::{compact, import};
use crate::{AppendError, Exported, Ground, ImportError, Lease, LeaseError, ReadError, Released};

impl Writer {
    pub(super) async fn attend(&mut self, job: Job) {
        match job {
            Job::Release(release, caller) => {
                let verdict = self.settle_release(&release).await;
                let _unheard = caller.send(verdict);
            }
            Job::Lease(request, caller) => {
                let answer = self.settle_lease(request).await;
                let _unheard = caller.send(answer);
            }
            Job::LimitPages(pages, caller) => {
                let sql = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
                let done = sqlx::raw_sql(sql).execute(&mut self.connection).await;
                let _unheard = caller.send(done.map(drop).map_err(|error| Trouble::from(error).into()));
            }
            Job::Import(events, released, caller) => {
                let done = self.settle_import(&events, &released).await;
                let _unheard = caller.send(done);
            }
            Job::Ground(ground, caller) => {
                let done = self.settle_ground(&ground).await;
                let _unheard = caller.send(done);
            }
            Job::Imported(caller) => {
                let done = self.settle_imported().await;
                let _unheard = caller.send(done);
            }
            Job::Compact(path, caller) => {
                let done = self.settle_compact(&path).await;
                let _unheard = caller.send(done);
            }
            Job::Append(..) | Job::Close(_) => unreachable!("appends are grouped, and closing ends the loop"),
        }
    }

    async fn settle_lease(&mut self, request: LeaseRequest) -> Result<Lease, LeaseError> {
        if self.has_failed() {
            return Err(LeaseError::Stopped);
        }
        match lease::settle(&mut self.connection, request).await {
            Ok(answer) => answer,
            Err(trouble) => Err(self.recover(trouble).await.into()),
        }
    }

    async fn settle_import(&mut self, events: &[Exported], released: &[Released]) -> Result<(), ImportError> {
        if self.has_failed() {
            return Err(ImportError::Storage(Arc::new(AppendError::Stopped)));
        }
        self.says.recent.clear();
        let done = import::transact(&mut self.connection, events, released, &mut self.tail).await;
        let done = self.imported(done).await;
        self.tell();
        done
    }

    async fn settle_ground(&mut self, ground: &Ground) -> Result<(), ImportError> {
        if self.has_failed() {
            return Err(ImportError::Storage(Arc::new(AppendError::Stopped)));
        }
        let done = import::transact_ground(&mut self.connection, ground).await;
        self.imported(done).await
    }

    async fn settle_imported(&mut self) -> Result<(), ImportError> {
        if self.has_failed() {
            return Err(ImportError::Storage(Arc::new(AppendError::Stopped)));
        }
        let done = import::clear_mark(&mut self.connection).await;
        self.imported(done.map(Ok)).await
    }

    async fn imported(&mut self, done: Result<Result<(), ImportError>, Trouble>) -> Result<(), ImportError> {
        match done {
            Ok(answer) => answer,
            Err(trouble) => {
                let error = AppendError::from(self.recover(trouble).await);
                Err(ImportError::Storage(Arc::new(error)))
            }
        }
    }

    /// Outside any transaction, so there is nothing to roll back.
    async fn settle_compact(&mut self, path: &Path) -> Result<bool, ReadError> {
        if self.has_failed() {
            return Err(ReadError::Storage(Arc::new(AppendError::Stopped)));
        }
        match compact::step(&mut self.connection, path).await {
            Ok(more) => Ok(more),
            Err(error) => match Trouble::from(error) {
                broken @ Trouble::Broken(_) => {
                    let error = AppendError::from(self.recover(broken).await);
                    Err(ReadError::Storage(Arc::new(error)))
                }
                other => Err(ReadError::Storage(Arc::new(AppendError::from(other)))),
            },
        }
    }
}
