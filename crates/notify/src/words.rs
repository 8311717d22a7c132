//! The other side's words as they may be kept: short, on one line, and without the target's secrets.
//!
//! Whoever we call may send back what we sent: addresses stand in error pages, tokens in complaints about tokens.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;
use zeroize::Zeroizing;

use crate::{
    Bot, Target,
    text::{cut_characters, one_line},
};

/// How much is kept.
pub(crate) const MOST: usize = 500;

/// Stands where a secret was.
const HIDDEN: &str = "•••";

/// What is shorter is not cut out of a text but makes an end of it: to mark each `ab` would tell where they are.
const TELLTALE: usize = 4;

/// Parts of an address that are shorter are names, such as `services` or `hook`, and not what lets somebody in.
const PART: usize = 8;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Everything of a target that nobody may read, in every form in which it travels; the longest first.
pub(crate) struct Secrets(Vec<Zeroizing<String>>);

impl Secrets {
    pub(crate) fn of(target: &Target) -> Self {
        let mut found = Found::default();
        match target {
            Target::Telegram { token, proxy, .. } => found.bot(token, proxy.as_ref()),
            Target::DingTalk { webhook, secret } | Target::Feishu { webhook, secret } => {
                found.address(webhook.expose_secret());
                found.maybe(secret.as_ref());
            }
            Target::Email { username, password, .. } => {
                found.maybe(password.as_ref());
                if let (Some(name), Some(password)) = (username, password) {
                    found.text(&BASE64_STANDARD.encode(format!("\0{name}\0{}", password.expose_secret())));
                }
            }
            Target::Webhook { url, secret } => {
                found.address(url);
                found.maybe(secret.as_ref());
            }
            Target::Slack { webhook } => found.address(webhook.expose_secret()),
            Target::Bark { device_key, .. } => found.text(device_key.expose_secret()),
            Target::ServerChan { send_key } => found.text(send_key.expose_secret()),
            Target::Template { url, secret, .. } => {
                found.address(url.expose_secret());
                found.maybe(secret.as_ref());
            }
        }
        found.sorted()
    }

    pub(crate) fn of_bot(bot: &Bot) -> Self {
        let mut found = Found::default();
        found.bot(&bot.token, bot.proxy.as_ref());
        found.sorted()
    }

    /// What may be kept of a text.
    pub(crate) fn words(&self, raw: &str) -> String {
        let mut text = one_line(raw);
        for secret in &self.0 {
            if !text.contains(secret.as_str()) {
                continue;
            }
            if secret.chars().count() < TELLTALE {
                return HIDDEN.to_owned();
            }
            text = text.replace(secret.as_str(), HIDDEN);
        }
        cut_characters(&text, MOST)
    }
}

#[derive(Default)]
struct Found(Vec<Zeroizing<String>>);

impl Found {
    /// A secret, as it is, as it stands in addresses, in JSON and in SMTP.
    fn text(&mut self, secret: &str) {
        let secret = secret.trim();
        if secret.is_empty() {
            return;
        }
        let encoded = utf8_percent_encode(secret, UNRESERVED).to_string();
        let json = serde_json::Value::from(secret).to_string();
        let forms = [
            one_line(secret),
            encoded.to_lowercase(),
            encoded,
            json[1..json.len() - 1].replace('/', "\\/"),
            json[1..json.len() - 1].to_owned(),
            BASE64_STANDARD.encode(secret),
        ];
        self.0.extend(forms.map(Zeroizing::new));
    }

    fn maybe(&mut self, secret: Option<&SecretString>) {
        if let Some(secret) = secret {
            self.text(secret.expose_secret());
        }
    }

    /// An address that lets in whoever knows it: the whole, its query's values, and its long parts, as they are and decoded.
    fn address(&mut self, address: &str) {
        self.text(address);
        let Ok(url) = Url::parse(address.trim()) else { return };
        self.text(url.as_str());
        let path = &url[url::Position::BeforePath..];
        for long in [Some(path), url.query()].into_iter().flatten().filter(|text| text.len() >= PART) {
            self.text(long);
        }
        for (_, value) in url.query_pairs().filter(|(_, value)| value.chars().count() >= TELLTALE) {
            self.text(&value);
        }
        for part in url.path_segments().into_iter().flatten().filter(|part| part.len() >= PART) {
            self.text(part);
            self.text(&percent_decode_str(part).decode_utf8_lossy());
        }
    }

    fn bot(&mut self, token: &SecretString, proxy: Option<&SecretString>) {
        self.text(token.expose_secret());
        // After the colon stands what is secret; the number before it is the bot's name.
        if let Some((_, key)) = token.expose_secret().split_once(':') {
            self.text(key);
        }
        let Some(proxy) = proxy else { return };
        self.text(proxy.expose_secret());
        let Ok(url) = Url::parse(proxy.expose_secret()) else { return };
        self.text(url.as_str());
        if let Some(password) = url.password() {
            let plain = percent_decode_str(password).decode_utf8_lossy().into_owned();
            let name = percent_decode_str(url.username()).decode_utf8_lossy().into_owned();
            self.text(&BASE64_STANDARD.encode(format!("{name}:{plain}")));
            self.text(password);
            self.text(&plain);
        }
    }

    fn sorted(self) -> Secrets {
        let mut all = self.0;
        all.retain(|secret| !secret.is_empty());
        all.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        all.dedup();
        Secrets(all)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::{MOST, Secrets};
    use crate::Target;

    fn ding_talk() -> Target {
        Target::DingTalk {
            webhook: SecretString::from("https://oapi.dingtalk.com/robot/send?access_token=c4n4ry%2Btoken"),
            secret: Some(SecretString::from("SEC/c4n4ry=")),
        }
    }

    #[test]
    fn every_form_of_a_secret_is_cut_out() {
        let secrets = Secrets::of(&ding_talk());
        for said in [
            "no https://oapi.dingtalk.com/robot/send?access_token=c4n4ry%2Btoken here",
            "token c4n4ry+token unknown",
            "token c4n4ry%2btoken unknown",
            "/robot/send?access_token=c4n4ry%2Btoken not found",
            "secret SEC/c4n4ry= and SEC%2Fc4n4ry%3D and SEC\\/c4n4ry=",
            "U0VDL2M0bjRyeT0= in base64",
        ] {
            let words = secrets.words(said);
            assert!(!words.contains("c4n4ry") && !words.contains("U0VDL2M0"), "{words}");
            assert!(words.contains("•••"), "{words}");
        }
    }

    #[test]
    fn a_password_that_is_two_letters_long_leaves_no_trace_of_where_it_is() {
        let target = Target::Email {
            host: "mail.example".to_owned(),
            port: 465,
            security: berth_domain::channel::Security::Tls,
            username: Some("me".to_owned()),
            password: Some(SecretString::from("ab")),
            from: "a@b.example".to_owned(),
            to: vec![],
        };
        assert_eq!(Secrets::of(&target).words("absolutely not"), "•••");
        assert_eq!(Secrets::of(&target).words("no"), "no");
        assert_eq!(Secrets::of(&target).words("535 AG1lAGFi refused"), "535 ••• refused");
    }

    #[test]
    fn what_is_kept_is_one_short_line() {
        let secrets = Secrets::of(&Target::Webhook { url: "https://a.example/".to_owned(), secret: None });
        assert_eq!(secrets.words("a/b\u{1b}[2J\r\n\u{202e}c"), "a/b[2J c");
        assert_eq!(secrets.words(&"中".repeat(MOST + 1)).chars().count(), MOST);
    }
}
