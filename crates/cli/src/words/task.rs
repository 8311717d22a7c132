//! About tasks and their attempts.

use berth_domain::Text;

/// The state of a task or a tenant; a word this version does not know is shown as it is.
pub(crate) fn state(word: &str) -> Text {
    let (english, chinese) = match word {
        "PENDING" => ("pending", "未启动"),
        "RUNNING" => ("running", "抢机中"),
        "COOLING_DOWN" => ("cooling down", "冷却中"),
        "PAUSED" => ("paused", "已暂停"),
        "SUCCEEDED" => ("succeeded", "已成功"),
        "FAILED" => ("failed", "已失败"),
        "STOPPED" => ("stopped", "已停止"),
        "NEEDS_REVIEW" => ("needs review", "待人工确认"),
        "UNTESTED" => ("untested", "未测试"),
        "ACTIVE" => ("active", "正常"),
        "AUTH_FAILED" => ("key refused", "密钥被拒"),
        "SUSPENDED" => ("suspended", "疑似停用"),
        "DISABLED" => ("disabled", "已停用"),
        other => (other, other),
    };
    Text::new(english, chinese)
}

/// How an attempt ended.
pub(crate) fn outcome(word: &str) -> Text {
    let (english, chinese) = match word {
        "CAPACITY" => ("out of capacity", "容量不足"),
        "THROTTLED" => ("throttled", "被限流"),
        "LIMIT" => ("limit named", "提示超限"),
        "AUTH" => ("not authorised", "未获授权"),
        "INVALID" => ("request invalid", "请求无效"),
        "SHAPE_UNAVAILABLE" => ("shape not offered", "不提供此规格"),
        "SERVER_FAULT" => ("cloud fault", "云端故障"),
        "NETWORK" => ("not reached", "网络故障"),
        "IN_DOUBT" => ("in doubt", "结果待核实"),
        "ACCEPTED" => ("accepted", "已接受"),
        "OUT" => ("an attempt is out", "正在尝试"),
        other => (other, other),
    };
    Text::new(english, chinese)
}

pub(crate) fn a_private_key(path: &str) -> Text {
    Text::new(
        format!("{path} holds a private key; the public one ends in .pub"),
        format!("{path} 是私钥；公钥文件以 .pub 结尾"),
    )
}

pub(crate) fn created(name: &str, id: &str) -> Text {
    Text::new(format!("created {name} ({id})"), format!("已创建 {name}（{id}）"))
}

/// What the server says already in the caller's language.
pub(crate) fn warning(text: &str) -> Text {
    Text::new(format!("warning: {text}"), format!("警告：{text}"))
}

pub(crate) fn deleted(name: &str) -> Text {
    Text::new(format!("{name} is deleted"), format!("{name}：已删除"))
}

pub(crate) fn really_delete_tasks(names: &str) -> Text {
    Text::new(
        format!("take {names} off the lists for good? [y/N]"),
        format!("从列表中永久删除 {names}？[y/N]"),
    )
}

pub(crate) fn is_now(name: &str, state: &Text) -> Text {
    Text::new(format!("{name} is {}", state.english), format!("{name}：{}", state.chinese))
}

pub(crate) fn ended_otherwise(name: &str, state: &Text, reason: &str) -> Text {
    Text::new(format!("{name} is {}: {reason}", state.english), format!("{name} {}：{reason}", state.chinese))
}

pub(crate) fn timed_out(name: &str, state: &Text) -> Text {
    Text::new(
        format!("the time has passed; {name} is {}", state.english),
        format!("等待超时；{name} 目前{}", state.chinese),
    )
}

pub(crate) fn waiting(name: &str, state: &Text, attempts: u64) -> Text {
    Text::new(
        format!("{name}: {}, {attempts} attempts", state.english),
        format!("{name}：{}，已尝试 {attempts} 次", state.chinese),
    )
}

pub(crate) fn counts(attempts: u64, faults: u64) -> Text {
    Text::new(format!("{attempts} attempts · {faults} faults"), format!("{attempts} 次 · 故障 {faults}"))
}

pub(crate) fn last(outcome: &str) -> Text {
    Text::new(format!("last: {outcome}"), format!("上次：{outcome}"))
}

pub(crate) fn next_in(length: &str) -> Text {
    Text::new(format!("next in {length}"), format!("{length}后再试"))
}

pub(crate) fn trying_now() -> Text {
    Text::new("trying now", "正在尝试")
}
