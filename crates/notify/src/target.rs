//! A channel with its secrets opened.

use std::fmt;

use berth_domain::channel::Security;
use secrecy::{ExposeSecret as _, SecretString};

/// Whose words are those of the service that the channel is made for, and of nobody else.
const SERVICES: [&str; 5] = [
    "https://api.telegram.org",
    "https://oapi.dingtalk.com",
    "https://hooks.slack.com",
    "https://open.feishu.cn",
    "https://open.larksuite.com",
];

/// Where a letter goes. `Debug` tells the kind and nothing else.
#[derive(Clone)]
pub enum Target {
    Telegram {
        token: SecretString,
        chat: String,
        api_base: String,
        proxy: Option<SecretString>,
    },
    DingTalk {
        webhook: SecretString,
        secret: Option<SecretString>,
    },
    Email {
        host: String,
        port: u16,
        security: Security,
        username: Option<String>,
        password: Option<SecretString>,
        from: String,
        to: Vec<String>,
    },
    Webhook {
        url: String,
        secret: Option<SecretString>,
    },
    Slack {
        webhook: SecretString,
    },
    Feishu {
        webhook: SecretString,
        secret: Option<SecretString>,
    },
    Bark {
        server: String,
        device_key: SecretString,
    },
    ServerChan {
        send_key: SecretString,
    },
    /// A body with `{{title}}`, `{{text}}`, `{{severity}}`, `{{topic}}`, `{{id}}` and `{{time}}` in it.
    Template {
        url: SecretString,
        content_type: String,
        body: String,
        secret: Option<SecretString>,
    },
}

impl Target {
    /// What kind of channel it is, as in logs and figures.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Telegram { .. } => "telegram",
            Self::DingTalk { .. } => "ding_talk",
            Self::Email { .. } => "email",
            Self::Webhook { .. } => "webhook",
            Self::Slack { .. } => "slack",
            Self::Feishu { .. } => "feishu",
            Self::Bark { .. } => "bark",
            Self::ServerChan { .. } => "server_chan",
            Self::Template { .. } => "template",
        }
    }

    /// What people may read of an answer, of a trial's and of any other. Where the other side can be anybody, that is its status alone:
    /// whoever chose the address would look around in nets that only the server reaches.
    pub fn told(&self, status: Option<u16>, words: String) -> String {
        match status {
            Some(status) if !self.is_service() => self.status_alone(status),
            _ => words,
        }
    }

    fn status_alone(&self, status: u16) -> String {
        let protocol = if matches!(self, Self::Email { .. }) { "SMTP" } else { "HTTP" };
        format!("{protocol} {status}")
    }

    fn is_service(&self) -> bool {
        let is_of_one = |address: &str| {
            SERVICES.iter().any(|service| {
                address.strip_prefix(service).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        match self {
            Self::ServerChan { .. } => true,
            Self::Telegram { api_base, .. } => is_of_one(api_base),
            Self::DingTalk { webhook, .. } | Self::Slack { webhook } | Self::Feishu { webhook, .. } => {
                is_of_one(webhook.expose_secret())
            }
            Self::Email { .. } | Self::Webhook { .. } | Self::Bark { .. } | Self::Template { .. } => false,
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Target({})", self.kind())
    }
}

#[cfg(test)]
mod tests {
    use berth_domain::channel::Security;
    use secrecy::SecretString;

    use super::Target;
    use crate::Receipt;

    fn telegram(api_base: &str) -> Target {
        let (token, chat) = (SecretString::from("1:x"), "1".to_owned());
        Target::Telegram { token, chat, api_base: api_base.to_owned(), proxy: None }
    }

    fn slack(webhook: &str) -> Target {
        Target::Slack { webhook: SecretString::from(webhook) }
    }

    #[test]
    fn where_the_other_side_can_be_anybody_only_its_status_is_told() {
        let mail = Target::Email {
            host: "host".into(),
            port: 25,
            security: Security::Tls,
            username: None,
            password: None,
            from: String::new(),
            to: Vec::new(),
        };
        assert_eq!(mail.told(Some(550), "CANARY".to_owned()), "SMTP 550");
        let webhook = Target::Webhook { url: "https://example.com".to_owned(), secret: None };
        let (slack, telegram) =
            (slack("https://hooks.slack.com.evil.example/x"), telegram("https://api.telegram.org.evil"));
        for target in [webhook, slack, telegram] {
            assert_eq!(target.told(Some(200), "CANARY".to_owned()), "HTTP 200", "{target:?}");
        }
    }

    #[test]
    fn how_many_were_left_out_is_told_of_every_receipt() {
        let receipt = |left_out| Receipt { status: Some(250), words: "CANARY".to_owned(), left_out };
        let webhook = Target::Webhook { url: "https://example.com".to_owned(), secret: None };
        assert_eq!(receipt(0).told(&webhook), "HTTP 250");
        assert_eq!(receipt(2).told(&webhook), "HTTP 250; recipients refused (被拒收的收件人): 2");
    }

    #[test]
    fn a_service_is_heard_in_its_own_words_and_so_is_what_kept_us_from_an_answer() {
        let chan = Target::ServerChan { send_key: SecretString::from("SCT1") };
        let slack = slack("https://hooks.slack.com/services/T");
        for target in [telegram("https://api.telegram.org"), slack, chan] {
            assert_eq!(target.told(Some(403), "gone".to_owned()), "gone", "{target:?}");
        }
        let webhook = Target::Webhook { url: "https://example.com".to_owned(), secret: None };
        assert_eq!(webhook.told(None, "timed out".to_owned()), "timed out");
    }
}
