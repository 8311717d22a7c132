//! Reads a log back, into one that is empty or that these events continue.

use std::io::{self, BufRead};

use super::header::Header;
use super::line::{self, Aside, EVENT, End, Event};
use super::lines::Lines;
use super::present::Present;
use crate::chain::Chain;
use crate::checksum::ANCHOR;
use crate::import::MARK;
use crate::{Exported, Finding, Ground, ImportError, Position, ReadError, Released, Storage};

/// Events that are written in one transaction, at most; and about how many bytes of them.
const BATCH_EVENTS: usize = 2048;
const BATCH_BYTES: usize = 4 << 20;
/// What a log with ground of its own is given is held back until the ground of the file is known: at most so many bytes.
const HELD_BYTES: usize = 64 << 20;

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

/// Why a file was not taken, or not all of it: what was before the line may have been written. Then the log says so
/// ([`Storage::unfinished_import`]) until the whole is imported again.
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
/// given one after another; after the last call [`Storage::import_finished`]. A dry run checks the same and writes nothing.
pub async fn import(
    storage: &dyn Storage,
    file: &mut (dyn BufRead + Send),
    dry_run: bool,
    progress: &mut (dyn FnMut(Position) + Send),
) -> Result<Imported, Unreadable> {
    let mut lines = Lines::of(file);
    let header = lines.header()?;
    let (present, chain) = Present::of(storage).await.map_err(Unreadable::Log)?;
    let kept = storage.ground().await.map_err(Unreadable::Log)?;
    let mut reader = Reader {
        storage,
        header,
        dry_run,
        present,
        chain,
        batch: Batch::default(),
        kept,
        ground: Ground::default(),
        ground_line: None,
        reached: Position::START,
        events: 0,
        passed_over: 0,
        checksum: hex::encode(ANCHOR),
    };
    loop {
        if !lines.advance()? {
            return Err(Unreadable::Incomplete { line: lines.number });
        }
        let done = reader.take(&lines).await?;
        if reader.batch.is_full() && is_bare(&reader.kept) {
            reader.write().await?;
            progress(Position::from_sql(reader.chain.position()));
        }
        if let Some(end) = done {
            reader.check_end(&end, lines.number)?;
            break;
        }
    }
    if lines.advance()? {
        return Err(lines.fault(&"nothing may follow the last line"));
    }
    reader.finish(lines.number).await
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
    header: Header,
    dry_run: bool,
    present: Present,
    chain: Chain,
    batch: Batch,
    /// What the log has beside events.
    kept: Ground,
    /// What the file has.
    ground: Ground,
    /// Where that begins.
    ground_line: Option<u64>,
    /// The last position that an event or a run of the file is at.
    reached: Position,
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
                self.take_run(run, lines).await?;
            }
            ground => self.take_ground(ground, lines).map_err(|what| lines.fault(&what))?,
        }
        Ok(None)
    }

    async fn take_run(&mut self, run: Released, lines: &Lines<'_>) -> Result<(), Unreadable> {
        if run.first == Position::START || run.last < run.first || run.last > self.header.to {
            return Err(lines.fault(&format!(
                "a released run cannot go from {} to {}: the file ends at {}",
                run.first, run.last, self.header.to
            )));
        }
        self.reached = self.reached.max(run.last);
        let present = self.present.has_run(self.storage, &run).await.map_err(Unreadable::Log)?;
        if !present.map_err(|what| lines.fault(&what))? {
            self.chain.tell(run.clone());
            self.batch.runs.push(run);
        }
        Ok(())
    }

    fn take_ground(&mut self, aside: Aside, lines: &Lines<'_>) -> Result<(), String> {
        self.ground_line.get_or_insert(lines.number);
        match aside {
            Aside::Claim { space, key, owner } => self.ground.claims.push((space, key, owner)),
            Aside::Secret { id, kind, owner, sealed } => {
                self.ground.secrets.push(line::sealed(id, kind, owner, &sealed)?);
            }
            Aside::Checkpoint { follower, .. } if follower == MARK => {
                return Err("no follower may be called so".to_owned());
            }
            Aside::Checkpoint { follower, position } => {
                self.ground.checkpoints.push((follower, self.within(position)?));
            }
            Aside::Answer { command, fingerprint, after } => {
                let fingerprint = line::fingerprint_of(&fingerprint)?;
                self.ground.answers.push((command, fingerprint, self.within(after)?));
            }
            Aside::Closed { through } => self.ground.closed_through = self.within(through)?,
            Aside::Released { .. } | Aside::End(_) => {}
        }
        Ok(())
    }

    fn within(&self, position: Position) -> Result<Position, String> {
        let end = self.header.to;
        if position <= end {
            Ok(position)
        } else {
            Err(format!("{position} is beyond the file's end, {end}"))
        }
    }

    async fn take_event(&mut self, exported: Exported, lines: &Lines<'_>) -> Result<(), Unreadable> {
        let event = &exported.event;
        self.reached = self.reached.max(Position::from_sql(event.position));
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
        if !is_bare(&self.kept) && self.batch.bytes > HELD_BYTES {
            return Err(lines
                .fault(&"the log is in use and so much cannot be put behind it: import into an empty one"));
        }
        self.batch.lines.push(lines.number);
        self.batch.events.push(exported);
        Ok(())
    }

    fn check_end(&self, end: &End, line: u64) -> Result<(), Unreadable> {
        let events = self.events + self.passed_over;
        let fault = |what| Err(Unreadable::Line { line, what });
        if end.events.get() != events {
            return fault(format!("{} events were written and {events} are here", end.events));
        }
        let to = self.header.to;
        let is_short = self.reached != to && (self.reached > to || self.header.from <= to);
        if is_short || end.head != to || end.checksum.as_deref() != Some(self.checksum.as_str()) {
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

    /// `line` is the last.
    async fn finish(mut self, line: u64) -> Result<Imported, Unreadable> {
        self.ground.head = self.header.to;
        if is_bare(&self.kept) {
            self.write().await?;
            if !self.dry_run && !is_bare(&self.ground) {
                self.storage.import_ground(&self.ground).await.map_err(Unreadable::Import)?;
            }
        } else {
            self.check_ground(line)?;
            self.write().await?;
        }
        let Self { header, events, passed_over, checksum, .. } = self;
        Ok(Imported { events, passed_over, head: header.to, checksum })
    }

    /// A file that was imported before may be given again, and what goes on from the log if nothing else changed.
    fn check_ground(&self, line: u64) -> Result<(), Unreadable> {
        let only_passed_over =
            is_bare(&self.ground) && self.batch.events.is_empty() && self.batch.runs.is_empty();
        if only_passed_over || is_same(&self.kept, &self.ground) {
            return Ok(());
        }
        let line = self.ground_line.unwrap_or(line);
        let what = "the log has other claims, secrets, checkpoints or answers than the file: import into an empty one";
        Err(Unreadable::Line { line, what: what.to_owned() })
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
        && one.answers == other.answers
}
