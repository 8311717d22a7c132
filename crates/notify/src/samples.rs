//! Letters for the tests of formats.

use berth_domain::notice::Severity;
use serde_json::json;

use crate::{Button, Letter, Line};

/// Every character that means something to somebody, and what has no business in a text.
pub(crate) const HOSTILE: &str =
    "_*[]()~`>#+-=|{}.!<>&\"'\\ / a\r\nb\rc\u{0} \u{202e}\u{2066}👍 @all </b> 中文";

pub(crate) fn letter() -> Letter {
    Letter {
        key: "delivery_01KA2B3C4D5".to_owned(),
        time_ms: 1_700_000_000_000,
        topic: "TASK_SUCCEEDED".to_owned(),
        severity: Severity::Warning,
        title: "Got it: web-1".to_owned(),
        lines: vec![
            Line { label: Some("Address".to_owned()), text: "203.0.113.7".to_owned() },
            Line { label: Some("任务".to_owned()), text: "web".to_owned() },
        ],
        facts: json!({ "task": "grab_1" }),
        buttons: vec![],
    }
}

/// All of whose texts are hostile.
pub(crate) fn hostile() -> Letter {
    Letter {
        topic: HOSTILE.to_owned(),
        title: HOSTILE.to_owned(),
        lines: vec![
            Line { label: Some(HOSTILE.to_owned()), text: HOSTILE.to_owned() },
            Line { label: None, text: HOSTILE.to_owned() },
        ],
        facts: json!({ HOSTILE: HOSTILE }),
        buttons: vec![Button { text: HOSTILE.to_owned(), data: "pause".to_owned() }],
        ..letter()
    }
}
