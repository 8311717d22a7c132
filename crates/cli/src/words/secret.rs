//! About secrets that are asked for.

use berth_domain::Text;

pub(crate) fn of_lines() -> Text {
    Text::new("the file holds several lines, and a secret is one", "文件有多行，而机密只能有一行")
}

pub(crate) fn password_wanted() -> Text {
    Text::new("a password is wanted, and there is no terminal to ask on", "需要密码，但没有可供询问的终端")
}

pub(crate) fn how_to_give() -> Text {
    Text::new(
        "give --password-file FILE, or `-` to read it from standard input",
        "用 --password-file 文件 提供，或用 `-` 从标准输入读取",
    )
}

pub(crate) fn ask_password() -> Text {
    Text::new("new password:", "新密码：")
}

pub(crate) fn ask_known_password() -> Text {
    Text::new("password:", "密码：")
}

pub(crate) fn ask_again() -> Text {
    Text::new("once more:", "再输入一次：")
}

pub(crate) fn not_the_same() -> Text {
    Text::new("the two passwords are not the same", "两次输入的密码不一致")
}
