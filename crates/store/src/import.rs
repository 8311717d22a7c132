//! What an import is held to, before any row is written: the chain, the versions, and what commands were answered.

use crate::chain::Chain;
use crate::{CommandId, Exported, Finding, Fingerprint, ImportError, Position, Released, StreamId};

/// The checkpoint that says that an import is under way: it is there from the first batch until [`crate::Storage::import_finished`].
/// No follower is called so, and no export tells of it.
pub(crate) const MARK: &str = "an import is not finished";

/// Where a log is that rows are to be put behind.
pub(crate) struct Place {
    pub(crate) chain: Chain,
}

/// What a command was answered, as far as some of its events tell. With what the log has of it already it is one answer: the later
/// last position, the earlier first.
pub(crate) struct Answer<'a> {
    pub(crate) command: &'a [u8],
    pub(crate) fingerprint: Fingerprint,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) time_ms: i64,
}

impl Place {
    /// `runs` are those of the log that end at or behind its last event; `vanished` is how many positions were released in all.
    pub(crate) fn new(position: Position, checksum: [u8; 32], runs: Vec<Released>, vanished: i64) -> Self {
        let at = position.to_sql();
        let (mut covering, ahead): (Vec<_>, Vec<_>) = runs.into_iter().partition(|run| run.holds(at));
        let mut chain = Chain::after(at, checksum, covering.pop(), vanished);
        for run in ahead {
            chain.tell(run);
        }
        Self { chain }
    }

    /// Where a stream ends that the rows will go on with.
    pub(crate) fn ends(&mut self, stream: &StreamId, version: u32) {
        self.chain.ends(stream.as_str().as_bytes(), version.into());
    }

    /// Refuses the rows at the first that does not go on from what is there.
    pub(crate) fn check(mut self, events: &[Exported], released: &[Released]) -> Result<(), ImportError> {
        for run in released {
            self.chain.tell(run.clone());
        }
        let mut findings = Vec::new();
        for exported in events {
            let event = &exported.event;
            if event.position <= self.chain.position() {
                return Err(unfit(event.position, "it is there already, or out of order"));
            }
            if exported.stands_in != self.chain.stands_in(event.position) {
                return Err(unfit(
                    event.position,
                    "only in a released run, and only there, does an event stand in",
                ));
            }
            self.chain.step(event, &mut findings);
            if let Some(finding) = findings.first() {
                return Err(refused(event.position, finding));
            }
            check_names(exported)?;
        }
        Ok(())
    }
}

/// What could not be read back must not get in.
fn check_names(exported: &Exported) -> Result<(), ImportError> {
    let event = &exported.event;
    let lawful = |bytes: &[u8], is: fn(&str) -> bool| std::str::from_utf8(bytes).is_ok_and(is);
    if !lawful(&event.stream, |text| StreamId::parse(text).is_ok()) {
        return Err(unfit(event.position, "its stream has no lawful name"));
    }
    if !lawful(&event.command, |text| CommandId::parse(text).is_ok()) {
        return Err(unfit(event.position, "its command has no lawful id"));
    }
    if u32::try_from(event.version).is_err() || u16::try_from(event.schema).is_err() {
        return Err(unfit(event.position, "its version or schema is out of range"));
    }
    Ok(())
}

/// The answers that these events tell of; the events of a command are in a row.
pub(crate) fn answers(events: &[Exported]) -> Vec<Answer<'_>> {
    let mut answers: Vec<Answer<'_>> = Vec::new();
    for Exported { event, fingerprint, .. } in events {
        let Some(fingerprint) = *fingerprint else { continue };
        match answers.last_mut() {
            Some(answer) if answer.command == event.command => answer.last = event.position,
            _ => answers.push(Answer {
                command: &event.command,
                fingerprint,
                first: event.position,
                last: event.position,
                time_ms: event.time_ms,
            }),
        }
    }
    answers
}

fn refused(position: i64, finding: &Finding) -> ImportError {
    ImportError::Unfit { position, what: finding.to_string() }
}

fn unfit(position: i64, what: &str) -> ImportError {
    ImportError::Unfit { position, what: what.to_owned() }
}
