//! What is said of each event of a task.

use berth_domain::{
    ProviderError, Text, Timestamp,
    grab::{
        AttemptSettled, AttemptStarted, Created, Dormant, Edited, Event, Failed, Holder, InstanceLost,
        InstanceObtained, Outcome, Paused, PreparationFailed, Rescheduled, ReviewNeeded, StartOrdered,
        Succeeded, SurplusSeen, Target,
    },
};
use serde::Serialize;
use serde_json::json;

use super::{
    Category,
    Level::{self, Debug, Error, Info, Warn},
    Line, suspicion_words,
};

/// A stand-in says nothing: what it stands for has left the log, and its lines with it.
pub(super) fn line(event: &Event) -> Option<Line> {
    Some(match event {
        Event::Created(created) => made(created),
        Event::StartOrdered(ordered) => start_ordered(ordered),
        Event::Rescheduled(rescheduled) => later_on(rescheduled),
        Event::Started(_) => plain("grab.started", "the task was started", "任务已启动"),
        Event::Paused(paused) => held(paused),
        Event::Resumed(_) => plain("grab.resumed", "the task goes on", "任务已恢复"),
        Event::Stopped(_) => plain("grab.stopped", "the task was stopped", "任务已停止"),
        Event::Queued(_) => plain(
            "grab.queued",
            "the task waits for a free place among the running tasks",
            "任务正在排队等待空闲的运行名额",
        ),
        Event::Edited(edited) => changed(edited),
        Event::Hurried(_) => {
            plain("grab.hurried", "the next attempt was asked for at once", "已要求立即尝试")
        }
        Event::Deleted(_) => plain("grab.deleted", "the task was deleted", "任务已删除"),
        Event::PreparationFailed(failed) => preparation(failed),
        Event::AttemptStarted(started) => goes_out(started),
        Event::AttemptResent(resent) => {
            plain("attempt.resent", "asked again with the attempt's own token", "使用原令牌重新请求")
                .with(&json!({ "number": resent.number }))
        }
        Event::AttemptAbsent(absent) => {
            plain("attempt.absent", "a full listing did not show the instance", "完整列表中没有找到该实例")
                .with(&json!({ "number": absent.number }))
        }
        Event::AttemptSettled(settled) => attempt(settled),
        Event::ReleaseAsked(asked) => suspicion_words::release(asked),
        Event::InstanceLost(lost) => loss(lost),
        Event::SurplusSeen(seen) => surplus(seen),
        Event::InstanceObtained(obtained) => one_more(obtained),
        Event::Succeeded(succeeded) => success(succeeded),
        Event::LimitChecked(checked) => suspicion_words::limit(checked),
        Event::AccessProbed(probed) => suspicion_words::access(probed),
        Event::AlarmRaised(raised) => suspicion_words::alarm(raised),
        Event::Failed(failed) => gave_up(failed),
        Event::ReviewNeeded(needed) => review(needed),
        Event::AttemptsSummarised(_) => return None,
    })
}

/// Of daily work, and nothing to worry about.
fn plain(key: &'static str, english: &str, chinese: &str) -> Line {
    Line::new(Info, Category::Grab, key, english, chinese)
}

fn surplus(seen: &SurplusSeen) -> Line {
    Line::new(
        Warn,
        Category::Grab,
        "instance.surplus",
        format!("{} more instances carry this task's tag than it asked for", seen.instances.len()),
        format!("有 {} 个多余的实例带有本任务的标签", seen.instances.len()),
    )
    .with(&json!({ "instances": seen.instances }))
}

fn goes_out(started: &AttemptStarted) -> Line {
    let Target { region, size, availability_domain, .. } = &started.target;
    let size = size.map(|size| json!({ "ocpus": size.ocpus, "memoryGb": size.memory_gb }));
    Line::new(Debug, Category::Grab, "attempt.started", "an attempt goes out", "发出一次尝试").with(&json!({
        "number": started.number,
        "region": region,
        "size": size,
        "availabilityDomain": availability_domain,
    }))
}

fn made(created: &Created) -> Line {
    let (name, shape, region) = (&created.name, &created.spec.shape, created.spec.regions.join(", "));
    Line::new(
        Info,
        Category::Grab,
        "grab.created",
        format!("the task {name:?} was made: {shape} in {region}"),
        format!("已创建任务“{name}”：{region} 的 {shape}"),
    )
    .with(&json!({ "name": name, "shape": shape, "region": region, "interval": created.schedule.interval.0 }))
}

fn start_ordered(ordered: &StartOrdered) -> Line {
    let (name, Dormant { region, instance }) = (&ordered.name, &ordered.start);
    Line::new(
        Info,
        Category::Grab,
        "grab.start_ordered",
        format!("the task {name:?} was made: start of {instance} in {region}"),
        format!("已创建任务“{name}”：启动 {region} 的 {instance}"),
    )
    .with(&json!({
        "name": name,
        "instance": instance,
        "region": region,
        "interval": ordered.schedule.interval.0,
    }))
}

fn later_on(rescheduled: &Rescheduled) -> Line {
    let name = &rescheduled.name;
    Line::new(
        Info,
        Category::Grab,
        "grab.rescheduled",
        format!("the task was changed; from the next attempt on it is {name:?}"),
        format!("任务已修改，自下次尝试起生效：“{name}”"),
    )
    .with(&json!({ "name": name, "interval": rescheduled.schedule.interval.0 }))
}

fn changed(edited: &Edited) -> Line {
    let (name, shape, region) = (&edited.name, &edited.spec.shape, edited.spec.regions.join(", "));
    Line::new(
        Info,
        Category::Grab,
        "grab.edited",
        format!("the task was changed; from the next attempt on it is {name:?}: {shape} in {region}"),
        format!("任务已修改，自下次尝试起生效：“{name}”，{region} 的 {shape}"),
    )
    .with(&json!({ "name": name, "shape": shape, "region": region, "interval": edited.schedule.interval.0 }))
}

fn held(paused: &Paused) -> Line {
    match paused.by {
        Holder::Person => Line::new(Info, Category::Grab, "grab.paused", "the task was paused", "任务已暂停"),
        Holder::Tenant => Line::new(
            Warn,
            Category::Grab,
            "grab.held",
            "the task is held: its tenant may not act",
            "任务已挂起：租户当前不可用",
        ),
        Holder::Permission => Line::new(
            Error,
            Category::Grab,
            "grab.not_permitted",
            "the task is held: the cloud does not permit it",
            "任务已挂起：云端不允许",
        ),
    }
}

fn loss(lost: &InstanceLost) -> Line {
    let text = with_words(lost.reason.text(), lost.provider_error.as_ref());
    said(Warn, Category::Grab, "instance.lost", text).with(&json!({
        "number": lost.number,
        "instance": lost.instance,
        "outcome": lost.outcome.word(),
        "providerError": lost.provider_error.as_ref().map(Words::of),
    }))
}

fn preparation(failed: &PreparationFailed) -> Line {
    let Text { english, chinese } = with_words(failed.reason.text(), Some(&failed.provider_error));
    Line::new(
        level(failed.outcome),
        Category::Grab,
        "preparation.failed",
        format!("an attempt could not be prepared: {english}"),
        format!("无法准备尝试：{chinese}"),
    )
    .with(&json!({
        "outcome": failed.outcome.word(),
        "inARow": failed.in_a_row,
        "notBefore": failed.not_before,
        "providerError": Words::of(&failed.provider_error),
    }))
}

fn attempt(settled: &AttemptSettled) -> Line {
    let text = match settled.outcome {
        // The words of every miss are alike and say nothing more.
        Outcome::Capacity | Outcome::Throttled | Outcome::Accepted => settled.reason.text(),
        _ => with_words(settled.reason.text(), settled.provider_error.as_ref()),
    };
    said(level(settled.outcome), Category::Grab, attempt_key(settled.outcome), text).with(&AttemptFields {
        number: settled.number,
        availability_domain: &settled.availability_domain,
        duration_ms: settled.duration_ms,
        instance: settled.instance.as_deref(),
        not_before: settled.not_before,
        provider_error: settled.provider_error.as_ref().map(Words::of),
        request_id: settled.request_id.as_deref(),
    })
}

/// Spelled out, since this is the most frequent line by far.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AttemptFields<'a> {
    number: u32,
    availability_domain: &'a str,
    duration_ms: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_error: Option<Words<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

/// The cloud's own words.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Words<'a> {
    status: Option<u16>,
    code: &'a str,
    message: &'a str,
    request_id: Option<&'a str>,
}

impl<'a> Words<'a> {
    fn of(error: &'a ProviderError) -> Self {
        Self {
            status: error.status,
            code: &error.code,
            message: &error.message,
            request_id: error.request_id.as_deref(),
        }
    }
}

fn one_more(obtained: &InstanceObtained) -> Line {
    let address = obtained.public_ip.as_ref().or(obtained.private_ip.as_ref()).map(String::as_str);
    let (held, instance) = (obtained.held, &obtained.instance);
    let text = Text::new(
        format!("got instance number {held}, and goes on for the rest: it runs"),
        format!("抢到第 {held} 个实例并继续抢其余实例：实例已运行"),
    );
    said(Info, Category::Grab, "instance.obtained", text.with(address)).with(&json!({
        "number": obtained.number,
        "held": held,
        "instance": instance,
        "availabilityDomain": obtained.availability_domain,
        "publicIp": obtained.public_ip,
        "privateIp": obtained.private_ip,
    }))
}

fn success(succeeded: &Succeeded) -> Line {
    let address = succeeded.public_ip.as_ref().or(succeeded.private_ip.as_ref());
    let (english, chinese) = match address {
        Some(address) => {
            (format!("got it: the instance runs at {address}"), format!("抢到了：实例已运行，地址 {address}"))
        }
        None => ("got it: the instance runs".to_owned(), "抢到了：实例已运行".to_owned()),
    };
    Line::new(Info, Category::Grab, "grab.succeeded", english, chinese).with(&json!({
        "number": succeeded.number,
        "instance": succeeded.instance,
        "availabilityDomain": succeeded.availability_domain,
        "publicIp": succeeded.public_ip,
        "privateIp": succeeded.private_ip,
    }))
}

fn gave_up(failed: &Failed) -> Line {
    let text = hinted(failed.why.text().with(failed.detail.as_deref()), failed.why.hint());
    said(Error, Category::Grab, "grab.failed", text)
        .with(&json!({ "why": failed.why, "detail": failed.detail }))
}

fn review(needed: &ReviewNeeded) -> Line {
    said(Warn, Category::Grab, "grab.needs_review", needed.why.text()).with(&json!({ "why": needed.why }))
}

/// What happened, and then what to do about it.
pub(super) fn hinted(text: Text, hint: Option<Text>) -> Text {
    match hint {
        Some(hint) => Text::new(
            format!("{}: {}", text.english, hint.english),
            format!("{}：{}", text.chinese, hint.chinese),
        ),
        None => text,
    }
}

fn said(level: Level, category: Category, key: &'static str, text: Text) -> Line {
    Line::new(level, category, key, text.english, text.chinese)
}

/// Misses are the normal course, and a fault wants a look. What is grave is said once: by an alarm, a hold or the end of the task.
fn level(outcome: Outcome) -> Level {
    match outcome {
        Outcome::Capacity | Outcome::Throttled | Outcome::Accepted => Info,
        Outcome::Limit
        | Outcome::ShapeUnavailable
        | Outcome::ServerFault
        | Outcome::Network
        | Outcome::InDoubt
        | Outcome::Auth
        | Outcome::Invalid => Warn,
    }
}

fn attempt_key(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Capacity => "attempt.capacity",
        Outcome::Throttled => "attempt.throttled",
        Outcome::Limit => "attempt.limit",
        Outcome::Auth => "attempt.auth",
        Outcome::Invalid => "attempt.invalid",
        Outcome::ShapeUnavailable => "attempt.shape_unavailable",
        Outcome::ServerFault => "attempt.server_fault",
        Outcome::Network => "attempt.network",
        Outcome::InDoubt => "attempt.in_doubt",
        Outcome::Accepted => "attempt.accepted",
    }
}

/// Our sentence and then the cloud's own words, untranslated, if it said any.
pub(super) fn with_words(ours: Text, theirs: Option<&ProviderError>) -> Text {
    ours.with(theirs.map(|error| error.message.as_str()))
}
