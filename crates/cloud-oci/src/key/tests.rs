//! Every shape of one key, as the official SDK judged it.

use std::fs;
use std::path::PathBuf;

use secrecy::SecretString;
use serde_json::Value;

use super::{ApiKey, KeyError, MAX_PEM_BYTES};

fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/keys").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn load(name: &str, passphrase: Option<&str>) -> Result<ApiKey, KeyError> {
    ApiKey::from_pem(&fixture(name), passphrase.map(SecretString::from).as_ref())
}

/// Our several errors in the place of the SDK's three.
fn in_the_words_of_the_sdk(result: &Result<ApiKey, KeyError>) -> &'static str {
    match result {
        Ok(_) => "loads",
        Err(KeyError::PassphraseMissing) => {
            "MissingPrivateKeyPassphrase: The provided key requires a passphrase."
        }
        Err(KeyError::PublicKey) => {
            "InvalidPrivateKey: Authentication requires a private key, but a public key was provided."
        }
        Err(_) => {
            "InvalidPrivateKey: The provided key is not a private key, or the provided passphrase is incorrect."
        }
    }
}

#[test]
fn every_shape_of_key_is_judged_as_the_sdk_judges_it() {
    let index: Value = serde_json::from_slice(&fixture("keys.json")).unwrap();
    let right = index["passphrase"].as_str().unwrap();
    let files = index["files"].as_object().unwrap();
    assert_eq!(files.len(), 13);
    for (name, facts) in files {
        let tries =
            [("no_passphrase", None), ("right_passphrase", Some(right)), ("wrong_passphrase", Some("wrong"))];
        for (what, passphrase) in tries {
            let result = load(name, passphrase);
            assert_eq!(
                in_the_words_of_the_sdk(&result),
                facts["sdk"][what].as_str().unwrap(),
                "{name} {what}"
            );
            if let Ok(key) = result {
                assert_eq!(key.fingerprint(), index["fingerprint"].as_str().unwrap(), "{name} {what}");
            }
        }
    }
}

#[test]
fn a_wrong_passphrase_is_told_from_a_text_that_is_no_key() {
    let encrypted = [
        "test_key_pkcs8_des3_enc.pem",
        "test_key_pkcs8_enc.pem",
        "test_key_pkcs8_sha1prf_enc.pem",
        "test_key_pkcs8_scrypt_enc.pem",
        "test_key_trad_aes128_enc.pem",
        "test_key_trad_aes256_enc.pem",
        "test_key_trad_des3_enc.pem",
    ];
    for name in encrypted {
        assert_eq!(load(name, Some("wrong")).unwrap_err(), KeyError::WrongPassphrase, "{name}");
        assert_eq!(load(name, Some("")).unwrap_err(), KeyError::PassphraseMissing, "{name}");
    }
    assert_eq!(ApiKey::from_pem(b"hello", None).unwrap_err(), KeyError::NotAPrivateKey);
}

#[test]
fn no_wrong_passphrase_of_many_is_taken_for_anything_else() {
    // With 300 tries some leave valid padding by chance, which must not change the answer.
    for number in 0..300 {
        let error = load("test_key_trad_aes128_enc.pem", Some(&format!("wrong {number}"))).unwrap_err();
        assert_eq!(error, KeyError::WrongPassphrase, "passphrase {number}");
    }
}

#[test]
fn other_things_that_people_paste_are_named() {
    let wrapped = |label: &str| format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n");
    let cases = [
        (wrapped("EC PRIVATE KEY"), KeyError::NotRsa),
        (wrapped("OPENSSH PRIVATE KEY"), KeyError::OpenSsh),
        (wrapped("CERTIFICATE"), KeyError::PublicKey),
        (wrapped("PRIVATE KEY"), KeyError::NotAPrivateKey),
        ("ssh-rsa AAAAB3NzaC1yc2E me@host".to_owned(), KeyError::PublicKey),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n".to_owned(), KeyError::NotAPrivateKey),
        (String::new(), KeyError::NotAPrivateKey),
        ("x".repeat(MAX_PEM_BYTES + 1), KeyError::TooLarge),
        (EC_PKCS8.to_owned(), KeyError::NotRsa),
        (RSA_1024.to_owned(), KeyError::TooShort),
    ];
    for (text, expected) in cases {
        assert_eq!(ApiKey::from_pem(text.as_bytes(), None).unwrap_err(), expected, "{text:.60}");
    }
}

#[test]
fn a_certificate_before_the_key_does_not_hide_it() {
    let mut text = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec();
    text.extend(fixture("test_key.pem"));
    assert!(ApiKey::from_pem(&text, None).is_ok());
}

#[test]
fn neither_debug_nor_errors_show_the_key() {
    let key = load("test_key.pem", None).unwrap();
    let shown = format!("{key:?}");
    assert!(shown.contains(key.fingerprint()));
    assert!(shown.len() < 120, "{shown}");
}

const EC_PKCS8: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgj0F9Xg5nwb5rXVTW
lfAglWhrYxNy/r1uEDwCWE9PtJ6hRANCAARgTsagC7ZUu4RmEuFu1nvTAX3+TcBP
VBEKKcrUP2VaB5kJ5Z8ZuQec78CZriHGGajM9u9uuHSH2u7gBHpSBlAL
-----END PRIVATE KEY-----
";

const RSA_1024: &str = "-----BEGIN PRIVATE KEY-----
MIICeAIBADANBgkqhkiG9w0BAQEFAASCAmIwggJeAgEAAoGBAL6ZFVAVOx3Yuy6b
BNsswUjhOt90Dg3Ahw35p6fLc9u70oBVo/VDgDqlbUeZQieVvkUuO6omwVdEZvff
S+z7Nfv8qjLUk7t0od1KsRPRUnxKgH+D/Y0cnDkmnIHjl//FigWdAo5+ogsRHboi
KdYtQN+j5v4oIfqU5NHAiqgc/NaTAgMBAAECgYEAsWZ83uAT+RDMEHH7ECFU+geh
K3Cyz/v9+HUBpn0IpmHoaMjNZbBhPrTQxQ6R85Q919hTcmjGFfq1uEqfOcEMGZSF
1zxK4nsjeSruyCWGAbIUo5Es3Z4yX4gB26pJXPiTzyi3mksXFVsb3+pxI7pTcbgB
Qqmx3itZO8ljxSwO/+ECQQDzkPKsPlHa1jKlI9Y4yXvpFZNBIsL240Z9rm3sD3Xy
/dREz5AdG51LPWRPompJefuk2e4XgAnYV9mXjMeVjQPjAkEAyFPrJqibPpdTvwn+
eqHkSFyGcqMyFKIW0EpA44XfUMVt/59sAbCYpYShjmtG7To0o9JAFbeEQtzwSu/s
sStBkQJABgY+yl3cPnJv3D/Pq6XoJ7K96q2Gbv7eHnuzAlS7kSAQIQeVQ/ML5/GD
yqh0wo5+1+wABJrJI43AtwvnX96WCwJBAIJDz4175jd1P8fiP9COpVtIj0TMSiyQ
mjUnk7pfuy9SsoyepiUTKK+45zUtHRn113UPqwx0IVU5Rif0i/1JG4ECQQCQPn+c
c7MfHgqmNo5GTggLdV5lAjqb05eL1SDO+nJljjBI0lrBQWZHY9W/BLb9s/Mppkew
LrCJyEweHoSq/k+W
-----END PRIVATE KEY-----
";
