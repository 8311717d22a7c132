//! What can have happened to a delivery, and every notice that one can carry.

use berth_domain::{
    ChannelId, DeliveryId,
    delivery::{Begun, Event, Failed, GivenUp, Queued, Sent, Why},
    notice::Notice,
};

use super::{
    at,
    notice::{USUAL, grant},
};

pub(crate) fn delivery_examples() -> Vec<Event> {
    let queued = Queued {
        channel: ChannelId::from_parts(1_795_000_000_000, 3),
        cause: 4_711,
        notice: Box::new(Notice::TaskSucceeded(grant(&USUAL))),
        happened_at: at(0),
        not_before: Some(at(60)),
        at: at(1),
    };
    let digest = Some(DeliveryId::from_parts(1_795_000_000_000, 4));
    let words = "Too Many Requests: retry after 12".to_owned();
    let failed =
        Failed { attempt: 1, status: Some(429), words, duration_ms: 81, retry_at: at(15), at: at(3) };
    let sent = Sent { attempt: 2, status: Some(200), words: "ok".into(), duration_ms: 92, at: at(16) };
    let words = "Forbidden: bot was kicked from the group chat".to_owned();
    let given_up =
        GivenUp { why: Why::Gone, attempt: 3, status: Some(403), words, duration_ms: 103, at: at(17) };
    vec![
        queued.into(),
        Begun { attempt: 1, digest, at: at(2) }.into(),
        failed.into(),
        sent.into(),
        given_up.into(),
    ]
}
