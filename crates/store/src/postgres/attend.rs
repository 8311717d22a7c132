//! What the writer is asked beside appends, each on its own between two groups.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::fault::Trouble;
use super::listen::advance;
use super::pen::{Verdict, Work};
use super::writer::{Job, Writer};
use crate::{AppendError, Exported, Ground, ImportError, Release, Released};

/// Many events take their time.
const PATIENCE: Duration = Duration::from_mins(1);

impl Writer {
    pub(super) async fn attend(&mut self, job: Job) {
        match job {
            Job::Release(release, caller) => {
                let verdict = self.settle_release(&release).await;
                let _unheard = caller.send(verdict);
            }
            Job::Import(events, released, caller) => {
                let done = self.settle_import(&events, &released).await;
                let _unheard = caller.send(done);
            }
            Job::Ground(ground, caller) => {
                let done = self.settle_ground(&ground).await;
                let _unheard = caller.send(done);
            }
            Job::Append(..) | Job::Close(_) => unreachable!("appends are grouped, and closing ends the loop"),
        }
        advance(&self.news.position, self.pen.seen());
    }

    async fn settle_release(&mut self, release: &Release) -> Verdict {
        if self.has_failed() {
            return Err(AppendError::Stopped);
        }
        let verdict = match self.pen.write(&Work::release(release), Instant::now() + PATIENCE).await {
            Ok(mut verdicts) => verdicts.pop().expect("one append, one verdict"),
            Err(trouble) => Err(self.refusal(trouble)),
        };
        self.note_condition(std::slice::from_ref(&verdict));
        verdict
    }

    /// Tried once: what was imported before a connection was lost is there, and would not fit again.
    async fn settle_import(&mut self, events: &[Exported], released: &[Released]) -> Result<(), ImportError> {
        if self.has_failed() {
            return Err(ImportError::Storage(Arc::new(AppendError::Stopped)));
        }
        let done = self.pen.import(events, released, Instant::now() + PATIENCE).await;
        done.unwrap_or_else(|trouble| Err(ImportError::Storage(Arc::new(self.refusal(trouble)))))
    }

    async fn settle_ground(&mut self, ground: &Ground) -> Result<(), ImportError> {
        if self.has_failed() {
            return Err(ImportError::Storage(Arc::new(AppendError::Stopped)));
        }
        let done = self.pen.import_ground(ground, Instant::now() + PATIENCE).await;
        done.unwrap_or_else(|trouble| Err(ImportError::Storage(Arc::new(self.refusal(trouble)))))
    }

    fn refusal(&self, trouble: Trouble) -> AppendError {
        self.note_end(&trouble);
        trouble.into()
    }
}
