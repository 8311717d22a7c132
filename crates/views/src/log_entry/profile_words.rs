//! What is said of each event of a launch profile: only people change one.

use berth_domain::profile::Event;
use serde_json::json;

use super::{Category, Level::Info, Line};

pub(super) fn line(event: &Event) -> Line {
    let (key, name, english, chinese) = match event {
        Event::Created(created) => ("profile.created", &created.name, "was saved", "已保存"),
        Event::Edited(edited) => ("profile.edited", &edited.name, "was changed", "已修改"),
        Event::Deleted(deleted) => ("profile.deleted", &deleted.name, "was deleted", "已删除"),
    };
    let english = format!("the launch profile {name:?} {english}");
    Line::new(Info, Category::System, key, english, format!("启动模板“{name}”{chinese}"))
        .with(&json!({ "name": name }))
}
