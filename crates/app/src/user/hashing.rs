//! Passwords, hashed and compared: argon2id with OWASP's parameters, two at a time, on threads that nobody waits for.

use std::sync::Arc;

use argon2::{
    Argon2, PasswordHasher, PasswordVerifier,
    password_hash::{Error, phc::PasswordHash},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Semaphore, TryAcquireError};

use crate::chance::Chance;

/// Each takes 19 MiB while it lasts.
const AT_ONCE: usize = 2;
/// More than so many that wait are turned away, so that guessing wears nobody out.
const WAITING: usize = 32;

/// Compared where there is no user, so that both take the same time. No password is known that gives it.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Clones share the turns.
#[derive(Clone, Debug)]
pub(super) struct Hashing {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

/// Too many wait already.
#[derive(Debug)]
pub(super) struct Busy;

impl Hashing {
    pub(super) fn new() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), places: Arc::new(Semaphore::new(AT_ONCE + WAITING)) }
    }

    pub(super) async fn hash(&self, password: &SecretString, chance: &Chance) -> Result<SecretString, Busy> {
        let (password, salt) = (password.clone(), salt(chance));
        self.in_turn(move || hashed(password.expose_secret(), &salt)).await
    }

    /// Whether the password is the one that was hashed. Without a hash it is not, and takes as long to be so.
    pub(super) async fn matches(
        &self,
        password: &SecretString,
        hash: Option<&SecretString>,
    ) -> Result<bool, Busy> {
        let (password, known) = (password.clone(), hash.is_some());
        let hash = hash.cloned().unwrap_or_else(|| NOBODY.into());
        self.in_turn(move || verified(&password, &hash).is_ok() && known).await
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let place = match self.places.clone().try_acquire_owned() {
            Ok(place) => place,
            Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => return Err(Busy),
        };
        let turn = self.turns.clone().acquire_owned().await.expect("nobody closes the semaphore");
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop((turn, place));
            done
        });
        Ok(done.await.expect("hashing neither panics nor is called off"))
    }
}

/// Argon2id, 19 MiB, two passes, one lane: the library's own defaults, which are OWASP's.
fn hashed(password: &str, salt: &[u8; 16]) -> SecretString {
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), salt);
    SecretString::from(hash.expect("16 bytes are a lawful salt").to_string())
}

fn verified(password: &SecretString, hash: &SecretString) -> Result<(), Error> {
    let hash = PasswordHash::new(hash.expose_secret()).map_err(|_| Error::PasswordInvalid)?;
    Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash)
}

fn salt(chance: &Chance) -> [u8; 16] {
    chance.draw::<u128>().to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[tokio::test]
    async fn a_hash_is_argon2id_and_tells_its_password_from_others() {
        let hashing = Hashing::new();
        let hash = hashing.hash(&text("Correct1"), &Chance::seeded(2)).await.unwrap();
        assert!(hash.expose_secret().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(hashing.matches(&text("Correct1"), Some(&hash)).await.unwrap());
        assert!(!hashing.matches(&text("correct1"), Some(&hash)).await.unwrap());
        assert!(!hashing.matches(&text(""), None).await.unwrap());
    }

    #[tokio::test]
    async fn more_than_wait_in_patience_are_turned_away() {
        let hashing = Hashing::new();
        let _held = hashing.turns.clone().acquire_many_owned(2).await.unwrap();
        let _waiting = hashing.places.clone().acquire_many_owned(34).await.unwrap();
        assert!(hashing.matches(&text("x"), None).await.is_err());
    }
}
