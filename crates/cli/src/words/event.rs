//! About events and their history.

use berth_domain::Text;

pub(crate) fn event() -> Text {
    Text::new("event", "事件")
}

pub(crate) fn stream() -> Text {
    Text::new("stream", "事件流")
}

pub(crate) fn more_after(position: &str) -> Text {
    Text::new(
        format!("there are more; go on with --after {position}"),
        format!("还有更多；用 --after {position} 继续"),
    )
}

pub(crate) fn nothing_changed() -> Text {
    Text::new("nothing changed", "没有变化")
}

pub(crate) fn step_wants_a_terminal() -> Text {
    Text::new(
        "--step goes by keys and wants a terminal, and text on it; without one use --diff or events list",
        "--step 需要在终端中以文本方式按键操作；没有终端时请用 --diff 或 events list",
    )
}

pub(crate) fn step_keys(first: u64) -> Text {
    Text::new(
        format!(" n next · p previous · g N go to · d what changed since v{first} · s whole state · q quit"),
        format!(" n 下一个 · p 上一个 · g N 跳转 · d 自 v{first} 以来的变化 · s 完整状态 · q 退出"),
    )
}

pub(crate) fn no_further() -> Text {
    Text::new(" there is nothing further that way", " 该方向已没有更多事件")
}

pub(crate) fn go_where() -> Text {
    Text::new(" go to version, @position or time:", " 跳转到版本、@位置或时间：")
}

pub(crate) fn before_all() -> Text {
    Text::new(" before the first event", " 第一个事件之前")
}
