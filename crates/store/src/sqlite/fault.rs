//! What a database error means for the writer.

use std::sync::Arc;

use crate::{AppendError, LeaseError, StorageError};

#[derive(Debug)]
pub(super) enum Trouble {
    /// No space: roll back, stay up, work again when there is space.
    Full,
    /// The fate of the write is unknown, or the file is not to be trusted: never write again.
    Broken(StorageError),
    /// The database refused and nothing was written.
    Refused(StorageError),
}

// https://www.sqlite.org/rescode.html: the low byte is the primary code.
const PERM: i32 = 3;
const READ_ONLY: i32 = 8;
const IO_ERROR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANNOT_OPEN: i32 = 14;
const NOT_A_DATABASE: i32 = 26;
/// An I/O error by its primary code, but it says that the index of the WAL could not grow: the disk is full.
const IO_ERROR_SHARED_MEMORY_SIZE: i32 = IO_ERROR + 19 * 256;

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        let verdict = match &error {
            sqlx::Error::Database(database) => {
                let code = database.code().and_then(|code| code.parse().ok());
                code.map_or(Verdict::Broken, judge)
            }
            sqlx::Error::Encode(_) | sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => {
                Verdict::Refused
            }
            // A worker that crashed, a channel that closed: nobody knows what was written.
            _ => Verdict::Broken,
        };
        match verdict {
            Verdict::Full => Self::Full,
            Verdict::Broken => Self::Broken(Arc::new(error)),
            Verdict::Refused => Self::Refused(Arc::new(error)),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Full,
    Broken,
    Refused,
}

fn judge(code: i32) -> Verdict {
    match (code, code & 0xff) {
        (IO_ERROR_SHARED_MEMORY_SIZE, _) | (_, FULL) => Verdict::Full,
        (_, IO_ERROR | CORRUPT | NOT_A_DATABASE | READ_ONLY | CANNOT_OPEN | PERM) => Verdict::Broken,
        // Constraints, busy, too big: an answer, not a failure.
        _ => Verdict::Refused,
    }
}

impl From<Trouble> for AppendError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Full => Self::StorageFull,
            Trouble::Broken(source) | Trouble::Refused(source) => Self::Storage(source),
        }
    }
}

impl From<Trouble> for LeaseError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Full => Self::Storage(Arc::new(AppendError::StorageFull)),
            Trouble::Broken(source) | Trouble::Refused(source) => Self::Storage(source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_passes_a_failed_sync_does_not_and_a_constraint_is_an_answer() {
        let table = [
            (13, Verdict::Full),
            (4874, Verdict::Full),
            (10, Verdict::Broken),
            (1034, Verdict::Broken), // fsync
            (778, Verdict::Broken),  // write
            (522, Verdict::Broken),  // short read
            (11, Verdict::Broken),
            (26, Verdict::Broken),
            (1032, Verdict::Broken), // the file was moved away
            (5, Verdict::Refused),
            (1555, Verdict::Refused),
            (1811, Verdict::Refused), // a trigger said no
        ];
        for (code, verdict) in table {
            assert_eq!(judge(code), verdict, "{code}");
        }
    }
}
