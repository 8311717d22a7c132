//! Where the programs of `PostgreSQL` are, and as whom they run: they refuse to be root.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Debian keeps the programs of each version beside each other, out of the way.
const DEBIAN: &str = "/usr/lib/postgresql";

pub(crate) struct Binaries {
    directory: PathBuf,
    /// User and group to become, when we are root.
    instead_of_root: Option<(u32, u32)>,
}

impl Binaries {
    pub(crate) fn find() -> Self {
        let is_root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
        let directory = on_the_path().or_else(newest_of_debian);
        let directory =
            directory.expect("PostgreSQL is not installed here: `apt-get install postgresql` installs it");
        Self { directory, instead_of_root: is_root.then(unprivileged) }
    }

    /// Makes a directory theirs.
    pub(crate) fn give(&self, directory: &Path) {
        if let Some((user, group)) = self.instead_of_root {
            chown(directory, Some(user), Some(group)).unwrap();
        }
    }

    pub(crate) fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.directory.join(name));
        // They complain of a working directory that they cannot enter.
        command.current_dir("/").env_remove("PGOPTIONS").env("LC_ALL", "C");
        if let Some((user, group)) = self.instead_of_root {
            command.uid(user).gid(group);
        }
        command
    }
}

/// The real place of `initdb`: what is on the path may be a link to it, without its neighbours.
fn on_the_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find_map(|directory| with_everything(&directory.join("initdb")))
}

fn newest_of_debian() -> Option<PathBuf> {
    let versions = fs::read_dir(DEBIAN).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut versions: Vec<u32> = versions.filter_map(|name| name.parse().ok()).collect();
    versions.sort_unstable();
    let place = |version: u32| Path::new(DEBIAN).join(version.to_string()).join("bin/initdb");
    versions.into_iter().rev().find_map(|version| with_everything(&place(version)))
}

fn with_everything(initdb: &Path) -> Option<PathBuf> {
    let directory = initdb.canonicalize().ok()?.parent()?.to_owned();
    ["initdb", "postgres", "psql"].iter().all(|name| directory.join(name).exists()).then_some(directory)
}

/// The user that the package made, or else nobody.
fn unprivileged() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let ids_of = |wanted: &str| {
        users.lines().find_map(|line| {
            let fields: Vec<_> = line.split(':').collect();
            (fields.first() == Some(&wanted))
                .then(|| Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?)))?
        })
    };
    ids_of("postgres").or_else(|| ids_of("nobody")).unwrap_or((65534, 65534))
}
