//! Reads the whole log as it is stored and finds whatever is not as it was written.
//!
//! What it cannot find: somebody who rewrote every checksum after his change, and the head's. Keep
//! [`Report::checksum`] elsewhere to find that too.

use std::collections::HashMap;
use std::fmt;

use async_trait::async_trait;

use crate::checksum::{ANCHOR, Checksum, Link, hexadecimal};
use crate::{Position, ReadError};

const READ_AT_ONCE: u32 = 512;
/// More findings than this say nothing new.
const FINDINGS_KEPT: usize = 100;

/// A log that shows its rows as they are stored, readable or not.
#[async_trait]
pub trait Audit: Send + Sync {
    async fn raw_events(&self, after: Position, limit: u32) -> Result<Vec<RawEvent>, ReadError>;
    async fn raw_head(&self) -> Result<RawHead, ReadError>;
    /// Commands whose recorded answer does not fit the events, or which have events and no answer; at most
    /// `limit`.
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
pub async fn verify(log: &dyn Audit, mut progress: impl FnMut(Position) + Send) -> Report {
    let mut report = Report::default();
    match log.raw_head().await {
        Ok(head) => read_to(log, &head, &mut report, &mut progress).await,
        Err(error) => report.add(Finding::Unreadable { after: 0, what: chain_of(&error) }),
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
    report: &mut Report,
    progress: &mut (dyn FnMut(Position) + Send),
) {
    let mut walk = Walk { position: 0, checksum: ANCHOR, versions: HashMap::new() };
    while walk.position < head.position {
        let rows = match log.raw_events(Position::from_sql(walk.position), READ_AT_ONCE).await {
            Ok(rows) if rows.is_empty() => break,
            Ok(rows) => rows,
            Err(error) => {
                report.add(Finding::Unreadable { after: walk.position, what: chain_of(&error) });
                return;
            }
        };
        // Rows behind the head as it was read are newer than this walk.
        for row in rows.iter().take_while(|row| row.position <= head.position) {
            walk.step(row, report);
        }
        if rows.iter().any(|row| row.position > head.position) {
            break;
        }
        progress(Position::from_sql(walk.position));
    }
    walk.finish(head, report);
}

/// What the next row must fit.
struct Walk {
    position: i64,
    checksum: Checksum,
    versions: HashMap<Vec<u8>, i64>,
}

impl Walk {
    fn step(&mut self, row: &RawEvent, report: &mut Report) {
        report.events += 1;
        if row.position != self.position + 1 {
            report.add(Finding::Missing { from: self.position + 1, to: row.position - 1 });
        }
        if row.link().after(&self.checksum)[..] != row.checksum[..] {
            report.add(Finding::Changed { position: row.position });
        }
        let expected = self.versions.get(&row.stream).map_or(1, |version| version + 1);
        if row.version != expected {
            report.add(Finding::Version { position: row.position, expected, found: row.version });
        }
        self.versions.insert(row.stream.clone(), row.version);
        self.position = row.position;
        // Goes on from what is stored, so that one changed row is one finding and not all that follow.
        self.checksum = row.checksum[..].try_into().unwrap_or(ANCHOR);
    }

    fn finish(self, head: &RawHead, report: &mut Report) {
        if self.position < head.position {
            report.add(Finding::Missing { from: self.position + 1, to: head.position });
        }
        if head.last_event != head.position || self.checksum[..] != head.checksum[..] {
            report.add(Finding::Head { position: head.position, last_event: head.last_event });
        }
        report.head = Position::from_sql(head.position);
        report.checksum = hexadecimal(&head.checksum);
    }
}

impl RawEvent {
    fn link(&self) -> Link<'_> {
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
