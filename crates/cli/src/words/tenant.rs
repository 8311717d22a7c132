//! About tenants.

use std::path::Path;

use berth_domain::Text;

pub(crate) fn key_file_unreadable(path: &Path, profile: &str) -> Text {
    Text::new(
        format!("failed to read the key_file {} of profile [{profile}]", path.display()),
        format!("无法读取配置段 [{profile}] 的 key_file {}", path.display()),
    )
}

pub(crate) fn no_profile(profile: &str, path: &Path) -> Text {
    Text::new(
        format!("{} has no profile [{profile}]", path.display()),
        format!("{} 中没有配置段 [{profile}]", path.display()),
    )
}

pub(crate) fn ask_passphrase(path: &str) -> Text {
    Text::new(format!("passphrase of {path}:"), format!("{path} 的口令："))
}

pub(crate) fn passphrase_wanted(path: &str) -> Text {
    Text::new(format!("the key {path} needs a passphrase"), format!("密钥 {path} 需要口令"))
}

pub(crate) fn how_to_give_passphrase() -> Text {
    Text::new(
        "give --passphrase-file, or pass_phrase in the profile",
        "用 --passphrase-file 提供，或在配置段写 pass_phrase",
    )
}

pub(crate) fn would_import() -> Text {
    Text::new("would be imported", "将被导入")
}

pub(crate) fn imported() -> Text {
    Text::new("imported", "已导入")
}

pub(crate) fn key_works(name: &str, milliseconds: Option<u64>) -> Text {
    let took = milliseconds.map(|ms| format!(" ({ms} ms)")).unwrap_or_default();
    Text::new(format!("{name}: the key works{took}"), format!("{name}：密钥有效{took}"))
}

pub(crate) fn works(milliseconds: Option<u64>) -> Text {
    let took = milliseconds.map(|ms| format!(" ({ms} ms)")).unwrap_or_default();
    Text::new(format!("the key works{took}"), format!("密钥有效{took}"))
}

pub(crate) fn key_refused(name: &str) -> Text {
    Text::new(format!("tenant {name:?}: the cloud refused the key"), format!("租户 “{name}”：云端拒绝了密钥"))
}

pub(crate) fn really_remove(name: &str) -> Text {
    Text::new(
        format!("remove the tenant {name:?} and forget its key? [y/N]"),
        format!("删除租户 “{name}” 并遗忘其密钥？[y/N]"),
    )
}

pub(crate) fn say_yes() -> Text {
    Text::new(
        "without a terminal, what cannot be undone is done only if --yes is given",
        "没有终端时，无法撤销的操作须加 --yes",
    )
}

pub(crate) fn nothing_done() -> Text {
    Text::new("nothing was done", "未做任何更改")
}

pub(crate) fn removed(name: &str) -> Text {
    Text::new(format!("removed {name}"), format!("已删除 {name}"))
}

/// Of the whole tenancy when no region is named.
pub(crate) fn calls_a_second(region: Option<&str>, rate: f64, ceiling: f64) -> Text {
    let figure = |number: f64| if number >= 1.0 { format!("{number:.0}") } else { format!("{number:.3}") };
    let (rate, ceiling) = (figure(rate), figure(ceiling));
    let (english, chinese) = match region {
        Some(region) => (region.to_owned(), region.to_owned()),
        None => ("tenancy".to_owned(), "整个租户".to_owned()),
    };
    Text::new(format!("{english} {rate}/s of {ceiling}"), format!("{chinese} 每秒 {rate} 次，上限 {ceiling}"))
}

pub(crate) fn frozen_until(moment: &str) -> Text {
    Text::new(format!(", frozen until {moment}"), format!("，冻结至 {moment}"))
}
