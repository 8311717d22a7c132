//! One letter to a channel, before it is kept or after: does it arrive?
//!
//! Whoever may keep channels chooses whom the server calls. So that nobody looks around in foreign nets through it, a place that the
//! guard closes is told like any other such place, and of an answer no more than of any message's.

use std::time::Duration;

use berth_domain::{
    ChannelId, Code, DeliveryId, Explanation, Language, SecretRef, Text,
    access::Act,
    channel::{Config, Refusal},
    notice::Severity,
};
use berth_notify::{Failure, Letter, Line, Receipt, Target};
use serde_json::json;

use super::{
    Channels, Texts,
    sealed::named,
    target::{Opened, target},
    texts,
};
use crate::order::{Denied, Order};

/// Nobody waits longer for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is to be tried.
pub struct Trial {
    /// One that is kept. What it has in the vault stands in for what is left out.
    pub id: Option<ChannelId>,
    /// Another config than the one that is kept, or of one that is kept nowhere yet.
    pub wanted: Option<(Config, Texts)>,
    /// Of the letter, unless the one that is kept has its own.
    pub language: Language,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    pub verdict: Verdict,
    /// Of the answer: HTTP's or SMTP's. Absent when there was none.
    pub status: Option<u16>,
    /// The other side's own, as far as they are told.
    pub words: String,
    pub duration_ms: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The other side took it.
    Worked,
    Failed,
    /// The server does not call there.
    Blocked,
}

impl Channels {
    /// Sends one letter, and tells what the other side said of it.
    pub async fn test(&self, trial: Trial, order: &Order) -> Result<Tested, Denied> {
        order.may(Act::KeepChannels)?;
        let (target, language) = self.tried(trial).await?;
        let (letter, now_ms) = (self.letter(language), self.world.clock.now_ms());
        let began = self.world.clock.instant();
        let sent = self.world.notifier.send(&target, &letter, now_ms);
        let sent = tokio::time::timeout(PATIENCE, sent).await.unwrap_or_else(|_| Err(no_answer()));
        let duration_ms = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
        let tested = tested(&target, sent, duration_ms);
        tracing::info!(kind = target.kind(), verdict = ?tested.verdict, status = tested.status, "tried a channel");
        Ok(tested)
    }

    /// Where the letter goes, and in which language it is.
    async fn tried(&self, trial: Trial) -> Result<(Target, Language), Denied> {
        let known = match trial.id {
            Some(id) => Some(self.content(id).await?.ok_or_else(no_such_channel)?),
            None => None,
        };
        let language = known.as_ref().map_or(trial.language, |content| content.rules.language);
        let kept = known.as_ref().map(|content| &content.config);
        let (config, texts) = match trial.wanted {
            Some((config, texts)) => (whole(config, &texts, kept)?, texts),
            None => (kept.cloned().ok_or_else(nothing_to_try)?, Texts::default()),
        };
        let opened = match trial.id {
            Some(id) => self.opened(id, &config, texts).await?,
            None => Opened::from(texts),
        };
        Ok((target(&config, opened)?, language))
    }

    fn letter(&self, language: Language) -> Letter {
        let now_ms = self.world.clock.now_ms();
        let key = DeliveryId::from_parts(now_ms.unsigned_abs(), self.world.chance.draw());
        let title = Text::new("Test message from Berth", "Berth 测试消息");
        let text = Text::new("This channel works.", "此通知渠道可以使用。");
        Letter {
            key: key.to_string(),
            time_ms: now_ms,
            topic: "TEST".to_owned(),
            severity: Severity::Info,
            title: title.in_language(language).to_owned(),
            lines: vec![Line { label: None, text: text.in_language(language).to_owned() }],
            facts: json!({ "test": true }),
            buttons: Vec::new(),
        }
    }
}

impl Tested {
    /// What is told of it in one language.
    pub fn told(&self, language: Language) -> &str {
        match self.verdict {
            Verdict::Worked | Verdict::Failed => &self.words,
            Verdict::Blocked if language == Language::Chinese => {
                "服务器不访问这个地址：只以加密方式访问公网地址的常用端口，以及 outbound.allow 所列的地址"
            }
            Verdict::Blocked => {
                "the server does not call this address: it calls public ones, encrypted and at usual ports, and what \
                 outbound.allow names"
            }
        }
    }
}

/// As it would be kept, or all that is wrong with it.
fn whole(config: Config, texts: &Texts, kept: Option<&Config>) -> Result<Config, Denied> {
    let mut reasons = texts::wrong(&config, texts);
    let name = |given: bool| given.then(|| SecretRef("given".to_owned()));
    let (address, key) = (name(texts.address.is_some()), name(texts.key.text().is_some()));
    let whole = named(config, texts, address, key).over(kept, texts.keep_key());
    match whole {
        Ok(whole) if reasons.is_empty() => Ok(whole),
        Ok(_) => Err(Denied::Refused(reasons)),
        Err(more) => {
            reasons.extend(more);
            Err(Denied::Refused(reasons))
        }
    }
}

fn tested(target: &Target, sent: Result<Receipt, Failure>, duration_ms: u32) -> Tested {
    let (verdict, status, words) = match sent {
        Ok(receipt) => (Verdict::Worked, receipt.status, receipt.told(target)),
        Err(Failure { kind: berth_notify::Kind::Blocked, .. }) => {
            // How long it took would tell whether there is such a name.
            return Tested { verdict: Verdict::Blocked, status: None, words: String::new(), duration_ms: 0 };
        }
        Err(Failure { status, words, .. }) => (Verdict::Failed, status, target.told(status, words)),
    };
    Tested { verdict, status, words, duration_ms }
}

fn no_answer() -> Failure {
    let words = format!("no answer within {} s", PATIENCE.as_secs());
    Failure { kind: berth_notify::Kind::PASSING, status: None, words }
}

fn no_such_channel() -> Denied {
    Denied::refusal(&Refusal::NoSuchChannel).at_field(&["id"])
}

fn nothing_to_try() -> Denied {
    let text = Text::new("name a channel, or say how somebody is reached", "请指定渠道，或填写送达方式");
    Denied::Refused(vec![Explanation::new(Code::Invalid, text).at(&["config"])])
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn failure(kind: berth_notify::Kind, status: Option<u16>) -> Result<Receipt, Failure> {
        Err(Failure { kind, status, words: "CANARY of the other side".to_owned() })
    }

    fn webhook(url: &str) -> Target {
        Target::Webhook { url: url.to_owned(), secret: None }
    }

    fn telegram(api_base: &str) -> Target {
        let (token, chat) = (SecretString::from("1:x"), "1".to_owned());
        Target::Telegram { token, chat, api_base: api_base.to_owned(), proxy: None }
    }

    #[test]
    fn of_an_answer_no_more_is_told_than_of_any_messages() {
        let tested = |target: Target, kind, status| tested(&target, failure(kind, Some(status)), 7);
        let anybody = tested(webhook("https://example.com"), berth_notify::Kind::Refused, 404);
        assert_eq!(anybody.words, "HTTP 404");
        let service = tested(telegram("https://api.telegram.org"), berth_notify::Kind::Gone, 403);
        assert_eq!((service.verdict, service.status, service.duration_ms), (Verdict::Failed, Some(403), 7));
        assert!(service.words.contains("CANARY"), "{service:?}");
    }

    #[test]
    fn every_place_that_the_guard_closes_is_told_alike() {
        let one =
            |target: &Target, took| tested(target, failure(berth_notify::Kind::Blocked, Some(80)), took);
        let (inside, metadata) = (webhook("http://10.0.0.7/"), telegram("http://169.254.169.254"));
        assert_eq!(one(&inside, 3), one(&metadata, 900));
        let told = one(&inside, 3).told(Language::English).to_owned();
        assert!(
            told.starts_with("the server does not call this address") && !told.contains("CANARY"),
            "{told}"
        );
    }
}
