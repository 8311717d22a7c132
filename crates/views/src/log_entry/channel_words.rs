//! What is said of each event of a notification channel: only people change one.

use berth_domain::channel::Event;
use serde_json::json;

use super::{Category, Level::Info, Line};

pub(super) fn line(event: &Event) -> Line {
    let (key, name, english, chinese) = match event {
        Event::Created(created) => ("channel.created", &created.name, "was saved", "已保存"),
        Event::Edited(edited) => ("channel.edited", &edited.name, "was changed", "已修改"),
        Event::Deleted(deleted) => ("channel.deleted", &deleted.name, "was deleted", "已删除"),
    };
    let english = format!("the notification channel {name:?} {english}");
    Line::new(Info, Category::System, key, english, format!("通知渠道“{name}”{chinese}"))
        .with(&json!({ "name": name }))
}
