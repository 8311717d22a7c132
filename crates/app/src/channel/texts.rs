//! A channel's secrets while they are texts: what is wrong with them, and what little of them may be shown.

use berth_domain::{
    Code, Explanation, Text,
    channel::{Config, Kind, is_url},
};
use secrecy::{ExposeSecret, SecretString};

use super::Texts;
use crate::grab::NewSecret;

const SECRET_LENGTH: usize = 1024;
/// Bot tokens are about 46 characters long.
const TOKEN_LENGTH: usize = 128;
/// What is shorter would be half shown.
const SHORTEST_SHOWN: usize = 16;
const SHOWN: usize = 4;
const HIDDEN: &str = "••••";

/// What is wrong with them, all of it. None of it quotes them.
pub(super) fn wrong(config: &Config, texts: &Texts) -> Vec<Explanation> {
    let mut reasons = Vec::new();
    let mut require = |holds: bool, field: &str, text: (&str, &str)| {
        if !holds {
            let at = ["config", words(config.kind()), field];
            reasons.push(Explanation::new(Code::Invalid, Text::new(text.0, text.1)).at(&at));
        }
    };
    if let (Some((field, is_lawful, text)), Some(address)) = (address(config.kind()), &texts.address) {
        require(is_lawful(address.expose_secret()), field, text);
    }
    if let (Some((field, is_lawful, text)), NewSecret::Text(key)) = (key(config.kind()), &texts.key) {
        require(is_lawful(key.expose_secret()), field, text);
    }
    reasons
}

/// A field that takes a secret, what is lawful in it, and how that is said in English and Chinese.
type Field = (&'static str, fn(&str) -> bool, (&'static str, &'static str));

const A_URL: (&str, &str) = (
    "must be an https:// or http:// address, without a name and password in it",
    "须为 https:// 或 http:// 地址，且不含用户名和密码",
);
const A_KEY: (&str, &str) =
    ("must be 1 to 1024 characters without control characters", "须为 1 到 1024 个字符，不含控制字符");
const A_PUSH_KEY: (&str, &str) =
    ("must be 1 to 128 letters, digits, - or _", "须为 1 到 128 个字母、数字、- 或 _");

/// Where its token or secret address is said.
fn address(kind: Kind) -> Option<Field> {
    match kind {
        Kind::Telegram => Some((
            "botToken",
            is_bot_token,
            (
                "must be a bot token, 123456:ABC… as BotFather gives it",
                "须为 BotFather 给出的机器人令牌，如 123456:ABC…",
            ),
        )),
        Kind::DingTalk | Kind::Slack | Kind::Feishu => Some(("webhook", is_url, A_URL)),
        Kind::Bark => Some(("deviceKey", is_push_key, A_PUSH_KEY)),
        Kind::ServerChan => Some(("sendKey", is_push_key, A_PUSH_KEY)),
        Kind::Template => Some(("url", is_url, A_URL)),
        Kind::Email | Kind::Webhook => None,
    }
}

/// Where what it can do without is said.
fn key(kind: Kind) -> Option<Field> {
    match kind {
        Kind::Telegram => Some((
            "proxy",
            is_proxy,
            (
                "must be http://, https://, socks5:// or socks5h:// and a host with a port",
                "须为 http://、https://、socks5:// 或 socks5h:// 加主机与端口",
            ),
        )),
        Kind::DingTalk | Kind::Webhook | Kind::Feishu | Kind::Template => Some(("secret", is_key, A_KEY)),
        Kind::Email => Some(("password", is_key, A_KEY)),
        Kind::Slack | Kind::Bark | Kind::ServerChan => None,
    }
}

/// As the API calls it.
const fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::DingTalk => "dingTalk",
        Kind::ServerChan => "serverChan",
        other => other.word(),
    }
}

fn is_bot_token(text: &str) -> bool {
    text.len() <= TOKEN_LENGTH
        && text.split_once(':').is_some_and(|(number, key)| {
            !number.is_empty()
                && number.chars().all(|each| each.is_ascii_digit())
                && key.len() >= SHORTEST_SHOWN
                && key.chars().all(is_of_a_key)
        })
}

/// It becomes a part of a path.
fn is_push_key(text: &str) -> bool {
    (1..=TOKEN_LENGTH).contains(&text.len()) && text.chars().all(is_of_a_key)
}

fn is_of_a_key(each: char) -> bool {
    each.is_ascii_alphanumeric() || matches!(each, '-' | '_')
}

fn is_key(text: &str) -> bool {
    text.chars().count() <= SECRET_LENGTH && !text.chars().any(char::is_control)
}

/// A name and a password may stand before its host.
fn is_proxy(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place).trim_end_matches('/');
    let port = place.rsplit_once(':').map(|(_, port)| port);
    ["http", "https", "socks5", "socks5h"].contains(&scheme)
        && is_key(text)
        && !place.contains(['/', '?', '#'])
        && port.is_some_and(|port| port.parse::<u16>().is_ok())
        && is_url(&format!("http://{place}"))
}

/// Enough to tell one from another, where that leaves most of it unsaid.
pub(super) fn masked(kind: Kind, text: &SecretString) -> String {
    let text = text.expose_secret();
    match kind {
        // What opens it comes behind the question mark or in the path; the host is shown.
        Kind::DingTalk | Kind::Slack | Kind::Feishu | Kind::Template => {
            let host = text.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
            let host = host.split(['?', '#']).next().unwrap_or_default();
            format!("{host}/{HIDDEN}{}", end_of(text))
        }
        Kind::Telegram => {
            let number = text.split(':').next().unwrap_or_default();
            format!("{number}:{HIDDEN}{}", end_of(text))
        }
        Kind::Bark | Kind::ServerChan | Kind::Email | Kind::Webhook => format!("{HIDDEN}{}", end_of(text)),
    }
}

/// A proxy's scheme and place, without the name and password.
pub(super) fn masked_proxy(text: &SecretString) -> String {
    let (scheme, rest) = text.expose_secret().split_once("://").unwrap_or_default();
    match rest.rsplit_once('@') {
        Some((_, place)) => format!("{scheme}://{HIDDEN}@{place}"),
        None => format!("{scheme}://{rest}"),
    }
}

fn end_of(text: &str) -> &str {
    let begin = text.len().saturating_sub(SHOWN);
    if text.len() < SHORTEST_SHOWN { "" } else { text.get(begin..).unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use berth_domain::channel::{DingTalk, Telegram};

    use super::*;

    fn telegram() -> Config {
        let (chat_id, api_base) = ("1".into(), "https://api.telegram.org".into());
        let (proxy, control) = (None, false);
        Config::Telegram(Telegram { bot_token: None, chat_id, api_base, proxy, control })
    }

    fn ding_talk() -> Config {
        Config::DingTalk(DingTalk { webhook: None, secret: None })
    }

    #[test]
    fn of_a_secret_only_its_end_is_shown_and_of_a_webhook_its_host() {
        let shown = |config: &Config, text: &str| masked(config.kind(), &SecretString::from(text));
        assert_eq!(shown(&telegram(), "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"), "123456:••••Dsaw");
        let webhook = "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef";
        assert_eq!(shown(&ding_talk(), webhook), "https://oapi.dingtalk.com/••••cdef");
        assert_eq!(
            shown(&ding_talk(), "https://host?access_token=0123456789abcdef"),
            "https://host/••••cdef"
        );
    }

    #[test]
    fn a_wrong_secret_is_named_and_not_quoted() {
        let texts = |address: &str, key: &str| Texts {
            address: Some(SecretString::from(address)),
            key: NewSecret::Text(SecretString::from(key)),
        };
        let fields = |config: &Config, texts: &Texts| {
            wrong(config, texts).iter().map(|reason| reason.field.join(".")).collect::<Vec<_>>()
        };
        let wrong_proxy = ["config.telegram.botToken", "config.telegram.proxy"];
        assert_eq!(fields(&telegram(), &texts("CANARY", "ftp://CANARY")), wrong_proxy);
        let both = texts("ftp://CANARY", "CANARY\n");
        assert_eq!(fields(&ding_talk(), &both), ["config.dingTalk.webhook", "config.dingTalk.secret"]);
        assert!(!format!("{:?}", wrong(&ding_talk(), &both)).contains("CANARY"));
        assert!(fields(&ding_talk(), &texts("https://host/send?access_token=x", "SEC")).is_empty());
    }

    #[test]
    fn of_a_proxy_the_place_is_shown_and_not_who_signs_in_there() {
        let shown = |text: &str| masked_proxy(&SecretString::from(text));
        assert_eq!(shown("socks5://name:CANARY@proxy.example:1080"), "socks5://••••@proxy.example:1080");
        assert_eq!(shown("http://10.0.0.7:3128"), "http://10.0.0.7:3128");
        for lawful in ["http://host:3128", "socks5h://n:p@host:1080", "https://n:p@[::1]:1/"] {
            assert!(is_proxy(lawful), "{lawful}");
        }
        for wrong in [
            "host:1080",
            "ftp://host:21",
            "http://host",
            "http://host:99999",
            "http://host:1/x",
            "http://a b:1",
        ] {
            assert!(!is_proxy(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_key_that_becomes_a_part_of_a_path_has_no_strokes() {
        assert!(is_push_key("SCT123_abc-D") && is_push_key("sctp123tabc"));
        assert!(["", "a/b", "../x", "a b", "键"].iter().all(|wrong| !is_push_key(wrong)));
        assert!(!is_push_key(&"a".repeat(129)));
        let shown = masked(Kind::ServerChan, &SecretString::from("SCT0123456789abcdef"));
        assert_eq!(shown, "••••cdef");
        let slack = SecretString::from("https://hooks.slack.com/services/T0/B0/0123456789abcdef");
        assert_eq!(masked(Kind::Slack, &slack), "https://hooks.slack.com/••••cdef");
    }
}
