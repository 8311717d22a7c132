//! Reads a log back, into one that is empty or that these events continue.

use std::io::{self, BufRead};

use super::header::{FORMAT, Format, Header};
use super::line::{self, Aside, EVENT, End, Event};
use super::present::Present;
use crate::chain::Chain;
use crate::checksum::{ANCHOR, hexadecimal};
use crate::{Exported, Finding, Ground, ImportError, Position, ReadError, Released, Storage};

/// Events that are written in one transaction, at most; and about how many bytes of them.
const BATCH_EVENTS: usize = 2048;
const BATCH_BYTES: usize = 4 << 20;
/// No line of ours is longer: the limit guards memory.
const LINE_BYTES: u64 = 64 << 20;

/// What was taken from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Events that the log did not have before.
    pub events: u64,
    /// Events of the file that it had.
    pub passed_over: u64,
    /// Through which position the file goes.
    pub head: Position,
    /// Of the file's last event, in hexadecimal.
    pub checksum: String,
}

/// Why a file was not taken, or not all of it: what was before the line may have been written.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("line {line}: {what}")]
    Line { line: u64, what: String },
    #[error("this is not an export of events in a format known here: {found}")]
    Format { found: String },
    #[error("this export is redacted: what was masked cannot be brought back")]
    Redacted,
    #[error("the file is not whole: it ends after line {line}, without its last line")]
    Incomplete { line: u64 },
    #[error("failed to read the file")]
    File(#[source] io::Error),
    #[error("failed to read the log")]
    Log(#[source] ReadError),
    #[error("failed to import")]
    Import(#[source] ImportError),
}

/// Takes what the log does not have yet. Of what it has only the place and the checksum are compared, so files that overlap may be
/// given one after another. A dry run checks the same and writes nothing.
pub async fn import(
    storage: &dyn Storage,
    file: &mut (dyn BufRead + Send),
    dry_run: bool,
    progress: &mut (dyn FnMut(Position) + Send),
) -> Result<Imported, Unreadable> {
    let mut lines = Lines { file, text: Vec::new(), number: 0 };
    let header = read_header(&mut lines)?;
    let (present, chain) = Present::of(storage).await.map_err(Unreadable::Log)?;
    let mut reader = Reader {
        storage,
        dry_run,
        present,
        chain,
        batch: Batch::default(),
        ground: Ground::default(),
        events: 0,
        passed_over: 0,
        checksum: hexadecimal(&ANCHOR),
    };
    loop {
        if !lines.advance()? {
            return Err(Unreadable::Incomplete { line: lines.number });
        }
        let done = reader.take(&lines).await?;
        if reader.batch.is_full() {
            reader.write().await?;
            progress(Position::from_sql(reader.chain.position()));
        }
        if let Some(end) = done {
            reader.check_end(&header, &end, lines.number)?;
            break;
        }
    }
    if lines.advance()? {
        return Err(lines.fault(&"nothing may follow the last line"));
    }
    reader.finish(header.to).await
}

fn read_header(lines: &mut Lines<'_>) -> Result<Header, Unreadable> {
    if !lines.advance()? {
        return Err(Unreadable::Incomplete { line: 0 });
    }
    let unknown = |found: String| Unreadable::Format { found };
    let Format { format } =
        serde_json::from_slice(&lines.text).map_err(|error| unknown(error.to_string()))?;
    if format != FORMAT {
        return Err(unknown(format));
    }
    let header: Header = serde_json::from_slice(&lines.text).map_err(|error| lines.fault(&error))?;
    if header.redacted { Err(Unreadable::Redacted) } else { Ok(header) }
}

/// A line at a time.
struct Lines<'a> {
    file: &'a mut (dyn BufRead + Send),
    text: Vec<u8>,
    number: u64,
}

impl Lines<'_> {
    /// Whether there was one more line. A last line that was cut has no line break.
    fn advance(&mut self) -> Result<bool, Unreadable> {
        self.text.clear();
        let mut limited = io::Read::take(&mut *self.file, LINE_BYTES);
        limited.read_until(b'\n', &mut self.text).map_err(Unreadable::File)?;
        if self.text.is_empty() {
            return Ok(false);
        }
        if self.text.pop() != Some(b'\n') {
            return Err(Unreadable::Incomplete { line: self.number });
        }
        self.number += 1;
        Ok(true)
    }

    fn fault(&self, what: &dyn std::fmt::Display) -> Unreadable {
        Unreadable::Line { line: self.number, what: what.to_string() }
    }
}

/// What is written together. The line of each event is kept, to say which was refused.
#[derive(Default)]
struct Batch {
    events: Vec<Exported>,
    lines: Vec<u64>,
    runs: Vec<Released>,
    bytes: usize,
}

impl Batch {
    fn is_full(&self) -> bool {
        self.events.len() >= BATCH_EVENTS || self.runs.len() >= BATCH_EVENTS || self.bytes >= BATCH_BYTES
    }
}

struct Reader<'a> {
    storage: &'a dyn Storage,
    dry_run: bool,
    present: Present,
    chain: Chain,
    batch: Batch,
    ground: Ground,
    events: u64,
    passed_over: u64,
    /// Of the last event read.
    checksum: String,
}

impl Reader<'_> {
    /// Answers the end, if this was it.
    async fn take(&mut self, lines: &Lines<'_>) -> Result<Option<End>, Unreadable> {
        if lines.text.starts_with(EVENT) {
            let event: Event = serde_json::from_slice(&lines.text).map_err(|error| lines.fault(&error))?;
            self.checksum = event.checksum.clone().unwrap_or_default();
            let exported = event.exported().map_err(|what| lines.fault(&what))?;
            self.take_event(exported, lines).await?;
            return Ok(None);
        }
        let aside: Aside = serde_json::from_slice(&lines.text).map_err(|error| lines.fault(&error))?;
        match aside {
            Aside::End(end) => return Ok(Some(end)),
            Aside::Released { first, last, checksum } => {
                let run = line::run(first, last, checksum.as_deref()).map_err(|what| lines.fault(&what))?;
                if !self.present.has_run(&run).map_err(|what| lines.fault(&what))? {
                    self.chain.tell(run.clone());
                    self.batch.runs.push(run);
                }
            }
            Aside::Claim { space, key, owner } => self.ground.claims.push((space, key, owner)),
            Aside::Secret { id, kind, owner, sealed } => {
                let sealed = line::sealed(id, kind, owner, &sealed).map_err(|what| lines.fault(&what))?;
                self.ground.secrets.push(sealed);
            }
            Aside::Checkpoint { follower, position } => self.ground.checkpoints.push((follower, position)),
            Aside::Closed { through } => self.ground.closed_through = through,
        }
        Ok(None)
    }

    async fn take_event(&mut self, exported: Exported, lines: &Lines<'_>) -> Result<(), Unreadable> {
        let event = &exported.event;
        let present = self.present.has(self.storage, &exported).await.map_err(Unreadable::Log)?;
        if present.map_err(|what| lines.fault(&what))? {
            self.chain.ends(&event.stream, event.version);
            self.passed_over += 1;
            return Ok(());
        }
        if event.position <= self.chain.position() {
            return Err(lines.fault(&"positions must rise"));
        }
        if exported.stands_in != self.chain.stands_in(event.position) {
            return Err(lines.fault(&"only in a released run, and only there, does an event stand in"));
        }
        let mut findings: Vec<Finding> = Vec::new();
        self.chain.step(event, &mut findings);
        if let Some(finding) = findings.first() {
            return Err(lines.fault(finding));
        }
        self.events += 1;
        self.batch.bytes += lines.text.len();
        self.batch.lines.push(lines.number);
        self.batch.events.push(exported);
        Ok(())
    }

    fn check_end(&self, header: &Header, end: &End, line: u64) -> Result<(), Unreadable> {
        let events = self.events + self.passed_over;
        let fault = |what| Err(Unreadable::Line { line, what });
        if end.events.get() != events {
            return fault(format!("{} events were written and {events} are here", end.events));
        }
        if end.head != header.to || end.checksum.as_deref() != Some(self.checksum.as_str()) {
            return fault("the events do not end as they were written".to_owned());
        }
        Ok(())
    }

    async fn write(&mut self) -> Result<(), Unreadable> {
        let batch = std::mem::take(&mut self.batch);
        if self.dry_run || (batch.events.is_empty() && batch.runs.is_empty()) {
            return Ok(());
        }
        match self.storage.import(&batch.events, &batch.runs).await {
            Err(ImportError::Unfit { position, what }) => {
                let place = batch.events.iter().position(|exported| exported.event.position == position);
                let line = place.and_then(|place| batch.lines.get(place)).copied().unwrap_or_default();
                Err(Unreadable::Line { line, what })
            }
            written_or_fault => written_or_fault.map_err(Unreadable::Import),
        }
    }

    async fn finish(mut self, head: Position) -> Result<Imported, Unreadable> {
        self.write().await?;
        self.ground.head = head;
        if !self.dry_run && !is_bare(&self.ground) {
            self.write_ground().await?;
        }
        let Self { events, passed_over, checksum, .. } = self;
        Ok(Imported { events, passed_over, head, checksum })
    }

    /// A file that was imported before may be given again.
    async fn write_ground(&self) -> Result<(), Unreadable> {
        let kept = self.storage.ground().await.map_err(Unreadable::Log)?;
        if is_same(&kept, &self.ground) {
            return Ok(());
        }
        self.storage.import_ground(&self.ground).await.map_err(Unreadable::Import)
    }
}

fn is_bare(ground: &Ground) -> bool {
    is_same(ground, &Ground::default())
}

fn is_same(one: &Ground, other: &Ground) -> bool {
    one.closed_through == other.closed_through
        && one.claims == other.claims
        && one.secrets == other.secrets
        && one.checkpoints == other.checkpoints
}
