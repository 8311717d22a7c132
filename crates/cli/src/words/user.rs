//! About users.

use berth_domain::Text;

pub(crate) fn user() -> Text {
    Text::new("user", "用户")
}

pub(crate) fn role(word: &str) -> Text {
    let (english, chinese) = match word {
        "SUPER_ADMIN" => ("super administrator", "超级管理员"),
        "ADMIN" => ("administrator", "管理员"),
        "VIEWER" => ("viewer", "观察者"),
        other => (other, other),
    };
    Text::new(english, chinese)
}

pub(crate) fn is_shut_out() -> Text {
    Text::new("shut out", "已停用")
}

pub(crate) fn may_sign_in() -> Text {
    Text::new("may sign in", "可登录")
}

pub(crate) fn second_factor(has: bool) -> Text {
    if has { Text::new("yes", "有") } else { Text::new("no", "无") }
}

pub(crate) fn is_now(name: &str, role: &Text, shut_out: bool) -> Text {
    let (english, chinese) = if shut_out { (", shut out", "，已停用") } else { ("", "") };
    Text::new(format!("{name} is {}{english}", role.english), format!("{name}：{}{chinese}", role.chinese))
}

pub(crate) fn has_another_password(name: &str) -> Text {
    Text::new(
        format!("{name} has another password, and is signed out everywhere"),
        format!("{name} 的密码已更换，所有会话均已退出"),
    )
}

pub(crate) fn really_delete(name: &str) -> Text {
    Text::new(format!("delete the user {name:?} for good? [y/N]"), format!("永久删除用户 “{name}”？[y/N]"))
}

pub(crate) fn still_signed_in(why: &Text) -> Text {
    Text::new(
        format!("the session that was opened for this was not ended, and lapses by itself: {}", why.english),
        format!("为此打开的会话未能退出，将自行过期：{}", why.chinese),
    )
}

pub(crate) fn token() -> Text {
    Text::new("API token", "API 令牌")
}

pub(crate) fn ask_code() -> Text {
    Text::new("code of the second factor:", "两步验证码：")
}

pub(crate) fn shown_once() -> Text {
    Text::new("keep it now: it is not shown again", "请立即保存：不会再次显示")
}
