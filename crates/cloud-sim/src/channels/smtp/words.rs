//! How mail writes what is not ASCII: encoded words (RFC 2047), quoted-printable and base64 (RFC 2045).

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// A header's value as people read it.
pub(super) fn decoded(value: &str) -> String {
    let mut shown = String::new();
    let mut rest = value;
    let mut after_word = false;
    while let Some(begin) = rest.find("=?") {
        let Some((word, taken)) = word(&rest[begin..]) else {
            shown.push_str(&rest[..begin + 2]);
            (rest, after_word) = (&rest[begin + 2..], false);
            continue;
        };
        let between = &rest[..begin];
        // Blanks between two encoded words only separate them.
        if !(after_word && between.trim().is_empty()) {
            shown.push_str(between);
        }
        shown.push_str(&word);
        (rest, after_word) = (&rest[begin + taken..], true);
    }
    shown + rest
}

/// `=?charset?B?…?=`, decoded, and its length.
fn word(text: &str) -> Option<(String, usize)> {
    let mut parts = text.strip_prefix("=?")?.splitn(4, '?');
    let (charset, encoding, encoded) = (parts.next()?, parts.next()?, parts.next()?);
    parts.next()?.strip_prefix('=')?;
    let bytes = match encoding {
        "B" | "b" => base64(encoded.as_bytes()),
        "Q" | "q" => quoted(encoded.replace('_', " ").as_bytes()),
        _ => return None,
    };
    Some((text_of(charset, &bytes), charset.len() + encoding.len() + encoded.len() + 6))
}

/// Bytes as text. UTF-8, its part ASCII, and Latin 1; anything else is read as UTF-8.
pub(super) fn text_of(charset: &str, bytes: &[u8]) -> String {
    if charset.eq_ignore_ascii_case("iso-8859-1") {
        return bytes.iter().map(|byte| char::from(*byte)).collect();
    }
    String::from_utf8_lossy(bytes).into_owned()
}

pub(super) fn base64(encoded: &[u8]) -> Vec<u8> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let letters: Vec<u8> = encoded.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    GeneralPurpose::new(&STANDARD, config).decode(letters).unwrap_or_default()
}

/// `=E6=8A=A2`, with soft line ends taken out. What is no escape stays.
pub(super) fn quoted(encoded: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = encoded;
    while let Some((first, tail)) = rest.split_first() {
        let escape = tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        let code = escape.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        rest = match (first, code) {
            (b'=', Some(code)) => {
                bytes.push(code);
                &tail[2..]
            }
            (b'=', None) if tail.starts_with(b"\r\n") => &tail[2..],
            (first, _) => {
                bytes.push(*first);
                tail
            }
        };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_joined_and_the_rest_stays() {
        let value = "=?utf-8?B?5oqi5Yiw?= =?UTF-8?Q?=E4=BA=86_a?= b =?x =?utf-8?Z?a?=";
        assert_eq!(decoded(value), "抢到了 a b =?x =?utf-8?Z?a?=");
    }

    #[test]
    fn quoted_printable_loses_its_soft_line_ends_only() {
        let bytes = quoted(b"a=3Db=\r\nc\r\nd =E6=8A=A2 =zz");
        assert_eq!(String::from_utf8_lossy(&bytes), "a=bc\r\nd 抢 =zz");
    }
}
