//! What the provider's ids and fingerprints look like. The patterns are the official SDK's.

/// `^([0-9a-zA-Z-_]+[.:])([0-9a-zA-Z-_]*[.:]){3,}([0-9a-zA-Z-_]+)$`, and no longer than the provider's longest.
pub(crate) fn is_ocid(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['.', ':']).collect();
    let is_plain = |part: &&str| {
        part.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_')
    };
    let mut ends = [parts.first(), parts.last()].into_iter().flatten();
    text.len() <= 255 && parts.len() >= 5 && ends.all(|part| !part.is_empty()) && parts.iter().all(is_plain)
}

/// What an OCID is of: its second part, as in `ocid1.user.oc1..`.
pub(crate) fn ocid_kind(ocid: &str) -> Option<&str> {
    ocid.split(['.', ':']).nth(1)
}

/// `^([0-9a-f]{2}:){15}[0-9a-f]{2}$`: in lower case only, or the service would not know the key.
pub(crate) fn is_fingerprint(text: &str) -> bool {
    let is_digit = |digit: char| digit.is_ascii_digit() || ('a'..='f').contains(&digit);
    let is_pair = |pair: &str| pair.len() == 2 && pair.chars().all(is_digit);
    text.split(':').count() == 16 && text.split(':').all(is_pair)
}
