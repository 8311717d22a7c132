//! What is said when a report is made.

use berth_domain::report::{Event, Made};
use serde_json::json;

use super::{Category, Level::Info, Line};

pub(super) fn line(event: &Event) -> Line {
    match event {
        Event::Made(made) => report(made),
    }
}

fn report(made: &Made) -> Line {
    let (day, all) = (made.day, &made.figures.all);
    Line::new(
        Info,
        Category::System,
        "report.made",
        format!("the report of {day}: {} attempts, {} instances obtained", all.attempts, all.obtained),
        format!("{day} 的日报：尝试 {} 次，抢到 {} 台实例", all.attempts, all.obtained),
    )
    .with(&json!({
        "day": day,
        "attempts": all.attempts,
        "faults": all.faults,
        "obtained": all.obtained,
        "suspended": made.figures.suspended_in_all,
    }))
}
