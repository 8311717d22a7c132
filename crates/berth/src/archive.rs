//! Where attempts go before they leave the log: files of JSONL, compressed, in a directory of their own.

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use berth_app::books::{Archive, ArchiveError, Segment, Written};
use berth_store::{
    Storage,
    exchange::{self, Options, Span},
};
use sha2::{Digest, Sha256};

use crate::compressed::{Sink, sync_directory_of};

/// Between two pieces of space that are given back, so that appends come first.
const BREATH: Duration = Duration::from_millis(50);

pub(crate) struct ArchiveDirectory {
    directory: PathBuf,
    log: Arc<dyn Storage>,
}

impl ArchiveDirectory {
    /// The directory is made when something is written into it.
    pub(crate) fn new(directory: PathBuf, log: Arc<dyn Storage>) -> Self {
        Self { directory, log }
    }

    /// Under another name until it is whole: what is found under its own name is whole.
    async fn write_to(&self, segment: Segment, file: &Path) -> Result<(), ArchiveError> {
        let unfinished = file.with_extension("part.zst");
        remove_if_there(&unfinished)?;
        let mut sink = Sink::create(&unfinished)?;
        let span = Span { after: segment.after, through: Some(segment.through) };
        exchange::export(&*self.log, span, Options::default(), &mut sink, &mut |_| ()).await?;
        sink.finish(&unfinished)?;
        // A release that was given up on may have happened all the same while this was written: then what left is in an earlier file
        // of this very name, and not in this one.
        if self.log.closed_through().await? != segment.after {
            return Err("the books were closed meanwhile".into());
        }
        fs::rename(&unfinished, file)?;
        Ok(sync_directory_of(file)?)
    }
}

#[async_trait]
impl Archive for ArchiveDirectory {
    async fn write(&self, segment: Segment) -> Result<Written, ArchiveError> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.directory)?;
        // Wide enough that names sort as positions do.
        let name =
            format!("events-{:012}-{:012}.jsonl.zst", segment.after.next().get(), segment.through.get());
        let file = self.directory.join(&name);
        self.write_to(segment, &file).await?;
        let (sha256, bytes) = digest(&file)?;
        Ok(Written { file: name, sha256, bytes })
    }

    async fn after_release(&self) {
        loop {
            match self.log.compact().await {
                Ok(true) => tokio::time::sleep(BREATH).await,
                Ok(false) => return,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(
                        error,
                        "space of released events was not given back; it is used for new ones"
                    );
                    return;
                }
            }
        }
    }
}

fn remove_if_there(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Of what is really in the file.
fn digest(file: &Path) -> io::Result<(String, u64)> {
    let mut hash = Sha256::new();
    let bytes = io::copy(&mut fs::File::open(file)?, &mut Hashing(&mut hash))?;
    Ok((hex::encode(hash.finalize()), bytes))
}

struct Hashing<'a>(&'a mut Sha256);

impl io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use berth_store::{
        Append, CommandId, Log as _, Meta, NewEvent, Position, StreamId, Version,
        sqlite::{self, SqliteLog},
    };

    use super::*;

    #[tokio::test]
    async fn a_whole_archive_is_not_replaced_once_what_is_in_it_may_have_left() {
        let home = tempfile::tempdir().unwrap();
        let log = SqliteLog::open(&home.path().join("log.db"), sqlite::Options::default()).await.unwrap();
        let events = (0..9).map(|_| NewEvent::new("thing.happened", 1, &()).unwrap()).collect();
        let append = Append::new(CommandId::fresh(), [1; 32], Meta::default());
        log.append(append.write(StreamId::new("thing", 1), Version::NONE, events)).await.unwrap();
        let archive = ArchiveDirectory::new(home.path().join("archive"), Arc::new(log));
        let whole =
            archive.write(Segment { after: Position::START, through: Position::new(8) }).await.unwrap();
        let kept = fs::read(home.path().join("archive").join(&whole.file)).unwrap();

        let name = home.path().join("archive/events-000000000004-000000000008.jsonl.zst");
        fs::write(&name, &kept).unwrap();
        let elsewhere = Segment { after: Position::new(3), through: Position::new(8) };
        archive.write(elsewhere).await.unwrap_err();
        assert_eq!(fs::read(&name).unwrap(), kept);
    }
}
