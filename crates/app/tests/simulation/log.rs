//! The log in memory behind a bad disk: full at times, deaf at times, never instant. What it says it holds, it holds.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use berth_store::{
    Append, AppendError, Appended, CommandId, Condition, Fingerprint, Lease, LeaseError, Log, Position,
    ReadError, Recorded, Release, Released, SecretId, Snapshot, StreamId, Version, memory::MemoryLog,
    vault::Sealed,
};
use tokio::sync::watch;

use crate::{
    dice::Dice,
    fuse::Fuse,
    judge::Judge,
    options::Variant,
    time::sleep,
    weather::{Fault, Weather},
};

pub(crate) struct SimLog {
    pub(crate) inner: Arc<MemoryLog>,
    pub(crate) judge: Arc<Judge>,
    pub(crate) weather: Arc<Weather>,
    pub(crate) fuse: Arc<Fuse>,
    pub(crate) dice: Dice,
    pub(crate) variant: Variant,
}

impl SimLog {
    fn reigns(&self, fault: Fault) -> bool {
        self.weather.reigns(fault, usize::MAX, self.judge.time.now())
    }

    /// For as long as it neither answers nor fails.
    async fn stalls(&self) {
        while self.reigns(Fault::LogStalled) {
            sleep(100).await;
        }
    }

    /// Takes it, and the judge sees it before anybody else does.
    async fn take(&self, batch: Append) -> Result<Appended, AppendError> {
        let appended = self.inner.append(batch).await;
        self.judge.read(&*self.inner).await;
        appended
    }

    /// The control that must be found out.
    fn lies(&self, batch: &Append) -> bool {
        let starts = |name: &str| name == "grab.attempt_started";
        self.variant == Variant::LogThatLies
            && batch.writes.iter().flat_map(|write| &write.events).any(|event| starts(&event.name))
    }
}

fn away() -> AppendError {
    AppendError::Unavailable(Arc::new(std::io::Error::other("the connection broke")))
}

#[async_trait]
impl Log for SimLog {
    async fn append(&self, batch: Append) -> Result<Appended, AppendError> {
        self.fuse.touch().await;
        sleep(self.dice.between(0, 4)).await;
        self.stalls().await;
        if self.reigns(Fault::DiskFull) {
            return Err(AppendError::StorageFull);
        }
        let deaf = self.reigns(Fault::LogDeaf) && self.dice.in_1000(300);
        if deaf && self.dice.in_1000(500) {
            return Err(away());
        }
        let appended = if self.lies(&batch) {
            Ok(Appended { last: self.inner.head().await.unwrap().next(), count: 1, repeated: false })
        } else {
            self.take(batch).await
        };
        self.stalls().await;
        self.fuse.touch().await;
        sleep(self.dice.between(0, 4)).await;
        if deaf { Err(away()) } else { appended }
    }

    async fn answered(&self, command: &CommandId) -> Result<Option<(Appended, Fingerprint)>, ReadError> {
        self.inner.answered(command).await
    }

    async fn read(&self, after: Position, limit: u32) -> Result<Vec<Recorded>, ReadError> {
        self.inner.read(after, limit).await
    }

    async fn read_stream(
        &self,
        stream: &StreamId,
        after: Version,
        limit: u32,
    ) -> Result<Vec<Recorded>, ReadError> {
        self.inner.read_stream(stream, after, limit).await
    }

    async fn head(&self) -> Result<Position, ReadError> {
        self.inner.head().await
    }

    fn watch(&self) -> watch::Receiver<Position> {
        self.inner.watch()
    }

    fn condition(&self) -> watch::Receiver<Condition> {
        self.inner.condition()
    }

    async fn release(&self, release: Release) -> Result<Appended, AppendError> {
        self.inner.release(release).await
    }

    async fn released(&self, after: Position, limit: u32) -> Result<Vec<Released>, ReadError> {
        self.inner.released(after, limit).await
    }

    async fn closed_through(&self) -> Result<Position, ReadError> {
        self.inner.closed_through().await
    }

    async fn snapshot(&self, stream: &StreamId, schema: u16) -> Result<Option<Snapshot>, ReadError> {
        self.inner.snapshot(stream, schema).await
    }

    async fn checkpoint(&self, follower: &str) -> Result<Position, ReadError> {
        self.inner.checkpoint(follower).await
    }

    async fn secret(&self, id: &SecretId) -> Result<Option<Sealed>, ReadError> {
        self.inner.secret(id).await
    }

    async fn holds_secrets(&self) -> Result<bool, ReadError> {
        self.inner.holds_secrets().await
    }

    async fn claim_owner(&self, space: &str, key: &str) -> Result<Option<StreamId>, ReadError> {
        self.inner.claim_owner(space, key).await
    }

    async fn claimed(&self, space: &str) -> Result<Vec<(String, StreamId)>, ReadError> {
        self.inner.claimed(space).await
    }

    async fn acquire_lease(&self, key: &str, owner: &str, ttl: Duration) -> Result<Lease, LeaseError> {
        self.inner.acquire_lease(key, owner, ttl).await
    }

    async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<Lease, LeaseError> {
        self.inner.renew_lease(lease, ttl).await
    }

    async fn release_lease(&self, lease: &Lease) -> Result<(), LeaseError> {
        self.inner.release_lease(lease).await
    }
}
