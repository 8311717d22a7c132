//! Notices as letters, in the language of whom they go to.

use berth_domain::{
    DeliveryId,
    channel::{Config, Content},
    delivery::Queued,
    notice::Message,
};
use berth_notify::{Button, Letter, Line};
use serde_json::json;

/// One notice, or several in one.
pub(super) fn letter(content: &Content, queued: &[(DeliveryId, Queued)]) -> Letter {
    let language = content.rules.language;
    let messages: Vec<_> = queued.iter().map(|(_, queued)| queued.notice.message(language)).collect();
    let (first, newest) = (&queued[0], &queued[queued.len() - 1]);
    let message =
        if messages.len() == 1 { messages[0].clone() } else { Message::digest(language, &messages) };
    let severity = queued.iter().map(|(_, queued)| queued.notice.severity()).max().unwrap_or_default();
    let answerable = matches!(&content.config, Config::Telegram(telegram) if telegram.control);
    let task = first.1.notice.task().map(|task| task.id.to_string()).unwrap_or_default();
    let buttons = message
        .buttons
        .iter()
        .filter(|_| answerable)
        .map(|button| Button { text: button.text.clone(), data: button.data(&task) });
    Letter {
        key: first.0.to_string(),
        time_ms: newest.1.happened_at.millis(),
        topic: first.1.notice.topic().word().to_owned(),
        severity,
        title: message.title,
        lines: message.lines.into_iter().map(|line| Line { label: line.label, text: line.text }).collect(),
        facts: facts(queued),
        buttons: buttons.collect(),
    }
}

/// For programs: one notice as it stands in its event, with where to read on.
fn facts(queued: &[(DeliveryId, Queued)]) -> serde_json::Value {
    let one = |(_, queued): &(DeliveryId, Queued)| json!({ "notice": queued.notice, "position": queued.cause.to_string(), "time": queued.happened_at });
    match queued {
        [single] => one(single),
        several => several.iter().map(one).collect(),
    }
}
