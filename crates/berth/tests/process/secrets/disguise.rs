//! The forms in which a secret may slip out.

use std::fmt::Write;

use base64::{Engine, prelude::*};

pub(super) struct Canary {
    name: &'static str,
    disguises: Vec<(&'static str, Vec<u8>)>,
}

impl Canary {
    pub(super) fn new(name: &'static str, secret: &str) -> Self {
        let mut canary = Self::of_bytes(name, secret.as_bytes());
        let json = serde_json::Value::from(secret).to_string();
        let twice = serde_json::Value::from(json.as_str()).to_string();
        canary.disguises.push(("in JSON", inside(&json, 1).into()));
        canary.disguises.push(("in JSON in JSON", inside(&twice, 3).into()));
        canary.disguises.push(("in a URL", escaped(secret).into_bytes()));
        canary.disguises.push(("in a form", escaped(secret).replace("%20", "+").into_bytes()));
        canary
    }

    /// What the base64 text stands for.
    pub(super) fn of_base64(name: &'static str, text: &str) -> Self {
        Self::of_bytes(name, &BASE64_STANDARD.decode(text).unwrap())
    }

    fn of_bytes(name: &'static str, secret: &[u8]) -> Self {
        let lower = secret.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        });
        let mut disguises = vec![
            ("as it is", secret.to_vec()),
            ("in hex", lower.to_uppercase().into()),
            ("in hex", lower.into()),
        ];
        let list = secret.iter().map(ToString::to_string).collect::<Vec<_>>();
        disguises.push(("as a list of bytes", list.join(", ").into()));
        disguises.push(("as a list of bytes", list.join(",").into()));
        for offset in 0..3 {
            for engine in [BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD] {
                disguises.push(("in base64", amid(&engine, secret, offset)));
            }
        }
        Self { name, disguises }
    }

    /// What was found, in words that do not repeat it.
    pub(super) fn found_in(&self, bytes: &[u8]) -> Option<String> {
        let (how, _) = self.disguises.iter().find(|(_, disguise)| finds(bytes, disguise))?;
        Some(format!("{} {how}", self.name))
    }
}

/// The part of a base64 text that is the same whatever stands before and behind the secret.
fn amid(engine: &impl Engine, secret: &[u8], offset: usize) -> Vec<u8> {
    let mut framed = vec![0; offset];
    framed.extend(secret);
    let whole = framed.len() / 3 * 4;
    let first = offset.div_ceil(3) * 4;
    engine.encode(&framed).as_bytes()[first..whole].to_vec()
}

fn inside(text: &str, quotes: usize) -> &str {
    &text[quotes..text.len() - quotes]
}

fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut escaped, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(byte.into());
        } else {
            write!(escaped, "%{byte:02X}").unwrap();
        }
        escaped
    })
}

pub(super) fn finds(bytes: &[u8], wanted: &[u8]) -> bool {
    let Some(first) = wanted.first() else { return false };
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| byte == first) {
        from += at;
        if bytes[from..].starts_with(wanted) {
            return true;
        }
        from += 1;
    }
    false
}

#[test]
fn a_disguised_canary_is_found() {
    let canary = Canary::new("it", "a \"secret\"/üb+r");
    for text in [
        "x a \"secret\"/üb+r y",
        r#"{"a":"a \"secret\"/üb+r"}"#,
        "a%20%22secret%22%2F%C3%BCb%2Br",
        "6120227365637265",
    ] {
        assert_eq!(canary.found_in(text.as_bytes()).is_some(), !text.starts_with("61"), "{text}");
    }
    for before in ["", "1", "12", "123"] {
        let text = BASE64_STANDARD.encode(format!("{before}a \"secret\"/üb+rbehind"));
        assert_eq!(canary.found_in(text.as_bytes()).as_deref(), Some("it in base64"));
    }
}
