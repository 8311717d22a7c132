//! What one attempt asks for: composed from the order and its target alone, so that a repeat is the same to the byte.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use berth_cloud::Launch;
use berth_domain::{
    GrabId,
    grab::{Build, Order, Spec, Target},
};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Tag that names the task.
pub(crate) const TASK_TAG: &str = "berth-task";
/// Tag that names the attempt: its token.
pub(crate) const ATTEMPT_TAG: &str = "berth-attempt";
/// How much of a task's name goes into the name of its instance.
const NAME_LENGTH: usize = 40;

/// The order's secrets, out of the vault for as long as a launch is composed and sent.
#[derive(Default)]
pub(crate) struct Opened {
    pub(crate) root_password: Option<SecretString>,
    pub(crate) user_data: Option<SecretString>,
}

pub(crate) fn compose(
    id: GrabId,
    spec: &Spec,
    (target, build): (&Target, &Build),
    token: &str,
    opened: &Opened,
) -> Launch {
    let ours = [(TASK_TAG.to_owned(), id.to_string()), (ATTEMPT_TAG.into(), token.into())];
    let theirs = spec.tags.iter().map(|(name, value)| (name.clone(), value.clone()));
    Launch {
        region: target.region.clone(),
        availability_domain: target.availability_domain.clone(),
        display_name: build.display_name.clone(),
        shape: spec.shape.clone(),
        ocpus: target.size.map(|size| size.ocpus),
        memory_gb: target.size.map(|size| size.memory_gb),
        boot_volume_gb: spec.boot_volume_gb,
        vpus_per_gb: spec.vpus_per_gb,
        ipv6: spec.network.ipv6,
        public_ip: spec.network.public_ipv4,
        image: build.image.clone(),
        subnet: build.subnet.clone(),
        ssh_keys: spec.ssh_keys.clone(),
        user_data: user_data(opened, token),
        tags: ours.into_iter().chain(theirs).collect(),
        token: token.into(),
    }
}

/// The token of an attempt: the same for the same attempt of the same installation, and nobody else's.
pub(crate) fn token(install_key: &SecretString, id: GrabId, number: u32) -> String {
    hex::encode(&keyed(install_key, format!("{id}#{number}").as_bytes())[..24])
}

/// Tells one body from another, and nobody without the key what is in it: a body may hold a password that is easily guessed.
pub(crate) fn body_hash(install_key: &SecretString, body: &[u8]) -> String {
    hex::encode(keyed(install_key, body))
}

/// HMAC-SHA256 under the key of this installation.
pub(crate) fn keyed(install_key: &SecretString, bytes: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(install_key.expose_secret().as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

/// A name that a person recognises and that no other task's instances bear, nor, from the second on, another of the same task.
pub(crate) fn display_name(id: GrabId, order: &Order, held: usize) -> String {
    let id = id.to_string();
    let name: String = order.name.chars().take(NAME_LENGTH).collect();
    let first = format!("{} {}", name.trim(), &id[id.len() - 8..]);
    if held == 0 { first } else { format!("{first}-{}", held + 1) }
}

/// The user's own text, what sets the password, or both as the parts of one message. The token keeps the parts apart: nobody can
/// guess it and write it into a text.
fn user_data(opened: &Opened, token: &str) -> Option<SecretString> {
    match (&opened.root_password, &opened.user_data) {
        (None, None) => None,
        (Some(password), None) => Some(cloud_init(password)),
        (None, Some(text)) => Some(text.clone()),
        (Some(password), Some(text)) => Some(both(text, &cloud_init(password), token)),
    }
}

/// Where both say something of the same, lists are joined, and the user's own word stands. In base64, or cloud-init would garble
/// what is not ASCII; `text/plain` leaves it to cloud-init to see what a text is.
fn both(text: &SecretString, ours: &SecretString, token: &str) -> SecretString {
    let part = |kind: &str, more: &str, text: &SecretString| {
        let encoded = Zeroizing::new(BASE64_STANDARD.encode(text.expose_secret()));
        format!(
            "--{token}\nContent-Type: {kind}; charset=\"utf-8\"\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n{more}\n{}\n",
            &*encoded
        )
    };
    let theirs = Zeroizing::new(part("text/plain", "", text));
    let merge = "Merge-Type: list(append)+dict(no_replace,recurse_list)+str()\n";
    let ours = Zeroizing::new(part("text/cloud-config", merge, ours));
    SecretString::from(format!(
        "Content-Type: multipart/mixed; boundary=\"{token}\"\nMIME-Version: 1.0\n\n{}{}--{token}--\n",
        &*theirs, &*ours
    ))
}

/// Whether a text is a message of parts itself, which cannot be a part of another.
pub(crate) fn is_multipart(text: &SecretString) -> bool {
    let head: String = text.expose_secret().chars().take(4096).collect();
    head.to_ascii_lowercase().contains("mime-version:")
}

/// Sets the password of root and lets it sign in. JSON's quoting is YAML's as well.
fn cloud_init(password: &SecretString) -> SecretString {
    let quoted = serde_json::Value::from(password.expose_secret());
    SecretString::from(format!(
        "#cloud-config\nssh_pwauth: true\ndisable_root: false\nchpasswd:\n  expire: false\n  users:\n    - {{name: root, type: text, password: {quoted}}}\nruncmd:\n  - sed -i 's/^#\\?PermitRootLogin.*/PermitRootLogin yes/' /etc/ssh/sshd_config\n  - systemctl restart ssh || systemctl restart sshd\n"
    ))
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

    fn opened(root_password: Option<&str>, user_data: Option<&str>) -> Opened {
        Opened {
            root_password: root_password.map(SecretString::from),
            user_data: user_data.map(SecretString::from),
        }
    }

    #[test]
    fn a_text_alone_goes_as_it_is_and_a_password_alone_as_it_always_did() {
        let text = |opened: &Opened| user_data(opened, "t").map(|text| text.expose_secret().to_owned());
        assert_eq!(text(&opened(None, None)), None);
        assert_eq!(text(&opened(None, Some("#!/bin/sh\n"))), Some("#!/bin/sh\n".into()));
        let alone = cloud_init(&SecretString::from("secret")).expose_secret().to_owned();
        assert_eq!(text(&opened(Some("secret"), None)), Some(alone));
    }

    #[test]
    fn a_text_and_a_password_are_two_parts_of_one_message_and_the_same_again() {
        let both = opened(Some("secret"), Some("#!/bin/sh\necho 你好\n"));
        let message = user_data(&both, "token").expect("there is something to send");
        assert_eq!(
            message.expose_secret(),
            user_data(&both, "token").expect("there still is").expose_secret(),
            "a repeat is the same to the byte"
        );
        let parts: Vec<_> = message.expose_secret().split("--token").collect();
        let decoded = |part: &str| {
            let body = part.split("\n\n").nth(1).expect("a part has a body").trim();
            String::from_utf8(BASE64_STANDARD.decode(body).expect("it is base64")).expect("it is text")
        };
        assert_eq!(parts.len(), 4, "a head, two parts, an end");
        assert_eq!(decoded(parts[1]), "#!/bin/sh\necho 你好\n");
        assert!(decoded(parts[2]).contains(r#"password: "secret"}"#));
    }

    #[test]
    fn a_message_of_parts_is_told_from_a_script() {
        assert!(is_multipart(&SecretString::from("Content-Type: multipart/mixed\nMime-Version: 1.0\n")));
        assert!(!is_multipart(&SecretString::from("#cloud-config\nruncmd: []\n")));
    }

    #[test]
    fn a_password_with_quotes_stays_one_yaml_string() {
        let text = cloud_init(&SecretString::from("a\"b: #c\n"));
        assert!(text.expose_secret().contains(r#"password: "a\"b: #c\n"}"#));
    }
}
