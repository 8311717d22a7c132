//! A file, a line at a time.

use std::io::{self, BufRead};

use super::header::{FORMAT, Format, Header};
use super::read::Unreadable;

/// No line of ours is longer: the limit guards memory.
const LINE_BYTES: u64 = 64 << 20;

pub(super) struct Lines<'a> {
    file: &'a mut (dyn BufRead + Send),
    /// The last that was read, without its end.
    pub(super) text: Vec<u8>,
    /// Counted from 1.
    pub(super) number: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn of(file: &'a mut (dyn BufRead + Send)) -> Self {
        Self { file, text: Vec::new(), number: 0 }
    }

    /// Reads the first line.
    pub(super) fn header(&mut self) -> Result<Header, Unreadable> {
        if !self.advance()? {
            return Err(Unreadable::Incomplete { line: 0 });
        }
        let unknown = |found: String| Unreadable::Format { found };
        let Format { format } =
            serde_json::from_slice(&self.text).map_err(|error| unknown(error.to_string()))?;
        if format != FORMAT {
            return Err(unknown(format));
        }
        let header: Header = serde_json::from_slice(&self.text).map_err(|error| self.fault(&error))?;
        if header.redacted { Err(Unreadable::Redacted) } else { Ok(header) }
    }

    /// Whether there was one more line. A last line that was cut has no line break.
    pub(super) fn advance(&mut self) -> Result<bool, Unreadable> {
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

    pub(super) fn fault(&self, what: &dyn std::fmt::Display) -> Unreadable {
        Unreadable::Line { line: self.number, what: what.to_string() }
    }
}
