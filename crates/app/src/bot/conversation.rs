//! One chat: what is said in it, and what is answered.

use berth_domain::{
    GrabId, Timestamp,
    access::Principal,
    bot::{self, Said, Which},
    channel,
    grab::{Action, Grab},
    notice::{self, Wanted},
};
use berth_notify::{Bot, Button, Content, Kind, Update};
use berth_store::{CommandId, Fingerprint};

use super::{Bots, Chat, obeyed, sorry};
use crate::order::{Denied, Fault, Order};

/// A telephone shows so many.
const SHOWN: usize = 20;
/// So many of the newest tasks are looked through for a name.
const SEARCHED: usize = 500;

pub(super) struct Conversation {
    bots: Bots,
    bot: Bot,
    chat: Chat,
    /// As they were last shown: a number means what the person saw.
    shown: Vec<GrabId>,
}

struct Reply {
    text: String,
    buttons: Vec<Button>,
}

impl From<String> for Reply {
    fn from(text: String) -> Self {
        Self { text, buttons: Vec::new() }
    }
}

impl Conversation {
    pub(super) fn new(bots: Bots, bot: Bot, chat: Chat) -> Self {
        Self { bots, bot, chat, shown: Vec::new() }
    }

    /// What is not understood, and what cannot be answered, is passed over: the next message must not wait for it.
    pub(super) async fn hear(&mut self, update: &Update) {
        let (said, pressed) = match &update.content {
            Content::Text(text) => (bot::read(text), None),
            Content::Pressed { callback_id, data } => (bot::read(data), Some(callback_id)),
            Content::Other => return,
        };
        if said == Said::Nothing && pressed.is_none() {
            return;
        }
        let language = self.chat.language;
        let reply = match self.is_meant(update).await {
            Ok(false) => return,
            Err(fault) => Some(sorry(language, &fault.into()).into()),
            Ok(true) => {
                if let Some(callback_id) = pressed
                    && self.is_too_old(callback_id).await
                {
                    return;
                }
                self.answer(said, update.id).await
            }
        };
        let Some(reply) = reply else { return };
        let listener = &self.bots.listener;
        if let Err(failure) = listener.reply(&self.bot, &update.chat, &reply.text, &reply.buttons).await {
            tracing::warn!(channel.id = %self.chat.channel, words = failure.words, "a chat could not be answered");
        }
    }

    /// Asked of the log, for what listens may not know yet what the channel became.
    async fn is_meant(&self, update: &Update) -> Result<bool, Fault> {
        let content = self.bots.channels.content(self.chat.channel).await?;
        let obeyed = |content: &channel::Content| {
            obeyed(content).is_some_and(|telegram| telegram.chat_id == update.chat)
        };
        let Some(content) = content.filter(obeyed) else { return Ok(false) };
        if matches!(update.content, Content::Pressed { .. }) {
            return Ok(true);
        }
        let now = Timestamp::from_millis(self.bots.clock.now_ms());
        let meant = update.said_at.is_some_and(|said_at| bot::is_meant(said_at, content.changed_at, now));
        if !meant {
            tracing::info!(channel.id = %self.chat.channel, "what was said too long ago, or before the channel was changed, is passed over");
        }
        Ok(meant)
    }

    /// Ends the spinning of the button. Telegram says of no press when it was, but refuses to take an answer to one that is older than some
    /// seconds.
    async fn is_too_old(&self, callback_id: &str) -> bool {
        let answered = self.bots.listener.answer(&self.bot, callback_id, "").await;
        let too_old = answered.is_err_and(|failure| failure.kind == Kind::Refused);
        if too_old {
            tracing::info!(channel.id = %self.chat.channel, "a button that was pressed too long ago is passed over");
        }
        too_old
    }

    async fn answer(&mut self, said: Said, update: i64) -> Option<Reply> {
        match said {
            Said::Nothing => None,
            Said::Help => Some(bot::help(self.chat.language).into()),
            Said::List => Some(self.list().await),
            Said::Task { wanted, which } => Some(self.task(wanted, which, update).await),
        }
    }

    async fn list(&mut self) -> Reply {
        let tasks = match self.tasks().await {
            Ok(tasks) => tasks,
            Err(denied) => return sorry(self.chat.language, &denied).into(),
        };
        let more = tasks.len().saturating_sub(SHOWN);
        let shown: Vec<_> = tasks.iter().take(SHOWN).collect();
        self.shown = shown.iter().map(|(id, _)| *id).collect();
        let states: Vec<_> = shown.iter().map(|(_, task)| task).collect();
        bot::list(self.chat.language, &states, more).into()
    }

    async fn task(&mut self, wanted: Wanted, which: Which, update: i64) -> Reply {
        let language = self.chat.language;
        if which == Which::Unsaid {
            return bot::which_task(language).into();
        }
        let found = match self.find(which).await {
            Ok(Some(id)) => self.carry_out(wanted, id, update).await.map(Some),
            Ok(None) => Ok(None),
            Err(denied) => Err(denied),
        };
        match found {
            Ok(Some((id, task))) if task.order.is_some() => {
                let text = match wanted {
                    Wanted::Status | Wanted::List => bot::about(language, &task),
                    Wanted::Start | Wanted::Pause | Wanted::Stop => bot::done(language, &task),
                };
                Reply { text, buttons: buttons(id, bot::buttons(language, &task)) }
            }
            Ok(_) => bot::no_such_task(language).into(),
            Err(denied) => sorry(language, &denied).into(),
        }
    }

    async fn carry_out(&self, wanted: Wanted, id: GrabId, update: i64) -> Result<(GrabId, Grab), Denied> {
        let state = self.bots.ledger.open::<Grab>(id).await?.state;
        let order = self.order(update);
        let grabs = &self.bots.grabs;
        let told = match wanted {
            Wanted::List | Wanted::Status => return Ok((id, state)),
            // People who say start mean go on, where it is only paused.
            Wanted::Start if state.allowed_actions().contains(&Action::Resume) => {
                grabs.resume(id, order).await
            }
            Wanted::Start => grabs.start(id, order).await,
            Wanted::Pause => grabs.pause(id, order).await,
            Wanted::Stop => grabs.stop(id, order).await,
        };
        told.map(|told| (id, told.state))
    }

    /// The same message is the same command, however often it comes.
    fn order(&self, update: i64) -> Order {
        let command = CommandId::parse(&format!("telegram:{}:{update}", self.chat.channel));
        let command = command.expect("an id and a number are printable");
        Order::given(Principal::from(&self.chat), command, Fingerprint::default())
    }

    async fn find(&self, which: Which) -> Result<Option<GrabId>, Denied> {
        Ok(match which {
            Which::Id(id) => Some(id),
            Which::Place(place) => place.checked_sub(1).and_then(|index| self.shown.get(index)).copied(),
            Which::Name(name) => {
                let tasks = self.tasks().await?;
                let named = |task: &Grab| {
                    task.order.as_ref().is_some_and(|order| order.name.to_lowercase() == name.to_lowercase())
                };
                let mut found = tasks.into_iter().filter(|(_, task)| named(task)).map(|(id, _)| id);
                // Of two with one name none is meant.
                match (found.next(), found.next()) {
                    (Some(id), None) => Some(id),
                    _ => None,
                }
            }
            Which::Unsaid => None,
        })
    }

    /// The newest first; those that were deleted are left out.
    async fn tasks(&self) -> Result<Vec<(GrabId, Grab)>, Denied> {
        let mut tasks = Vec::new();
        for id in self.bots.lists.newest(SEARCHED).await? {
            let state = self.bots.ledger.open::<Grab>(id).await?.state;
            if state.order.is_some() && state.deleted_at.is_none() {
                tasks.push((id, state));
            }
        }
        Ok(tasks)
    }
}

fn buttons(id: GrabId, buttons: Vec<notice::Button>) -> Vec<Button> {
    let id = id.to_string();
    buttons.into_iter().map(|button| Button { data: button.data(&id), text: button.text }).collect()
}
