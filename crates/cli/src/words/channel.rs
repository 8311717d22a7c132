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
        "DAILY_DIGEST" => ("daily report", "日报"),
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
        "SlackConfig" => ("Slack", "Slack"),
        "FeishuConfig" => ("Feishu", "飞书"),
        "BarkConfig" => ("Bark", "Bark"),
        "ServerChanConfig" => ("ServerChan", "Server酱"),
        "TemplateConfig" => ("template", "自定义模板"),
        other => (other, other),
    };
    Text::new(english, chinese)
}

/// Of a kind that does what is said to it.
pub(crate) fn obeying(kind: &Text) -> Text {
    Text::new(
        format!("{}, does what is said in the chat", kind.english),
        format!("{}，执行聊天中的命令", kind.chinese),
    )
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

/// Of one that was there before.
pub(crate) fn is_saved(name: &str, changed: bool, state: &Text) -> Text {
    let Text { english, chinese } = state;
    if changed {
        Text::new(format!("{name} is changed, and {english}"), format!("{name}：已修改，{chinese}"))
    } else {
        Text::new(format!("nothing changed: {name} is {english}"), format!("{name}：没有变化，{chinese}"))
    }
}

pub(crate) fn wanted(flags: &[&str]) -> Text {
    let (english, chinese) = (flags.join(", "), flags.join("、"));
    Text::new(format!("a new channel wants {english}"), format!("新建渠道需要 {chinese}"))
}

pub(crate) fn at_least(severity: &str) -> Text {
    let (english, chinese) = match severity {
        "INFO" => ("everything", "全部"),
        "WARNING" => ("warnings and what is critical", "警告与严重"),
        "CRITICAL" => ("what is critical", "仅严重"),
        other => (other, other),
    };
    Text::new(english, chinese)
}

pub(crate) fn only_tenants(count: usize) -> Text {
    let tenants = if count == 1 { "tenant" } else { "tenants" };
    Text::new(format!("of {count} {tenants}"), format!("仅 {count} 个租户"))
}

pub(crate) fn quiet(hours: &str) -> Text {
    Text::new(format!("quiet {hours}"), format!("免打扰 {hours}"))
}

pub(crate) fn arrived(name: &str, milliseconds: u64, said: &str) -> Text {
    Text::new(
        format!("{name}: the message was taken ({milliseconds} ms): {said}"),
        format!("{name}：对方已接收（{milliseconds} ms）：{said}"),
    )
}

pub(crate) fn did_not_arrive(name: &str) -> Text {
    Text::new(format!("{name:?}: the message did not get through"), format!("“{name}”：消息未能送达"))
}
