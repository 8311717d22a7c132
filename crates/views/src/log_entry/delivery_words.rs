//! What is said of deliveries: how each try ended. That one was queued, or begun, is worth no line.

use berth_domain::{
    Text,
    delivery::{Event, Failed, GivenUp, Queued, Sent},
    explain::Language::{Chinese, English},
};
use serde_json::{Value, json};

use super::{
    Category, Level,
    Level::{Error, Info, Warn},
    Line,
    on_the_way::About,
};

/// What is told of every event, whether it gives a line or not.
pub(super) fn text(event: &Event) -> Text {
    match event {
        Event::Queued(queued) => {
            let title = title(queued);
            Text::new(
                format!("the notification {:?} was queued", title.english),
                format!("通知“{}”已进入发送队列", title.chinese),
            )
        }
        Event::Begun(begun) => {
            let attempt = begun.attempt;
            Text::new(
                format!("the notification goes out: try {attempt}"),
                format!("正在发送通知：第 {attempt} 次尝试"),
            )
        }
        Event::Sent(sent) => arrived(sent, None).message,
        Event::Failed(failed) => missed(failed, None).message,
        Event::GivenUp(given_up) => over(given_up, None).message,
    }
}

/// Its title in both languages.
pub(super) fn title(queued: &Queued) -> Text {
    let title = |language| queued.notice.message(language).title;
    Text::new(title(English), title(Chinese))
}

/// With what the notification says and whom it goes to, as far as that is known.
pub(super) fn line(event: &Event, about: Option<&About>) -> Option<Line> {
    match event {
        Event::Queued(_) | Event::Begun(_) => None,
        Event::Sent(sent) => Some(arrived(sent, about)),
        Event::Failed(failed) => Some(missed(failed, about)),
        Event::GivenUp(given_up) => Some(over(given_up, about)),
    }
}

fn arrived(sent: &Sent, about: Option<&About>) -> Line {
    let Sent { attempt, status, words, duration_ms, .. } = sent;
    let what = Text::new("was delivered", "已送达");
    let fields = json!({ "try": attempt, "status": status, "response": words, "durationMs": duration_ms });
    said(Info, "delivery.sent", about, &what, fields)
}

fn missed(failed: &Failed, about: Option<&About>) -> Line {
    let Failed { attempt, status, words, duration_ms, retry_at, .. } = failed;
    let what = Text::new("did not go through and is tried again", "发送失败，稍后重试");
    let fields = json!({
        "try": attempt,
        "status": status,
        "response": words,
        "durationMs": duration_ms,
        "retryAt": retry_at,
    });
    said(Warn, "delivery.failed", about, &what.with(Some(words)), fields)
}

fn over(given_up: &GivenUp, about: Option<&About>) -> Line {
    let GivenUp { why, attempt, status, words, duration_ms, .. } = given_up;
    let Text { english, chinese } = why.text();
    let what = Text::new(format!("was given up: {english}"), format!("已放弃发送：{chinese}"));
    let fields = json!({
        "why": why,
        "try": attempt,
        "status": status,
        "response": words,
        "durationMs": duration_ms,
    });
    said(Error, "delivery.given_up", about, &what.with(Some(words)), fields)
}

fn said(level: Level, key: &'static str, about: Option<&About>, what: &Text, mut fields: Value) -> Line {
    fields["channel"] = json!(about.map(|about| about.channel));
    let (english, chinese) = match about {
        Some(About { title, .. }) => {
            (format!("the notification {:?}", title.english), format!("通知“{}”", title.chinese))
        }
        None => ("the notification".to_owned(), "通知".to_owned()),
    };
    let english = format!("{english} {}", what.english);
    Line::new(level, Category::System, key, english, format!("{chinese}{}", what.chinese)).with(&fields)
}
