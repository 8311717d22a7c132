//! The chain: each event's checksum covers its own row and the checksum of the row before.

use sha2::{Digest, Sha256};

pub(crate) type Checksum = [u8; 32];

/// Before the first event.
pub(crate) const ANCHOR: Checksum = [0; 32];

/// A row as bytes, so that the writer and the verifier cannot differ in how they read it.
pub(crate) struct Link<'a> {
    pub(crate) position: i64,
    pub(crate) stream: &'a [u8],
    pub(crate) version: i64,
    pub(crate) name: &'a [u8],
    pub(crate) schema: i64,
    pub(crate) time_ms: i64,
    pub(crate) actor: &'a [u8],
    pub(crate) correlation: &'a [u8],
    pub(crate) causation: Option<&'a [u8]>,
    pub(crate) command: &'a [u8],
    pub(crate) data: &'a [u8],
}

impl Link<'_> {
    /// SHA-256 over the checksum before and every field in the table's order. Texts carry their length, so
    /// that no byte can wander from one field to its neighbour; an absent causation differs from an empty
    /// one.
    pub(crate) fn after(&self, before: &Checksum) -> Checksum {
        let mut hash = Sha256::new();
        hash.update(before);
        number(&mut hash, self.position);
        text(&mut hash, self.stream);
        number(&mut hash, self.version);
        text(&mut hash, self.name);
        number(&mut hash, self.schema);
        number(&mut hash, self.time_ms);
        text(&mut hash, self.actor);
        text(&mut hash, self.correlation);
        hash.update([u8::from(self.causation.is_some())]);
        text(&mut hash, self.causation.unwrap_or_default());
        text(&mut hash, self.command);
        text(&mut hash, self.data);
        hash.finalize().into()
    }
}

/// Nothing, if it is not 64 lower-case digits.
pub(crate) fn from_hexadecimal(text: &str) -> Option<Checksum> {
    let mut bytes = ANCHOR;
    let lower = !text.bytes().any(|digit| digit.is_ascii_uppercase());
    (lower && hex::decode_to_slice(text, &mut bytes).is_ok()).then_some(bytes)
}

fn number(hash: &mut Sha256, value: i64) {
    hash.update(value.to_be_bytes());
}

fn text(hash: &mut Sha256, value: &[u8]) {
    hash.update((value.len() as u64).to_be_bytes());
    hash.update(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> Link<'static> {
        Link {
            position: 1,
            stream: b"thing/1",
            version: 1,
            name: b"thing.said",
            schema: 1,
            time_ms: 1_700_000_000_000,
            actor: b"somebody",
            correlation: b"c",
            causation: None,
            command: b"command-1",
            data: b"{}",
        }
    }

    #[test]
    fn the_formula_is_for_ever() {
        assert_eq!(
            hex::encode(link().after(&ANCHOR)),
            "caa3558bb12eabbc44541543e9eaae9742a4b1613b994a8bdc01d803599980c0"
        );
    }

    #[test]
    fn the_row_before_counts() {
        assert_ne!(link().after(&ANCHOR), link().after(&[1; 32]));
    }

    #[test]
    fn no_cause_differs_from_an_empty_one_and_no_byte_wanders_between_fields() {
        let plain = link().after(&ANCHOR);
        assert_ne!(Link { causation: Some(b""), ..link() }.after(&ANCHOR), plain);
        assert_ne!(Link { actor: b"somebod", correlation: b"yc", ..link() }.after(&ANCHOR), plain);
    }
}
