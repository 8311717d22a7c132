//! The private key that signs an account's requests.
//!
//! Reads every PEM shape that Oracle's own SDK loads. It knows nothing of files: bytes come in, a key comes out, and what
//! lay in between is wiped. Key material never appears in `Debug` or in an error.

mod error;
mod legacy;
mod pem;
#[cfg(test)]
mod tests;

use std::fmt;

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::error::KeyRejected;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use md5::{Digest as _, Md5};
use pkcs8::pkcs5::pbes2::Kdf;
use pkcs8::{EncryptedPrivateKeyInfoRef, ObjectIdentifier, PrivateKeyInfoRef};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

pub use self::error::KeyError;
use self::pem::{Block, Label};

/// A file larger than this is not a key; a 8192-bit key in PEM takes less than 7 KiB.
pub const MAX_PEM_BYTES: usize = 16 * 1024;

/// An RSA private key of 2048 to 8192 bits, ready to sign.
pub struct ApiKey {
    pair: rsa::KeyPair,
    fingerprint: String,
}

impl ApiKey {
    /// Reads a key from the text of a PEM file. A passphrase for a key that has none is ignored, as the SDK does.
    pub fn from_pem(pem: &[u8], passphrase: Option<&SecretString>) -> Result<Self, KeyError> {
        if pem.len() > MAX_PEM_BYTES {
            return Err(KeyError::TooLarge);
        }
        let block = pem::find_private_key(pem)?;
        Self::from_block(block, passphrase)
    }

    /// Signs with RSASSA-PKCS1-v1_5 over SHA-256. The same message always gives the same signature.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .expect("a key that was accepted signs, and the buffer has the length of its modulus");
        signature
    }

    /// The name under which the console lists this key: MD5 of the DER `SubjectPublicKeyInfo`, lower-case, colon-separated.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    fn from_block(block: Block, passphrase: Option<&SecretString>) -> Result<Self, KeyError> {
        match (block.label, block.encryption) {
            (Label::Pkcs8, _) => Self::from_pkcs8(&block.der),
            (Label::EncryptedPkcs8, _) => {
                let plain = decrypt_pkcs8(&block.der, required(passphrase)?)?;
                Self::from_pkcs8(&plain)
            }
            (Label::Pkcs1, None) => Self::from_pkcs1(&block.der).map_err(|rejected| reason(&rejected)),
            (Label::Pkcs1, Some(encryption)) => {
                let plain = legacy::decrypt(&encryption, &block.der, required(passphrase)?)?;
                // One wrong passphrase in 256 leaves valid padding, so a parse failure means the same thing.
                Self::from_pkcs1(&plain).map_err(|rejected| match reason(&rejected) {
                    KeyError::NotAPrivateKey => KeyError::WrongPassphrase,
                    other => other,
                })
            }
        }
    }

    fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let info = PrivateKeyInfoRef::try_from(der).map_err(|_| KeyError::NotAPrivateKey)?;
        if info.algorithm.oid != RSA_ENCRYPTION {
            return Err(KeyError::NotRsa);
        }
        rsa::KeyPair::from_pkcs8(der).and_then(Self::from_pair).map_err(|rejected| reason(&rejected))
    }

    fn from_pkcs1(der: &[u8]) -> Result<Self, KeyRejected> {
        rsa::KeyPair::from_der(der).and_then(Self::from_pair)
    }

    fn from_pair(pair: rsa::KeyPair) -> Result<Self, KeyRejected> {
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der()?;
        let fingerprint = colon_separated(&Md5::digest(public.as_ref()));
        Ok(Self { pair, fingerprint })
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ApiKey").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// Above these a key file would stall the process rather than be opened; openssl's defaults are far below.
const MAX_PBKDF2_ITERATIONS: u32 = 10_000_000;
const MAX_SCRYPT_BYTES: u64 = 256 * 1024 * 1024;

/// An empty passphrase is a missing one: forms send empty text for a field left blank.
fn required(passphrase: Option<&SecretString>) -> Result<&[u8], KeyError> {
    match passphrase.map(|secret| secret.expose_secret().as_bytes()) {
        None | Some([]) => Err(KeyError::PassphraseMissing),
        Some(bytes) => Ok(bytes),
    }
}

fn decrypt_pkcs8(der: &[u8], passphrase: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let info = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|_| KeyError::NotAPrivateKey)?;
    let scheme = info.encryption_algorithm.pbes2().ok_or(KeyError::UnsupportedEncryption)?;
    if !is_affordable(&scheme.kdf) {
        return Err(KeyError::UnsupportedEncryption);
    }
    let plain = scheme.decrypt(passphrase, info.encrypted_data.as_bytes()).map_err(|error| match error {
        pkcs8::pkcs5::Error::UnsupportedAlgorithm { .. } => KeyError::UnsupportedEncryption,
        _ => KeyError::WrongPassphrase,
    })?;
    let plain = Zeroizing::new(plain);
    // Padding that is right by chance leaves rubbish: only a parse tells.
    PrivateKeyInfoRef::try_from(plain.as_slice()).map_err(|_| KeyError::WrongPassphrase)?;
    Ok(plain)
}

fn is_affordable(kdf: &Kdf) -> bool {
    match kdf {
        Kdf::Pbkdf2(params) => params.iteration_count <= MAX_PBKDF2_ITERATIONS,
        Kdf::Scrypt(params) => {
            let work = u64::from(params.block_size) * u64::from(params.parallelization) * 128;
            params.cost_parameter.checked_mul(work).is_some_and(|bytes| bytes <= MAX_SCRYPT_BYTES)
        }
        _ => false,
    }
}

fn reason(rejected: &KeyRejected) -> KeyError {
    match rejected.description_() {
        "TooSmall" => KeyError::TooShort,
        "TooLarge" => KeyError::TooLong,
        _ => KeyError::NotAPrivateKey,
    }
}

fn colon_separated(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(":")
}
