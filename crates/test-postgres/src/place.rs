//! Where a server's directory is made.

use std::path::{Path, PathBuf};
use std::process::Command;

const MEMORY: &str = "/dev/shm";
/// More than all servers of a run of tests take together. A container is often given a few megabytes only.
const NEEDED_KIB: u64 = 3 << 20;

/// A file system in memory, if there is one with room enough.
pub(crate) fn in_memory() -> Option<PathBuf> {
    let output = Command::new("df").args(["-k", "--output=avail", MEMORY]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let available: u64 = text.lines().nth(1)?.trim().parse().ok()?;
    (available >= NEEDED_KIB).then(|| Path::new(MEMORY).to_owned())
}

/// A socket's path has room for about a hundred bytes, so a long temporary directory will not do.
pub(crate) fn on_disk() -> PathBuf {
    let usual = std::env::temp_dir();
    if usual.as_os_str().len() < 40 { usual } else { "/tmp".into() }
}
