//! Masks what an export for a bug report must not show: ids of the cloud, addresses, names of secrets.
//!
//! Works on texts, wherever they are: it cannot forget a field. Masking more than needed is no harm.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// In this order: the first that matches a place decides.
static SENSITIVE: LazyLock<Regex> = LazyLock::new(|| {
    let patterns = [
        r"(?P<private>-----BEGIN [A-Z0-9 ]+-----(?s:.*?)(?:-----END [A-Z0-9 ]+-----|\z))",
        r"(?P<public>(?:(?:ssh|ecdsa|sk)-[a-zA-Z0-9.@-]+\s+)?AAAA[a-zA-Z0-9+/]{16,}={0,3}(?:[ \t]+[^\r\n]+)?)",
        r"(?P<fingerprint>[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5,}|(?:SHA256|MD5):[a-zA-Z0-9+/:]{16,}=?)",
        r"(?P<ocid>ocid1\.(?P<kind>[a-zA-Z0-9_-]+)(?:\.[a-zA-Z0-9_-]*)+)",
        r"(?P<secret>secret_[a-zA-Z0-9]+)",
        r"(?P<prefix>[a-zA-Z0-9]+):(?P<domain>(?i:[a-z0-9-]+-AD-[0-9]+))",
        r"(?P<email>[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+)",
        r"(?P<host>[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*\.oraclevcn\.com)",
        r"(?P<ipv6>[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?:[0-9]{0,2}(?:\.[0-9]{1,3}){3})?)",
        r"(?P<ipv4>[0-9]{1,3}(?:\.[0-9]{1,3}){3})",
    ];
    Regex::new(&patterns.join("|")).expect("the patterns are constant and tested")
});

static IPV4: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}").expect("the pattern is constant and tested")
});

/// Fields whose texts people chose.
const NAMES: [&str; 4] = ["name", "display_name", "displayName", "display-name"];

/// The value with every sensitive part of every text masked. The same part has the same mask under one salt, and what it was cannot
/// be found by trying: so take a fresh random salt for each export.
pub fn redact(salt: &[u8; 32], value: &Value) -> Value {
    each_text(value, &|text| mask(salt, text), &|field, value| {
        let shown = if NAMES.contains(&field) { hide(salt, value) } else { redact(salt, value) };
        (mask(salt, field), shown)
    })
}

/// What people called something: nothing of it is shown.
fn hide(salt: &[u8; 32], value: &Value) -> Value {
    let hidden = |text: &str| {
        if text.is_empty() { String::new() } else { format!("name-••••{}", tail_of(salt, text)) }
    };
    each_text(value, &hidden, &|field, value| (mask(salt, field), hide(salt, value)))
}

fn each_text(
    value: &Value,
    text: &dyn Fn(&str) -> String,
    field: &dyn Fn(&str, &Value) -> (String, Value),
) -> Value {
    match value {
        Value::String(whole) => Value::String(text(whole)),
        Value::Array(items) => items.iter().map(|item| each_text(item, text, field)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| field(name, value)).collect(),
        other => other.clone(),
    }
}

fn mask(salt: &[u8; 32], text: &str) -> String {
    SENSITIVE.replace_all(text, |found: &Captures<'_>| masked(salt, text, found)).into_owned()
}

fn masked(salt: &[u8; 32], whole: &str, found: &Captures<'_>) -> String {
    let text = &found[0];
    let tail = tail_of(salt, text);
    let is = |name| found.name(name).is_some();
    match () {
        () if is("ocid") => format!("ocid1.{}.••••{tail}", &found["kind"]),
        () if is("secret") => format!("secret_••••{tail}"),
        () if is("private") => format!("key-••••{tail}"),
        () if is("public") => format!("ssh-••••{tail}"),
        () if is("fingerprint") => format!("fingerprint-••••{tail}"),
        () if is("prefix") => {
            format!("••••{}:{}", tail_of(salt, &found["prefix"]), &found["domain"])
        }
        () if is("email") => format!("••••{tail}@••••"),
        () if is("host") => format!("••••{tail}.oraclevcn.com"),
        () if is("ipv6") && stands_alone(whole, found) && text.parse::<Ipv6Addr>().is_ok() => {
            format!("ipv6-••••{tail}")
        }
        // Looks like an address and may be none: a time of day, a path. One of the short kind may be in it.
        () => IPV4.replace_all(text, |found: &Captures<'_>| masked_ipv4(salt, &found[0])).into_owned(),
    }
}

fn masked_ipv4(salt: &[u8; 32], text: &str) -> String {
    let is_address = text.parse::<Ipv4Addr>().is_ok();
    if is_address { format!("ipv4-••••{}", tail_of(salt, text)) } else { text.to_owned() }
}

/// Not part of a word: `std::io` holds `d::`, which would be an address.
fn stands_alone(whole: &str, found: &Captures<'_>) -> bool {
    let Some(place) = found.get(0) else { return false };
    let before = whole[..place.start()].chars().next_back();
    let after = whole[place.end()..].chars().next();
    ![before, after].into_iter().flatten().any(|each| each.is_ascii_alphanumeric())
}

/// What makes equal things recognisable.
fn tail_of(salt: &[u8; 32], text: &str) -> String {
    let hash = Sha256::new().chain_update(salt).chain_update(text).finalize();
    hex::encode(&hash[..4])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SALT: [u8; 32] = [7; 32];

    #[test]
    fn what_is_sensitive_is_masked_wherever_it_is() {
        let texts = [
            "ocid1.instance.oc1.eu-frankfurt-1.antheljtxyz123",
            "ocid1.tenancy.oc1..aaaaaaaabcdef",
            "secret_0123456789abcdef0123456789abcdef",
            "someone.else+tag@example.co.uk",
            "web-1.sub12345.vcn67890.oraclevcn.com",
            "203.0.113.77",
            "2001:db8:85a3::8a2e:370:7334",
            "::ffff:203.0.113.77",
            "fe80::1",
            "a:b:203.0.113.77",
        ];
        for text in texts {
            let value = json!({ text: [format!("在{text}，said 404 about '{text}'"), { "deep": text }] });
            let shown = redact(&SALT, &value).to_string();
            assert!(!shown.contains(text), "{text}: {shown}");
            assert!(!shown.contains("77") && !shown.contains("7334"), "{text}: {shown}");
            assert!(shown.contains("404") && shown.contains("在"), "{shown}");
        }
    }

    #[test]
    fn the_kind_stays_and_equal_things_stay_equal_under_one_salt_only() {
        let id = |name: &str| json!(format!("ocid1.instance.oc1.eu-frankfurt-1.{name}"));
        let one = redact(&SALT, &id("one"));
        assert!(one.as_str().unwrap().starts_with("ocid1.instance.••••"), "{one}");
        assert_eq!(one, redact(&SALT, &id("one")));
        assert_ne!(one, redact(&SALT, &id("two")));
        assert_ne!(one, redact(&[8; 32], &id("one")));
    }

    /// As the cloud and OpenSSH write them.
    #[test]
    fn keys_their_fingerprints_and_what_tells_a_tenancy_are_masked_whole() {
        let fingerprint = "20:3b:97:13:55:1c:aa:66:0d:d8:99:34:12:ab:cd:ef";
        let public = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ5q1kT0yL2 li ming@laptop";
        let rsa = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7/+x==";
        let private =
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----\nOCI_API_KEY";
        let secrets =
            [fingerprint, public, rsa, private, "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"];
        for secret in secrets {
            let shown = redact(&SALT, &json!({ secret: format!("在 404: {secret}") })).to_string();
            let pieces = secret.split([' ', '\n', ':']).filter(|piece| piece.len() > 14 || *piece == "ab");
            for piece in pieces.filter(|piece| *piece != "OCI_API_KEY") {
                assert!(!shown.contains(piece), "{piece}: {shown}");
            }
            assert!(shown.contains("404"), "{shown}");
        }
        let cut = redact(&SALT, &json!("-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA"));
        assert!(!cut.to_string().contains("MIIE"), "{cut}");
        let domain = redact(&SALT, &json!("in imWH:AP-TOKYO-1-AD-1")).to_string();
        assert!(!domain.contains("imWH") && domain.contains(":AP-TOKYO-1-AD-1"), "{domain}");
    }

    #[test]
    fn what_people_called_something_is_hidden() {
        let value = json!({ "name": "我的租户", "display_name": "ARM-1", "nested": [{ "name": { "to": "x-ray" } }], "shape": "A1" });
        let shown = redact(&SALT, &value);
        for hidden in ["我的租户", "ARM-1", "x-ray"] {
            assert!(!shown.to_string().contains(hidden), "{shown}");
        }
        assert_eq!(shown["shape"], "A1");
    }

    #[test]
    fn what_only_looks_alike_stays() {
        for text in
            ["at 10:20:30 today", "grab/grab_01J", "1.2.3", "999.1.1.1", "std::io is a path", "E4.Flex", "好"]
        {
            assert_eq!(redact(&SALT, &json!(text)), json!(text));
        }
        assert_eq!(redact(&SALT, &json!([1, 2.5, true, null])), json!([1, 2.5, true, null]));
    }
}
