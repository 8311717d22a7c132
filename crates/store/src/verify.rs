//! Reads the whole log as it is stored and finds whatever is not as it was written.
//!
//! What it cannot find in the log alone: somebody who rewrote every checksum after his change, and the head's, or who cut the tail
//! off and set the head to what is left. Keep an [`Anchor`] elsewhere to find that too.

use std::fmt;

use async_trait::async_trait;

use crate::chain::{Anchor, Chain};
use crate::checksum::Link;
use crate::{Log, Position, ReadError};

const READ_AT_ONCE: u32 = 512;
/// More findings than this say nothing new.
const FINDINGS_KEPT: usize = 100;

/// A log that shows its rows as they are stored, readable or not.
#[async_trait]
pub trait Audit: Log {
    async fn raw_events(&self, after: Position, limit: u32) -> Result<Vec<RawEvent>, ReadError>;
    async fn raw_head(&self) -> Result<RawHead, ReadError>;
    /// Commands whose recorded answer does not fit the events, or which have events and no answer, and those that should have been
    /// forgotten when the books were closed; at most `limit`. Nothing is asked of events at or before the closing.
    async fn misanswered(&self, limit: u32) -> Result<Vec<String>, ReadError>;
    /// What the database itself finds wrong with its file.
    async fn damage(&self) -> Result<Vec<String>, ReadError>;
}

/// An event's row as bytes.
#[derive(Clone, Debug)]
pub struct RawEvent {
    pub position: i64,
    pub stream: Vec<u8>,
    pub version: i64,
    pub name: Vec<u8>,
    pub schema: i64,
    pub time_ms: i64,
    pub actor: Vec<u8>,
    pub correlation: Vec<u8>,
    pub causation: Option<Vec<u8>>,
    pub command: Vec<u8>,
    pub data: Vec<u8>,
    pub checksum: Vec<u8>,
}

/// Where the log says that it ends, and where its events do, at one instant.
#[derive(Clone, Debug)]
pub struct RawHead {
    pub position: i64,
    pub checksum: Vec<u8>,
    pub last_event: i64,
}

/// What was read and what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub events: u64,
    /// Of these events, how many stand in for others.
    pub stand_ins: u64,
    /// Positions whose events were released.
    pub released: u64,
    pub head: Position,
    /// Of the last event, in hexadecimal: stands for the whole log.
    pub checksum: String,
    /// The first hundred, in the log's order.
    pub findings: Vec<Finding>,
}

impl Report {
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    fn add(&mut self, finding: Finding) {
        if self.findings.len() < FINDINGS_KEPT {
            self.findings.push(finding);
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// No event at `from ..= to`.
    Missing {
        from: i64,
        to: i64,
    },
    /// The row is not what was written there, or the one before is not.
    Changed {
        position: i64,
    },
    /// A stream's versions have a hole, or one twice.
    Version {
        position: i64,
        expected: i64,
        found: i64,
    },
    /// The head does not fit the last event.
    Head {
        position: i64,
        last_event: i64,
    },
    /// A run of released positions is out of order, or beyond the end.
    Run {
        first: i64,
        last: i64,
    },
    /// What this closing of the books told of what it left behind is not what is stored.
    Closing {
        after: i64,
        through: i64,
    },
    /// No closing of the books tells of this run.
    Untold {
        first: i64,
        last: i64,
    },
    /// The books are not closed as far as the last closing told.
    ClosedThrough {
        stored: i64,
        told: i64,
    },
    /// The log does not hold the event that was noted elsewhere.
    Anchor {
        position: i64,
    },
    /// A command's recorded answer does not fit its events.
    Answer {
        command: String,
    },
    Unreadable {
        after: i64,
        what: String,
    },
    Damage {
        what: String,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { from, to } if from == to => write!(f, "event {from} is missing"),
            Self::Missing { from, to } => write!(f, "events {from} to {to} are missing"),
            Self::Changed { position } => write!(f, "event {position} or the one before it was changed"),
            Self::Version { position, expected, found } => {
                write!(f, "event {position} has version {found} where its stream goes on with {expected}")
            }
            Self::Head { position, last_event } => {
                write!(f, "the head, at {position}, does not fit the last event, at {last_event}")
            }
            Self::Run { first, last } => {
                write!(f, "the released events {first} to {last} are out of order")
            }
            Self::Closing { after, through } => write!(
                f,
                "what was released of the events {} to {through}, or what stands in for them, is not what the closing told",
                after + 1
            ),
            Self::Untold { first, last } => {
                write!(f, "the events {first} to {last} count as released, but no closing tells of that")
            }
            Self::ClosedThrough { stored, told } => {
                write!(f, "the books count as closed through {stored}, but the last closing told of {told}")
            }
            Self::Anchor { position } => {
                write!(f, "event {position} is not the one that was noted elsewhere, or is gone")
            }
            Self::Answer { command } => {
                write!(f, "the answer kept for command {command} does not fit its events")
            }
            Self::Unreadable { after, what } => write!(f, "nothing can be read after event {after}: {what}"),
            Self::Damage { what } => write!(f, "the database file is damaged: {what}"),
        }
    }
}

/// Reads everything up to the head as it is now; may run while events are appended. `progress` hears of each
/// stretch read. What cannot be read is a finding, so this always answers.
pub async fn verify(log: &dyn Audit, progress: impl FnMut(Position) + Send) -> Report {
    verify_anchored(log, None, progress).await
}

/// The same, and that the log still has the event which somebody noted elsewhere: a tail that was cut off, or a past that was
/// rewritten together with every checksum after it, can be seen in no other way. Of an anchor that was released since, nothing can
/// be said unless it was the last of its run.
pub async fn verify_anchored(
    log: &dyn Audit,
    anchor: Option<Anchor>,
    mut progress: impl FnMut(Position) + Send,
) -> Report {
    let mut report = Report::default();
    loop {
        let closed = log.closed_through().await.ok();
        match log.raw_head().await {
            Ok(head) => read_to(log, &head, anchor, &mut report, &mut progress).await,
            Err(error) => report.add(Finding::Unreadable { after: 0, what: chain_of(&error) }),
        }
        // Books that were closed meanwhile have moved the ground under the walk: once more from the start.
        if closed.is_none() || log.closed_through().await.ok() == closed {
            break;
        }
        report = Report::default();
    }
    match log.misanswered(READ_AT_ONCE).await {
        Ok(commands) => commands.into_iter().for_each(|command| report.add(Finding::Answer { command })),
        Err(error) => report.add(Finding::Damage { what: chain_of(&error) }),
    }
    match log.damage().await {
        Ok(damage) => damage.into_iter().for_each(|what| report.add(Finding::Damage { what })),
        Err(error) => report.add(Finding::Damage { what: chain_of(&error) }),
    }
    report
}

async fn read_to(
    log: &dyn Audit,
    head: &RawHead,
    anchor: Option<Anchor>,
    report: &mut Report,
    progress: &mut (dyn FnMut(Position) + Send),
) {
    let mut chain = Chain::new(anchor);
    if let Err(error) = walk(log, head, &mut chain, report, progress).await {
        report.add(Finding::Unreadable { after: chain.position(), what: chain_of(&error) });
        return;
    }
    let mut findings = Vec::new();
    chain.finish(head, &mut findings);
    for finding in findings {
        report.add(finding);
    }
    report.released = chain.released;
    report.stand_ins = chain.stand_ins;
    report.head = Position::from_sql(head.position);
    report.checksum = hex::encode(&head.checksum);
}

async fn walk(
    log: &dyn Audit,
    head: &RawHead,
    chain: &mut Chain,
    report: &mut Report,
    progress: &mut (dyn FnMut(Position) + Send),
) -> Result<(), ReadError> {
    let mut runs = Runs::default();
    let (mut read, mut findings) = (0, Vec::new());
    while read < head.position {
        let rows = log.raw_events(Position::from_sql(read), READ_AT_ONCE).await?;
        // Rows behind the head as it was read are newer than this walk.
        let rows: Vec<_> = rows.into_iter().take_while(|row| row.position <= head.position).collect();
        let Some(last) = rows.last() else { break };
        read = last.position;
        runs.tell_through(log, read, chain).await?;
        for row in &rows {
            chain.step(row, &mut findings);
        }
        report.events += rows.len() as u64;
        findings.drain(..).for_each(|finding| report.add(finding));
        progress(Position::from_sql(read));
    }
    runs.tell_through(log, head.position, chain).await
}

/// Reads the released runs, a few ahead of the events.
#[derive(Default)]
pub(crate) struct Runs {
    told: Position,
    all: bool,
}

impl Runs {
    /// Tells the chain of every run that begins at or before a position.
    pub(crate) async fn tell_through(
        &mut self,
        log: &dyn Audit,
        position: i64,
        chain: &mut Chain,
    ) -> Result<(), ReadError> {
        while !self.all && self.told.to_sql() <= position {
            let runs = log.released(self.told, READ_AT_ONCE).await?;
            self.all = runs.len() < READ_AT_ONCE as usize;
            for run in runs {
                self.told = run.first;
                chain.tell(run);
            }
        }
        Ok(())
    }
}

impl RawEvent {
    pub(crate) fn link(&self) -> Link<'_> {
        Link {
            position: self.position,
            stream: &self.stream,
            version: self.version,
            name: &self.name,
            schema: self.schema,
            time_ms: self.time_ms,
            actor: &self.actor,
            correlation: &self.correlation,
            causation: self.causation.as_deref(),
            command: &self.command,
            data: &self.data,
        }
    }
}

fn chain_of(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Both back-ends count the events that stand in for each run, and say so when one is gone.
pub(crate) fn miscounted(first: i64, last: i64, count: i64) -> String {
    format!("{count} events stood in for the released events {first} to {last}, and now it is not so many")
}
