//! The bearer token that guards the API until real sign-in comes: made once, kept in a file that only its owner reads.
//!
//! The server keeps only its SHA-256. It never writes the token anywhere but into that file; whoever made it may show it once.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

const PREFIX: &str = "berth_";
const RANDOM_BYTES: usize = 32;

/// What the server holds to tell the right token from others. Says nothing of the token.
#[derive(Clone)]
pub struct TokenDigest([u8; 32]);

/// The token of a data directory.
pub struct Token {
    pub secret: SecretString,
    /// Made just now: the moment to show it.
    pub is_new: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("failed to read the token in {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("failed to write the token to {}", path.display())]
    Write { path: PathBuf, source: io::Error },
    /// Not mended by itself: a token that was cut may be a backup gone wrong, and a new one would lock every client out silently.
    #[error("{} does not hold a token; delete it to have a new one made", path.display())]
    Malformed { path: PathBuf },
}

impl Token {
    /// Reads the token, or makes one. A crash leaves either no file or a whole one.
    pub fn load_or_create(path: &Path) -> Result<Self, TokenError> {
        match fs::read_to_string(path) {
            Ok(text) => {
                Self::parse(text.trim()).ok_or_else(|| TokenError::Malformed { path: path.to_owned() })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Self::create(path).map_err(|source| TokenError::Write { path: path.to_owned(), source })
            }
            Err(source) => Err(TokenError::Read { path: path.to_owned(), source }),
        }
    }

    pub fn digest(&self) -> TokenDigest {
        TokenDigest::of(self.secret.expose_secret())
    }

    fn parse(text: &str) -> Option<Self> {
        let random = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        (random.len() == RANDOM_BYTES).then(|| Self { secret: text.into(), is_new: false })
    }

    fn create(path: &Path) -> io::Result<Self> {
        let random: [u8; RANDOM_BYTES] = rand::random();
        let secret = SecretString::from(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random)));
        let half_made = path.with_extension("new");
        let mut file =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half_made)?;
        writeln!(file, "{}", secret.expose_secret())?;
        file.sync_all()?;
        fs::rename(&half_made, path)?;
        Ok(Self { secret, is_new: true })
    }
}

impl TokenDigest {
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// Takes the same time whatever differs, and digests hide the lengths.
    pub fn admits(&self, presented: &str) -> bool {
        let presented = Self::of(presented);
        self.0.iter().zip(presented.0).fold(0, |differing, (own, other)| differing | (own ^ other)) == 0
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_first_start_makes_a_token_and_the_second_reads_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        let made = Token::load_or_create(&path).unwrap();
        let read = Token::load_or_create(&path).unwrap();
        assert!(made.is_new && !read.is_new);
        assert_eq!(made.secret.expose_secret(), read.secret.expose_secret());
        assert_eq!(made.secret.expose_secret().len(), PREFIX.len() + 43);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "no half-made file is left");
    }

    #[test]
    fn only_the_whole_token_is_admitted() {
        let directory = tempfile::tempdir().unwrap();
        let token = Token::load_or_create(&directory.path().join("token")).unwrap();
        let (secret, digest) = (token.secret.expose_secret(), token.digest());
        assert!(digest.admits(secret));
        for wrong in ["", "berth_", &secret[1..], &secret[..secret.len() - 1], &format!("{secret} ")] {
            assert!(!digest.admits(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_damaged_token_is_not_replaced_behind_anyones_back() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        for text in ["", "secret", "berth_short"] {
            fs::write(&path, text).unwrap();
            assert!(matches!(Token::load_or_create(&path), Err(TokenError::Malformed { .. })), "{text}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }
}
