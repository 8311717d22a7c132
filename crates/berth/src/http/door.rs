//! The port through which the HTTP side learns who somebody is. It knows neither users nor tokens.

use berth_app::user::Admitted;
use berth_domain::access::Principal;
use tokio::sync::watch;

/// Somebody who was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    pub principal: Principal,
    /// How a user came in. Absent for whoever has the machine's own token.
    pub admitted: Option<Admitted>,
}

impl Guest {
    /// Whoever has the machine's own token could stop the server just as well: nothing is counted for them.
    pub(super) const fn has_the_machine(&self) -> bool {
        self.principal.user.is_none()
    }
}

/// Asked with every request, so it answers at once and from memory.
pub trait Door: Send + Sync {
    /// Whose secret this is, if it lets in now.
    fn admit(&self, secret: &str) -> Option<Guest>;
    /// Somebody who was let in before, as they are now; nobody once their way in is closed.
    fn still(&self, guest: &Guest) -> Option<Guest>;
    /// Woken whenever somebody may have been shut out, or may do other things than before.
    fn changed(&self) -> watch::Receiver<u64>;
}
