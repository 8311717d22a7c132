//! The key file: one key a line, the first in use. Lines look like `berth-key-1 <id, hex> <key, base64>`.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{VaultError, random};

const MARK: &str = "berth-key-1";

pub(super) struct Key {
    id: KeyId,
    bytes: Zeroizing<[u8; 32]>,
}

/// Tells keys apart. Random: it says nothing about its key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyId(pub(super) [u8; 8]);

impl Key {
    pub(super) fn id(&self) -> KeyId {
        self.id
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (mark, id, key) = (words.next()?, words.next()?, words.next()?);
        if mark != MARK || words.next().is_some() || id.len() != 16 {
            return None;
        }
        let id = u64::from_str_radix(id, 16).ok()?.to_be_bytes();
        let decoded = Zeroizing::new(STANDARD.decode(key).ok()?);
        let bytes = Zeroizing::new(<[u8; 32]>::try_from(decoded.as_slice()).ok()?);
        Some(Self { id: KeyId(id), bytes })
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

pub(super) fn read(path: &Path) -> Result<Vec<Key>, VaultError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(VaultError::KeyMissing { path: path.into() });
        }
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            return Err(VaultError::KeyInvalid { path: path.into() });
        }
        Err(source) => return Err(VaultError::KeyFile { path: path.into(), source }),
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    match lines.map(Key::parse).collect::<Option<Vec<_>>>() {
        Some(keys) if !keys.is_empty() => Ok(keys),
        _ => Err(VaultError::KeyInvalid { path: path.into() }),
    }
}

/// Makes a key file that did not exist. Never replaces one, and never shows one half written.
pub(super) fn create(path: &Path) -> Result<(), VaultError> {
    let id = KeyId(random()?);
    let key = Zeroizing::new(random::<32>()?);
    let encoded = Zeroizing::new(STANDARD.encode(key.as_slice()));
    let line = Zeroizing::new(format!("{MARK} {id} {}\n", encoded.as_str()));
    place(path, line.as_bytes()).map_err(|source| VaultError::KeyFile { path: path.into(), source })
}

fn place(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut draft_name = path.as_os_str().to_owned();
    draft_name.push(format!(".{}.draft", std::process::id()));
    let draft = PathBuf::from(draft_name);
    let placed = write_private(&draft, content).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    });
    // A draft left behind would be a second copy of the key.
    fs::remove_file(&draft)?;
    placed?;
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}
