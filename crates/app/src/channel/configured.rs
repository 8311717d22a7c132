//! Channels that the configuration file names.
//!
//! The file says how somebody is reached and whether it is used; what they are told, and when, is set elsewhere and stays. What is so
//! already is not written again, so a start leaves no trace where nothing was changed.

use berth_domain::{
    ChannelId,
    channel::{Config, Content, DingTalk, Telegram, Topic},
};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Channels, NewChannel, Texts, target::Opened};
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
    fn config(&self, kept: Option<&Kept>) -> Config {
        match self {
            Self::Telegram { chat_id, .. } => {
                let before = kept.and_then(|kept| match &kept.content.config {
                    Config::Telegram(telegram) => Some((telegram, kept.is_files)),
                    _ => None,
                });
                let api_base = match before {
                    Some((telegram, true)) => telegram.api_base.clone(),
                    _ => TELEGRAM_API.to_owned(),
                };
                let control = before.is_some_and(|(telegram, _)| telegram.control);
                let chat_id = chat_id.clone();
                Config::Telegram(Telegram { bot_token: None, chat_id, api_base, proxy: None, control })
            }
            Self::DingTalk { .. } => Config::DingTalk(DingTalk { webhook: None, secret: None }),
        }
    }

    fn texts(&self, kept: Option<&Kept>) -> Texts {
        match self {
            Self::Telegram { bot_token, .. } => {
                let proxy = kept.filter(|kept| kept.is_files);
                let key = proxy.map_or(NewSecret::Gone, |_| NewSecret::Kept);
                Texts { address: Some(bot_token.clone()), key }
            }
            Self::DingTalk { webhook, secret } => {
                let unsigned = secret.expose_secret().is_empty();
                let key = if unsigned { NewSecret::Gone } else { NewSecret::Text(secret.clone()) };
                Texts { address: Some(webhook.clone()), key }
            }
        }
    }

    /// Whether what was opened of a channel of this kind is what the file says.
    fn is_opened(&self, opened: &Opened) -> bool {
        let is = |opened: Option<&SecretString>, said: &SecretString| {
            opened.map_or("", |text| text.expose_secret()) == said.expose_secret()
        };
        match self {
            Self::Telegram { bot_token, .. } => is(opened.address.as_ref(), bot_token),
            Self::DingTalk { webhook, secret } => {
                is(opened.address.as_ref(), webhook) && is(opened.key.as_ref(), secret)
            }
        }
    }
}

/// What stands under the name.
struct Kept {
    id: ChannelId,
    content: Content,
    /// Its secrets are the file's. Where they are not, whoever set its address did not need to know what the file says, so that is not
    /// sent there.
    is_files: bool,
}

impl Kept {
    /// One that was found to be of no use stays unused: the file says nothing new of it.
    fn is_so(&self, configured: &Configured, enabled: bool) -> bool {
        let content = &self.content;
        let used = content.enabled == enabled || (enabled && content.disabled.is_some());
        let leads_there = match (configured, &content.config) {
            (Configured::Telegram { chat_id, .. }, Config::Telegram(kept)) => kept.chat_id == *chat_id,
            _ => true,
        };
        used && self.is_files && leads_there
    }
}

impl Channels {
    /// Keeps it as the file says, unless it is so already. Whether anything was written.
    pub async fn keep_configured(&self, configured: &Configured, enabled: bool) -> Result<bool, Denied> {
        let kept = self.kept(configured).await?;
        if kept.as_ref().is_some_and(|kept| kept.is_so(configured, enabled)) {
            return Ok(false);
        }
        let topics = kept.as_ref().map_or_else(|| Topic::ALL.to_vec(), |kept| kept.content.topics.clone());
        let new = NewChannel {
            name: configured.name().to_owned(),
            enabled,
            topics,
            config: configured.config(kept.as_ref()),
            texts: configured.texts(kept.as_ref()),
            rules: None,
        };
        match kept {
            Some(Kept { id, .. }) => self.update(id, new, Order::own()).await?,
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

    async fn kept(&self, configured: &Configured) -> Result<Option<Kept>, Fault> {
        let Some((id, content)) = self.named(configured.name()).await? else { return Ok(None) };
        let alike = configured.config(None).kind() == content.config.kind();
        let is_files =
            alike && { configured.is_opened(&self.opened(id, &content.config, Texts::default()).await?) };
        Ok(Some(Kept { id, content, is_files }))
    }
}
