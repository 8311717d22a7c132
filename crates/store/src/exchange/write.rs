//! Writes a log down.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::header::{FORMAT, Header};
use super::line::{Aside, End, Event};
use crate::checksum::ANCHOR;
use crate::{Exported, Ground, Position, ReadError, Released, Storage};

const READ_AT_ONCE: u32 = 512;

/// Which events: those after a position, through another or to the end. A released run that the last position lies in is taken whole,
/// because only at its end does the chain go on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    pub after: Position,
    pub through: Option<Position>,
}

/// What becomes of every text and of the data of events, see [`super::redact()`].
pub type Redaction<'a> = dyn Fn(&Value) -> Value + Send + Sync + 'a;

#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// Masks. Such a file cannot be imported, and holds neither checksums nor anything but events.
    pub redact: Option<&'a Redaction<'a>>,
    /// Claims, secrets (sealed) and checkpoints too, if it goes to the end: whoever moves a log needs them.
    pub ground: bool,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub events: u64,
    /// The position through which it goes.
    pub head: Position,
    /// Of the last event written, in hexadecimal.
    pub checksum: String,
}

#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    #[error("failed to read the log")]
    Read(#[source] ReadError),
    #[error("failed to write the export")]
    Write(#[source] io::Error),
    #[error("event {position} cannot be exported: {what}")]
    Event { position: i64, what: String },
    #[error("the books were closed meanwhile: export again")]
    ClosedMeanwhile,
}

/// Reads a stretch, writes it, and so on; `progress` hears of each. What is appended meanwhile is not in it.
pub async fn export(
    storage: &dyn Storage,
    span: Span,
    options: Options<'_>,
    out: &mut (dyn Write + Send),
    progress: &mut (dyn FnMut(Position) + Send),
) -> Result<Written, Unwritable> {
    let closed = storage.closed_through().await.map_err(Unwritable::Read)?;
    // Read at one instant with where the log ends, so that the one fits the other.
    let ground = storage.ground().await.map_err(Unwritable::Read)?;
    let head = match span.through {
        Some(through) if through < ground.head => whole_run(storage, span.after, through).await?,
        _ => ground.head,
    };
    let mut writer = Writer { out, redact: options.redact, events: 0, checksum: ANCHOR.to_vec() };
    let redacted = options.redact.is_some();
    writer.line(&Header { format: FORMAT.to_owned(), from: span.after.next(), to: head, redacted })?;
    write_events(storage, span.after, head, &mut writer, progress).await?;
    // What left while this was written would be missing without a word.
    if storage.closed_through().await.map_err(Unwritable::Read)? != closed {
        return Err(Unwritable::ClosedMeanwhile);
    }
    if head == ground.head && !redacted {
        writer.ground(&ground, options.ground)?;
    }
    writer.end(head)
}

/// Where the run ends that a position lies in; else the position.
async fn whole_run(
    storage: &dyn Storage,
    after: Position,
    through: Position,
) -> Result<Position, Unwritable> {
    let mut runs = Runs { after, known: Vec::new().into_iter().peekable(), all: false };
    let mut last = through;
    while let Some(run) = runs.next_through(storage, through).await? {
        last = last.max(run.last);
    }
    Ok(last)
}

async fn write_events(
    storage: &dyn Storage,
    after: Position,
    head: Position,
    writer: &mut Writer<'_>,
    progress: &mut (dyn FnMut(Position) + Send),
) -> Result<(), Unwritable> {
    let mut runs = Runs { after, known: Vec::new().into_iter().peekable(), all: false };
    let mut position = after;
    while position < head {
        let events = storage.exported(position, READ_AT_ONCE).await.map_err(Unwritable::Read)?;
        let Some(last) = events.last() else { break };
        position = Position::from_sql(last.event.position);
        for event in events.into_iter().take_while(|event| event.event.position <= head.to_sql()) {
            let at = Position::from_sql(event.event.position);
            while let Some(run) = runs.next_through(storage, at).await? {
                writer.run(&run)?;
            }
            writer.event(event)?;
        }
        progress(position.min(head));
    }
    while let Some(run) = runs.next_through(storage, head).await? {
        writer.run(&run)?;
    }
    Ok(())
}

/// The released runs, read as they are needed.
struct Runs {
    after: Position,
    known: std::iter::Peekable<std::vec::IntoIter<Released>>,
    all: bool,
}

impl Runs {
    /// The next run, if it begins at or before a position.
    async fn next_through(
        &mut self,
        storage: &dyn Storage,
        position: Position,
    ) -> Result<Option<Released>, Unwritable> {
        if self.known.peek().is_none() && !self.all {
            let runs = storage.released(self.after, READ_AT_ONCE).await.map_err(Unwritable::Read)?;
            self.all = runs.is_empty();
            self.after = runs.last().map_or(self.after, |run| run.first);
            self.known = runs.into_iter().peekable();
        }
        Ok(self.known.next_if(|run| run.first <= position))
    }
}

struct Writer<'a> {
    out: &'a mut (dyn Write + Send),
    redact: Option<&'a Redaction<'a>>,
    events: u64,
    checksum: Vec<u8>,
}

impl Writer<'_> {
    fn line(&mut self, line: &impl Serialize) -> Result<(), Unwritable> {
        let mut text = serde_json::to_vec(line).map_err(|error| Unwritable::Write(error.into()))?;
        text.push(b'\n');
        self.out.write_all(&text).map_err(Unwritable::Write)
    }

    fn event(&mut self, exported: Exported) -> Result<(), Unwritable> {
        let position = exported.event.position;
        let fault = |what| Unwritable::Event { position, what };
        self.checksum.clone_from(&exported.event.checksum);
        let mut line = Event::of(exported).map_err(fault)?;
        if let Some(redact) = self.redact {
            line.mask(redact).map_err(|error| fault(error.to_string()))?;
        }
        self.events += 1;
        self.line(&line)
    }

    fn run(&mut self, run: &Released) -> Result<(), Unwritable> {
        match Aside::released(run) {
            Aside::Released { first, last, .. } if self.redact.is_some() => {
                self.line(&Aside::Released { first, last, checksum: None })
            }
            line => self.line(&line),
        }
    }

    fn ground(&mut self, ground: &Ground, whole: bool) -> Result<(), Unwritable> {
        if whole {
            for (space, key, owner) in ground.claims.iter().cloned() {
                self.line(&Aside::Claim { space, key, owner })?;
            }
            for sealed in &ground.secrets {
                self.line(&Aside::secret(sealed))?;
            }
            for (follower, position) in ground.checkpoints.iter().cloned() {
                self.line(&Aside::Checkpoint { follower, position })?;
            }
        }
        if whole {
            for (command, fingerprint, after) in ground.answers.iter().cloned() {
                let fingerprint = hex::encode(fingerprint);
                self.line(&Aside::Answer { command, fingerprint, after })?;
            }
        }
        if ground.closed_through > Position::START {
            self.line(&Aside::Closed { through: ground.closed_through })?;
        }
        Ok(())
    }

    fn end(mut self, head: Position) -> Result<Written, Unwritable> {
        let checksum = hex::encode(&self.checksum);
        let shown = self.redact.is_none().then(|| checksum.clone());
        self.line(&Aside::End(End { events: Position::new(self.events), head, checksum: shown }))?;
        self.out.flush().map_err(Unwritable::Write)?;
        Ok(Written { events: self.events, head, checksum })
    }
}

impl Event {
    fn mask(&mut self, redact: &Redaction<'_>) -> Result<(), serde_json::Error> {
        let masked = |text: &String| match redact(&Value::String(text.clone())) {
            Value::String(text) => text,
            other => other.to_string(),
        };
        for text in [&mut self.stream, &mut self.actor, &mut self.correlation_id, &mut self.command] {
            *text = masked(text);
        }
        self.causation_id = self.causation_id.as_ref().map(masked);
        self.fingerprint = None;
        self.checksum = None;
        let data = match (self.data.take(), self.data_text.take()) {
            (Some(data), _) => serde_json::from_str(data.get())?,
            (None, text) => serde_json::from_str(&text.unwrap_or_default())?,
        };
        self.data = Some(serde_json::value::to_raw_value(&redact(&data))?);
        Ok(())
    }
}
