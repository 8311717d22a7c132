//! Where events go before they leave the log, as a port.

use async_trait::async_trait;
use berth_store::Position;

/// Keeps segments of the log for good.
#[async_trait]
pub trait Archive: Send + Sync {
    /// Writes every event of the segment, as it is. When it answers, the file is durable: what is in it may be deleted at once.
    ///
    /// After a crash the same segment, or one that begins where it began, is written again. It fails if the books are closed meanwhile:
    /// a file that is whole is never replaced by one that lacks what left.
    async fn write(&self, segment: Segment) -> Result<Written, ArchiveError>;

    /// Events have left the log. Space that they took may be given back to the system now; what goes wrong is its own to tell.
    async fn after_release(&self) {}
}

pub type ArchiveError = Box<dyn std::error::Error + Send + Sync>;

/// The events after one position up to and with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    pub after: Position,
    pub through: Position,
}

/// A file of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name within the archive.
    pub file: String,
    /// Of its bytes, in hex.
    pub sha256: String,
    pub bytes: u64,
}

/// There is none, so nothing can ever leave.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoArchive;

#[async_trait]
impl Archive for NoArchive {
    async fn write(&self, _: Segment) -> Result<Written, ArchiveError> {
        Err("there is no archive".into())
    }
}
