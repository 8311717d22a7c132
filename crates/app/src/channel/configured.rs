//! Channels that the configuration file names.
//!
//! The file says how somebody is reached and whether it is used; what they are told, and when, is set elsewhere and stays. What is so
//! already is not written again, so a start leaves no trace where nothing was changed.

use berth_domain::{
    ChannelId,
    channel::{Config, Content, DingTalk, Telegram, Topic},
};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Channels, NewChannel, Texts};
use crate::{
    grab::NewSecret,
    order::{Denied, Fault, Order},
};

const TELEGRAM: &str = "telegram (config)";
const DING_TALK: &str = "dingtalk (config)";
const TELEGRAM_API: &str = "https://api.telegram.org";

/// As the file says it.
#[derive(Clone, Debug)]
pub enum Configured {
    Telegram {
        bot_token: SecretString,
        chat_id: String,
    },
    /// Unsigned when the secret is empty.
    DingTalk {
        webhook: SecretString,
        secret: SecretString,
    },
}

impl Configured {
    pub const NAMES: [&str; 2] = [TELEGRAM, DING_TALK];

    const fn name(&self) -> &'static str {
        match self {
            Self::Telegram { .. } => TELEGRAM,
            Self::DingTalk { .. } => DING_TALK,
        }
    }

    /// In the place of what is kept: what the file does not say stays.
    fn config(&self, kept: Option<&Config>) -> Config {
        match (self, kept) {
            (Self::Telegram { chat_id, .. }, Some(Config::Telegram(kept))) => {
                let (chat_id, kept) = (chat_id.clone(), kept.clone());
                Config::Telegram(Telegram { bot_token: None, proxy: None, chat_id, ..kept })
            }
            (Self::Telegram { chat_id, .. }, _) => Config::Telegram(Telegram {
                bot_token: None,
                chat_id: chat_id.clone(),
                api_base: TELEGRAM_API.to_owned(),
                proxy: None,
                control: false,
            }),
            (Self::DingTalk { .. }, _) => Config::DingTalk(DingTalk { webhook: None, secret: None }),
        }
    }

    fn texts(&self) -> Texts {
        match self {
            Self::Telegram { bot_token, .. } => {
                Texts { address: Some(bot_token.clone()), key: NewSecret::Kept }
            }
            Self::DingTalk { webhook, secret } => {
                let unsigned = secret.expose_secret().is_empty();
                let key = if unsigned { NewSecret::Gone } else { NewSecret::Text(secret.clone()) };
                Texts { address: Some(webhook.clone()), key }
            }
        }
    }
}

impl Channels {
    /// Keeps it as the file says, unless it is so already. Whether anything was written.
    pub async fn keep_configured(&self, configured: &Configured, enabled: bool) -> Result<bool, Denied> {
        let found = self.named(configured.name()).await?;
        if let Some((id, content)) = &found
            && self.is_so(*id, content, configured, enabled).await?
        {
            return Ok(false);
        }
        let kept = found.as_ref().map(|(_, content)| content);
        let new = NewChannel {
            name: configured.name().to_owned(),
            enabled,
            topics: kept.map_or_else(|| Topic::ALL.to_vec(), |content| content.topics.clone()),
            config: configured.config(kept.map(|content| &content.config)),
            texts: configured.texts(),
            rules: None,
        };
        match found {
            Some((id, _)) => self.update(id, new, Order::own()).await?,
            None => self.create(new, Order::own()).await?,
        };
        Ok(true)
    }

    /// Leaves one unused that the file says nothing usable of. Whether anything was written.
    pub async fn leave_configured(&self, name: &str) -> Result<bool, Denied> {
        let Some((id, content)) = self.named(name).await?.filter(|(_, content)| content.enabled) else {
            return Ok(false);
        };
        let new = NewChannel {
            name: content.name,
            enabled: false,
            topics: content.topics,
            config: content.config,
            texts: Texts::default(),
            rules: None,
        };
        self.update(id, new, Order::own()).await?;
        Ok(true)
    }

    async fn named(&self, name: &str) -> Result<Option<(ChannelId, Content)>, Fault> {
        Ok(self.all().await?.into_iter().find(|(_, content)| content.name.to_lowercase() == name))
    }

    /// One that was found to be of no use stays unused: the file says nothing new of it.
    async fn is_so(
        &self,
        id: ChannelId,
        content: &Content,
        configured: &Configured,
        enabled: bool,
    ) -> Result<bool, Fault> {
        let used = content.enabled == enabled || (enabled && content.disabled.is_some());
        if !used || configured.config(Some(&content.config)).kind() != content.config.kind() {
            return Ok(false);
        }
        let opened = self.opened(id, &content.config, Texts::default()).await?;
        let is = |opened: Option<&SecretString>, said: &SecretString| {
            opened.map_or("", |text| text.expose_secret()) == said.expose_secret()
        };
        Ok(match (configured, &content.config) {
            (Configured::Telegram { bot_token, chat_id }, Config::Telegram(kept)) => {
                kept.chat_id == *chat_id && is(opened.address.as_ref(), bot_token)
            }
            (Configured::DingTalk { webhook, secret }, Config::DingTalk(_)) => {
                is(opened.address.as_ref(), webhook) && is(opened.key.as_ref(), secret)
            }
            _ => false,
        })
    }
}
