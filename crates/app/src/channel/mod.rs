//! Notification channels: what people may do with them.
//!
//! Their secrets are sealed here and never come out but for a delivery or a trial. Deliberately absent: any delivery.

mod configured;
mod kept;
mod sealed;
mod target;
mod texts;
mod trial;

use std::sync::Arc;

use berth_domain::{
    ChannelId,
    access::Act,
    channel::{Channel, Command, Config, Content, Create, Edit, NAME_CLAIMS, Rules, Topic, Why},
};
use secrecy::SecretString;

pub use self::{
    configured::Configured,
    trial::{Tested, Trial, Verdict},
};

use crate::{
    app::first_made,
    grab::NewSecret,
    ledger::Ledger,
    order::{Denied, Fault, Order, Told, all_at_once},
    secrets::Secrets,
    world::World,
};

/// A channel as a person wants it, whole.
pub struct NewChannel {
    pub name: String,
    pub enabled: bool,
    pub topics: Vec<Topic>,
    /// The secrets inside are set from the texts.
    pub config: Config,
    pub texts: Texts,
    /// Absent, those that are kept stay; a new one gets the usual ones.
    pub rules: Option<Rules>,
}

/// The secrets of a channel, as a person gives them.
#[derive(Default)]
pub struct Texts {
    /// A bot's token, or a webhook that whoever knows it may use. Without it the one that is kept stays.
    pub address: Option<SecretString>,
    /// A signing key, a password, or a proxy.
    pub key: NewSecret,
}

/// What people may do with notification channels.
#[derive(Clone)]
pub struct Channels {
    pub(crate) world: Arc<World>,
    pub(crate) secrets: Secrets,
    pub(crate) ledger: Ledger,
}

type ToldChannel = Told<ChannelId, Channel>;

impl Channels {
    /// Keeps a way to tell people. Whatever is wrong with it is said at once.
    pub async fn create(&self, new: NewChannel, mut order: Order) -> Result<ToldChannel, Denied> {
        order.may(Act::KeepChannels)?;
        if let Some(told) = self.created_before(&order).await? {
            return Ok(told);
        }
        let id = ChannelId::from_parts(self.world.clock.now_ms().unsigned_abs(), self.world.chance.draw());
        let outside = texts::wrong(&new.config, &new.texts);
        let config = self.sealed(id, new.config, &new.texts, &mut order)?;
        let create = Create {
            name: new.name.trim().to_owned(),
            enabled: new.enabled,
            topics: new.topics,
            config,
            rules: new.rules.unwrap_or_default(),
            at: self.world.now(),
        };
        let command = Command::Create(Box::new(create));
        all_at_once(&Channel::default(), &command, outside)?;
        let told = self.tell(id, command, &order).await?;
        match told.state.content {
            Some(_) => Ok(told),
            // Another request with the same id came first: its channel is the answer.
            None => self.created_before(&order).await?.ok_or_else(Denied::overtaken),
        }
    }

    /// Changes it as a whole. Secrets that are not given stay, as long as it is of the same kind.
    pub async fn update(
        &self,
        id: ChannelId,
        new: NewChannel,
        mut order: Order,
    ) -> Result<ToldChannel, Denied> {
        order.may(Act::KeepChannels)?;
        let outside = texts::wrong(&new.config, &new.texts);
        let config = self.sealed(id, new.config, &new.texts, &mut order)?;
        let edit = Edit {
            name: new.name.trim().to_owned(),
            enabled: new.enabled,
            topics: new.topics,
            config,
            keep_key: new.texts.keep_key(),
            rules: new.rules,
            at: self.world.now(),
        };
        let command = Command::Edit(Box::new(edit));
        if !outside.is_empty() {
            all_at_once(&self.ledger.open::<Channel>(id).await?.state, &command, outside)?;
        }
        self.tell(id, command, &order).await
    }

    /// Takes it off the lists, and forgets its secrets. Its name is free again.
    pub async fn delete(&self, id: ChannelId, order: Order) -> Result<ToldChannel, Denied> {
        self.tell(id, Command::Delete { at: self.world.now() }, &order).await
    }

    /// Stops using one where nobody is any more, and keeps the other side's words of it.
    pub(crate) async fn disable(&self, id: ChannelId, words: String) -> Result<ToldChannel, Denied> {
        let command = Command::Disable { why: Why::Gone, words, at: self.world.now() };
        self.tell(id, command, &Order::own()).await
    }

    /// Every channel that exists, out of the log alone.
    pub async fn all(&self) -> Result<Vec<(ChannelId, Content)>, Fault> {
        let mut all = Vec::new();
        for (_, stream) in self.world.log.claimed(NAME_CLAIMS).await? {
            let Ok(id) = stream.id().parse() else { continue };
            match self.content(id).await {
                Ok(content) => all.extend(content.map(|content| (id, content))),
                // It was told when it was put into quarantine. The others are told things nevertheless.
                Err(Fault::Unreadable(_)) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(all)
    }

    /// What is kept under an id, unless it was deleted.
    pub(crate) async fn content(&self, id: ChannelId) -> Result<Option<Content>, Fault> {
        Ok(self.ledger.open::<Channel>(id).await?.state.existing().cloned())
    }

    /// No actor is needed: a channel does nothing by itself, and two commands at once are put in order by the log.
    async fn tell(&self, id: ChannelId, command: Command, order: &Order) -> Result<ToldChannel, Denied> {
        self.ledger.command(id, command, order).await
    }

    async fn created_before(&self, order: &Order) -> Result<Option<ToldChannel>, Denied> {
        let Some(id) = first_made(&self.world.log, order).await? else { return Ok(None) };
        // Under an id that was answered before, no command is decided: the first answer is given.
        self.tell(id, Command::Delete { at: self.world.now() }, order).await.map(Some)
    }
}

impl Texts {
    pub(crate) fn keep_key(&self) -> bool {
        matches!(self.key, NewSecret::Kept)
    }
}
