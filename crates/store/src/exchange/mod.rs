//! A log on paper: `berth-events/1`, one JSON object a line, the same from whichever database.
//!
//! First a header, then events in the log's order, each run of released positions before the first event behind its beginning, then
//! what is kept beside events, and at last a line that says that nothing is missing. Two exports of one log are the same bytes. Knows
//! no files and no compression: it writes to and reads from whatever it is given, a stretch at a time.

mod header;
mod line;
mod lines;
mod present;
mod read;
mod redact;
mod write;

pub use header::FORMAT;
pub use read::{Imported, Unreadable, import};
pub use redact::redact;
pub use write::{Options, Redaction, Span, Unwritable, Written, export};
