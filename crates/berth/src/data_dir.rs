//! The directory that holds everything the server keeps, and the names of the files in it.
//!
//! It opens none of them, and it does not lock the directory: who owns a file knows how to open it.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataDir {
    root: PathBuf,
}

/// The directory cannot be had.
#[derive(Debug, thiserror::Error)]
#[error("failed to prepare the data directory {}", path.display())]
pub struct DataDirError {
    pub path: PathBuf,
    #[source]
    pub source: io::Error,
}

impl DataDir {
    /// Makes the directory, readable by its owner alone, with whatever is missing above it.
    ///
    /// One that is there already keeps its permissions: somebody may have meant them, and the secrets in it have their own.
    pub fn create(root: &Path) -> Result<Self, DataDirError> {
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(root);
        made.map_err(|source| DataDirError { path: root.to_owned(), source })?;
        Ok(Self { root: root.to_owned() })
    }

    /// One that is there, or not: nothing is made.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The read models. May be deleted at any time while the server is down; they are folded anew.
    pub fn views(&self) -> PathBuf {
        self.root.join("views.db")
    }

    /// What the machine did. May be deleted at any time while the server is down; the history is lost and nothing else.
    pub fn metrics(&self) -> PathBuf {
        self.root.join("metrics.db")
    }

    /// The key that opens the vault. Without it the secrets in the log's database are lost.
    pub fn vault_key(&self) -> PathBuf {
        self.root.join("vault.key")
    }

    /// The bearer token of the API.
    pub fn token(&self) -> PathBuf {
        self.root.join("token")
    }

    /// Where the server that holds the directory is reached, for tools on the same machine.
    pub fn address(&self) -> PathBuf {
        self.root.join("address")
    }

    /// Held by the one process that may use the directory.
    pub fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// Whether others than the owner may look inside; worth a warning.
    pub fn is_open_to_others(&self) -> io::Result<bool> {
        Ok(fs::metadata(&self.root)?.permissions().mode() & 0o077 != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_directory_is_for_its_owner_alone() {
        let above = tempfile::tempdir().unwrap();
        let root = above.path().join("a/b");
        let directory = DataDir::create(&root).unwrap();
        assert_eq!(fs::metadata(&root).unwrap().permissions().mode() & 0o777, 0o700);
        assert!(!directory.is_open_to_others().unwrap());
        assert_eq!(directory.token(), root.join("token"));
    }

    #[test]
    fn making_it_twice_keeps_its_permissions() {
        let above = tempfile::tempdir().unwrap();
        let root = above.path().join("data");
        DataDir::create(&root).unwrap();
        fs::set_permissions(&root, fs::Permissions::from_mode(0o750)).unwrap();
        assert!(DataDir::create(&root).unwrap().is_open_to_others().unwrap());
    }

    #[test]
    fn a_file_in_its_place_is_a_fault_that_names_it() {
        let above = tempfile::tempdir().unwrap();
        let root = above.path().join("data");
        fs::write(&root, "").unwrap();
        let error = DataDir::create(&root).unwrap_err();
        assert!(error.to_string().contains(root.to_str().unwrap()), "{error}");
    }
}
