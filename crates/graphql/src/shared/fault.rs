//! Top-level errors: what the caller cannot put right. The cause goes to the log and nowhere else.

use std::error::Error as Cause;

use async_graphql::{Error, ErrorExtensions};
use berth_app::{Denied, Fault};
use berth_domain::{Language, Text};
use berth_metrics::MetricsError;
use berth_store::{AppendError, ReadError};
use berth_views::{Behind, ViewError};

use super::caller::forbidden;

/// An error with its `extensions.code`.
pub(crate) fn coded(code: &'static str, message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("code", code))
}

/// Of a question, which has no list of what is wrong with it: the first reason says it.
pub(crate) fn of_denied(language: Language, denied: &Denied) -> Error {
    match denied {
        Denied::Fault(fault) => of_fault(language, fault),
        Denied::Forbidden(no) => forbidden(language, *no),
        Denied::Refused(reasons) => {
            let text = reasons.first().map(|reason| reason.message.in_language(language));
            coded("BAD_INPUT", text.unwrap_or_default())
        }
    }
}

/// The query itself is wrong, in a way that its types do not tell.
pub(crate) fn bad_query(language: Language, text: &Text) -> Error {
    coded("BAD_QUERY", text.in_language(language))
}

/// What was asked for cannot be answered, for a reason that the caller can understand and avoid.
pub(crate) fn bad_input(language: Language, text: &Text) -> Error {
    coded("BAD_INPUT", text.in_language(language))
}

/// There is no such thing, where null cannot say so.
pub(crate) fn no_such(language: Language, text: &Text) -> Error {
    coded("NOT_FOUND", text.in_language(language))
}

/// Something refers to it, so it was made before, and nothing ever leaves the lists; but each list goes on by itself.
pub(crate) fn unlisted(language: Language, english: &str, chinese: &str) -> Error {
    let text = Text::new(
        format!(
            "the list of {english} does not hold this one: the read model is parked, or an event was skipped in it"
        ),
        format!("{chinese}列表中没有该项：读模型已停住，或其中有事件被跳过"),
    );
    no_such(language, &text)
}

pub(crate) fn of_fault(language: Language, fault: &Fault) -> Error {
    match fault {
        Fault::Append(AppendError::StorageFull) => {
            tracing::warn!("a command was turned away: the storage is full");
            let full =
                Text::new("the storage is full; free some space and try again", "存储空间已满，请清理后重试");
            coded("UNAVAILABLE", full.in_language(language))
                .extend_with(|_, extensions| extensions.set("reason", "STORAGE_FULL"))
        }
        // It was told to the log when it was put into quarantine.
        Fault::Unreadable(unreadable) => coded("NEEDS_UPGRADE", unreadable.text().in_language(language)),
        passing if passing.is_passing() => unavailable(language, fault),
        _ => internal(language, fault),
    }
}

pub(crate) fn of_view(language: Language, error: &ViewError) -> Error {
    match error {
        ViewError::Cursor { .. } => bad_query(language, &wrong_cursor()),
        passing if passing.may_pass() => unavailable(language, error),
        _ => internal(language, error),
    }
}

pub(crate) fn of_log(language: Language, error: &ReadError) -> Error {
    match error {
        ReadError::Storage(_) => unavailable(language, error),
        ReadError::Corrupt { .. } => internal(language, error),
    }
}

pub(crate) fn of_metrics(language: Language, error: &MetricsError) -> Error {
    unavailable(language, error)
}

/// The lists have not come as far as the caller asked. Asking again soon helps.
pub(crate) fn of_behind(language: Language, behind: Behind) -> Error {
    let text =
        Text::new("the lists have not come that far yet; ask again", "列表尚未更新到该位置，请稍后再试");
    coded("BEHIND", text.in_language(language))
        .extend_with(|_, extensions| extensions.set("position", behind.position.to_string()))
}

pub(crate) fn wrong_cursor() -> Text {
    Text::new("this is not a cursor of this list", "这不是该列表的游标")
}

fn unavailable(language: Language, error: &(dyn Cause + 'static)) -> Error {
    tracing::warn!(error, "a request could not be served now");
    let text = Text::new("not available just now; try again", "暂时不可用，请稍后再试");
    coded("UNAVAILABLE", text.in_language(language))
}

pub(crate) fn internal(language: Language, error: &(dyn Cause + 'static)) -> Error {
    let trace_id = format!("{:016x}", rand::random::<u64>());
    tracing::error!(error, trace_id, "a request failed");
    let text = Text::new(
        format!("something went wrong inside; the log knows more under {trace_id}"),
        format!("内部错误，可在日志中按 {trace_id} 查找"),
    );
    coded("INTERNAL", text.in_language(language))
        .extend_with(|_, extensions| extensions.set("traceId", trace_id.as_str()))
}
