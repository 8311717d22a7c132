//! Alerts in words for people, in both languages.

use super::{
    event::{Adjusted, By, Raised, Received, Resolved},
    rule::{Rule, Side, Unit},
    rule_name::RuleName,
};
use crate::explain::Text;

impl RuleName {
    /// What is watched.
    pub fn title(self) -> Text {
        let (english, chinese) = match self {
            Self::ErrorRate => ("request error rate", "请求错误率"),
            Self::ResponseTime => ("response time (P95)", "响应时间（P95）"),
            Self::Cpu => ("CPU usage", "CPU 使用率"),
            Self::Memory => ("memory usage", "内存使用率"),
            Self::Disk => ("disk usage", "磁盘使用率"),
            Self::Connections => ("connections in use", "连接占用率"),
            Self::Instances => ("instances obtained", "已获得的实例数"),
            Self::ProjectionLag => ("read models behind the log", "读模型落后日志"),
            Self::AttemptsInDoubt => ("longest attempt in doubt", "最久的存疑尝试"),
            Self::AttemptFaults => ("fault rate of attempts", "尝试故障率"),
            Self::ClockSkew => ("clock set or drifting", "时钟跳变或漂移"),
            Self::StalledTasks => ("running tasks without a sign of life", "没有动静的运行中任务"),
            Self::Storage => ("storage takes nothing", "存储无法写入"),
        };
        Text::new(english, chinese)
    }
}

impl Unit {
    /// What stands behind a number.
    pub fn text(self) -> Text {
        let (english, chinese) = match self {
            Self::Percent => ("%", "%"),
            Self::Seconds => ("s", "秒"),
            Self::Events => ("events", "个事件"),
            Self::Instances => ("instances", "个实例"),
            Self::Tasks => ("tasks", "个任务"),
        };
        Text::new(english, chinese)
    }
}

/// A number with its unit: at most two places, and none that say nothing.
pub fn figure(value: f64, unit: Unit) -> Text {
    let number = short(value);
    let unit = unit.text();
    Text::new(format!("{number} {}", unit.english), format!("{number} {}", unit.chinese))
}

fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

pub fn raised_text(raised: &Raised) -> Text {
    let rule = Rule::of(raised.rule);
    let (title, value, threshold) =
        (raised.rule.title(), figure(raised.value, rule.unit), figure(raised.threshold, rule.unit));
    let (english, chinese) = match rule.side {
        Side::Above => ("above", "高于"),
        Side::Below => ("below", "低于"),
    };
    Text::new(
        format!("{}: {}, {english} {}", title.english, value.english, threshold.english),
        format!("{}：{}，{chinese} {}", title.chinese, value.chinese, threshold.chinese),
    )
}

/// In the sender's words, which are in whatever language.
pub fn received_text(received: &Received) -> Text {
    let Received { name, summary, .. } = received;
    if summary.is_empty() {
        return Text::new(name.clone(), name.clone());
    }
    Text::new(format!("{name}: {summary}"), format!("{name}：{summary}"))
}

pub fn resolved_text(resolved: &Resolved) -> Text {
    let rule: Option<RuleName> = resolved.name.parse().ok().filter(|_| resolved.threshold.is_some());
    let title = rule.map_or_else(|| Text::new(resolved.name.clone(), resolved.name.clone()), RuleName::title);
    match (resolved.by, rule, resolved.value) {
        (By::Hand, ..) => Text::new(
            format!("{}: resolved by hand", title.english),
            format!("{}：已人工解决", title.chinese),
        ),
        (By::Recovery, Some(rule), Some(value)) => {
            let value = figure(value, Rule::of(rule).unit);
            Text::new(
                format!("{}: recovered, {}", title.english, value.english),
                format!("{}：已恢复，{}", title.chinese, value.chinese),
            )
        }
        // A rule tells by which figure it recovered, unless it was turned off.
        (By::Recovery, Some(_), None) => Text::new(
            format!("{}: not watched any more", title.english),
            format!("{}：不再监测", title.chinese),
        ),
        (By::Recovery, None, _) => {
            Text::new(format!("{}: recovered", title.english), format!("{}：已恢复", title.chinese))
        }
    }
}

/// What a rule is from now on.
pub fn settings_text(rule: RuleName, adjusted: &Adjusted) -> Text {
    let title = rule.title();
    if !adjusted.enabled {
        return Text::new(
            format!("{}: the rule is off", title.english),
            format!("{}：规则已关闭", title.chinese),
        );
    }
    let (threshold, seconds) = (figure(adjusted.threshold, Rule::of(rule).unit), adjusted.for_seconds);
    Text::new(
        format!("{}: the threshold is {}, for {seconds} s", title.english, threshold.english),
        format!("{}：阈值 {}，持续 {seconds} 秒", title.chinese, threshold.chinese),
    )
}
