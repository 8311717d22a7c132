//! How often somebody may ask: so many requests a second from one address, so many a minute as one user.
//!
//! Whoever has the machine's own token is not slowed down: they could stop the server just as well.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use berth_domain::{UserId, access::Place};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use super::{door::Guest, refused::Refused};

/// Absent: as often as they like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestLimits {
    /// From one address; at once, and then a second.
    pub of_address: Option<(NonZeroU32, NonZeroU32)>,
    /// As one user, a minute.
    pub of_user: Option<NonZeroU32>,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self { of_address: NonZeroU32::new(200).zip(NonZeroU32::new(100)), of_user: NonZeroU32::new(1_000) }
    }
}

/// So many places are remembered before those that have been quiet are forgotten.
const REMEMBERED: usize = 10_000;

pub(super) struct Pace {
    places: Option<DefaultKeyedRateLimiter<Place>>,
    /// How many places there may be until they are gone through again: whoever has many does not have them gone through each time.
    room: AtomicUsize,
    users: Option<DefaultKeyedRateLimiter<UserId>>,
    clock: DefaultClock,
}

impl Pace {
    pub(super) fn new(limits: RequestLimits) -> Self {
        let of_address = |(burst, each)| Quota::per_second(each).allow_burst(burst);
        Self {
            places: limits.of_address.map(|pair| RateLimiter::keyed(of_address(pair))),
            room: AtomicUsize::new(REMEMBERED),
            users: limits.of_user.map(|each| RateLimiter::keyed(Quota::per_minute(each))),
            clock: DefaultClock::default(),
        }
    }

    /// Counts one request, handshake, download or operation. Says how long to wait when it is one too many.
    pub(super) fn admit(&self, guest: Option<&Guest>, address: Option<IpAddr>) -> Result<(), Refused> {
        if guest.is_some_and(Guest::has_the_machine) {
            return Ok(());
        }
        if let (Some(places), Some(address)) = (&self.places, address) {
            self.make_room(places);
            places.check_key(&Place::of(address)).map_err(|until| self.too_many(&until))?;
        }
        let user = guest.and_then(|guest| guest.principal.user);
        if let (Some(users), Some(user)) = (&self.users, user) {
            users.check_key(&user).map_err(|until| self.too_many(&until))?;
        }
        Ok(())
    }

    fn make_room(&self, places: &DefaultKeyedRateLimiter<Place>) {
        if places.len() > self.room.load(Ordering::Relaxed) {
            places.retain_recent();
            self.room.store(REMEMBERED.max(places.len() * 2), Ordering::Relaxed);
        }
    }

    fn too_many(&self, until: &governor::NotUntil<governor::clock::QuantaInstant>) -> Refused {
        let wait = until.wait_time_from(self.clock.now());
        Refused::TooManyRequests { seconds: whole_seconds(wait) }
    }
}

/// At least one, so that nobody comes back at once.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0).max(u64::from(wait.as_secs() == 0))
}
