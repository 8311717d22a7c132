//! A report put before people.

use serde_json::{Value, json};

use super::{decide::Report, event::Made};
use crate::replay::{Field, Shown, json_of};

impl Shown for Report {
    const FIELDS: &'static [Field<Self>] = &[
        ("day", |report| of(report, |made| json!(made.day))),
        ("utcOffsetMinutes", |report| of(report, |made| json!(made.utc_offset_minutes))),
        ("from", |report| of(report, |made| json!(made.from))),
        ("to", |report| of(report, |made| json!(made.to))),
        ("figures", |report| of(report, |made| json_of(&made.figures))),
        ("madeAt", |report| of(report, |made| json!(made.at))),
    ];
}

fn of(report: &Report, show: impl FnOnce(&Made) -> Value) -> Value {
    report.made.as_deref().map_or(Value::Null, show)
}
