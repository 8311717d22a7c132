//! The channels that the configuration names: section `notify`.

use secrecy::SecretString;

use super::{
    check::Checked,
    problem::{Origin, Problem},
};

#[derive(Debug, Clone)]
pub struct Notify {
    pub telegram: Said<Telegram>,
    pub dingtalk: Said<Dingtalk>,
}

/// What is said of a channel.
#[derive(Debug, Clone)]
pub enum Said<T> {
    /// Not a word: one that was kept before is left as it is.
    Nothing,
    /// It is off, or on without what it needs, which was warned of.
    Unused,
    Kept {
        enabled: bool,
        channel: T,
    },
}

#[derive(Debug, Clone)]
pub struct Telegram {
    pub bot_token: SecretString,
    pub chat_id: String,
}

#[derive(Debug, Clone)]
pub struct Dingtalk {
    pub webhook: SecretString,
    /// Empty when messages are not signed.
    pub secret: SecretString,
}

impl Notify {
    /// A channel that is enabled without its address is a warning, not an error: the seed's example is written so, and a server that
    /// grabs without telling is better than one that does not start.
    pub(super) fn of(checked: &Checked, warnings: &mut Vec<Problem>) -> Self {
        let telegram = said(
            checked,
            "notify.telegram.enabled",
            &["notify.telegram.bot_token", "notify.telegram.chat_id"],
            warnings,
        );
        let dingtalk = said(checked, "notify.dingtalk.enabled", &["notify.dingtalk.webhook"], warnings);
        Self {
            telegram: telegram.map(|()| Telegram {
                bot_token: checked.secret("notify.telegram.bot_token"),
                chat_id: checked.text("notify.telegram.chat_id").to_owned(),
            }),
            dingtalk: dingtalk.map(|()| Dingtalk {
                webhook: checked.secret("notify.dingtalk.webhook"),
                secret: checked.secret("notify.dingtalk.secret"),
            }),
        }
    }
}

impl<T> Said<T> {
    pub(crate) fn map<U>(self, channel_of: impl FnOnce(T) -> U) -> Said<U> {
        match self {
            Self::Nothing => Said::Nothing,
            Self::Unused => Said::Unused,
            Self::Kept { enabled, channel } => Said::Kept { enabled, channel: channel_of(channel) },
        }
    }
}

fn said(
    checked: &Checked,
    switch: &'static str,
    needed: &[&'static str],
    warnings: &mut Vec<Problem>,
) -> Said<()> {
    let enabled = checked.flag(switch);
    let missing: Vec<_> = needed.iter().copied().filter(|key| checked.is_empty(key)).collect();
    if missing.is_empty() {
        return Said::Kept { enabled, channel: () };
    }
    if enabled {
        let missing = missing.join(", ");
        warnings.push(checked.problem(
            switch,
            format!("is on, but {missing} is empty, so nothing will be sent"),
            format!("已启用，但 {missing} 为空，因此不会发送任何消息"),
        ));
    }
    if *checked.origin(switch) == Origin::Default { Said::Nothing } else { Said::Unused }
}
