//! What people ordered about a read model.

use berth_domain::projection::{Event, EventSkipped, RebuildRequested, Retried};

use super::at;

pub(crate) fn projection_examples() -> Vec<Event> {
    let reason = "它的数据已损坏，见工单 4711".to_owned();
    vec![
        RebuildRequested { at: at(0) }.into(),
        Retried { at: at(1) }.into(),
        EventSkipped { position: 184_022, reason, at: at(2) }.into(),
    ]
}
