//! What is said of what somebody asked for: who and when stand beside it, from where and about what are in the fields.
//!
//! These are the only lines of the categories `OPERATION` and `AUDIT`, one for each mutation.

use berth_domain::{
    GrabId, TenantId,
    audit::{Event, Outcome, Record},
};
use serde_json::json;

use super::{
    Category,
    Level::{Info, Warn},
    Line,
};

pub(super) fn line(event: &Event) -> Line {
    let Event::Recorded(recorded) = event;
    let Record { mutation, subjects, user, from, request, .. } = &recorded.record;
    let (level, key, english, chinese, codes) = match &recorded.record.outcome {
        Outcome::Done => (Info, "request.done", "done", "已完成", Vec::new()),
        Outcome::Refused { codes } => (Info, "request.refused", "refused", "被拒绝", codes.clone()),
        Outcome::Forbidden => (Warn, "request.forbidden", "not permitted", "无权限", Vec::new()),
        Outcome::Failed { code } => (Warn, "request.failed", "failed", "失败", vec![code.clone()]),
    };
    let category = if recorded.record.grave { Category::Audit } else { Category::Operation };
    Line::new(level, category, key, format!("{mutation}: {english}"), format!("{mutation}：{chinese}")).with(
        &json!({
            "mutation": mutation,
            "subjects": subjects,
            "user": user,
            "from": from,
            "codes": codes,
            "request": request,
            "number": recorded.number,
        }),
    )
}

/// The first task and the first tenant that it names.
pub(super) fn about(event: &Event) -> (Option<TenantId>, Option<GrabId>) {
    let Event::Recorded(recorded) = event;
    let subjects = &recorded.record.subjects;
    let tenant = subjects.iter().find_map(|subject| subject.parse().ok());
    (tenant, subjects.iter().find_map(|subject| subject.parse().ok()))
}
