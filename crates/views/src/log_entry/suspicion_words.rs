//! What is said of a task that looks twice at what a cloud answered.

use berth_domain::grab::{AccessProbed, AlarmRaised, LimitChecked, ReleaseAsked};
use serde_json::json;

use super::{
    Category::Grab,
    Level::{Error, Info, Warn},
    Line,
    grab_words::{hinted, with_words},
};

pub(super) fn release(asked: &ReleaseAsked) -> Line {
    Line::new(
        Warn,
        Grab,
        "instance.release",
        "the cloud found no place for the instance: it is released",
        "云端一直没有为该实例找到位置：正在释放",
    )
    .with(&json!({ "number": asked.number, "instance": asked.instance }))
}

/// The first false alarm wants a look; the next ones are known. That a limit is used up is grave, and the end of the task says so.
pub(super) fn limit(checked: &LimitChecked) -> Line {
    let false_alarm = if checked.false_alarms > 1 { Info } else { Warn };
    let line = match (&checked.instance, checked.used_up) {
        (Some(_), _) => Line::new(
            Info,
            Grab,
            "limit.own_instance",
            "the limit is used by an instance of this very task",
            "占用限额的正是本任务的实例",
        ),
        (None, true) => Line::new(Warn, Grab, "limit.used_up", "the limit is really used up", "限额确已用完"),
        (None, false) => Line::new(
            false_alarm,
            Grab,
            "limit.false_alarm",
            "a limit was named, but it is not used up: the task goes on",
            "云端提示超限，但限额并未用完：任务继续",
        ),
    };
    line.with(&json!({
        "limits": checked.limits,
        "instance": checked.instance,
        "falseAlarms": checked.false_alarms,
    }))
}

pub(super) fn access(probed: &AccessProbed) -> Line {
    let shown = |shown| if shown { ("answers", "有答复") } else { ("does not", "没有") };
    let (identity, shapes) = (shown(probed.identity), shown(probed.shapes));
    Line::new(
        Warn,
        Grab,
        "access.probed",
        format!("access was probed: who we are {}, which shapes there are {}", identity.0, shapes.0),
        format!("已检查访问权限：身份查询{}，规格查询{}", identity.1, shapes.1),
    )
    .with(&json!({ "identity": probed.identity, "shapes": probed.shapes, "notBefore": probed.not_before }))
}

pub(super) fn alarm(raised: &AlarmRaised) -> Line {
    let text = hinted(with_words(raised.reason.text(), raised.provider_error.as_ref()), raised.reason.hint());
    Line::new(
        Error,
        Grab,
        "grab.alarm",
        format!("{} faults in a row: {}", raised.faults, text.english),
        format!("连续 {} 次故障：{}", raised.faults, text.chinese),
    )
    .with(&json!({ "faults": raised.faults, "outcome": raised.outcome.word() }))
}
