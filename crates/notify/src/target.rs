//! A channel with its secrets opened.

use std::fmt;

use berth_domain::channel::Security;
use secrecy::SecretString;

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
}

impl fmt::Debug for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Target({})", self.kind())
    }
}
