//! What the next row of a log must fit: the one reading of the chain, for whoever verifies and whoever imports.
//!
//! Over a hole the chain goes on from the checksum that the released run kept; an event within the run stands in, and follows that
//! checksum too. Knows no database and keeps going after a finding, so that one changed row is one finding and not all that follow.

use std::collections::{HashMap, VecDeque};

use crate::checksum::{ANCHOR, Checksum};
use crate::{Finding, Position, RawEvent, RawHead, Released};

pub(crate) struct Chain {
    /// Up to here everything is accounted for: read, or released.
    position: i64,
    /// What the next event that does not stand in follows.
    checksum: Checksum,
    /// The run of released positions that `position` is in.
    run: Option<Released>,
    /// Runs ahead, as far as they are known.
    runs: VecDeque<Released>,
    /// Positions that were released and that nothing stands in at, so far.
    vanished: i64,
    /// Of each stream its last version and how much had vanished by then.
    versions: HashMap<Vec<u8>, (i64, i64)>,
    /// Whether a stream that was not seen yet may begin anywhere, because what came before was not read.
    midway: bool,
    anchor: Option<Anchor>,
    pub(crate) stand_ins: u64,
    pub(crate) released: u64,
}

/// What somebody kept elsewhere: that the log had this event. Only so is a log found that was cut, and cut well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    pub position: Position,
    pub checksum: Checksum,
}

impl Chain {
    pub(crate) fn new(anchor: Option<Anchor>) -> Self {
        Self {
            position: 0,
            checksum: ANCHOR,
            run: None,
            runs: VecDeque::new(),
            vanished: 0,
            versions: HashMap::new(),
            midway: false,
            anchor,
            stand_ins: 0,
            released: 0,
        }
    }

    /// Goes on behind an event that was checked before. `run` is the released run that it stands in, if it does; `vanished` is how
    /// much has vanished so far. Streams that are not told of ([`Chain::ends`]) may begin anywhere.
    pub(crate) fn after(position: i64, checksum: Checksum, run: Option<Released>, vanished: i64) -> Self {
        Self { position, checksum, run, vanished, midway: position > 0, ..Self::new(None) }
    }

    /// Tells where a stream ends that was read before, by a reader who has forgotten since when.
    pub(crate) fn ends(&mut self, stream: &[u8], version: i64) {
        self.versions.insert(stream.to_vec(), (version, 0));
    }

    /// The last place that is accounted for.
    pub(crate) fn position(&self) -> i64 {
        self.position
    }

    /// Runs are told before the first event behind their first position.
    pub(crate) fn tell(&mut self, run: Released) {
        self.runs.push_back(run);
    }

    /// Whether an event at this position stands in, as far as runs are known.
    pub(crate) fn stands_in(&self, position: i64) -> bool {
        self.run.iter().chain(&self.runs).any(|run| run.holds(position))
    }

    pub(crate) fn step(&mut self, row: &RawEvent, findings: &mut Vec<Finding>) {
        self.go_to(row.position, findings);
        let follows = self.run.as_ref().map_or(&self.checksum, |run| &run.checksum);
        if row.link().after(follows)[..] != row.checksum[..] {
            findings.push(Finding::Changed { position: row.position });
        }
        self.check_version(row, findings);
        self.position = row.position;
        if self.run.is_some() {
            self.stand_ins += 1;
            return;
        }
        // Goes on from what is stored, so that one changed row is one finding.
        self.checksum = row.checksum[..].try_into().unwrap_or(ANCHOR);
        self.compare(self.checksum, findings);
    }

    /// Accounts for everything before a position, which is ahead.
    fn go_to(&mut self, position: i64, findings: &mut Vec<Finding>) {
        self.leave_run_before(position, findings);
        while self.run.is_none() && self.runs.front().is_some_and(|run| run.first.to_sql() <= position) {
            let Some(run) = self.runs.pop_front() else { break };
            self.enter(run, findings);
            self.leave_run_before(position, findings);
        }
        let gap = position - self.position - 1;
        if self.run.is_some() {
            self.vanished += gap.max(0);
        } else if gap > 0 {
            findings.push(Finding::Missing { from: self.position + 1, to: position - 1 });
        }
    }

    fn enter(&mut self, run: Released, findings: &mut Vec<Finding>) {
        let (first, last) = (run.first.to_sql(), run.last.to_sql());
        if first <= self.position || last < first {
            findings.push(Finding::Run { first, last });
            return;
        }
        if first > self.position + 1 {
            findings.push(Finding::Missing { from: self.position + 1, to: first - 1 });
        }
        self.position = first - 1;
        self.released += (last - first + 1).unsigned_abs();
        self.run = Some(run);
    }

    fn leave_run_before(&mut self, position: i64, findings: &mut Vec<Finding>) {
        if let Some(run) = self.run.take_if(|run| run.last.to_sql() < position) {
            self.vanished += run.last.to_sql() - self.position;
            self.position = run.last.to_sql();
            self.checksum = run.checksum;
            self.compare(run.checksum, findings);
        }
    }

    /// A hole in a stream is lawful if at least as much vanished meanwhile.
    fn check_version(&mut self, row: &RawEvent, findings: &mut Vec<Finding>) {
        let unseen = if self.midway { (row.version - 1, self.vanished) } else { (0, 0) };
        let (version, vanished) = self.versions.get(&row.stream).copied().unwrap_or(unseen);
        let (least, most) = (version + 1, version + 1 + self.vanished - vanished);
        if !(least..=most).contains(&row.version) {
            findings.push(Finding::Version { position: row.position, expected: least, found: row.version });
        }
        self.versions.insert(row.stream.clone(), (row.version, self.vanished));
    }

    fn compare(&self, checksum: Checksum, findings: &mut Vec<Finding>) {
        if let Some(anchor) = &self.anchor
            && anchor.position.to_sql() == self.position
            && anchor.checksum != checksum
        {
            findings.push(Finding::Anchor { position: self.position });
        }
    }

    /// The log ends as its head says, and not before the anchor.
    pub(crate) fn finish(&mut self, head: &RawHead, findings: &mut Vec<Finding>) {
        self.go_to(head.position + 1, findings);
        let ends_in_hole = head.last_event != head.position;
        if ends_in_hole || self.checksum[..] != head.checksum[..] {
            findings.push(Finding::Head { position: head.position, last_event: head.last_event });
        }
        let beyond = self.run.iter().chain(&self.runs);
        findings
            .extend(beyond.map(|run| Finding::Run { first: run.first.to_sql(), last: run.last.to_sql() }));
        if let Some(anchor) = &self.anchor
            && anchor.position.to_sql() > head.position
        {
            findings.push(Finding::Anchor { position: anchor.position.to_sql() });
        }
    }
}

impl Released {
    pub(crate) fn holds(&self, position: i64) -> bool {
        (self.first.to_sql()..=self.last.to_sql()).contains(&position)
    }
}
