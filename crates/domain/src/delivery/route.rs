//! Who is told.

use super::command::Queue;
use crate::{ChannelId, DeliveryId, Timestamp, channel::Content, notice::Notice};

/// What happened longer ago than this is news no more: nobody is told of it after a long time without a server.
const NEWS_MS: i64 = 24 * 3_600_000;

/// A channel that exists.
#[derive(Clone, Copy, Debug)]
pub struct Audience<'a> {
    pub id: ChannelId,
    pub content: &'a Content,
}

/// The deliveries that an event leads to. Whoever asks twice gets the same ones.
pub fn route<'a>(
    notice: &Notice,
    cause: u64,
    happened_at: Timestamp,
    channels: impl IntoIterator<Item = Audience<'a>>,
    now: Timestamp,
) -> Vec<(DeliveryId, Queue)> {
    let wanting = channels.into_iter().filter(|audience| {
        audience.content.wants(notice.topic(), notice.severity(), notice.tenant())
            && audience.content.created_at <= happened_at
            && now.since(happened_at) <= NEWS_MS
    });
    let queue = |audience: Audience<'_>| Queue {
        channel: audience.id,
        cause,
        notice: Box::new(notice.clone()),
        happened_at,
        not_before: audience.content.rules.not_before(notice.severity(), now),
        at: now,
    };
    wanting.map(|audience| (id_of(cause, happened_at, audience.id), queue(audience))).collect()
}

/// The same event and the same channel make the same delivery, whoever asks and however often: that keeps one from being queued twice.
///
/// People know a message by the end of its id, so that differs from event to event as well as from channel to channel.
pub fn id_of(cause: u64, happened_at: Timestamp, channel: ChannelId) -> DeliveryId {
    let end = (channel.hash() ^ scattered(cause)) & 0xFF_FFFF_FFFF;
    DeliveryId::from_parts(happened_at.millis().unsigned_abs(), (u128::from(cause) << 40) | u128::from(end))
}

/// Fibonacci hashing: neighbours come to lie far apart, and no two at the same place.
const fn scattered(number: u64) -> u64 {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20
}
