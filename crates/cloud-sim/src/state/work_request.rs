//! What became of a long operation.

use serde_json::{Value, json};

use super::timeline::Timeline;
use crate::clock::{Moment, timestamp};

pub(crate) struct WorkRequest {
    pub(crate) id: String,
    pub(crate) tenant: usize,
    pub(crate) compartment: String,
    /// `LaunchInstance`, `TerminateInstance`, `UpdateInstance`.
    pub(crate) operation: &'static str,
    pub(crate) instance_id: String,
    pub(crate) accepted: Moment,
    pub(crate) progress: Timeline,
    /// What its error says once it has FAILED.
    pub(crate) error: Option<String>,
}

impl WorkRequest {
    pub(crate) fn status(&self, now: Moment) -> &'static str {
        self.progress.at(now)
    }

    fn finished(&self, now: Moment) -> Option<Moment> {
        let end = self.progress.entered("SUCCEEDED").or(self.progress.entered("FAILED"));
        end.filter(|end| *end <= now)
    }

    pub(crate) fn summary(&self, now: Moment) -> Value {
        let finished = self.finished(now);
        json!({
            "id": self.id,
            "compartmentId": self.compartment,
            "operationType": self.operation,
            "status": self.status(now),
            "percentComplete": if finished.is_some() { 100.0 } else { 10.0 },
            "timeAccepted": timestamp(self.accepted),
            "timeStarted": timestamp(self.accepted),
            "timeFinished": finished.map(timestamp),
        })
    }

    pub(crate) fn render(&self, now: Moment) -> Value {
        let action = match (self.operation, self.finished(now)) {
            (_, None) => "IN_PROGRESS",
            ("LaunchInstance", _) => "CREATED",
            ("TerminateInstance", _) => "DELETED",
            _ => "UPDATED",
        };
        let mut fields = self.summary(now);
        fields["resources"] = json!([{
            "actionType": action,
            "entityType": "instance",
            "identifier": self.instance_id,
            "entityUri": format!("/20160918/instances/{}", self.instance_id),
        }]);
        fields
    }

    /// Its errors so far: none before it has failed.
    pub(crate) fn errors(&self, now: Moment) -> Vec<Value> {
        let at = self.finished(now).filter(|_| self.status(now) == "FAILED");
        let (Some(at), Some(message)) = (at, &self.error) else { return Vec::new() };
        vec![json!({ "code": "InternalError", "message": message, "timestamp": timestamp(at) })]
    }
}
