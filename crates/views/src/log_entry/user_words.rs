//! What is said of each event of a user. It gives no line of the log: what was asked for has one already.

use berth_domain::{Text, user::Event};

pub(super) fn text(event: &Event) -> Text {
    let (english, chinese) = match event {
        Event::Created(created) => (
            format!("the user {:?} was made: {}", created.username, created.role.word()),
            format!("已创建用户“{}”：{}", created.username, created.role.word()),
        ),
        Event::RoleChanged(changed) => (
            format!("the user is {} now", changed.role.word()),
            format!("用户角色已改为 {}", changed.role.word()),
        ),
        Event::SignedIn(signed_in) => {
            (format!("signed in from {}", signed_in.from), format!("已从 {} 登录", signed_in.from))
        }
        Event::TokenMade(made) => {
            (format!("the API token {:?} was made", made.name), format!("已创建 API 令牌“{}”", made.name))
        }
        other => {
            let (english, chinese) = plain(other);
            (english.to_owned(), chinese.to_owned())
        }
    };
    Text::new(english, chinese)
}

fn plain(event: &Event) -> (&'static str, &'static str) {
    match event {
        Event::Disabled(_) => ("the user was shut out", "用户已停用"),
        Event::Enabled(_) => ("the user may come in again", "用户已启用"),
        Event::Deleted(_) => ("the user was deleted", "用户已删除"),
        Event::PasswordChanged(changed) if changed.reset => ("the password was reset", "密码已重置"),
        Event::PasswordChanged(_) => ("the password was changed", "密码已修改"),
        Event::SignedOut(_) => ("a session ended", "会话已结束"),
        Event::SecondFactorSet(_) => ("a second factor was set", "已启用两步验证"),
        Event::SecondFactorRemoved(_) => ("the second factor was taken away", "已关闭两步验证"),
        Event::TokenRevoked(_) => ("an API token was revoked", "API 令牌已撤销"),
        Event::Created(_) | Event::RoleChanged(_) | Event::SignedIn(_) | Event::TokenMade(_) => ("", ""),
    }
}
