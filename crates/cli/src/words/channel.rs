//! About notification channels.

use berth_domain::Text;

pub(crate) fn channel() -> Text {
    Text::new("notification channel", "通知渠道")
}

pub(crate) fn state(enabled: bool) -> Text {
    if enabled { Text::new("in use", "使用中") } else { Text::new("not in use", "已停用") }
}

pub(crate) fn topic(word: &str) -> Text {
    let (english, chinese) = match word {
        "ACCOUNT_AUTH_FAILED" => ("key refused", "密钥被拒"),
        "DAILY_DIGEST" => ("daily digest", "每日摘要"),
        "SYSTEM_ALERT" => ("system alert", "系统告警"),
        "TASK_FAILED" => ("task failed", "任务失败"),
        "TASK_SUCCEEDED" => ("task succeeded", "任务成功"),
        other => (other, other),
    };
    Text::new(english, chinese)
}

/// What people call the kind of a channel; a kind this version does not know is shown as it is.
pub(crate) fn kind(word: &str) -> Text {
    let (english, chinese) = match word {
        "TelegramConfig" => ("Telegram", "Telegram"),
        "DingTalkConfig" => ("DingTalk", "钉钉"),
        "EmailConfig" => ("email", "邮件"),
        "WebhookConfig" => ("webhook", "Webhook"),
        other => (other, other),
    };
    Text::new(english, chinese)
}

pub(crate) fn really_delete(name: &str) -> Text {
    Text::new(
        format!("delete the notification channel {name:?} and forget its secrets? [y/N]"),
        format!("删除通知渠道 “{name}” 并遗忘其机密？[y/N]"),
    )
}

pub(crate) fn really_replace(name: &str, kind: &Text) -> Text {
    Text::new(
        format!(
            "{name:?} is of the kind {}: put another in its place and forget its secrets? [y/N]",
            kind.english
        ),
        format!("“{name}” 的类型是{}：改为其他类型并遗忘其机密？[y/N]", kind.chinese),
    )
}

/// Of one that was of another kind before.
pub(crate) fn is_replaced(name: &str, old: &Text, new: &Text, state: &Text) -> Text {
    Text::new(
        format!("{name} is of the kind {} in place of {}, and {}", new.english, old.english, state.english),
        format!("{name}：类型由{}改为{}，{}", old.chinese, new.chinese, state.chinese),
    )
}

pub(crate) fn wanted(flag: &str) -> Text {
    Text::new(format!("a new channel wants {flag}"), format!("新建渠道需要 {flag}"))
}
