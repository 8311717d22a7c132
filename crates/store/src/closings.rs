//! What ties a closing of the books to the chain: each tells, in its event, a digest of what it left behind.
//!
//! Without it whoever can write to the database could call any event released, or change what stands in for others: the chain goes on
//! over both.

use std::fmt;

use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use crate::checksum::Checksum;
use crate::{Audit, Finding, NewEvent, Position, RawEvent, ReadError, Release, Released};

const READ_AT_ONCE: u32 = 512;
/// So that no other hash of this log can be taken for one of these.
const DOMAIN: &[u8] = b"berth released 1\n";

/// SHA-256 over the runs that a closing released and the events that stand in for them. Shown in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(Checksum);

/// What an event says of a closing of the books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    pub after: Position,
    pub through: Position,
    /// In hexadecimal.
    pub digest: String,
}

impl Digest {
    /// Both ascend. The chain vouches for each checksum being that of its row.
    pub(crate) fn of<'a>(
        runs: &[Released],
        stand_ins: impl ExactSizeIterator<Item = (i64, &'a [u8])>,
    ) -> Self {
        let mut hash = Sha256::new();
        hash.update(DOMAIN);
        hash.update((runs.len() as u64).to_be_bytes());
        for run in runs {
            hash.update(run.first.to_sql().to_be_bytes());
            hash.update(run.last.to_sql().to_be_bytes());
            hash.update(run.checksum);
        }
        hash.update((stand_ins.len() as u64).to_be_bytes());
        for (position, checksum) in stand_ins {
            hash.update(position.to_be_bytes());
            hash.update((checksum.len() as u64).to_be_bytes());
            hash.update(checksum);
        }
        Self(hash.finalize().into())
    }

    pub(crate) fn of_rows(runs: &[Released], stand_ins: &[RawEvent]) -> Self {
        Self::of(runs, stand_ins.iter().map(|row| (row.position, &row.checksum[..])))
    }

    /// Puts it where its place is held.
    pub(crate) fn fill_in(&self, event: &mut NewEvent) {
        let place = format!("\"{}\"", Release::DIGEST);
        if event.data.get().contains(&place) {
            let data = event.data.get().replace(&place, &format!("\"{self}\""));
            event.data = RawValue::from_string(data).expect("a text took the place of a text");
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// The digest of what is stored now of a closing.
pub async fn released_digest(
    log: &dyn Audit,
    after: Position,
    through: Position,
) -> Result<Digest, ReadError> {
    let mut runs = all_runs(log).await?;
    runs.retain(|run| run.first > after && run.first <= through);
    digest_of(log, &runs).await
}

/// Whether what left the log, and what stands in for it, is what these closings told: they are all that there were, in order. Asked
/// of a log that [`crate::verify()`] found clean, while nobody closes the books.
pub async fn verify_closings(log: &dyn Audit, closings: &[Closing]) -> Result<Vec<Finding>, ReadError> {
    let (runs, mut findings) = (all_runs(log).await?, Vec::new());
    for closing in closings {
        let own: Vec<_> = runs.iter().filter(|run| closing.holds(run)).cloned().collect();
        // Where archives brought back what had left, nothing is missing there, and so nothing is to be told: of a log without runs
        // the chain vouches for every position.
        let untouched = own.is_empty() && !runs.iter().any(|run| closing.meets(run));
        if !untouched && digest_of(log, &own).await?.to_string() != closing.digest {
            let (after, through) = (closing.after.to_sql(), closing.through.to_sql());
            findings.push(Finding::Closing { after, through });
        }
    }
    let untold = runs.iter().filter(|run| !closings.iter().any(|closing| closing.holds(run)));
    findings.extend(untold.map(|run| Finding::Untold { first: run.first.to_sql(), last: run.last.to_sql() }));
    let (stored, told) = (log.closed_through().await?, closings.last().map(|last| last.through));
    if stored != told.unwrap_or_default() {
        let told = told.unwrap_or_default().to_sql();
        findings.push(Finding::ClosedThrough { stored: stored.to_sql(), told });
    }
    Ok(findings)
}

impl Closing {
    fn holds(&self, run: &Released) -> bool {
        run.first > self.after && run.last <= self.through
    }

    fn meets(&self, run: &Released) -> bool {
        run.last > self.after && run.first <= self.through
    }
}

async fn all_runs(log: &dyn Audit) -> Result<Vec<Released>, ReadError> {
    let mut runs: Vec<Released> = Vec::new();
    loop {
        let after = runs.last().map_or(Position::START, |run| run.first);
        let more = log.released(after, READ_AT_ONCE).await?;
        let all = more.len() < READ_AT_ONCE as usize;
        runs.extend(more);
        if all {
            return Ok(runs);
        }
    }
}

async fn digest_of(log: &dyn Audit, runs: &[Released]) -> Result<Digest, ReadError> {
    let stand_ins = stand_ins_of(log, runs).await?;
    Ok(Digest::of(runs, stand_ins.iter().map(|(position, checksum)| (*position, &checksum[..]))))
}

/// Where events are within these runs, and their checksums.
async fn stand_ins_of(log: &dyn Audit, runs: &[Released]) -> Result<Vec<(i64, Vec<u8>)>, ReadError> {
    let (mut stand_ins, mut ahead, mut read) = (Vec::new(), runs, 0);
    while let Some(next) = ahead.first() {
        read = read.max(next.first.to_sql() - 1);
        let rows = log.raw_events(Position::from_sql(read), READ_AT_ONCE).await?;
        let Some(last) = rows.last() else { break };
        read = last.position;
        for row in rows {
            ahead = after_position(ahead, row.position - 1);
            if ahead.first().is_some_and(|run| run.holds(row.position)) {
                stand_ins.push((row.position, row.checksum));
            }
        }
        ahead = after_position(ahead, read);
    }
    Ok(stand_ins)
}

/// Those of the runs that end behind a position.
fn after_position(runs: &[Released], position: i64) -> &[Released] {
    &runs[runs.partition_point(|run| run.last.to_sql() <= position)..]
}
