//! A copy of the whole log at one instant, while appends go on.

use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use sqlx::{ConnectOptions, Connection};

use super::open::common_options;
use crate::BackupError;

const CACHE_KIB: u32 = 512;

/// Consistent, without free pages, durable when this answers, and readable by its owner only. Never replaces a file.
pub(super) async fn back_up(log: &Path, to: &Path) -> Result<(), BackupError> {
    let file = File::options().write(true).create_new(true).mode(0o600).open(to).map_err(fault)?;
    let copied = copy(log, to).await.and_then(|()| keep(&file, to).map_err(fault));
    if copied.is_err() {
        // Half a copy is worse than none. If it cannot be removed, the first error says more.
        let _left = std::fs::remove_file(to);
    }
    copied
}

async fn copy(log: &Path, to: &Path) -> Result<(), BackupError> {
    let name = to.to_str().ok_or_else(|| fault(io::Error::other("the name of the copy is not UTF-8")))?;
    let mut connection = common_options(log, CACHE_KIB).read_only(true).connect().await.map_err(fault)?;
    let copied = sqlx::query("VACUUM INTO ?").bind(name).execute(&mut connection).await;
    connection.close().await.map_err(fault)?;
    copied.map(drop).map_err(fault)
}

fn keep(file: &File, to: &Path) -> io::Result<()> {
    file.sync_all()?;
    let directory = to.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

fn fault(error: impl std::error::Error + Send + Sync + 'static) -> BackupError {
    BackupError::Storage(Arc::new(error))
}
