//! About read models.

use berth_domain::Text;

pub(crate) fn projection() -> Text {
    Text::new("read model", "读模型")
}

/// What a read model is doing; a word this version does not know is shown as it is.
pub(crate) fn status(word: &str) -> Text {
    let (english, chinese) = match word {
        "LIVE" => ("live", "最新"),
        "CATCHING_UP" => ("catching up", "追赶中"),
        "REBUILDING" => ("rebuilding", "重建中"),
        "FAULTED" => ("stopped", "已停下"),
        other => (other, other),
    };
    Text::new(english, chinese)
}

pub(crate) fn stopped_at(name: &str, position: &str, message: &str) -> Text {
    Text::new(
        format!("{name} stopped at event {position}: {message}"),
        format!("{name} 停在事件 {position}：{message}"),
    )
}

pub(crate) fn retry_or_skip(name: &str, position: &str) -> Text {
    Text::new(
        format!(
            "look with: berth events show {position}; then: berth projections retry {name}, or berth projections skip {name} {position} --reason WHY"
        ),
        format!(
            "查看：berth events show {position}；然后：berth projections retry {name}，或 berth projections skip {name} {position} --reason 原因"
        ),
    )
}

pub(crate) fn rebuild_begun(name: &str) -> Text {
    Text::new(
        format!("{name} is being rebuilt; the one in use still answers"),
        format!("{name} 正在重建；原有数据仍在服务"),
    )
}

pub(crate) fn rebuilt(name: &str) -> Text {
    Text::new(format!("{name} is rebuilt"), format!("{name} 已重建"))
}

pub(crate) fn still_answers() -> Text {
    Text::new("(the one in use still answers)", "（旧表仍在服务）")
}

pub(crate) fn rebuild_goes_on() -> Text {
    Text::new(
        "the rebuild goes on without you; see: berth projections list",
        "重建仍在继续；查看：berth projections list",
    )
}

pub(crate) fn is_now(name: &str, status: &Text) -> Text {
    Text::new(format!("{name} is {}", status.english), format!("{name}：{}", status.chinese))
}

pub(crate) fn would_change(name: &str, added: u64, removed: u64, changed: u64) -> Text {
    Text::new(
        format!("{name}: {added} rows added, {removed} removed, {changed} changed"),
        format!("{name}：新增 {added} 行，移除 {removed} 行，改变 {changed} 行"),
    )
}

pub(crate) fn applied(events: u64, position: &str) -> Text {
    Text::new(
        format!("{events} events folded, up to position {position}"),
        format!("已重放 {events} 个事件，至位置 {position}"),
    )
}
