//! A channel's secrets on their way into the vault.

use berth_domain::{
    Aggregate as _, ChannelId, SecretRef,
    channel::{Channel, Config, Hidden},
};
use berth_store::StreamId;

use super::{Channels, Texts, texts};
use crate::{
    order::{Denied, Order},
    secrets::{CHANNEL_ADDRESS, CHANNEL_KEY},
};

pub(super) fn owner(id: ChannelId) -> StreamId {
    StreamId::new(Channel::KIND, id)
}

impl Channels {
    pub(super) fn sealed(
        &self,
        id: ChannelId,
        config: Config,
        texts: &Texts,
        order: &mut Order,
    ) -> Result<Config, Denied> {
        let owner = owner(id);
        let address = self.secrets.seal_with(CHANNEL_ADDRESS, &owner, texts.address.as_ref(), order)?;
        let key = self.secrets.seal_with(CHANNEL_KEY, &owner, texts.key.text(), order)?;
        Ok(named(config, texts, address, key))
    }
}

/// The config with the names that its secrets have in the vault.
pub(super) fn named(
    mut config: Config,
    texts: &Texts,
    address: Option<SecretRef>,
    key: Option<SecretRef>,
) -> Config {
    let kind = config.kind();
    let hidden = address.zip(texts.address.as_ref());
    let address = hidden.map(|(secret, text)| Hidden { secret, masked: texts::masked(kind, text) });
    match &mut config {
        Config::Telegram(telegram) => {
            telegram.bot_token = address;
            let hidden = key.zip(texts.key.text());
            telegram.proxy =
                hidden.map(|(secret, text)| Hidden { secret, masked: texts::masked_proxy(text) });
        }
        Config::DingTalk(ding_talk) => (ding_talk.webhook, ding_talk.secret) = (address, key),
        Config::Email(email) => email.password = key,
        Config::Webhook(webhook) => webhook.secret = key,
        Config::Slack(slack) => slack.webhook = address,
        Config::Feishu(feishu) => (feishu.webhook, feishu.secret) = (address, key),
        Config::Bark(bark) => bark.device_key = address,
        Config::ServerChan(chan) => chan.send_key = address,
        Config::Template(template) => (template.url, template.secret) = (address, key),
    }
    config
}
