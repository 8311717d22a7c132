//! About lists and feeds.

use berth_domain::Text;

pub(crate) fn there_are_more(shown: usize) -> Text {
    Text::new(
        format!("{shown} shown, there are more; raise --limit"),
        format!("已显示 {shown} 条，还有更多；可增大 --limit"),
    )
}

pub(crate) fn searched_so_far(entries: usize) -> Text {
    Text::new(
        format!("the newest {entries} entries were searched; narrow it with --since"),
        format!("已搜索最近 {entries} 条；可用 --since 缩小范围"),
    )
}

pub(crate) fn skipped(entries: u64) -> Text {
    Text::new(format!("… {entries} entries left out"), format!("… 略过 {entries} 条"))
}

pub(crate) fn connection_lost(position: &str) -> Text {
    Text::new(
        format!("the connection is lost; trying to go on from position {position}"),
        format!("连接中断；正尝试从位置 {position} 继续"),
    )
}

pub(crate) fn go_on_from(position: &str, command: &str) -> Text {
    Text::new(
        format!("interrupted at position {position}; go on with: {command}"),
        format!("已在位置 {position} 中断；继续：{command}"),
    )
}
