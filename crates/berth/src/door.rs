//! Who comes in: users by their sessions and API tokens, and whoever has the machine by the token in the data directory.

use berth_app::user::{Admitted, Users};
use berth_domain::access::Principal;
use tokio::sync::watch;

use crate::{
    http::{Door, Guest},
    token::TokenDigest,
};

/// The name that stands beside what is done with the machine's own token.
const OWNER: &str = "owner";

pub(crate) struct FrontDoor {
    pub(crate) token: TokenDigest,
    pub(crate) users: Users,
}

impl Door for FrontDoor {
    fn admit(&self, secret: &str) -> Option<Guest> {
        if self.token.admits(secret) {
            return Some(Guest { principal: Principal::machine(OWNER), admitted: None });
        }
        self.users.admit(secret).map(guest)
    }

    fn still(&self, guest: &Guest) -> Option<Guest> {
        match &guest.admitted {
            Some(admitted) => self.users.still(admitted).map(self::guest),
            None => Some(guest.clone()),
        }
    }

    fn changed(&self) -> watch::Receiver<u64> {
        self.users.changed()
    }
}

fn guest(admitted: Admitted) -> Guest {
    Guest { principal: admitted.principal.clone(), admitted: Some(admitted) }
}
