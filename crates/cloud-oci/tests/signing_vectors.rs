//! The official SDK's own signatures, byte for byte.
//!
//! `BERTH_SIGNING_VECTORS` names a directory of other vectors in the same form; without it the crate's own are read.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use berth_cloud_oci::key::{ApiKey, KeyError};
use berth_cloud_oci::sign::{Content, JSON, Request, Signed, digest, sign};
use secrecy::SecretString;
use serde_json::Value;
use url::Url;

#[test]
fn every_vector_of_the_official_sdk_gives_the_same_signature() {
    let directory = env::var_os("BERTH_SIGNING_VECTORS").map_or_else(own_vectors, PathBuf::from);
    let mut checked = 0;
    for (path, vectors) in oci_files(&directory) {
        let cases = vectors["cases"].as_array().unwrap();
        assert!(!cases.is_empty(), "{} holds no cases", path.display());
        for case in cases {
            let name = format!("{} {}", path.display(), case["name"]);
            // Oracle's page signs with a key of 1024 bits, which neither we nor the cloud of today accept.
            let Some(key) = key_of(&directory, &vectors, case) else { continue };
            check(&name, &key, &vectors, case);
            checked += 1;
        }
    }
    assert!(checked > 0, "no OCI signing vectors in {}", directory.display());
    println!("{checked} vectors checked");
}

fn check(name: &str, key: &ApiKey, vectors: &Value, case: &Value) {
    let key_id = format!("{}/{}/{}", text(&vectors["tenancy"]), text(&vectors["user"]), key.fingerprint());
    let url = Url::parse(text(&case["url_on_wire"])).unwrap();
    let body = STANDARD.decode(text(&case["body_on_wire_base64"])).unwrap();
    let sent = &case["headers_after_signing"];
    let request = Request {
        method: text(&case["method"]),
        url: &url,
        date: text(&sent["date"]),
        content: content(case, &body),
    };
    let signed = sign(&key_id, key, &request);
    assert_eq!(signed.signing_string, text(&case["signing_string"]), "{name}");
    assert_eq!(signed.signature, text(&case["signature"]), "{name}");
    assert_eq!(signed.header("x-content-sha256"), sent["x-content-sha256"].as_str(), "{name}");
    assert_eq!(signed.header("host"), sent["host"].as_str(), "{name}");
    let ours = fields(signed.header("authorization").unwrap());
    assert_eq!(ours, fields(text(&sent["authorization"])), "{name}");
    if let Some(key_id) = case["key_id"].as_str() {
        assert_eq!(ours["keyId"], key_id, "{name}");
    }
    assert_content(name, &signed, case, &body);
}

fn assert_content(name: &str, signed: &Signed, case: &Value, body: &[u8]) {
    let given = case["input"]["headers"]["x-content-sha256"].is_string();
    if let Some(expected) = case["x_content_sha256"].as_str().filter(|_| !given) {
        assert_eq!(digest(body), expected, "{name}");
    }
    if let Some(length) = signed.header("content-length") {
        assert_eq!(length, case["body_len"].to_string(), "{name}");
    }
}

fn content<'a>(case: &'a Value, body: &'a [u8]) -> Content<'a> {
    let names: Vec<&str> = case["signed_headers"].as_array().unwrap().iter().map(text).collect();
    if !names.contains(&"x-content-sha256") {
        return Content::Absent;
    }
    let given = &case["input"]["headers"];
    let media_type = given["content-type"].as_str().unwrap_or(JSON);
    match given["x-content-sha256"].as_str() {
        Some(sha256) => Content::BodyWithDigest { media_type, bytes: body, sha256 },
        None => Content::Body { media_type, bytes: body },
    }
}

/// Parses an Authorization value; its field order differs between official SDKs.
fn fields(authorization: &str) -> BTreeMap<&str, &str> {
    let list = authorization.strip_prefix("Signature ").unwrap();
    let fields = list.split("\",").map(|field| field.trim_end_matches('"').split_once("=\"").unwrap());
    fields.collect()
}

/// The vectors of this cloud; those of others may lie in the same directory.
fn oci_files(directory: &Path) -> Vec<(PathBuf, Value)> {
    let entries = fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    let read = paths.into_iter().map(|path| {
        let vectors: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        (path, vectors)
    });
    read.filter(|(_, vectors)| is_oci(vectors)).collect()
}

fn is_oci(vectors: &Value) -> bool {
    let algorithm = vectors["algorithm"].as_str().unwrap_or_default();
    let maker = vectors["generated_by"].as_str().unwrap_or_default();
    vectors["cases"].is_array() && (algorithm.starts_with("rsa-sha256") || maker.starts_with("oci"))
}

fn key_of(directory: &Path, vectors: &Value, case: &Value) -> Option<ApiKey> {
    let name = case["key_file"].as_str().or(vectors["key_file"].as_str()).unwrap();
    let fixtures = own_vectors().join("..");
    let places = [directory.join("..").join(name), directory.join(name), fixtures.join(name)];
    let path = places.iter().find(|path| path.is_file());
    let path = path.unwrap_or_else(|| panic!("the key {name} lies in none of {places:?}"));
    let index = fs::read(path.with_file_name("keys.json")).unwrap_or_else(|_| b"null".to_vec());
    let index: Value = serde_json::from_slice(&index).unwrap();
    let passphrase = index["passphrase"].as_str().map(SecretString::from);
    match ApiKey::from_pem(&fs::read(path).unwrap(), passphrase.as_ref()) {
        Err(KeyError::TooShort) => None,
        opened => Some(opened.unwrap_or_else(|error| panic!("{name}: {error}"))),
    }
}

fn own_vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/vectors")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}
