//! About operations that somebody wrote themselves.

use berth_domain::Text;

use crate::client::Position;

pub(crate) fn no_ids() -> Text {
    Text::new(
        "-o id is for answers of known shape; ask for the id and print json or jsonl",
        "-o id 只用于形状已知的应答；请在查询中取 id，并以 json 或 jsonl 输出",
    )
}

pub(crate) fn set_in_two_ways(name: &str) -> Text {
    Text::new(
        format!("{name} is set twice, in ways that do not go together"),
        format!("{name} 被以互相矛盾的方式设置了两次"),
    )
}

pub(crate) fn broke_off(server: &str) -> Text {
    Text::new(
        format!("the connection to {server} broke, and the subscription with it"),
        format!("与 {server} 的连接已断开，订阅随之结束"),
    )
}

pub(crate) fn interrupted_at(position: Position) -> Text {
    Text::new(format!("interrupted at position {position}"), format!("已在位置 {position} 中断"))
}
