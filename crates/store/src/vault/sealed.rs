//! What the database keeps of a secret.

use std::fmt;

use crate::SecretId;

pub(super) const FORMAT: u8 = 1;
/// A 32-byte key and its 16-byte tag.
pub(super) const WRAPPED_KEY_BYTES: usize = 48;

/// A sealed secret and what it is bound to. Ciphertext, but shown to nobody all the same.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    id: SecretId,
    kind: String,
    owner: String,
    bytes: Vec<u8>,
}

impl Sealed {
    pub(crate) fn new(
        id: SecretId,
        kind: impl Into<String>,
        owner: impl Into<String>,
        bytes: Vec<u8>,
    ) -> Self {
        Self { id, kind: kind.into(), owner: owner.into(), bytes }
    }

    pub fn id(&self) -> &SecretId {
        &self.id
    }

    pub fn kind(&self) -> &str {
        &self.kind
    }

    pub fn owner(&self) -> &str {
        &self.owner
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// The layout: format (1), key id (8), nonce (24), wrapped data key (48), nonce (24), ciphertext with its
/// tag.
pub(super) struct Parts<'a> {
    pub(super) key: [u8; 8],
    pub(super) wrap_nonce: [u8; 24],
    pub(super) wrapped: [u8; WRAPPED_KEY_BYTES],
    pub(super) nonce: [u8; 24],
    pub(super) ciphertext: &'a [u8],
}

impl<'a> Parts<'a> {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        [&[FORMAT], &self.key[..], &self.wrap_nonce, &self.wrapped, &self.nonce, self.ciphertext].concat()
    }

    /// Nothing, if the bytes are too short or of another format.
    pub(super) fn from_bytes(bytes: &'a [u8]) -> Option<Self> {
        let (format, rest) = bytes.split_first()?;
        let (key, rest) = rest.split_first_chunk()?;
        let (wrap_nonce, rest) = rest.split_first_chunk()?;
        let (wrapped, rest) = rest.split_first_chunk()?;
        let (nonce, ciphertext) = rest.split_first_chunk()?;
        let parts = Self { key: *key, wrap_nonce: *wrap_nonce, wrapped: *wrapped, nonce: *nonce, ciphertext };
        (*format == FORMAT).then_some(parts)
    }
}
