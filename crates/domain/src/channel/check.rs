//! What is wrong with a channel, all of it at once.

use super::{
    address::{is_chat, is_host, is_mail_address, is_url},
    config::{Bark, Config, Email, Hidden, Security, Telegram, Topic, Webhook},
    rules::Rules,
    template,
};
use crate::explain::{Violations, check_name};

/// So many people may get one mail.
const RECEIVERS: usize = 20;
const USERNAME_LENGTH: usize = 256;

pub(super) fn check(
    violations: &mut Violations,
    name: &str,
    topics: &[Topic],
    config: &Config,
    rules: &Rules,
) {
    check_name(violations, name, &["name"]);
    violations.require(!topics.is_empty(), &["topics"], "choose at least one topic", "请至少选择一个主题");
    check_config(violations, config);
    rules.check(violations);
}

pub(super) fn check_config(violations: &mut Violations, config: &Config) {
    match config {
        Config::Telegram(telegram) => check_telegram(violations, telegram),
        Config::DingTalk(ding_talk) => check_webhook(violations, ding_talk.webhook.as_ref(), "dingTalk"),
        Config::Email(email) => check_email(violations, email),
        Config::Webhook(Webhook { url, .. }) => check_url(violations, url, &["config", "webhook", "url"]),
        Config::Slack(slack) => check_webhook(violations, slack.webhook.as_ref(), "slack"),
        Config::Feishu(feishu) => check_webhook(violations, feishu.webhook.as_ref(), "feishu"),
        Config::Bark(bark) => check_bark(violations, bark),
        Config::ServerChan(chan) => violations.require(
            chan.send_key.is_some(),
            &["config", "serverChan", "sendKey"],
            "the SendKey is missing",
            "缺少 SendKey",
        ),
        Config::Template(template) => template::check(violations, template),
    }
}

fn check_telegram(violations: &mut Violations, telegram: &Telegram) {
    let Telegram { bot_token, chat_id, api_base, control, .. } = telegram;
    violations.require(
        bot_token.is_some(),
        &["config", "telegram", "botToken"],
        "the bot token is missing",
        "缺少机器人令牌",
    );
    violations.require(
        is_chat(chat_id),
        &["config", "telegram", "chatId"],
        "must be a chat's number, or @ and the name of a public channel",
        "须为聊天的数字 id，或 @ 加公开频道名",
    );
    // Who writes in a public channel cannot be told from a stranger.
    violations.require(
        !control || !chat_id.starts_with('@'),
        &["config", "telegram", "control"],
        "a bot obeys only in a chat that is named by its number",
        "机器人只在以数字 id 指定的聊天中接受命令",
    );
    check_base(violations, api_base, &["config", "telegram", "apiBase"]);
}

fn check_webhook(violations: &mut Violations, webhook: Option<&Hidden>, kind: &str) {
    let field = ["config", kind, "webhook"];
    violations.require(webhook.is_some(), &field, "the webhook is missing", "缺少 Webhook 地址");
}

fn check_bark(violations: &mut Violations, Bark { server, device_key }: &Bark) {
    let field = ["config", "bark", "deviceKey"];
    violations.require(device_key.is_some(), &field, "the device key is missing", "缺少设备密钥");
    check_base(violations, server, &["config", "bark", "server"]);
}

/// An address that paths are put behind.
fn check_base(violations: &mut Violations, url: &str, field: &[&str]) {
    check_url(violations, url, field);
    violations.require(!url.contains(['?', '#']), field, "must have neither ? nor #", "不能含有 ? 或 #");
}

fn check_email(violations: &mut Violations, email: &Email) {
    let field = |name| ["config", "email", name];
    violations.require(is_host(&email.host), &field("host"), "must be a host's name", "须为主机名");
    violations.require(email.port > 0, &field("port"), "must be from 1 to 65535", "须在 1 到 65535 之间");
    check_login(violations, email);
    let (english, chinese) =
        ("must be a mail address, name@example.com", "须为邮件地址，如 name@example.com");
    violations.require(is_mail_address(&email.from), &field("from"), english, chinese);
    let many = (1..=RECEIVERS).contains(&email.to.len());
    violations.require(many, &field("to"), "name 1 to 20 receivers", "请填写 1 到 20 个收件人");
    for (index, receiver) in email.to.iter().enumerate().take(RECEIVERS) {
        let at = ["config", "email", "to", &index.to_string()];
        violations.require(is_mail_address(receiver), &at, english, chinese);
        let anew = !email.to[..index].contains(receiver);
        violations.require(anew, &at, "is named twice", "重复");
    }
}

fn check_login(violations: &mut Violations, email: &Email) {
    let named = email.username.as_ref().is_none_or(|name| {
        (1..=USERNAME_LENGTH).contains(&name.chars().count()) && !name.chars().any(char::is_control)
    });
    violations.require(
        named,
        &["config", "email", "username"],
        "must be 1 to 256 characters without control characters",
        "须为 1 到 256 个字符，不含控制字符",
    );
    violations.require(
        email.password.is_none() || email.username.is_some(),
        &["config", "email", "username"],
        "a password needs a user name",
        "有密码时须填写用户名",
    );
    violations.require(
        email.password.is_none() || email.security != Security::None,
        &["config", "email", "security"],
        "a password is not sent in the clear: choose TLS or STARTTLS",
        "不会明文发送密码：请选择 TLS 或 STARTTLS",
    );
}

fn check_url(violations: &mut Violations, url: &str, field: &[&str]) {
    violations.require(
        is_url(url),
        field,
        "must be an https:// or http:// address of at most 2048 characters, without a name and password in it",
        "须为 https:// 或 http:// 地址，至多 2048 个字符，且不含用户名和密码",
    );
}
