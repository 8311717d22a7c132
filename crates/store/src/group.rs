//! A group of appends, thought through in memory before anything is written: who may, what follows, what is
//! to be written.
//!
//! Knows no database. The back-end loads what the group mentions ([`Mentions`], [`Known`]), asks for each
//! append in turn ([`Plan::admit`]) and writes the plan in one transaction. A refused append leaves no trace
//! in the plan, so neighbours are not hurt.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use serde_json::value::RawValue;

use crate::checksum::{Checksum, Link};
use crate::vault::Sealed;
use crate::{
    Append, AppendError, Appended, ClaimChange, CommandId, Fingerprint, Meta, Position, SecretId, Snapshot,
    StreamId, Version,
};

/// How long after its first append a group waits for more: while all in it are patient, for whoever may come; else only while callers
/// that were here a moment ago are missing.
pub(crate) fn lingers<'a>(
    mut appends: impl ExactSizeIterator<Item = &'a Append>,
    expected: usize,
    (linger, patience): (Duration, Duration),
) -> Duration {
    let missing = if appends.len() < expected { linger } else { Duration::ZERO };
    if appends.all(|append| append.patient) { patience.max(missing) } else { missing }
}

/// What the group speaks of, and must therefore be known.
#[derive(Default)]
pub(crate) struct Mentions<'a> {
    pub(crate) commands: BTreeSet<&'a CommandId>,
    pub(crate) streams: BTreeSet<&'a StreamId>,
    pub(crate) claims: BTreeSet<(&'a str, &'a str)>,
    pub(crate) leases: BTreeSet<&'a str>,
}

impl<'a> Mentions<'a> {
    pub(crate) fn of(appends: impl Iterator<Item = &'a Append>) -> Self {
        let mut mentions = Self::default();
        for append in appends {
            mentions.commands.insert(&append.command);
            mentions.streams.extend(append.writes.iter().map(|write| &write.stream));
            mentions.claims.extend(append.claims.iter().map(|claim| (claim.space(), claim.key())));
            mentions.leases.extend(append.fence.iter().map(|fence| fence.lease.as_str()));
        }
        mentions
    }
}

/// What the log said of the mentioned. An absent stream does not exist, an absent claim is free, an absent
/// lease is nobody's.
pub(crate) struct Known {
    pub(crate) position: Position,
    pub(crate) checksum: Checksum,
    pub(crate) answers: HashMap<CommandId, (Appended, Fingerprint)>,
    pub(crate) heads: HashMap<StreamId, Version>,
    pub(crate) claims: HashMap<(String, String), StreamId>,
    pub(crate) epochs: HashMap<String, u64>,
}

/// An event's row, borrowed from its append.
pub(crate) struct Row<'a> {
    pub(crate) position: Position,
    pub(crate) stream: &'a StreamId,
    pub(crate) version: Version,
    pub(crate) name: &'a str,
    pub(crate) schema: u16,
    pub(crate) meta: &'a Meta,
    pub(crate) command: &'a CommandId,
    pub(crate) data: &'a RawValue,
    pub(crate) checksum: Checksum,
}

/// What is to be written, each name at most once.
pub(crate) struct Plan<'a> {
    pub(crate) known: Known,
    pub(crate) rows: Vec<Row<'a>>,
    pub(crate) answers: Vec<(&'a Append, Appended)>,
    pub(crate) claims: BTreeMap<(&'a str, &'a str), Option<&'a StreamId>>,
    pub(crate) secrets: BTreeMap<&'a SecretId, Option<&'a Sealed>>,
    pub(crate) snapshots: BTreeMap<&'a StreamId, &'a Snapshot>,
    pub(crate) checkpoints: BTreeMap<&'a str, Position>,
}

type Heads<'a> = HashMap<&'a StreamId, Version>;
type Claims<'a> = BTreeMap<(&'a str, &'a str), Option<&'a StreamId>>;

impl<'a> Plan<'a> {
    pub(crate) fn new(known: Known) -> Self {
        Self {
            known,
            rows: Vec::new(),
            answers: Vec::new(),
            claims: BTreeMap::new(),
            secrets: BTreeMap::new(),
            snapshots: BTreeMap::new(),
            checkpoints: BTreeMap::new(),
        }
    }

    /// Whether it would be taken as something new: neither answered as a repeat nor refused.
    pub(crate) fn would_take(&self, append: &'a Append) -> bool {
        self.repeat_of(append).is_none()
            && self.check_fence(append).is_ok()
            && self.check_writes(append).is_ok()
            && self.check_claims(append).is_ok()
    }

    /// Takes the append into the plan, or refuses it and changes nothing.
    pub(crate) fn admit(&mut self, append: &'a Append) -> Result<Appended, AppendError> {
        if let Some(answer) = self.repeat_of(append) {
            return answer;
        }
        self.check_fence(append)?;
        let heads = self.check_writes(append)?;
        let claims = self.check_claims(append)?;
        Ok(self.take(append, heads, claims))
    }

    fn repeat_of(&self, append: &Append) -> Option<Result<Appended, AppendError>> {
        let (first, fingerprint) = self.known.answers.get(&append.command)?;
        Some(if *fingerprint == append.fingerprint {
            Ok(Appended { repeated: true, ..*first })
        } else {
            Err(AppendError::CommandReused)
        })
    }

    fn check_fence(&self, append: &Append) -> Result<(), AppendError> {
        match &append.fence {
            Some(fence) if self.known.epochs.get(&fence.lease) != Some(&fence.epoch) => {
                Err(AppendError::FencedOut)
            }
            _ => Ok(()),
        }
    }

    /// The heads as they would be. A stream may be written twice: the second write expects what the first
    /// made.
    fn check_writes(&self, append: &'a Append) -> Result<Heads<'a>, AppendError> {
        let mut heads = Heads::new();
        for write in &append.writes {
            let known = || self.known.heads.get(&write.stream).copied().unwrap_or_default();
            let head = heads.entry(&write.stream).or_insert_with(known);
            if *head != write.expected {
                return Err(AppendError::Conflict { stream: write.stream.clone(), actual: known() });
            }
            *head = write.events.iter().fold(*head, |version, _| version.next());
        }
        Ok(heads)
    }

    /// The claims as they would be, changed one after another.
    fn check_claims(&self, append: &'a Append) -> Result<Claims<'a>, AppendError> {
        let mut claims = Claims::new();
        for change in &append.claims {
            let name = (change.space(), change.key());
            let holder = claims.get(&name).copied().unwrap_or_else(|| self.claimed_by(name));
            match (holder, change) {
                (Some(holder), _) if holder != change.owner() => return Err(change.refused(holder)),
                (_, ClaimChange::Take { owner, .. }) => claims.insert(name, Some(owner)),
                (_, ClaimChange::Release { .. }) => claims.insert(name, None),
            };
        }
        Ok(claims)
    }

    fn claimed_by(&self, name: (&'a str, &'a str)) -> Option<&StreamId> {
        match self.claims.get(&name) {
            Some(planned) => *planned,
            None => self.known.claims.get(&(name.0.to_owned(), name.1.to_owned())),
        }
    }

    fn take(&mut self, append: &'a Append, heads: Heads<'a>, claims: Claims<'a>) -> Appended {
        let count = self.take_events(append);
        let appended = Appended { last: self.known.position, count, repeated: false };
        self.known.heads.extend(heads.into_iter().map(|(stream, version)| (stream.clone(), version)));
        self.known.answers.insert(append.command.clone(), (appended, append.fingerprint));
        self.answers.push((append, appended));
        self.claims.extend(claims);
        self.secrets.extend(append.seal.iter().map(|sealed| (sealed.id(), Some(sealed))));
        self.secrets.extend(append.forget.iter().map(|id| (id, None)));
        self.checkpoints.extend(append.checkpoint.iter().map(|(follower, at)| (follower.as_str(), *at)));
        for snapshot in &append.snapshots {
            let latest = self.snapshots.entry(&snapshot.stream).or_insert(snapshot);
            if snapshot.version >= latest.version {
                *latest = snapshot;
            }
        }
        appended
    }

    fn take_events(&mut self, append: &'a Append) -> u32 {
        let mut count = 0;
        for write in &append.writes {
            let mut version = write.expected;
            for event in &write.events {
                version = version.next();
                count += 1;
                let row = Row {
                    position: self.known.position.next(),
                    stream: &write.stream,
                    version,
                    name: &event.name,
                    schema: event.schema,
                    meta: &append.meta,
                    command: &append.command,
                    data: &event.data,
                    checksum: self.known.checksum,
                };
                self.chain(row);
            }
        }
        count
    }

    fn chain(&mut self, mut row: Row<'a>) {
        row.checksum = row.link().after(&self.known.checksum);
        self.known.checksum = row.checksum;
        self.known.position = row.position;
        self.rows.push(row);
    }
}

impl Row<'_> {
    fn link(&self) -> Link<'_> {
        Link {
            position: self.position.to_sql(),
            stream: self.stream.as_str().as_bytes(),
            version: self.version.get().into(),
            name: self.name.as_bytes(),
            schema: self.schema.into(),
            time_ms: self.meta.time_ms,
            actor: self.meta.actor.as_bytes(),
            correlation: self.meta.correlation.as_bytes(),
            causation: self.meta.causation.as_ref().map(String::as_bytes),
            command: self.command.as_str().as_bytes(),
            data: self.data.get().as_bytes(),
        }
    }
}

impl ClaimChange {
    fn space(&self) -> &'static str {
        let (Self::Take { space, .. } | Self::Release { space, .. }) = self;
        space
    }

    fn key(&self) -> &str {
        let (Self::Take { key, .. } | Self::Release { key, .. }) = self;
        key
    }

    fn owner(&self) -> &StreamId {
        let (Self::Take { owner, .. } | Self::Release { owner, .. }) = self;
        owner
    }

    fn refused(&self, holder: &StreamId) -> AppendError {
        AppendError::Claimed { space: self.space(), key: self.key().to_owned(), owner: holder.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(8));

    fn after(group: &[bool], expected: usize) -> u128 {
        let appends: Vec<_> = group
            .iter()
            .map(|patient| Append {
                patient: *patient,
                ..Append::new(CommandId::fresh(), [0; 32], Meta::default())
            })
            .collect();
        lingers(appends.iter(), expected, LIMITS).as_millis()
    }

    #[test]
    fn a_group_waits_for_more_only_while_nobody_in_it_is_pressed_for_time() {
        assert_eq!(after(&[true], 1), 8);
        assert_eq!(after(&[true, true, true], 1), 8);
        assert_eq!(after(&[true, false], 1), 0, "a person waits for an answer");
        assert_eq!(after(&[false], 1), 0, "a lone caller never waits");
        assert_eq!(after(&[false], 5), 2, "four who were here a moment ago may be about to come");
    }
}
