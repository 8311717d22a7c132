//! How many sockets somebody may have open: a user by who they are, and whom nobody knows yet by where they come from.
//!
//! Whoever has the machine's own token has as many as they like.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use berth_app::user::Visit;
use berth_domain::{UserId, access::Place};

use super::door::Guest;

pub(super) struct Seats {
    of_address: usize,
    of_user: usize,
    taken: Taken,
}

type Taken = Arc<Mutex<HashMap<Holder, usize>>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Holder {
    Stranger(Place),
    User(UserId),
}

/// One socket's place. It is free again when this is dropped, whatever way the socket ended.
#[derive(Debug)]
pub(super) struct Seat {
    holder: Holder,
    taken: Taken,
}

/// All are taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Full;

impl Seats {
    pub(super) fn new(of_address: usize, of_user: usize) -> Self {
        Self { of_address, of_user, taken: Taken::default() }
    }

    /// Nothing for whoever is not counted.
    pub(super) fn take(&self, guest: Option<&Guest>, visit: &Visit) -> Result<Option<Seat>, Full> {
        let user = guest.and_then(|guest| guest.principal.user);
        let (holder, most) = match (user, visit.address) {
            (Some(user), _) => (Holder::User(user), self.of_user),
            (None, Some(address)) if guest.is_none() => {
                (Holder::Stranger(Place::of(address)), self.of_address)
            }
            (None, _) => return Ok(None),
        };
        let mut taken = lock(&self.taken);
        let count = taken.entry(holder).or_default();
        if *count >= most {
            return Err(Full);
        }
        *count += 1;
        Ok(Some(Seat { holder, taken: self.taken.clone() }))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        let left = taken.get(&self.holder).copied().unwrap_or_default();
        // Who holds none is forgotten, so that strangers do not fill the memory one after the other.
        if left > 1 {
            taken.insert(self.holder, left - 1)
        } else {
            taken.remove(&self.holder)
        };
    }
}

fn lock(taken: &Taken) -> MutexGuard<'_, HashMap<Holder, usize>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use berth_domain::access::{Principal, Role};

    use super::*;

    fn from(address: &str) -> Visit {
        Visit { address: Some(address.parse::<IpAddr>().unwrap()), agent: String::new() }
    }

    fn user(number: u128) -> Guest {
        let id = UserId::from_parts(1, number);
        Guest { principal: Principal::user(id, "alice", Role::Viewer.rights()), admitted: None }
    }

    #[test]
    fn strangers_are_counted_by_where_they_come_from_and_forgotten_when_they_go() {
        let seats = Seats::new(2, 1);
        let first = seats.take(None, &from("2001:db8::1")).unwrap();
        let second = seats.take(None, &from("2001:db8::2")).unwrap();
        assert_eq!(seats.take(None, &from("2001:db8::3")).unwrap_err(), Full);
        assert!(seats.take(None, &from("2001:db8:0:1::3")).is_ok(), "that is another network");
        drop(first);
        assert!(seats.take(None, &from("2001:db8::3")).is_ok());
        drop(second);
        assert!(lock(&seats.taken).is_empty());
    }

    #[test]
    fn a_user_is_counted_wherever_they_are_and_the_machine_never() {
        let seats = Seats::new(0, 1);
        let alice = user(1);
        let _seat = seats.take(Some(&alice), &from("192.0.2.1")).unwrap();
        assert_eq!(seats.take(Some(&alice), &from("192.0.2.2")).unwrap_err(), Full);
        assert!(seats.take(Some(&user(2)), &from("192.0.2.1")).is_ok());
        let machine = Guest { principal: Principal::machine("owner"), admitted: None };
        let all: Vec<_> = (0..100).map(|_| seats.take(Some(&machine), &from("192.0.2.1")).unwrap()).collect();
        assert!(all.iter().all(Option::is_none));
    }
}
