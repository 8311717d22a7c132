//! What is said of each order about a read model: who ordered what, and why.

use berth_domain::projection::{Event, EventSkipped};
use serde_json::json;

use super::{
    Category,
    Level::{Info, Warn},
    Line,
};

pub(super) fn line(name: &str, event: &Event) -> Line {
    match event {
        Event::RebuildRequested(_) => Line::new(
            Info,
            Category::System,
            "projection.rebuild_requested",
            format!("the read model {name} is to be folded anew"),
            format!("已要求重建读模型 {name}"),
        ),
        Event::Retried(_) => Line::new(
            Info,
            Category::System,
            "projection.retried",
            format!("the read model {name} is to try again"),
            format!("已要求读模型 {name} 重试"),
        ),
        Event::EventSkipped(skipped) => skip(name, skipped),
    }
}

fn skip(name: &str, skipped: &EventSkipped) -> Line {
    let EventSkipped { position, reason, at: _ } = skipped;
    Line::new(
        Warn,
        Category::System,
        "projection.event_skipped",
        format!("the read model {name} goes on without the event at position {position}: {reason}"),
        format!("读模型 {name} 跳过位置 {position} 的事件：{reason}"),
    )
    .with(&json!({ "projection": name, "position": position.to_string(), "reason": reason }))
}
