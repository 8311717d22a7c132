//! Users: who may come in, how, and what people may do with users.
//!
//! What is right and what follows, the domain says. Here secrets are made, hashed, compared and sealed, guesses are counted, and everybody who
//! came in is known by the digest of what they show.

mod attempt;
mod directory;
mod guesses;
mod hashing;
mod keep;
mod kept;
mod own;
mod second_factor;
mod secret;
mod setup;
mod sign_in;
mod visit;

use std::sync::{Arc, Mutex, atomic::AtomicBool};

use berth_domain::{
    Code, Explanation, Seconds, Text, Timestamp, UserId,
    explain::Violations,
    user::{Command, Content, Digest, NAME_CLAIMS, SETUP_CLAIMS, User, check_password},
};
use berth_store::StreamId;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;

pub use directory::{Admitted, Kind};
pub use own::{NewToken, WantedToken};
pub use second_factor::NewFactor;
pub use sign_in::Let;
pub use visit::Visit;

use crate::{
    ledger::Ledger,
    order::{Denied, Order, Told},
    secrets::Secrets,
    world::World,
};
use directory::Directory;
use guesses::Guesses;
use hashing::{Busy, Hashing};
use setup::Setup;

pub(crate) const PASSWORD: &str = "user.password";
pub(crate) const SECOND_FACTOR: &str = "user.second_factor";

/// Who may come in, and what people may do with users. Clones share everything.
#[derive(Clone)]
pub struct Users {
    world: Arc<World>,
    secrets: Secrets,
    ledger: Ledger,
    directory: Directory,
    hashing: Hashing,
    guesses: Arc<Mutex<Guesses>>,
    setup: Arc<Setup>,
    /// Whoever changes roles does so one after the other: two who took each other's away would leave nobody.
    keeping: Arc<tokio::sync::Mutex<()>>,
}

type ToldUser = Told<UserId, User>;

impl Users {
    /// Reads every user that is.
    pub(crate) async fn open(world: Arc<World>, secrets: Secrets, ledger: Ledger) -> Result<Self, Denied> {
        let directory = Directory::new();
        for (_, stream) in world.log.claimed(NAME_CLAIMS).await? {
            let Ok(id) = stream.id().parse::<UserId>() else { continue };
            let book = ledger.open::<User>(id).await?;
            directory.put(id, &book.state, book.version, world.now());
        }
        let first = world.log.claim_owner(SETUP_CLAIMS, kept::FIRST).await?;
        let nobody_yet = first.is_none() && directory.users().is_empty();
        let users = Self {
            setup: Arc::new(Setup::new(AtomicBool::new(nobody_yet))),
            world,
            secrets,
            ledger,
            directory,
            hashing: Hashing::new(),
            guesses: Arc::default(),
            keeping: Arc::default(),
        };
        users.know_places();
        Ok(users)
    }

    /// Whose secret this is, if it lets in now. Asks nobody, and counts as a use of a session.
    pub fn admit(&self, secret: &str) -> Option<Admitted> {
        self.directory.admit(secret, self.world.now(), self.idle())
    }

    /// The same for somebody who was admitted before, as they are now. Absent once their way in is closed.
    pub fn still(&self, admitted: &Admitted) -> Option<Admitted> {
        self.directory.recognise(&admitted.digest, self.world.now(), self.idle())
    }

    /// Woken whenever anything about any user changed.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.directory.changed()
    }

    /// Everybody, ordered by name.
    pub fn all(&self) -> Vec<(UserId, Content)> {
        self.directory.users()
    }

    /// Whatever the case and the spaces around it.
    pub fn by_name(&self, username: &str) -> Option<(UserId, Content)> {
        self.directory.by_name(username)
    }

    pub fn by_id(&self, id: UserId) -> Option<Content> {
        self.directory.user(id)
    }

    /// When a way in was last used, since the server started.
    pub fn used_at(&self, digest: &Digest) -> Option<Timestamp> {
        self.directory.used_at(digest)
    }

    fn idle(&self) -> Seconds {
        self.world.settings.session_idle
    }

    fn fresh_id(&self) -> UserId {
        UserId::from_parts(self.world.clock.now_ms().unsigned_abs(), self.world.chance.draw())
    }

    /// What is told is in the directory before this returns.
    async fn tell(&self, id: UserId, command: Command, order: &Order) -> Result<ToldUser, Denied> {
        let mut book = self.ledger.open::<User>(id).await?;
        let done = self.ledger.tell(&mut book, command, order).await?;
        self.directory.put(id, &book.state, book.version, self.world.now());
        Ok(Told { id, state: book.state, done })
    }

    /// Hashes a password that the rules allow, and seals the hash with the append of the order.
    async fn sealed_password(
        &self,
        id: UserId,
        password: &SecretString,
        field: &[&str],
        order: &mut Order,
    ) -> Result<berth_domain::SecretRef, Denied> {
        let mut violations = Violations::default();
        check_password(&mut violations, password.expose_secret(), field);
        violations.into_result().map_err(Denied::Refused)?;
        let hash = self.hashing.hash(password, &self.world.chance).await.map_err(busy)?;
        let (name, sealed) = self.secrets.seal(PASSWORD, &stream(id), &hash)?;
        order.seal.push(sealed);
        Ok(name)
    }

    fn guesses(&self) -> std::sync::MutexGuard<'_, Guesses> {
        self.guesses.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn stream(id: UserId) -> StreamId {
    StreamId::new("user", id)
}

fn refused(code: Code, field: &[&str], english: impl Into<String>, chinese: impl Into<String>) -> Denied {
    Denied::Refused(vec![Explanation::new(code, Text::new(english, chinese)).at(field)])
}

fn busy(_: Busy) -> Denied {
    refused(
        Code::LimitReached,
        &[],
        "too many people are signing in at once; try again in a moment",
        "同时登录的人太多，请稍后再试",
    )
}

fn no_such_user() -> Denied {
    refused(Code::NotFound, &["userId"], "there is no such user", "没有这个用户")
}
