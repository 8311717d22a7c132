//! What can have happened to the audit trail.

use berth_domain::{
    UserId,
    audit::{Event, Outcome, Record, Recorded, Seal},
};

use super::at;

pub(crate) fn audit_examples() -> Vec<Event> {
    let record = Record {
        actor: "alice".into(),
        user: Some(UserId::from_parts(1_795_000_000_000, 1)),
        from: Some("192.0.2.7".into()),
        mutation: "tenantCreate".into(),
        subjects: vec!["东京".into()],
        outcome: Outcome::Refused { codes: vec!["TAKEN".into()] },
        grave: true,
        request: "0123456789abcdef".into(),
        at: at(0),
    };
    vec![Recorded { number: 1, record, seal: Seal("00ff".into()) }.into()]
}
