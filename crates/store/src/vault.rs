//! Envelope encryption: each secret under a random key of its own, that key under one which is never in the
//! database.
//!
//! What the database keeps is bound to its id, kind and owner: put beside another row's name it does not
//! open. The vault does not store; it turns a secret into a [`Sealed`] and back.

mod key_file;
mod sealed;

use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand::TryRng;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use self::key_file::{Key, KeyId};
pub use self::sealed::Sealed;
use self::sealed::{Parts, WRAPPED_KEY_BYTES};
use crate::SecretId;

/// Opens and seals, if it has its key.
pub struct Vault {
    /// The first seals; the others still open what was sealed before.
    keys: Vec<Key>,
    /// Where the key was looked for.
    key_file: PathBuf,
}

impl Vault {
    /// Reads the key file, or makes one (mode 0600, durable before this returns).
    ///
    /// Only for a log that holds no secret yet: to one that does, a missing key must stay missing, see
    /// [`Vault::open_existing`].
    pub fn open_or_create(key_file: &Path) -> Result<Self, VaultError> {
        match Self::open_existing(key_file) {
            Err(VaultError::KeyMissing { .. }) => {
                key_file::create(key_file)?;
                Self::open_existing(key_file)
            }
            opened_or_fault => opened_or_fault,
        }
    }

    /// Reads the key file. [`VaultError::KeyMissing`] means that the secrets stay sealed until it is brought
    /// back.
    pub fn open_existing(key_file: &Path) -> Result<Self, VaultError> {
        Ok(Self { keys: key_file::read(key_file)?, key_file: key_file.into() })
    }

    /// A vault without its key: it answers every request with [`VaultError::KeyMissing`].
    pub fn without_key(key_file: &Path) -> Self {
        Self { keys: Vec::new(), key_file: key_file.into() }
    }

    pub fn is_sealed(&self) -> bool {
        self.keys.is_empty()
    }

    /// Seals under a key of its own. Sealing the same secret twice gives different bytes.
    pub fn seal(
        &self,
        id: &SecretId,
        kind: &str,
        owner: &str,
        secret: &SecretString,
    ) -> Result<Sealed, VaultError> {
        let key = self.keys.first().ok_or_else(|| self.missing())?;
        let bound = bound_to(id, kind, owner);
        let data_key = Zeroizing::new(random::<32>()?);
        let wrap_nonce = random::<24>()?;
        let nonce = random::<24>()?;
        let wrapped = encrypt(key.bytes(), &wrap_nonce, data_key.as_slice(), &bound);
        let ciphertext = encrypt(&data_key, &nonce, secret.expose_secret().as_bytes(), &bound);
        let wrapped =
            <[u8; WRAPPED_KEY_BYTES]>::try_from(wrapped).expect("a key and its tag have a fixed length");
        let parts = Parts { key: key.id().0, wrap_nonce, wrapped, nonce, ciphertext: &ciphertext };
        Ok(Sealed::new(id.clone(), kind, owner, parts.to_bytes()))
    }

    /// Opens what was sealed for exactly this id, kind and owner.
    pub fn open(
        &self,
        sealed: &Sealed,
        id: &SecretId,
        kind: &str,
        owner: &str,
    ) -> Result<SecretString, VaultError> {
        if self.is_sealed() {
            return Err(self.missing());
        }
        let tampered = || VaultError::Tampered { id: id.clone() };
        let parts = Parts::from_bytes(sealed.bytes()).ok_or_else(tampered)?;
        let wrong_key = || VaultError::WrongKey { id: id.clone(), key: KeyId(parts.key).to_string() };
        let key = self.keys.iter().find(|key| key.id().0 == parts.key).ok_or_else(wrong_key)?;
        let bound = bound_to(id, kind, owner);
        let data_key =
            decrypt(key.bytes(), &parts.wrap_nonce, &parts.wrapped, &bound).ok_or_else(tampered)?;
        let data_key = Zeroizing::new(<[u8; 32]>::try_from(data_key.as_slice()).map_err(|_| tampered())?);
        let plain = decrypt(&data_key, &parts.nonce, parts.ciphertext, &bound).ok_or_else(tampered)?;
        let text = std::str::from_utf8(&plain).map_err(|_| tampered())?;
        Ok(SecretString::from(text))
    }

    fn missing(&self) -> VaultError {
        VaultError::KeyMissing { path: self.key_file.clone() }
    }
}

/// The associated data. Each part carries its length, so that no byte can wander from one to its neighbour.
fn bound_to(id: &SecretId, kind: &str, owner: &str) -> Vec<u8> {
    let mut bound = vec![sealed::FORMAT];
    for part in [id.as_str(), kind, owner] {
        bound.extend((part.len() as u64).to_be_bytes());
        bound.extend(part.as_bytes());
    }
    bound
}

fn encrypt(key: &[u8; 32], nonce: &[u8; 24], plain: &[u8], bound: &[u8]) -> Vec<u8> {
    XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(*nonce), Payload { msg: plain, aad: bound })
        .expect("no secret is longer than 256 GB")
}

fn decrypt(key: &[u8; 32], nonce: &[u8; 24], sealed: &[u8], bound: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: bound })
        .ok()
        .map(Zeroizing::new)
}

fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes).map_err(|_| VaultError::NoRandomness)?;
    Ok(bytes)
}

/// None of them repeats anything of a secret.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The vault is sealed: put the file back, from where it was kept.
    #[error("the key file {} is missing", path.display())]
    KeyMissing { path: PathBuf },
    #[error("the key file {} is not a key file", path.display())]
    KeyInvalid { path: PathBuf },
    #[error("failed to use the key file {}", path.display())]
    KeyFile { path: PathBuf, source: std::io::Error },
    #[error("{id} is sealed under the key {key}, which the key file does not hold")]
    WrongKey { id: SecretId, key: String },
    /// Changed since it was sealed, or sealed for another id, kind or owner.
    #[error("{id} does not open: it was changed, or belongs elsewhere")]
    Tampered { id: SecretId },
    #[error("the operating system gave no random bytes")]
    NoRandomness,
}

#[cfg(test)]
mod tests;
