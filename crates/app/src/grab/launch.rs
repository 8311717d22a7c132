//! What one attempt asks for: composed from the order and its target alone, so that a repeat is the same to the byte.

use std::fmt::Write as _;

use berth_cloud::Launch;
use berth_domain::{
    GrabId,
    grab::{Order, Target},
};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Tag that names the task.
pub(crate) const TASK_TAG: &str = "berth-task";
/// Tag that names the attempt: its token.
pub(crate) const ATTEMPT_TAG: &str = "berth-attempt";
/// How much of a task's name goes into the name of its instance.
const NAME_LENGTH: usize = 40;

pub(crate) fn compose(
    id: GrabId,
    order: &Order,
    target: &Target,
    token: &str,
    root_password: Option<&SecretString>,
) -> Launch {
    let spec = &order.spec;
    Launch {
        region: spec.region.clone(),
        availability_domain: target.availability_domain.clone(),
        display_name: target.display_name.clone(),
        shape: spec.shape.clone(),
        ocpus: spec.ocpus,
        memory_gb: spec.memory_gb,
        boot_volume_gb: spec.boot_volume_gb,
        image: target.image.clone(),
        subnet: target.subnet.clone(),
        ssh_keys: spec.ssh_keys.clone(),
        user_data: root_password.map(cloud_init),
        tags: vec![(TASK_TAG.into(), id.to_string()), (ATTEMPT_TAG.into(), token.into())],
        token: token.into(),
    }
}

/// The token of an attempt: the same for the same attempt of the same installation, and nobody else's.
pub(crate) fn token(install_key: &SecretString, id: GrabId, number: u32) -> String {
    hex(&keyed(install_key, format!("{id}#{number}").as_bytes())[..24])
}

/// Tells one body from another, and nobody without the key what is in it: a body may hold a password that is easily guessed.
pub(crate) fn body_hash(install_key: &SecretString, body: &[u8]) -> String {
    hex(&keyed(install_key, body))
}

/// HMAC-SHA256 under the key of this installation.
pub(crate) fn keyed(install_key: &SecretString, bytes: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(install_key.expose_secret().as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

/// A name that a person recognises and that no other task's instances bear.
pub(crate) fn display_name(id: GrabId, order: &Order) -> String {
    let id = id.to_string();
    let name: String = order.name.chars().take(NAME_LENGTH).collect();
    format!("{} {}", name.trim(), &id[id.len() - 8..])
}

/// Sets the password of root and lets it sign in. JSON's quoting is YAML's as well.
fn cloud_init(password: &SecretString) -> SecretString {
    let quoted = serde_json::Value::from(password.expose_secret());
    SecretString::from(format!(
        "#cloud-config\nssh_pwauth: true\ndisable_root: false\nchpasswd:\n  expire: false\n  users:\n    - {{name: root, type: text, password: {quoted}}}\nruncmd:\n  - sed -i 's/^#\\?PermitRootLogin.*/PermitRootLogin yes/' /etc/ssh/sshd_config\n  - systemctl restart ssh || systemctl restart sshd\n"
    ))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing into a String cannot fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_the_attempts_own_and_fits_the_vendors_64_characters() {
        let key = SecretString::from("key");
        let id = GrabId::from_parts(1, 2);
        assert_eq!(token(&key, id, 7), token(&key, id, 7));
        assert_ne!(token(&key, id, 7), token(&key, id, 8));
        assert_ne!(token(&key, id, 7), token(&SecretString::from("other"), id, 7));
        assert!(token(&key, id, 7).len() <= 64);
    }

    #[test]
    fn a_password_with_quotes_stays_one_yaml_string() {
        let text = cloud_init(&SecretString::from("a\"b: #c\n"));
        assert!(text.expose_secret().contains(r#"password: "a\"b: #c\n"}"#));
    }
}
