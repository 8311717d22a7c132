//! What a database error means for the writer.

use std::sync::Arc;

use crate::{AppendError, LeaseError, StorageError};

#[derive(Clone, Debug)]
pub(super) enum Trouble {
    /// The connection is of no use any more, and whether the transaction was committed is not known: ask the commands, over a new
    /// connection.
    Lost(StorageError),
    /// Another transaction was in the way and nothing was written: the same again may succeed.
    Again(StorageError),
    /// No space: nothing was written, and it works again when there is space.
    Full,
    /// The database refused and nothing was written.
    Refused(StorageError),
    /// This process must not write here any more.
    Over(String),
}

impl Trouble {
    pub(super) fn lost(what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Lost(Arc::from(what.into()))
    }
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        let verdict = match &error {
            sqlx::Error::Database(database) => database.code().map_or(Verdict::Lost, |code| judge(&code)),
            sqlx::Error::Encode(_) | sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => {
                Verdict::Refused
            }
            // The wire broke, or spoke another language.
            _ => Verdict::Lost,
        };
        match verdict {
            Verdict::Lost => Self::Lost(Arc::new(error)),
            Verdict::Again => Self::Again(Arc::new(error)),
            Verdict::Full => Self::Full,
            Verdict::Refused => Self::Refused(Arc::new(error)),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Lost,
    Again,
    Full,
    Refused,
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>: the first two characters are the class.
fn judge(code: &str) -> Verdict {
    match (code, code.get(..2).unwrap_or_default()) {
        ("53100", _) => Verdict::Full,
        // The connection; the server is stopping, starting or full; nobody could write here: it is a standby by now.
        (_, "08" | "57") if code != "57014" => Verdict::Lost,
        ("25P03" | "25006" | "53300", _) => Verdict::Lost,
        // A deadlock, a lock not had in time, a statement called off, memory short for the moment.
        (_, "40") | ("55P03" | "55006" | "57014" | "53200", _) => Verdict::Again,
        // Constraints, triggers, rights, too large: an answer, not a failure. PostgreSQL itself ends when a sync fails, so an
        // error of input or output is an answer too.
        _ => Verdict::Refused,
    }
}

impl From<Trouble> for AppendError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Lost(source) | Trouble::Again(source) => Self::Unavailable(source),
            Trouble::Full => Self::StorageFull,
            Trouble::Refused(source) => Self::Storage(source),
            Trouble::Over(_) => Self::Stopped,
        }
    }
}

impl From<Trouble> for LeaseError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Lost(source) | Trouble::Again(source) | Trouble::Refused(source) => {
                Self::Storage(source)
            }
            Trouble::Full => Self::Storage(Arc::new(AppendError::StorageFull)),
            Trouble::Over(_) => Self::Stopped,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_server_is_looked_for_a_full_disk_passes_and_a_constraint_is_an_answer() {
        let table = [
            ("08006", Verdict::Lost),
            ("57P01", Verdict::Lost), // told to stop
            ("57P02", Verdict::Lost), // crashed
            ("57P03", Verdict::Lost), // starting
            ("25P03", Verdict::Lost), // idle in a transaction for too long
            ("25006", Verdict::Lost), // a standby
            ("53300", Verdict::Lost), // too many connections
            ("40001", Verdict::Again),
            ("40P01", Verdict::Again), // a deadlock
            ("55P03", Verdict::Again), // a lock not had in time
            ("57014", Verdict::Again), // called off
            ("53100", Verdict::Full),
            ("23505", Verdict::Refused),
            ("P0001", Verdict::Refused), // a trigger said no
            ("42501", Verdict::Refused), // no right to
            ("22021", Verdict::Refused), // a text that cannot be kept
            ("58030", Verdict::Refused), // could not write a page
        ];
        for (code, verdict) in table {
            assert_eq!(judge(code), verdict, "{code}");
        }
    }
}
