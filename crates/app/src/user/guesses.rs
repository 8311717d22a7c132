//! How often a password may be guessed, by whom. Pure: the moment is an argument.
//!
//! Failures are counted for an account together with where they come from: whoever has failed five times in half an hour is not listened to
//! any more, from there. So a stranger cannot lock the owner out, who comes from elsewhere. A crowd of strangers cannot either: once an account
//! has seen twenty failures, somebody from a place that never signed in gets one guess a minute, and one from a known place goes on as ever.
//! Whoever tries one password on many accounts is told from those who forgot theirs by the place: fifty failures from there are enough, whosever
//! accounts they were on. An attempt counts before it is looked at, so a hundred at once are no more than five.

use std::collections::{HashMap, VecDeque};

use berth_domain::{Timestamp, UserId, access, user::Digest};

/// Absent for the machine itself.
type Place = Option<access::Place>;

const SPAN_MS: i64 = 30 * 60_000;
const ON_AN_ACCOUNT_FROM_A_PLACE: usize = 5;
const ON_AN_ACCOUNT: usize = 20;
const FROM_A_PLACE: usize = 50;
const MINUTE_MS: i64 = 60_000;
/// Of names that nobody has and of places, no more than this are remembered: made-up ones would fill the memory.
const REMEMBERED: usize = 10_000;
/// Of strangers' attempts that come to nothing, so many a minute are worth a line, from wherever they come.
const LINES_A_MINUTE: usize = 60;
/// So many places of a user are known, the last ones.
const KNOWN: usize = 32;

/// Whose account somebody tries to get into.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    User(UserId),
    /// The first user's, by the setup code.
    Setup,
    /// Of a name that nobody has: by the digest of the name, so that all take the same room.
    Nobody(Digest),
}

/// Who may still guess.
#[derive(Debug, Default)]
pub(super) struct Guesses {
    accounts: HashMap<Whose, Account>,
    nobodies: VecDeque<Whose>,
    places: HashMap<Place, Tally>,
    lines: HashMap<Place, Timestamp>,
}

#[derive(Debug, Default)]
struct Account {
    failures: Vec<(Place, Timestamp)>,
    /// Places from which somebody signed in, the last one last.
    known: VecDeque<Place>,
    stranger_at: Option<Timestamp>,
}

/// The moments of failures, oldest first.
#[derive(Debug, Default)]
struct Tally(VecDeque<Timestamp>);

/// Not listened to before this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Locked {
    pub(super) until: Timestamp,
}

impl Guesses {
    /// Takes one of the attempts that are left; a success gives them back.
    pub(super) fn begin(&mut self, whose: &Whose, place: Place, now: Timestamp) -> Result<(), Locked> {
        self.make_room(whose, place);
        let account = self.accounts.entry(whose.clone()).or_default();
        let tally = self.places.entry(place).or_default();
        account.forget(now);
        tally.forget(now);
        // Somebody who signed in from there before is no stranger trying every door.
        if !account.known.contains(&place) {
            tally.check()?;
        }
        // The setup code cannot be guessed, and nobody is known before there is a user: a crowd would only hold the owner up.
        let crowd_counts = *whose != Whose::Setup;
        account.check(place, now, crowd_counts)?;
        account.failures.push((place, now));
        tally.0.push_back(now);
        Ok(())
    }

    /// Gives the account's attempts from there back. Those on other accounts stay: one's own success excuses no guesses of others' passwords.
    pub(super) fn succeeded(&mut self, whose: &Whose, place: Place) {
        self.take_back(whose, place);
        let account = self.accounts.entry(whose.clone()).or_default();
        account.failures.retain(|(failed, _)| *failed != place);
        account.known.retain(|known| *known != place);
        account.known.push_back(place);
        if account.known.len() > KNOWN {
            account.known.pop_front();
        }
    }

    /// The attempt was no guess: it said too little, or nobody looked at it.
    pub(super) fn take_back(&mut self, whose: &Whose, place: Place) {
        if let Some(account) = self.accounts.get_mut(whose)
            && let Some(last) = account.failures.iter().rposition(|(failed, _)| *failed == place)
        {
            let (_, at) = account.failures.remove(last);
            // It used up nobody's minute either.
            account.stranger_at = account.stranger_at.filter(|used| *used != at);
        }
        if let Some(tally) = self.places.get_mut(&place) {
            tally.0.pop_back();
        }
    }

    /// Once a minute from each place, and not too often from all of them.
    pub(super) fn worth_a_line(&mut self, place: Place, now: Timestamp) -> bool {
        let lately = |at: &Timestamp| (0..MINUTE_MS).contains(&now.since(*at));
        if self.lines.get(&place).is_some_and(lately) {
            return false;
        }
        self.lines.retain(|_, at| lately(at));
        let room = self.lines.len() < LINES_A_MINUTE;
        if room {
            self.lines.insert(place, now);
        }
        room
    }

    /// Users are as many as there are. Of names that nobody has the oldest goes, of places the one that was silent longest.
    fn make_room(&mut self, whose: &Whose, place: Place) {
        if matches!(whose, Whose::Nobody(_)) && !self.accounts.contains_key(whose) {
            self.nobodies.push_back(whose.clone());
            if self.nobodies.len() > REMEMBERED
                && let Some(oldest) = self.nobodies.pop_front()
            {
                self.accounts.remove(&oldest);
            }
        }
        if self.places.len() >= REMEMBERED && !self.places.contains_key(&place) {
            let silent = self.places.iter().min_by_key(|(_, tally)| tally.0.back()).map(|(place, _)| *place);
            silent.and_then(|silent| self.places.remove(&silent));
        }
    }
}

impl Account {
    /// A clock that was set back makes failures of the future: they are as good as new.
    fn forget(&mut self, now: Timestamp) {
        for (_, at) in &mut self.failures {
            *at = (*at).min(now);
        }
        self.failures.retain(|(_, at)| now.since(*at) < SPAN_MS);
    }

    fn check(&mut self, place: Place, now: Timestamp, crowd_counts: bool) -> Result<(), Locked> {
        let here: Vec<_> = self.failures.iter().filter(|(failed, _)| *failed == place).collect();
        if here.len() >= ON_AN_ACCOUNT_FROM_A_PLACE {
            let oldest = here[here.len() - ON_AN_ACCOUNT_FROM_A_PLACE].1;
            return Err(Locked { until: oldest.plus_millis(SPAN_MS) });
        }
        if !crowd_counts || self.failures.len() < ON_AN_ACCOUNT || self.known.contains(&place) {
            return Ok(());
        }
        let next = self.stranger_at.map_or(now, |last| last.min(now).plus_millis(MINUTE_MS));
        if self.stranger_at.is_some() && next > now {
            return Err(Locked { until: next });
        }
        self.stranger_at = Some(now);
        Ok(())
    }
}

impl Tally {
    fn forget(&mut self, now: Timestamp) {
        for at in &mut self.0 {
            *at = (*at).min(now);
        }
        self.0.retain(|at| now.since(*at) < SPAN_MS);
    }

    fn check(&self) -> Result<(), Locked> {
        match self.0.len().checked_sub(FROM_A_PLACE).and_then(|first| self.0.get(first)) {
            Some(oldest) => Err(Locked { until: oldest.plus_millis(SPAN_MS) }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user::{Visit, secret::digest};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_795_000_000_000 + seconds * 1000)
    }

    fn place(number: u32) -> Place {
        Visit { address: Some(number.to_be_bytes().into()), agent: String::new() }.place()
    }

    fn user(number: u128) -> Whose {
        Whose::User(UserId::from_parts(1, number))
    }

    fn nobody(number: u32) -> Whose {
        Whose::Nobody(digest(&number.to_string()))
    }

    const HOME: u32 = 9_999;

    #[test]
    fn the_sixth_guess_from_a_place_is_not_listened_to_for_half_an_hour() {
        for whose in [user(1), Whose::Setup, nobody(1)] {
            let mut guesses = Guesses::default();
            for second in 0..5 {
                assert_eq!(guesses.begin(&whose, place(1), at(second)), Ok(()));
            }
            let locked = Locked { until: at(1800) };
            assert_eq!(guesses.begin(&whose, place(1), at(5)), Err(locked));
            assert_eq!(guesses.begin(&whose, place(1), at(1799)), Err(locked));
            assert_eq!(guesses.begin(&whose, place(1), at(1800)), Ok(()));
            assert!(
                guesses.begin(&whose, place(1), at(1800)).is_err(),
                "the second of the five is not over yet"
            );
        }
    }

    #[test]
    fn a_stranger_does_not_lock_the_owner_out() {
        let mut guesses = Guesses::default();
        guesses.succeeded(&user(1), place(HOME));
        for stranger in 0..100 {
            guesses.begin(&user(1), place(stranger), at(stranger.into())).ok();
        }
        assert_eq!(guesses.begin(&user(1), place(HOME), at(100)), Ok(()));
        assert_eq!(guesses.begin(&user(2), place(1), at(100)), Ok(()));
    }

    #[test]
    fn a_crowd_of_strangers_gets_a_guess_a_minute() {
        let mut guesses = Guesses::default();
        let begun =
            (0..600).filter(|&second| guesses.begin(&user(1), place(second), at(second.into())).is_ok());
        let begun = begun.count();
        assert!((20..=30).contains(&begun), "{begun} of 600 were listened to");
    }

    #[test]
    fn no_crowd_holds_up_whoever_has_the_setup_code() {
        let mut guesses = Guesses::default();
        for stranger in 0..100 {
            guesses.begin(&Whose::Setup, place(stranger), at(0)).unwrap();
        }
        assert_eq!(guesses.begin(&Whose::Setup, place(HOME), at(0)), Ok(()));
    }

    /// Whoever has a second factor is first asked for its code, and has guessed nothing by then.
    #[test]
    fn what_was_no_guess_does_not_use_up_the_strangers_minute() {
        let mut guesses = Guesses::default();
        for stranger in 0..20 {
            guesses.begin(&user(1), place(stranger), at(0)).unwrap();
        }
        guesses.begin(&user(1), place(HOME), at(1)).unwrap();
        guesses.take_back(&user(1), place(HOME));
        assert_eq!(guesses.begin(&user(1), place(HOME), at(2)), Ok(()));
        assert!(guesses.begin(&user(1), place(HOME), at(3)).is_err());
    }

    #[test]
    fn one_password_on_many_accounts_is_fifty_guesses_and_no_more() {
        let mut guesses = Guesses::default();
        guesses.succeeded(&user(0), place(1));
        let begun = (0..500).filter(|&number| {
            // Their own sign-in in between excuses nothing.
            guesses.begin(&user(0), place(1), at(number.into())).unwrap();
            guesses.succeeded(&user(0), place(1));
            guesses.begin(&nobody(number), place(1), at(number.into())).is_ok()
        });
        assert_eq!(begun.count(), FROM_A_PLACE);
        assert_eq!(guesses.begin(&user(0), place(1), at(500)), Ok(()), "who is known there still comes in");
        assert_eq!(guesses.begin(&nobody(1), place(2), at(500)), Ok(()));
    }

    #[test]
    fn a_success_gives_the_attempts_back_and_so_does_what_was_no_guess() {
        let mut guesses = Guesses::default();
        for _ in 0..30 {
            for _ in 0..4 {
                assert_eq!(guesses.begin(&user(1), place(1), at(0)), Ok(()));
            }
            guesses.succeeded(&user(1), place(1));
        }
        for _ in 0..200 {
            assert_eq!(guesses.begin(&user(2), place(2), at(0)), Ok(()));
            guesses.take_back(&user(2), place(2));
        }
    }

    #[test]
    fn made_up_names_and_places_do_not_fill_the_memory_nor_push_anybody_out() {
        let mut guesses = Guesses::default();
        guesses.succeeded(&user(1), place(HOME));
        for _ in 0..5 {
            guesses.begin(&user(2), place(1), at(0)).ok();
        }
        for number in 0..30_000 {
            guesses.begin(&nobody(number), place(1_000_000 + number), at(1)).ok();
            guesses.worth_a_line(place(1_000_000 + number), at(1));
        }
        assert!(guesses.accounts.len() <= REMEMBERED + 2);
        assert!(guesses.places.len() <= REMEMBERED && guesses.lines.len() <= LINES_A_MINUTE);
        assert!(guesses.accounts[&user(1)].known.contains(&place(HOME)));
        assert!(guesses.begin(&user(2), place(1), at(2)).is_err(), "a user's failures are kept");
    }

    #[test]
    fn of_attempts_that_are_not_listened_to_one_a_minute_is_worth_a_line() {
        let mut guesses = Guesses::default();
        let lines = (0..180).filter(|&second| guesses.worth_a_line(place(1), at(second))).count();
        assert_eq!(lines, 3);
        assert!(guesses.worth_a_line(place(2), at(180)));
    }

    #[test]
    fn a_clock_that_was_set_back_lengthens_no_lock_beyond_half_an_hour() {
        let mut guesses = Guesses::default();
        for _ in 0..5 {
            guesses.begin(&user(1), place(1), at(100_000)).ok();
        }
        assert_eq!(guesses.begin(&user(1), place(1), at(0)), Err(Locked { until: at(1800) }));
        assert_eq!(guesses.begin(&user(1), place(1), at(1800)), Ok(()));
    }
}
