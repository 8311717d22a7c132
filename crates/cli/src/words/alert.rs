//! About alerts and their rules.

use berth_domain::{
    Text,
    alert::{self, Unit},
};

/// Whether an alert goes on; a word this version does not know is shown as it is.
pub(crate) fn state(word: &str) -> Text {
    let (english, chinese) = match word {
        "RAISED" => ("raised", "告警中"),
        "RESOLVED" => ("resolved", "已解决"),
        other => (other, other),
    };
    Text::new(english, chinese)
}

pub(crate) fn severity(word: &str) -> Text {
    let (english, chinese) = match word {
        "INFO" => ("info", "提示"),
        "WARNING" => ("warning", "警告"),
        "CRITICAL" => ("critical", "严重"),
        other => (other, other),
    };
    Text::new(english, chinese)
}

pub(crate) fn watched(enabled: bool) -> Text {
    if enabled { Text::new("watched", "监测中") } else { Text::new("off", "已关闭") }
}

/// A number with its unit; without one where this version does not know it.
pub(crate) fn figure(value: f64, unit: &str) -> Text {
    let unit = match unit {
        "PERCENT" => Unit::Percent,
        "SECONDS" => Unit::Seconds,
        "EVENTS" => Unit::Events,
        "INSTANCES" => Unit::Instances,
        "TASKS" => Unit::Tasks,
        _ => return Text::new(value.to_string(), value.to_string()),
    };
    alert::figure(value, unit)
}

pub(crate) fn lasting(length: &str) -> Text {
    Text::new(format!("for {length}"), format!("持续 {length}"))
}

pub(crate) fn is_now(title: &str, state: &Text) -> Text {
    Text::new(format!("{title} is {}", state.english), format!("{title}：{}", state.chinese))
}

pub(crate) fn rule_is_now(title: &str, limit: &str, enabled: bool) -> Text {
    if enabled {
        Text::new(format!("{title}: an alert from {limit}"), format!("{title}：{limit} 时告警"))
    } else {
        Text::new(format!("{title}: not watched any more"), format!("{title}：不再监测"))
    }
}
