//! A channel's secrets while they are texts: what is wrong with them, and what little of them may be shown.

use berth_domain::{
    Code, Explanation, Text,
    channel::{Config, is_url},
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
    let mut require = |holds: bool, field: [&str; 3], english: &str, chinese: &str| {
        if !holds {
            reasons.push(Explanation::new(Code::Invalid, Text::new(english, chinese)).at(&field));
        }
    };
    let address = texts.address.as_ref().map(ExposeSecret::expose_secret);
    let (kind, key) = match config {
        Config::Telegram(_) => {
            require(
                address.is_none_or(is_bot_token),
                ["config", "telegram", "botToken"],
                "must be a bot token, 123456:ABC… as BotFather gives it",
                "须为 BotFather 给出的机器人令牌，如 123456:ABC…",
            );
            return reasons;
        }
        Config::DingTalk(_) => {
            require(
                address.is_none_or(is_url),
                ["config", "dingTalk", "webhook"],
                "must be an https:// or http:// address, without a name and password in it",
                "须为 https:// 或 http:// 地址，且不含用户名和密码",
            );
            ("dingTalk", "secret")
        }
        Config::Email(_) => ("email", "password"),
        Config::Webhook(_) => ("webhook", "secret"),
    };
    require(
        is_key(&texts.key),
        ["config", kind, key],
        "must be 1 to 1024 characters without control characters",
        "须为 1 到 1024 个字符，不含控制字符",
    );
    reasons
}

fn is_bot_token(text: &str) -> bool {
    let lawful = |each: char| each.is_ascii_alphanumeric() || matches!(each, '-' | '_');
    text.len() <= TOKEN_LENGTH
        && text.split_once(':').is_some_and(|(number, key)| {
            !number.is_empty()
                && number.chars().all(|each| each.is_ascii_digit())
                && key.len() >= SHORTEST_SHOWN
                && key.chars().all(lawful)
        })
}

fn is_key(key: &NewSecret) -> bool {
    let NewSecret::Text(text) = key else { return true };
    let text = text.expose_secret();
    text.chars().count() <= SECRET_LENGTH && !text.chars().any(char::is_control)
}

/// Its two ends, where that leaves most of it unsaid: enough to tell one from another.
pub(super) fn masked(config: &Config, text: &SecretString) -> String {
    let text = text.expose_secret();
    match config {
        // What opens it comes behind the question mark or in the path; the host is shown.
        Config::DingTalk(_) => {
            let host = text.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
            let host = host.split(['?', '#']).next().unwrap_or_default();
            format!("{host}/{HIDDEN}{}", end_of(text))
        }
        Config::Telegram(_) | Config::Email(_) | Config::Webhook(_) => {
            let number = text.split(':').next().unwrap_or_default();
            format!("{number}:{HIDDEN}{}", end_of(text))
        }
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
        Config::Telegram(Telegram { bot_token: None, chat_id, api_base })
    }

    fn ding_talk() -> Config {
        Config::DingTalk(DingTalk { webhook: None, secret: None })
    }

    #[test]
    fn of_a_secret_only_its_end_is_shown_and_of_a_webhook_its_host() {
        let shown = |config: &Config, text: &str| masked(config, &SecretString::from(text));
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
        assert_eq!(fields(&telegram(), &texts("CANARY", "")), ["config.telegram.botToken"]);
        let both = texts("ftp://CANARY", "CANARY\n");
        assert_eq!(fields(&ding_talk(), &both), ["config.dingTalk.webhook", "config.dingTalk.secret"]);
        assert!(!format!("{:?}", wrong(&ding_talk(), &both)).contains("CANARY"));
        assert!(fields(&ding_talk(), &texts("https://host/send?access_token=x", "SEC")).is_empty());
    }
}
