//! Signatures, each as its reader computes it.

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::{Engine as _, prelude::BASE64_STANDARD};

/// DingTalk (加签): Base64 of the HMAC over milliseconds and secret, keyed with the secret.
/// <https://open.dingtalk.com/document/orgapp/customize-robot-security-settings>
pub(crate) fn ding_talk(secret: &str, milliseconds: i64) -> String {
    BASE64_STANDARD.encode(keyed(secret, &format!("{milliseconds}\n{secret}")))
}

/// Feishu (签名校验): the same turned round; seconds and secret are the key, and nothing is signed.
/// <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>
pub(crate) fn feishu(secret: &str, seconds: i64) -> String {
    BASE64_STANDARD.encode(keyed(&format!("{seconds}\n{secret}"), ""))
}

/// Our own webhooks: over id, seconds and body, so that none of them can be exchanged and an old call is known by its age.
pub(crate) fn webhook(secret: &str, id: &str, seconds: i64, body: &str) -> String {
    format!("sha256={}", hex::encode(keyed(secret, &format!("{id}.{seconds}.{body}"))))
}

fn keyed(key: &str, message: &str) -> impl AsRef<[u8]> {
    hmac::sign(&hmac::Key::new(HMAC_SHA256, key.as_bytes()), message.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{ding_talk, feishu, webhook};

    #[test]
    fn ding_talk_signs_as_its_vector_says() {
        assert_eq!(
            ding_talk("SECtest0123456789", 1_700_000_000_000),
            "yBKp5IlG6qCzcQWmgyRK/ziJBdVNJmHfFE2ST/CzT/g="
        );
    }

    /// Computed with Python's hmac.
    #[test]
    fn the_others_sign_as_another_program_does() {
        assert_eq!(feishu("demo", 1_599_360_473), "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=");
        assert_eq!(
            webhook("key", "delivery_1", 1_700_000_000, "{}"),
            "sha256=2d30e136b7d709662cbdde61bf2a1143b4c9eb7f97562cd675ebd1ca05b2de36"
        );
    }
}
