//! About attempts in numbers.

use berth_domain::{Language, Text};

pub(crate) fn in_short(since: &str, attempts: &str, faults: &str, launched: &str) -> Text {
    Text::new(
        format!("last {since}: attempts {attempts}, faults {faults}, instances got {launched}"),
        format!("最近 {since}：尝试 {attempts} 次，故障 {faults} 次，抢到 {launched} 台"),
    )
}

pub(crate) fn median(median: &str) -> Text {
    Text::new(
        format!("half of those got it within {median} of their start"),
        format!("其中一半在启动后 {median}内抢到"),
    )
}

pub(crate) fn week(zone: &str) -> Text {
    Text::new(
        format!("attempts by hour of the week, {zone} (• an instance was got)"),
        format!("一周各小时的尝试次数，{zone}（• 表示抢到实例）"),
    )
}

/// Four columns wide; the first day is Monday.
pub(crate) fn weekday(language: Language, day: usize) -> &'static str {
    const ENGLISH: [&str; 7] = ["Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun "];
    const CHINESE: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    let names = match language {
        Language::English => ENGLISH,
        Language::Chinese => CHINESE,
    };
    names[day % names.len()]
}
