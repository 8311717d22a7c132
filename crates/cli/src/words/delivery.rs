//! About deliveries of notifications.

use berth_domain::Text;

pub(crate) fn state(word: &str) -> Text {
    let (english, chinese) = match word {
        "PENDING" => ("waiting", "等待发送"),
        "SENDING" => ("sending", "发送中"),
        "RETRYING" => ("to be tried again", "等待重试"),
        "DELIVERED" => ("delivered", "已送达"),
        "FAILED" => ("given up", "已放弃"),
        other => (other, other),
    };
    Text::new(english, chinese)
}

/// Why it was given up, and what the other side said.
pub(crate) fn reason(reason: &str, said: &str) -> Text {
    Text::new(format!("{reason}: {said}"), format!("{reason}：{said}"))
}
