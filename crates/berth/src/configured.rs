//! At start: the channels that the configuration names are kept as it says.

use berth_app::{
    Denied,
    channel::{Channels, Configured},
};

use crate::config::{Notify, Said};

/// What is wrong with one is told and keeps nobody from starting: a server that grabs without telling is better than none.
pub(crate) async fn keep_channels(channels: &Channels, notify: &Notify) -> Result<(), Denied> {
    let telegram = notify
        .telegram
        .clone()
        .map(|said| Configured::Telegram { bot_token: said.bot_token, chat_id: said.chat_id });
    let ding_talk = notify
        .dingtalk
        .clone()
        .map(|said| Configured::DingTalk { webhook: said.webhook, secret: said.secret });
    for (name, said) in Configured::NAMES.into_iter().zip([telegram, ding_talk]) {
        match keep(channels, name, said).await {
            Ok(true) => tracing::info!(channel = name, "kept a channel as the configuration says"),
            Ok(false) => {}
            Err(Denied::Refused(reasons)) => {
                let reasons: Vec<_> = reasons
                    .iter()
                    .map(|reason| format!("{}: {}", reason.field.join("."), reason.message.english))
                    .collect();
                tracing::warn!(
                    channel = name,
                    reasons = reasons.join("; "),
                    "a channel of the configuration cannot be kept"
                );
            }
            Err(denied) => return Err(denied),
        }
    }
    Ok(())
}

async fn keep(channels: &Channels, name: &str, said: Said<Configured>) -> Result<bool, Denied> {
    match said {
        Said::Nothing => Ok(false),
        Said::Unused => channels.leave_configured(name).await,
        Said::Kept { enabled, channel } => channels.keep_configured(&channel, enabled).await,
    }
}
