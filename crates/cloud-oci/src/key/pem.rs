//! Finds the private key in the text of a PEM file.
//!
//! Written here rather than taken from a library because each buffer on the way must be wiped. Text before and after the
//! block is skipped: keys downloaded from the console end in a line `OCI_API_KEY`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::KeyError;

/// One private key as it lay in the file.
pub(super) struct Block {
    pub(super) label: Label,
    /// What the `DEK-Info` header says, for the encryption of before PKCS#8.
    pub(super) encryption: Option<String>,
    pub(super) der: Zeroizing<Vec<u8>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Pkcs8,
    EncryptedPkcs8,
    Pkcs1,
}

/// Answers the first private key in the text, or says what was given instead.
pub(super) fn find_private_key(pem: &[u8]) -> Result<Block, KeyError> {
    let text = str::from_utf8(pem).map_err(|_| KeyError::NotAPrivateKey)?;
    let mut failure =
        if text.trim_start().starts_with("ssh-") { KeyError::PublicKey } else { KeyError::NotAPrivateKey };
    let mut rest = text;
    while let Some((label, body, after)) = next_block(rest) {
        match kind(label) {
            Ok(label) => return decode(label, body),
            Err(error) if failure == KeyError::NotAPrivateKey => failure = error,
            Err(_) => {}
        }
        rest = after;
    }
    Err(failure)
}

/// Cuts the text at the next `BEGIN` and its `END`: the label, what lies between, what follows.
fn next_block(text: &str) -> Option<(&str, &str, &str)> {
    let (_, after_begin) = text.split_once("-----BEGIN ")?;
    let (label, after_label) = after_begin.split_once("-----")?;
    let (body, after_end) = after_label.split_once("-----END ")?;
    let after = after_end.strip_prefix(label)?.strip_prefix("-----")?;
    Some((label, body, after))
}

fn kind(label: &str) -> Result<Label, KeyError> {
    match label {
        "PRIVATE KEY" => Ok(Label::Pkcs8),
        "ENCRYPTED PRIVATE KEY" => Ok(Label::EncryptedPkcs8),
        "RSA PRIVATE KEY" => Ok(Label::Pkcs1),
        "OPENSSH PRIVATE KEY" => Err(KeyError::OpenSsh),
        "EC PRIVATE KEY" | "DSA PRIVATE KEY" => Err(KeyError::NotRsa),
        "PUBLIC KEY" | "RSA PUBLIC KEY" | "SSH2 PUBLIC KEY" | "CERTIFICATE" => Err(KeyError::PublicKey),
        _ => Err(KeyError::NotAPrivateKey),
    }
}

fn decode(label: Label, body: &str) -> Result<Block, KeyError> {
    let mut encryption = None;
    let mut base64 = Zeroizing::new(String::with_capacity(body.len()));
    for line in body.lines().map(str::trim) {
        match line.split_once(':') {
            Some(("DEK-Info", value)) => encryption = Some(value.trim().to_owned()),
            Some(_) => {}
            None => base64.push_str(line),
        }
    }
    // Decoded in place of a fresh vector that could grow and leave a copy behind.
    let mut der = Zeroizing::new(vec![0; base64::decoded_len_estimate(base64.len())]);
    let length = STANDARD.decode_slice(base64.as_bytes(), &mut der).map_err(|_| KeyError::NotAPrivateKey)?;
    der.truncate(length);
    Ok(Block { label, encryption, der })
}
