//! The log in memory: for tests that drive the clock, where a database's threads would let time jump.
//!
//! It keeps the promises of [`Log`] but durability, and passes the same contract suite.

mod release;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::vault::Sealed;
use crate::{
    Append, AppendError, Appended, ClaimChange, CommandId, Condition, Fingerprint, Lease, LeaseError, Log,
    Position, ReadError, Recorded, Release, Released, SecretId, Snapshot, StreamId, Version,
};

/// Gone with the process.
#[derive(Debug)]
pub struct MemoryLog {
    state: Mutex<State>,
    head: watch::Sender<Position>,
}

#[derive(Debug, Default)]
struct State {
    events: BTreeMap<Position, Recorded>,
    streams: HashMap<StreamId, BTreeMap<Version, Position>>,
    released: Vec<Released>,
    closed_through: Position,
    commands: HashMap<CommandId, (Appended, Fingerprint)>,
    claims: Claims,
    secrets: HashMap<SecretId, Sealed>,
    snapshots: HashMap<StreamId, Snapshot>,
    checkpoints: BTreeMap<String, Position>,
    /// Each with the time at which it runs out, on the clock that tests drive.
    leases: HashMap<String, (Lease, Instant)>,
    refuses: Option<AppendError>,
}

type Claims = HashMap<(String, String), StreamId>;

impl Default for MemoryLog {
    fn default() -> Self {
        Self { state: Mutex::default(), head: watch::Sender::new(Position::START) }
    }
}

impl MemoryLog {
    /// From now on every append fails so, or works again.
    pub fn refuse(&self, with: Option<AppendError>) {
        self.state().refuses = with;
    }

    /// Loses everything after a position, as a database that does not wait for its disk does in a power cut.
    pub fn lose_after(&self, last: Position) {
        let mut state = self.state();
        state.events.retain(|position, _| *position <= last);
        for places in state.streams.values_mut() {
            places.retain(|_, position| *position <= last);
        }
        state.commands.retain(|_, (appended, _)| appended.last <= last);
        let versions: HashMap<_, _> =
            state.streams.keys().map(|stream| (stream.clone(), state.version(stream))).collect();
        state.snapshots.retain(|stream, snapshot| versions.get(stream) >= Some(&snapshot.version));
        for position in state.checkpoints.values_mut() {
            *position = last.min(*position);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn version(&self, stream: &StreamId) -> Version {
        let last = self.streams.get(stream).and_then(BTreeMap::last_key_value);
        last.map(|(version, _)| *version).unwrap_or_default()
    }

    fn head(&self) -> Position {
        self.events.last_key_value().map(|(position, _)| *position).unwrap_or_default()
    }

    /// What a repeat is answered.
    fn repeat_of(&self, batch: &Append) -> Option<Result<Appended, AppendError>> {
        let (appended, fingerprint) = self.commands.get(&batch.command)?;
        let same = *fingerprint == batch.fingerprint;
        Some(if same {
            Ok(Appended { repeated: true, ..*appended })
        } else {
            Err(AppendError::CommandReused)
        })
    }

    fn check(&self, batch: &Append) -> Result<(), AppendError> {
        if let Some(fence) = &batch.fence
            && self.leases.get(&fence.lease).is_none_or(|(lease, _)| lease.epoch != fence.epoch)
        {
            return Err(AppendError::FencedOut);
        }
        let mut versions = HashMap::new();
        for write in &batch.writes {
            let actual = *versions.entry(&write.stream).or_insert_with(|| self.version(&write.stream));
            if actual != write.expected {
                return Err(AppendError::Conflict { stream: write.stream.clone(), actual });
            }
            let added = u32::try_from(write.events.len()).expect("few events");
            versions.insert(&write.stream, Version::new(actual.get() + added));
        }
        Ok(())
    }

    fn claimed(&self, batch: &Append) -> Result<Claims, AppendError> {
        let mut claims = self.claims.clone();
        for change in &batch.claims {
            let (ClaimChange::Take { space, key, owner } | ClaimChange::Release { space, key, owner }) =
                change;
            let name = ((*space).to_owned(), key.clone());
            match (change, claims.get(&name)) {
                (_, Some(holder)) if holder != owner => {
                    return Err(AppendError::Claimed { space, key: key.clone(), owner: holder.clone() });
                }
                (ClaimChange::Take { .. }, _) => drop(claims.insert(name, owner.clone())),
                (ClaimChange::Release { .. }, _) => drop(claims.remove(&name)),
            }
        }
        Ok(claims)
    }

    /// The claims as they would be, if all of it may be.
    fn admit(&self, batch: &Append) -> Result<Claims, AppendError> {
        if let Some(error) = &self.refuses {
            return Err(error.clone());
        }
        self.check(batch)?;
        self.claimed(batch)
    }

    fn take(&mut self, batch: Append, claims: Claims) -> Appended {
        self.claims = claims;
        let count = self.write(&batch);
        let appended = Appended { last: self.head(), count, repeated: false };
        self.commands.insert(batch.command.clone(), (appended, batch.fingerprint));
        self.carry(batch);
        appended
    }

    fn write(&mut self, batch: &Append) -> u32 {
        let mut count = 0;
        for write in &batch.writes {
            for event in &write.events {
                let (position, version) = (self.head().next(), self.version(&write.stream).next());
                self.streams.entry(write.stream.clone()).or_default().insert(version, position);
                count += 1;
                let recorded = Recorded {
                    position,
                    stream: write.stream.clone(),
                    version,
                    name: event.name.to_string(),
                    schema: event.schema,
                    meta: batch.meta.clone(),
                    command: batch.command.clone(),
                    data: event.data.clone(),
                };
                self.events.insert(position, recorded);
            }
        }
        count
    }

    fn carry(&mut self, batch: Append) {
        self.secrets.extend(batch.seal.into_iter().map(|sealed| (sealed.id().clone(), sealed)));
        for id in &batch.forget {
            self.secrets.remove(id);
        }
        for snapshot in batch.snapshots {
            let newer =
                self.snapshots.get(&snapshot.stream).is_none_or(|known| known.version <= snapshot.version);
            if newer {
                self.snapshots.insert(snapshot.stream.clone(), snapshot);
            }
        }
        self.checkpoints.extend(batch.checkpoint);
    }
}

#[async_trait]
impl Log for MemoryLog {
    async fn append(&self, batch: Append) -> Result<Appended, AppendError> {
        let mut state = self.state();
        if let Some(answer) = state.repeat_of(&batch) {
            return answer;
        }
        let claims = state.admit(&batch)?;
        let appended = state.take(batch, claims);
        drop(state);
        self.head.send_replace(appended.last);
        Ok(appended)
    }

    async fn answered(&self, command: &CommandId) -> Result<Option<(Appended, Fingerprint)>, ReadError> {
        let known = self.state().commands.get(command).copied();
        Ok(known.map(|(appended, fingerprint)| (Appended { repeated: true, ..appended }, fingerprint)))
    }

    async fn read(&self, after: Position, limit: u32) -> Result<Vec<Recorded>, ReadError> {
        let state = self.state();
        let wanted = state.events.range(after.next()..).take(limit as usize);
        Ok(wanted.map(|(_, event)| event.clone()).collect())
    }

    async fn read_stream(
        &self,
        stream: &StreamId,
        after: Version,
        limit: u32,
    ) -> Result<Vec<Recorded>, ReadError> {
        let state = self.state();
        let Some(places) = state.streams.get(stream) else { return Ok(Vec::new()) };
        let wanted = places.range(after.next()..).take(limit as usize);
        Ok(wanted.map(|(_, position)| state.events[position].clone()).collect())
    }

    async fn head(&self) -> Result<Position, ReadError> {
        Ok(self.state().head())
    }

    fn watch(&self) -> watch::Receiver<Position> {
        self.head.subscribe()
    }

    /// Memory is never full here; [`MemoryLog::refuse`] is how a test makes appends fail.
    fn condition(&self) -> watch::Receiver<Condition> {
        watch::Sender::new(Condition::Well).subscribe()
    }

    async fn release(&self, release: Release) -> Result<Appended, AppendError> {
        let mut state = self.state();
        if let Some(answer) = state.repeat_of(&release.append) {
            return answer;
        }
        let claims = state.admit(&release.append)?;
        let digest = state.let_go(&release)?;
        let appended = state.take(release.told(&digest), claims);
        drop(state);
        self.head.send_replace(appended.last);
        Ok(appended)
    }

    async fn released(&self, after: Position, limit: u32) -> Result<Vec<Released>, ReadError> {
        let state = self.state();
        Ok(state.released.iter().filter(|run| run.first > after).take(limit as usize).cloned().collect())
    }

    async fn closed_through(&self) -> Result<Position, ReadError> {
        Ok(self.state().closed_through)
    }

    async fn snapshot(&self, stream: &StreamId, schema: u16) -> Result<Option<Snapshot>, ReadError> {
        Ok(self.state().snapshots.get(stream).filter(|snapshot| snapshot.schema == schema).cloned())
    }

    async fn checkpoint(&self, follower: &str) -> Result<Position, ReadError> {
        Ok(self.state().checkpoints.get(follower).copied().unwrap_or_default())
    }

    async fn secret(&self, id: &SecretId) -> Result<Option<Sealed>, ReadError> {
        Ok(self.state().secrets.get(id).cloned())
    }

    async fn holds_secrets(&self) -> Result<bool, ReadError> {
        Ok(!self.state().secrets.is_empty())
    }

    async fn claim_owner(&self, space: &str, key: &str) -> Result<Option<StreamId>, ReadError> {
        Ok(self.state().claims.get(&(space.to_owned(), key.to_owned())).cloned())
    }

    async fn claimed(&self, space: &str) -> Result<Vec<(String, StreamId)>, ReadError> {
        let state = self.state();
        let mut claimed: Vec<_> = state
            .claims
            .iter()
            .filter(|((of, _), _)| of == space)
            .map(|((_, key), owner)| (key.clone(), owner.clone()))
            .collect();
        claimed.sort();
        Ok(claimed)
    }

    async fn acquire_lease(&self, key: &str, owner: &str, ttl: Duration) -> Result<Lease, LeaseError> {
        let mut state = self.state();
        let now = Instant::now();
        let epoch = match state.leases.get(key) {
            Some((lease, until)) if !lease.owner.is_empty() && *until > now => {
                return Err(LeaseError::Held { owner: lease.owner.clone() });
            }
            Some((lease, _)) => lease.epoch + 1,
            None => 1,
        };
        let lease = Lease { key: key.into(), owner: owner.into(), epoch, expires_ms: expiry(ttl) };
        state.leases.insert(key.into(), (lease.clone(), now + ttl));
        Ok(lease)
    }

    async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<Lease, LeaseError> {
        match self.state().leases.get_mut(&lease.key) {
            Some((known, until)) if is_same(known, lease) => {
                known.expires_ms = expiry(ttl);
                *until = Instant::now() + ttl;
                Ok(known.clone())
            }
            _ => Err(LeaseError::Lost),
        }
    }

    async fn release_lease(&self, lease: &Lease) -> Result<(), LeaseError> {
        match self.state().leases.get_mut(&lease.key) {
            Some((known, _)) if is_same(known, lease) => {
                // The epoch rises at once, so that whoever still acts under it is fenced out.
                *known = Lease { owner: String::new(), epoch: lease.epoch + 1, ..lease.clone() };
                Ok(())
            }
            _ => Err(LeaseError::Lost),
        }
    }
}

fn is_same(known: &Lease, lease: &Lease) -> bool {
    known.owner == lease.owner && known.epoch == lease.epoch
}

/// There is no database whose time it could be in: only good for comparing.
fn expiry(ttl: Duration) -> i64 {
    i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX)
}
