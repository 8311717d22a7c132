//! Every notice in both languages. The texts are held word by word by `tests/notices`.

use super::{
    facts::{Account, Alert, Daily, Faults, Grant, Lapse, Muted, Notice, Task, What, Why},
    message::{Button, Line, Message, Wanted},
};
use crate::{
    Language, Text,
    explain::Language::{Chinese, English},
    grab::{GaveUp, Review},
    tenant::SuspensionReason,
};

impl Notice {
    pub fn message(&self, language: Language) -> Message {
        let words = Words(language);
        match self {
            Self::TaskSucceeded(grant) if grant.what == What::Start => {
                words.grant(grant, words.say("It runs again", "实例已启动"))
            }
            Self::TaskSucceeded(grant) => words.grant(grant, words.say("Got it", "抢到了")),
            Self::InstanceObtained(grant) => words.grant(grant, words.say("Got one more", "又抢到一台")),
            Self::TaskFailed(lapse) => words.lapse(lapse, words.say("Task failed", "任务失败")),
            Self::TaskNeedsReview(lapse) => words.lapse(lapse, words.say("Needs your review", "需要您核对")),
            Self::TaskFaults(faults) => words.faults(faults),
            Self::TenantSuspended(account) => words.suspended(account),
            Self::TenantReinstated(account) => words.reinstated(account),
            Self::ChannelDisabled(muted) => words.muted(muted),
            Self::AlertRaised(alert) => words.alert(alert, words.say("Alert", "告警")),
            Self::AlertResolved(alert) => words.alert(alert, words.say("Resolved", "告警已恢复")),
            Self::DailyReport(daily) => words.daily(daily),
        }
    }
}

#[derive(Clone, Copy)]
struct Words(Language);

impl Words {
    fn say(self, english: &'static str, chinese: &'static str) -> &'static str {
        match self.0 {
            English => english,
            Chinese => chinese,
        }
    }

    fn text(self, text: &Text) -> String {
        text.in_language(self.0).to_owned()
    }

    /// `Got it: name`.
    fn title(self, what: &str, whom: &str) -> String {
        format!("{what}{}{whom}", self.say(": ", "："))
    }

    fn line(self, english: &'static str, chinese: &'static str, text: impl Into<String>) -> Line {
        Line::labelled(self.say(english, chinese), text)
    }

    fn button(self, english: &'static str, chinese: &'static str, wanted: Wanted) -> Button {
        Button { text: self.say(english, chinese).to_owned(), wanted }
    }

    fn grant(self, grant: &Grant, what: &'static str) -> Message {
        let mut lines = vec![self.line("Tenant", "租户", &grant.task.tenant_name)];
        if let What::Launch { shape, .. } = &grant.what {
            let size = sized(&grant.what).map(|size| format!(" · {size}")).unwrap_or_default();
            lines.push(self.line("Shape", "规格", format!("{shape}{size}")));
        }
        lines.push(self.line("Where", "位置", place(grant)));
        let address = grant.public_ip.as_ref().or(grant.private_ip.as_ref());
        lines.extend(address.map(|address| self.line("Address", "地址", address)));
        lines.push(self.line("Instance", "实例", &grant.instance));
        if grant.wanted > 1 {
            lines.push(self.line("Obtained", "已得", format!("{} / {}", grant.held, grant.wanted)));
        }
        let waited = self.span(grant.waited_ms);
        let effort = match (self.0, grant.attempts) {
            (English, 1) => format!("1 attempt in {waited}"),
            (English, attempts) => format!("{attempts} attempts in {waited}"),
            (Chinese, attempts) => format!("{waited}，共尝试 {attempts} 次"),
        };
        lines.push(self.line("Effort", "用时", effort));
        let buttons = vec![
            self.button("Status", "状态", Wanted::Status),
            self.button("All tasks", "全部任务", Wanted::List),
        ];
        Message { title: self.title(what, &grant.task.name), lines, buttons }
    }

    fn lapse(self, lapse: &Lapse, what: &'static str) -> Message {
        let (cause, hint) = match lapse.why {
            Why::GaveUp(why) => (why.cause(), why.hint()),
            Why::Review(why) => (why.text(), None),
        };
        let mut lines = vec![
            self.line("Tenant", "租户", &lapse.task.tenant_name),
            self.line("Why", "原因", self.text(&cause)),
        ];
        lines.extend(lapse.detail.as_ref().map(|detail| self.line("Detail", "详情", detail)));
        lines.extend(hint.map(|hint| self.line("What to do", "建议", self.text(&hint))));
        if lapse.wanted > 1 {
            lines.push(self.line("Obtained", "已得", format!("{} / {}", lapse.held, lapse.wanted)));
        }
        lines.push(self.line("Attempts", "尝试次数", lapse.attempts.to_string()));
        let buttons = self.ways_on(lapse.why);
        Message { title: self.title(what, &lapse.task.name), lines, buttons }
    }

    /// What may be done about a task that goes on no more: to start what cannot work again is not offered.
    fn ways_on(self, why: Why) -> Vec<Button> {
        let status = self.button("Status", "状态", Wanted::Status);
        let start = self.button("Start again", "重新开始", Wanted::Start);
        match why {
            Why::GaveUp(GaveUp::TenantRemoved | GaveUp::InstanceGone) => vec![status],
            Why::Review(Review::NotFoundOut) => {
                vec![status, start, self.button("Stop", "停止", Wanted::Stop)]
            }
            Why::GaveUp(_) | Why::Review(Review::TokenConsumed) => vec![status, start],
        }
    }

    fn faults(self, faults: &Faults) -> Message {
        let Faults { task: Task { name, tenant_name, .. }, said, .. } = faults;
        let mut lines = vec![
            self.line("Tenant", "租户", tenant_name),
            self.line("Why", "原因", self.text(&faults.reason.text())),
            self.line("In a row", "连续次数", faults.faults.to_string()),
        ];
        lines.extend(said.as_ref().map(|said| self.line("The cloud says", "云端应答", said)));
        lines.push(Line::plain(self.say("The task goes on.", "任务仍在继续。")));
        let title = self.title(self.say("Attempts keep failing", "任务连续出错"), name);
        let buttons =
            vec![self.button("Status", "状态", Wanted::Status), self.button("Pause", "暂停", Wanted::Pause)];
        Message { title, lines, buttons }
    }

    fn suspended(self, account: &Account) -> Message {
        let (english, chinese, next_english, next_chinese) = match account.reason {
            Some(SuspensionReason::AccountSuspended) => (
                "Account suspended",
                "账号被封停",
                "Nothing is tried for it any more. Sign in to the cloud's console and see what it says.",
                "已停止该租户的所有尝试。请登录云控制台查看账号状态。",
            ),
            Some(SuspensionReason::ClockSkew) => (
                "This machine's clock is wrong",
                "本机时钟有误",
                "While it is, the cloud refuses every request. Set the clock, then test the tenant's connection.",
                "时钟有误时，云端会拒绝所有请求。请校准时钟，然后测试该租户的连接。",
            ),
            Some(SuspensionReason::KeyRejected) | None => (
                "Key rejected",
                "密钥被拒绝",
                "Its tasks wait. Upload a key that works, or see in the cloud's console whether it was deleted.",
                "该租户的任务已暂停。请上传有效密钥，或在云控制台确认密钥是否被删除。",
            ),
        };
        let mut lines = Vec::new();
        if !account.note.is_empty() {
            lines.push(self.line("The cloud says", "云端应答", &account.note));
        }
        lines.push(Line::plain(self.say(next_english, next_chinese)));
        Message::without_buttons(self.title(self.say(english, chinese), &account.name), lines)
    }

    fn reinstated(self, account: &Account) -> Message {
        let lines = vec![Line::plain(self.say("Its tasks go on.", "该租户的任务已继续进行。"))];
        Message::without_buttons(self.title(self.say("Works again", "租户已恢复"), &account.name), lines)
    }

    fn muted(self, muted: &Muted) -> Message {
        let next = self.say(
            "Nothing is sent there any more. Change it under Notifications, send a test, and enable it again.",
            "已不再向该渠道发送。请在“通知”页面修改配置、发送测试，然后重新启用。",
        );
        let lines = vec![self.line("It says", "对方应答", &muted.said), Line::plain(next)];
        let what = self.say("A notification channel was disabled", "通知渠道已停用");
        Message::without_buttons(self.title(what, &muted.channel_name), lines)
    }

    fn alert(self, alert: &Alert, what: &'static str) -> Message {
        let lines = vec![Line::plain(alert.said.in_language(self.0))];
        Message::without_buttons(self.title(what, alert.name.in_language(self.0)), lines)
    }

    fn daily(self, daily: &Daily) -> Message {
        let mut lines = vec![
            self.line("Instances obtained", "抢到实例", daily.obtained.to_string()),
            self.line("Attempts", "尝试", daily.attempts.to_string()),
            self.line("Faults", "故障", daily.faults.to_string()),
            self.line("Tasks running", "运行中的任务", daily.running.to_string()),
            self.line("Tasks failed", "失败的任务", daily.failed.to_string()),
        ];
        if daily.needs_review > 0 {
            lines.push(self.line("Tasks to review", "待核对的任务", daily.needs_review.to_string()));
        }
        if daily.suspended > 0 {
            lines.push(self.line("Tenants suspended", "已停用的租户", daily.suspended.to_string()));
        }
        let tenants = daily.tenants.iter().map(|tenant| {
            let text = match self.0 {
                English => format!(
                    "obtained {}, attempts {}, faults {}",
                    tenant.obtained, tenant.attempts, tenant.faults
                ),
                Chinese => {
                    format!("抢到 {}，尝试 {}，故障 {}", tenant.obtained, tenant.attempts, tenant.faults)
                }
            };
            Line::labelled(&tenant.name, text)
        });
        lines.extend(tenants);
        let buttons = vec![self.button("All tasks", "全部任务", Wanted::List)];
        Message { title: self.title(self.say("Daily report", "日报"), &daily.day), lines, buttons }
    }

    /// In the two largest units: `2 h 8 min`.
    fn span(self, milliseconds: i64) -> String {
        let seconds = milliseconds.max(0) / 1000;
        let parts = [
            (seconds / 86_400, self.say("d", "天")),
            (seconds / 3_600 % 24, self.say("h", "小时")),
            (seconds / 60 % 60, self.say("min", "分")),
            (seconds % 60, self.say("s", "秒")),
        ];
        let first = parts.iter().position(|(count, _)| *count > 0).unwrap_or(3);
        let shown = parts[first..].iter().take(2).filter(|(count, _)| *count > 0 || first == 3);
        let shown: Vec<_> = shown.map(|(count, unit)| format!("{count} {unit}")).collect();
        shown.join(" ")
    }
}

impl Message {
    fn without_buttons(title: String, lines: Vec<Line>) -> Self {
        Self { title, lines, buttons: Vec::new() }
    }
}

fn sized(what: &What) -> Option<String> {
    let What::Launch { ocpus: Some(ocpus), memory_gb: Some(memory_gb), .. } = what else { return None };
    Some(format!("{ocpus} OCPU · {memory_gb} GB"))
}

/// An availability domain names its region in a way that people do not read, so both are shown.
fn place(grant: &Grant) -> String {
    let parts = [&grant.region, &grant.availability_domain];
    let named: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect();
    named.join(" · ")
}
