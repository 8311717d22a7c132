//! The handle: one file of read models, the follower that folds the log into it, and how far it has come.

use std::{path::Path, pin::pin, sync::Arc, time::Duration};

use berth_store::{Batch, Log, Position, ReadError, Recorded, follow};
use futures::{Stream, StreamExt};
use sqlx::{Connection, Sqlite, SqliteConnection, SqlitePool, Transaction};
use tokio::sync::{Mutex, watch};

use crate::{Behind, ViewError, dump, fold::Folding, open, sql};

/// Events held in memory at once: about two megabytes.
const GATHERED: usize = 2048;
/// Events folded in one transaction: a page of the file is written once for all of them.
const FOLDED_AT_ONCE: usize = 32_768;
/// From here on catching up is worth a large cache.
const FAR_BEHIND: u64 = 10_000;
/// How long to wait after a fault that may pass, such as a full disk.
const PAUSE_AFTER_FAULT: Duration = Duration::from_secs(1);

/// Clones share one file.
#[derive(Clone)]
pub struct Views {
    log: Arc<dyn Log>,
    readers: SqlitePool,
    writer: Arc<Mutex<SqliteConnection>>,
    position: Arc<watch::Sender<Position>>,
}

impl Views {
    /// Opens the file, or makes it. One that was made by other versions of the read models, from another log, or that is damaged is
    /// dropped, to be folded anew.
    pub async fn open(path: &Path, log: Arc<dyn Log>) -> Result<Self, ViewError> {
        let opened = open::open(path, log.as_ref()).await?;
        Ok(Self {
            log,
            readers: opened.readers,
            writer: Arc::new(Mutex::new(opened.writer)),
            position: Arc::new(watch::Sender::new(opened.position)),
        })
    }

    /// Folds the log until `shutdown` resolves or the log is closed. Dropping it at any point does no harm: a batch is folded with its
    /// checkpoint or not at all.
    ///
    /// Faults that may pass are waited out. Ends with an error if an event cannot be read: no row after it could be true.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) -> Result<(), ViewError> {
        tokio::select! {
            () = shutdown => Ok(()),
            ended = self.keep_folding() => ended,
        }
    }

    /// How far the log has been folded and can be asked.
    pub fn position(&self) -> Position {
        *self.position.borrow()
    }

    /// Moves after every commit.
    pub fn watch(&self) -> watch::Receiver<Position> {
        self.position.subscribe()
    }

    /// Resolves when the views can be asked about the event at `position`.
    pub async fn wait_for(&self, position: Position, timeout: Duration) -> Result<(), Behind> {
        let mut watch = self.watch();
        let reached = watch.wait_for(|reached| *reached >= position);
        match tokio::time::timeout(timeout, reached).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Behind { wanted: position, position: self.position() }),
        }
    }

    /// Takes in events in the order of the log. Those at or before the checkpoint are passed over: folding twice changes nothing.
    pub async fn fold(&self, events: &[Recorded]) -> Result<(), ViewError> {
        let mut writer = self.writer.lock().await;
        let mut transaction = begin(&mut writer).await?;
        let mut folding = Folding::begin(&mut transaction).await?;
        folding.take_in(&mut transaction, events).await?;
        self.finish(folding, transaction).await
    }

    /// Every row by its key, as canonical JSON, a line each. The same log gives the same text, whenever and however it was folded.
    pub async fn dump(&self) -> Result<String, ViewError> {
        dump::dump(&mut *self.read().await?).await
    }

    /// A moment of the read models: what is asked within one transaction is true at one position.
    pub(crate) async fn read(&self) -> Result<Transaction<'static, Sqlite>, ViewError> {
        Ok(self.readers.begin().await?)
    }

    /// The log that is folded.
    pub fn log(&self) -> &Arc<dyn Log> {
        &self.log
    }

    /// Where the log ends as far as this node knows.
    pub(crate) fn head(&self) -> Position {
        self.position().max(*self.log.watch().borrow())
    }

    async fn keep_folding(&self) -> Result<(), ViewError> {
        loop {
            match self.follow().await {
                Err(error) if error.may_pass() => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "folding the log failed and is tried again"
                    );
                    tokio::time::sleep(PAUSE_AFTER_FAULT).await;
                }
                ended => return ended,
            }
        }
    }

    async fn follow(&self) -> Result<(), ViewError> {
        let mut writer = self.writer.lock().await;
        // Asked anew, since a commit whose answer was lost may have happened.
        let mut reached = sql::checkpoint(&mut writer).await?;
        let mut batches = pin!(follow(self.log.clone(), reached));
        let mut behind = self.log.head().await?.get().saturating_sub(reached.get()) > FAR_BEHIND;
        open::set_cache(&mut writer, behind).await?;
        while let Some(first) = gather(&mut batches).await? {
            let caught_up;
            (reached, caught_up) = self.transact(&mut writer, first, &mut batches).await?;
            if behind && caught_up {
                tracing::info!(position = %reached, "the views are level with the log");
                behind = false;
                open::set_cache(&mut writer, behind).await?;
            }
        }
        Ok(())
    }

    /// One transaction: some events and, while there are more, those after them, up to a limit. Answers how far it came, and
    /// whether that is the end of the log.
    ///
    /// It reads ahead while it folds, so that both threads of SQLite are busy when there is much to catch up.
    async fn transact(
        &self,
        writer: &mut SqliteConnection,
        first: Gathered,
        batches: &mut (impl Stream<Item = Result<Batch, ReadError>> + Unpin),
    ) -> Result<(Position, bool), ViewError> {
        let mut transaction = begin(writer).await?;
        let mut folding = Folding::begin(&mut transaction).await?;
        let mut next = first;
        loop {
            let last = next.caught_up || folding.count() >= FOLDED_AT_ONCE;
            if last {
                folding.take_in(&mut transaction, &next.events).await?;
                let reached = folding.position();
                self.finish(folding, transaction).await?;
                return Ok((reached, next.caught_up));
            }
            let ((), ahead) =
                futures::try_join!(folding.take_in(&mut transaction, &next.events), gather(batches))?;
            next = ahead.unwrap_or_else(|| Gathered { events: Vec::new(), caught_up: true });
        }
    }

    async fn finish(
        &self,
        folding: Folding,
        mut transaction: Transaction<'_, Sqlite>,
    ) -> Result<(), ViewError> {
        let reached = folding.save(&mut transaction).await?;
        transaction.commit().await?;
        self.position.send_if_modified(|position| std::mem::replace(position, reached) != reached);
        Ok(())
    }
}

/// Rolled back when dropped.
async fn begin(writer: &mut SqliteConnection) -> Result<Transaction<'_, Sqlite>, ViewError> {
    Ok(writer.begin_with("BEGIN IMMEDIATE").await?)
}

/// Events in a row.
struct Gathered {
    events: Vec<Recorded>,
    /// The log held nothing more.
    caught_up: bool,
}

/// The next events: as many as are there, up to a limit. None when the log was closed.
async fn gather(
    batches: &mut (impl Stream<Item = Result<Batch, ReadError>> + Unpin),
) -> Result<Option<Gathered>, ViewError> {
    let mut events = Vec::new();
    while let Some(batch) = batches.next().await {
        let batch = batch?;
        events.extend(batch.events);
        if batch.caught_up || events.len() >= GATHERED {
            return Ok(Some(Gathered { events, caught_up: batch.caught_up }));
        }
    }
    Ok((!events.is_empty()).then_some(Gathered { events, caught_up: true }))
}
