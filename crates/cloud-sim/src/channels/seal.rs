//! HMAC-SHA256, as most channels sign.

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64::{Engine as _, engine::general_purpose::STANDARD};

pub(super) fn hmac(key: &str, message: &[u8]) -> Vec<u8> {
    sign(&Key::new(HMAC_SHA256, key.as_bytes()), message).as_ref().to_vec()
}

pub(super) fn base64_hmac(key: &str, message: &[u8]) -> String {
    STANDARD.encode(hmac(key, message))
}
