//! What is said when the books are closed.

use berth_domain::books::{Closed, Event};
use serde_json::json;

use super::{Category, Level::Info, Line};

pub(super) fn line(event: &Event) -> Line {
    match event {
        Event::Closed(closed) => closing(closed),
    }
}

pub(super) fn closing(closed: &Closed) -> Line {
    let Closed { through, released, stand_ins, archive, .. } = closed;
    Line::new(
        Info,
        Category::System,
        "books.closed",
        format!("the books were closed through position {through}: {released} events left the log"),
        format!("账本已结至位置 {through}：{released} 个事件移出日志"),
    )
    .with(&json!({
        "through": through.to_string(),
        "released": released,
        "standIns": stand_ins,
        "archive": archive.as_ref().map(|archive| &archive.file),
    }))
}
