//! A channel with its secrets opened: for as long as one message takes.

use berth_domain::{
    ChannelId,
    channel::{Bark, Config, DingTalk, Email, Feishu, Telegram, Template, Webhook},
};
use berth_notify::Target;
use secrecy::SecretString;

use super::{Channels, Texts, sealed::owner};
use crate::{
    order::Fault,
    secrets::{CHANNEL_ADDRESS, CHANNEL_KEY},
};

/// What is in the vault of one channel.
pub(super) struct Opened {
    pub(super) address: Option<SecretString>,
    pub(super) key: Option<SecretString>,
}

impl Channels {
    /// Where messages of a channel go. Nothing, when it was deleted.
    pub(crate) async fn target(&self, id: ChannelId) -> Result<Option<Target>, Fault> {
        let Some(content) = self.content(id).await? else { return Ok(None) };
        let opened = self.opened(id, &content.config, Texts::default()).await?;
        target(&content.config, opened).map(Some)
    }

    /// What was given, and what is in the vault where nothing was.
    pub(super) async fn opened(&self, id: ChannelId, config: &Config, given: Texts) -> Result<Opened, Fault> {
        let (mut opened, owner) = (Opened::from(given), owner(id));
        if let (None, Some(hidden)) = (&opened.address, config.address()) {
            opened.address = Some(self.secrets.open(CHANNEL_ADDRESS, &owner, &hidden.secret).await?);
        }
        if let (None, Some(name)) = (&opened.key, config.key()) {
            opened.key = Some(self.secrets.open(CHANNEL_KEY, &owner, name).await?);
        }
        Ok(opened)
    }
}

impl From<Texts> for Opened {
    fn from(given: Texts) -> Self {
        Self { address: given.address, key: given.key.given() }
    }
}

/// No channel is kept without what it cannot do without.
pub(super) fn target(config: &Config, opened: Opened) -> Result<Target, Fault> {
    let Opened { address, key } = opened;
    let address = || address.ok_or_else(|| Fault::SecretMissing("the channel's address".to_owned()));
    Ok(match config.clone() {
        Config::Telegram(Telegram { chat_id: chat, api_base, .. }) => {
            Target::Telegram { token: address()?, chat, api_base, proxy: key }
        }
        Config::DingTalk(DingTalk { .. }) => Target::DingTalk { webhook: address()?, secret: key },
        Config::Email(Email { host, port, security, username, from, to, .. }) => {
            Target::Email { host, port, security, username, password: key, from, to }
        }
        Config::Webhook(Webhook { url, .. }) => Target::Webhook { url, secret: key },
        Config::Slack(_) => Target::Slack { webhook: address()? },
        Config::Feishu(Feishu { .. }) => Target::Feishu { webhook: address()?, secret: key },
        Config::Bark(Bark { server, .. }) => Target::Bark { server, device_key: address()? },
        Config::ServerChan(_) => Target::ServerChan { send_key: address()? },
        Config::Template(Template { content_type, body, .. }) => {
            Target::Template { url: address()?, content_type, body, secret: key }
        }
    })
}
