//! Bots that obey: what the owner writes into the chat of a Telegram channel is done; everybody else meets silence.
//!
//! One bot may serve several chats, and its messages can be fetched by one only, so there is one listener for each bot. A message's
//! number is part of the command's id: one that comes twice is done once. What was said while nobody listened is not done hours later.

mod conversation;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use berth_actors::Clock;
use berth_domain::{
    ChannelId, Language,
    channel::{Config, Content, Telegram},
};
use berth_notify::{Bot, Kind, Listener, Target};
use secrecy::ExposeSecret;
use tokio::{sync::watch, task::JoinSet};

use self::conversation::Conversation;
use crate::{channel::Channels, grab::Grabs, ledger::Ledger, order::Denied, roster::Lists};

/// Telegram holds a question open for so long when there is nothing to say.
const LONG_POLL_S: u32 = 50;
/// How long a bot is left alone that could not be asked.
const PAUSE: Duration = Duration::from_secs(10);
/// However long it wants to be.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);
/// An answer that came at once and held nothing is not asked for again at once.
const BREATH: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub(crate) struct Bots {
    pub(crate) channels: Channels,
    pub(crate) grabs: Grabs,
    pub(crate) ledger: Ledger,
    pub(crate) lists: Lists,
    pub(crate) listener: Arc<dyn Listener>,
    pub(crate) clock: Clock,
    /// Rises with every change of a channel.
    pub(crate) changes: watch::Receiver<u64>,
}

/// A chat that is obeyed.
#[derive(Clone, Debug)]
pub(crate) struct Chat {
    pub(crate) channel: ChannelId,
    /// The channel's name: it stands in every event as who did it.
    pub(crate) name: String,
    pub(crate) language: Language,
}

/// A bot with the chats that it obeys, by their numbers.
struct Obeying {
    bot: Bot,
    chats: HashMap<String, Chat>,
}

/// Which message comes next, by the bot's token. Kept while bots come and go with changes of channels.
type Offsets = Arc<Mutex<HashMap<String, i64>>>;

impl Bots {
    /// For ever. Dropping it ends every listener.
    pub(crate) async fn run(mut self) {
        let offsets = Offsets::default();
        loop {
            self.changes.mark_unchanged();
            let mut listening = JoinSet::new();
            match self.obeying().await {
                Ok(bots) => {
                    for obeying in bots {
                        listening.spawn(self.clone().listen(obeying, offsets.clone()));
                    }
                }
                Err(denied) => {
                    tracing::error!(error = %denied, "the bots cannot be started; trying again");
                    self.clock.sleep(PAUSE).await;
                    continue;
                }
            }
            if self.changes.changed().await.is_err() {
                return;
            }
        }
    }

    async fn obeying(&self) -> Result<Vec<Obeying>, Denied> {
        let mut bots = BTreeMap::<String, Obeying>::new();
        for (channel, content) in self.channels.all().await? {
            if obeyed(&content).is_none() {
                continue;
            }
            let (token, api_base, proxy, chat) = match self.channels.target(channel).await {
                Ok(Some(Target::Telegram { token, api_base, proxy, chat })) => (token, api_base, proxy, chat),
                Ok(_) => continue,
                // One whose secret cannot be opened keeps no other bot silent.
                Err(fault) => {
                    let error: &dyn std::error::Error = &fault;
                    tracing::error!(channel.id = %channel, error, "a bot cannot be listened to");
                    continue;
                }
            };
            let key = token.expose_secret().to_owned();
            let bot = Bot { token, api_base, proxy };
            let obeying = bots.entry(key).or_insert_with(|| Obeying { bot, chats: HashMap::new() });
            let (name, language) = (content.name.clone(), content.rules.language);
            obeying.chats.insert(chat, Chat { channel, name, language });
        }
        Ok(bots.into_values().collect())
    }

    async fn listen(self, obeying: Obeying, offsets: Offsets) {
        let key = obeying.bot.token.expose_secret().to_owned();
        let mut conversations = HashMap::<String, Conversation>::new();
        let mut failing = false;
        loop {
            let offset = locked(&offsets).get(&key).copied().unwrap_or(0);
            let asked_at = self.clock.instant();
            let updates = match self.listener.updates(&obeying.bot, offset, LONG_POLL_S).await {
                Ok(updates) => updates,
                Err(failure) => {
                    let wait = match failure.kind {
                        Kind::Passing { retry_after_ms: Some(wait) } => {
                            Duration::from_millis(wait).min(LONGEST_PAUSE)
                        }
                        Kind::Passing { .. } | Kind::Refused | Kind::Gone | Kind::Blocked => PAUSE,
                    };
                    if !failing {
                        tracing::warn!(words = failure.words, "a bot cannot be asked; trying again");
                    }
                    failing = true;
                    self.clock.sleep(wait).await;
                    continue;
                }
            };
            failing = false;
            if updates.is_empty() && asked_at.elapsed() < BREATH {
                self.clock.sleep(BREATH).await;
            }
            for update in updates {
                // Whoever is not known meets silence, and their message is passed over.
                if let Some(chat) = obeying.chats.get(&update.chat) {
                    let conversation = conversations.entry(update.chat.clone()).or_insert_with(|| {
                        Conversation::new(self.clone(), obeying.bot.clone(), chat.clone())
                    });
                    conversation.hear(&update).await;
                }
                locked(&offsets).insert(key.clone(), update.id + 1);
            }
        }
    }
}

/// A channel whose chat commands.
fn obeyed(content: &Content) -> Option<&Telegram> {
    match &content.config {
        Config::Telegram(telegram) if content.enabled && telegram.control => Some(telegram),
        _ => None,
    }
}

fn locked(offsets: &Offsets) -> std::sync::MutexGuard<'_, HashMap<String, i64>> {
    offsets.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What people are told when the world fails them.
pub(crate) fn sorry(language: Language, denied: &Denied) -> String {
    let text = match denied {
        Denied::Refused(reasons) => {
            let said = reasons.iter().map(|reason| reason.message.in_language(language));
            return said.collect::<Vec<_>>().join("\n");
        }
        Denied::Forbidden(forbidden) => forbidden.text(),
        Denied::Fault(fault) => {
            tracing::error!(
                error = fault as &dyn std::error::Error,
                "what a chat asked for could not be done"
            );
            busy()
        }
    };
    text.in_language(language).to_owned()
}

fn busy() -> berth_domain::Text {
    berth_domain::Text::new("That did not work just now. Try again in a while.", "暂时无法完成，请稍后再试。")
}

impl From<&Chat> for berth_domain::access::Principal {
    fn from(chat: &Chat) -> Self {
        Self::bot(format!("telegram:{}", chat.name))
    }
}
