//! A letter, and every kind of target under one address.

use berth_domain::{channel::Security, notice::Severity};
use berth_notify::{Letter, Line, Target};
use secrecy::SecretString;
use serde_json::json;

pub(crate) const NOW: i64 = 1_700_000_000_000;

pub(crate) fn letter() -> Letter {
    Letter {
        key: "delivery_01KA2B3C4D5".to_owned(),
        time_ms: NOW,
        topic: "TASK_SUCCEEDED".to_owned(),
        severity: Severity::Info,
        title: "Got it: a<b>_c_".to_owned(),
        lines: vec![Line { label: Some("任务".to_owned()), text: "web_1 *& <done>".to_owned() }],
        facts: json!({ "task": "grab_1" }),
        buttons: vec![],
    }
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

/// One of each that is spoken to by HTTP, at this base, such as `http://127.0.0.1:81`. Server酱 is where the dispatcher says.
pub(crate) fn web_targets(base: &str) -> Vec<Target> {
    let key = || Some(secret("c4n4ry-SIGN-key"));
    vec![
        Target::Telegram {
            token: secret("123456:c4n4ry-BOT-token"),
            chat: "-100".to_owned(),
            api_base: base.to_owned(),
            proxy: None,
        },
        Target::DingTalk {
            webhook: secret(&format!("{base}/robot/send?access_token=c4n4ry-DING-token")),
            secret: key(),
        },
        Target::Webhook { url: format!("{base}/hook/c4n4ry-HOOK-path"), secret: key() },
        Target::Slack { webhook: secret(&format!("{base}/services/T0/B0/c4n4ry-SLACK-hook")) },
        Target::Feishu {
            webhook: secret(&format!("{base}/open-apis/bot/v2/hook/c4n4ry-FEISHU")),
            secret: key(),
        },
        Target::Bark { server: base.to_owned(), device_key: secret("c4n4ry-BARK-key") },
        Target::Template {
            url: secret(&format!("{base}/t?token=c4n4ry%2FTEMPLATE")),
            content_type: "application/json".to_owned(),
            body: r#"{"t":"{{title}}"}"#.to_owned(),
            secret: key(),
        },
    ]
}

pub(crate) fn mail(host: &str, port: u16, security: Security) -> Target {
    Target::Email {
        host: host.to_owned(),
        port,
        security,
        username: Some("berth".to_owned()),
        password: Some(secret("c4n4ry-MAIL-pass")),
        from: "berth@b.example".to_owned(),
        to: vec!["a@c.example".to_owned(), "d@e.example".to_owned()],
    }
}
