//! What is said of each event of a notification channel: people change one, and the server itself stops using it.

use berth_domain::channel::{Disabled, Event, Why};
use serde_json::json;

use super::{
    Category,
    Level::{Info, Warn},
    Line,
};

pub(super) fn line(event: &Event) -> Line {
    let (key, name, english, chinese) = match event {
        Event::Created(created) => ("channel.created", &created.name, "was saved", "已保存"),
        Event::Edited(edited) => ("channel.edited", &edited.name, "was changed", "已修改"),
        Event::Deleted(deleted) => ("channel.deleted", &deleted.name, "was deleted", "已删除"),
        Event::Disabled(disabled) => return disabled_line(disabled),
    };
    let english = format!("the notification channel {name:?} {english}");
    Line::new(Info, Category::System, key, english, format!("通知渠道“{name}”{chinese}"))
        .with(&json!({ "name": name }))
}

fn disabled_line(Disabled { name, why, words, .. }: &Disabled) -> Line {
    let (english, chinese) = match why {
        Why::Gone => ("nobody is there any more", "对方已不存在"),
    };
    let english =
        format!("the notification channel {name:?} is not used any more, because {english}: {words}");
    let chinese = format!("通知渠道“{name}”已停用，因为{chinese}：{words}");
    Line::new(Warn, Category::System, "channel.disabled", english, chinese)
        .with(&json!({ "name": name, "why": why, "words": words }))
}
