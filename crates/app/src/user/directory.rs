//! Who is who, in memory: every user as the log has them, and whose each way in is.
//!
//! Asked with every request, so it asks nobody. It is changed by whoever told a user something, before they are answered: what was revoked is
//! refused from that moment on, and whoever has a stream open hears that something changed.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicI64, Ordering},
    },
};

use berth_domain::{
    Seconds, SessionId, Timestamp, TokenId, UserId,
    access::{Principal, Rights},
    user::{Content, Digest, User},
};
use berth_store::Version;
use tokio::sync::watch;

use super::secret::digest;

/// Clones share it.
#[derive(Clone)]
pub(super) struct Directory {
    inner: Arc<RwLock<Inner>>,
    changed: watch::Sender<u64>,
}

#[derive(Default)]
struct Inner {
    users: HashMap<UserId, Content>,
    ways: HashMap<Digest, Way>,
    /// How much of each user's history is in here, of those who are gone too.
    versions: HashMap<UserId, Version>,
}

struct Way {
    user: UserId,
    kind: Kind,
    /// When it was last used, in milliseconds since 1970. Not kept: a restart is as good as a use.
    used_at: Arc<AtomicI64>,
}

/// How somebody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Session(SessionId),
    Token(TokenId),
}

/// Somebody who was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    pub principal: Principal,
    pub user: UserId,
    pub kind: Kind,
    pub(super) digest: Digest,
}

impl Directory {
    pub(super) fn new() -> Self {
        Self { inner: Arc::default(), changed: watch::Sender::new(0) }
    }

    /// As the user is at a version, in place of what was known of them. What is older than that is let go: two who told the same user
    /// something may come here in the other order.
    pub(super) fn put(&self, id: UserId, user: &User, version: Version, now: Timestamp) {
        let mut inner = self.write();
        if inner.versions.get(&id).is_some_and(|known| *known > version) {
            return;
        }
        inner.versions.insert(id, version);
        let before: HashMap<Digest, Arc<AtomicI64>> = inner
            .ways
            .extract_if(|_, way| way.user == id)
            .map(|(digest, way)| (digest, way.used_at))
            .collect();
        inner.users.remove(&id);
        if let Some(content) = user.existing() {
            for (digest, kind) in ways(content) {
                let fresh = || Arc::new(AtomicI64::new(now.millis()));
                let used_at = before.get(&digest).cloned().unwrap_or_else(fresh);
                inner.ways.insert(digest, Way { user: id, kind, used_at });
            }
            inner.users.insert(id, content.clone());
        }
        drop(inner);
        self.changed.send_modify(|count| *count += 1);
    }

    /// Whose secret it is, if it still lets in. Counts as a use.
    pub(super) fn admit(&self, secret: &str, now: Timestamp, idle: Seconds) -> Option<Admitted> {
        self.recognise(&digest(secret), now, idle)
    }

    /// The same for somebody who was admitted before: as they are now.
    pub(super) fn recognise(&self, digest: &Digest, now: Timestamp, idle: Seconds) -> Option<Admitted> {
        let inner = self.read();
        let way = inner.ways.get(digest)?;
        let content = inner.users.get(&way.user).filter(|content| !content.disabled)?;
        let (rights, name) = granted(content, way.kind, now)?;
        if matches!(way.kind, Kind::Session(_))
            && now.millis() - way.used_at.load(Ordering::Relaxed) >= idle.millis()
        {
            return None;
        }
        way.used_at.store(now.millis(), Ordering::Relaxed);
        let principal = match way.kind {
            Kind::Session(_) => Principal::user(way.user, name, rights),
            Kind::Token(_) => Principal::script(way.user, name, rights),
        };
        Some(Admitted { principal, user: way.user, kind: way.kind, digest: digest.clone() })
    }

    pub(super) fn by_name(&self, username: &str) -> Option<(UserId, Content)> {
        let wanted = username.trim().to_lowercase();
        let inner = self.read();
        let found = inner.users.iter().find(|(_, user)| user.username.to_lowercase() == wanted);
        found.map(|(id, user)| (*id, user.clone()))
    }

    pub(super) fn user(&self, id: UserId) -> Option<Content> {
        self.read().users.get(&id).cloned()
    }

    /// Ordered by name.
    pub(super) fn users(&self) -> Vec<(UserId, Content)> {
        let mut users: Vec<_> = self.read().users.iter().map(|(id, user)| (*id, user.clone())).collect();
        users.sort_by(|(_, one), (_, other)| one.username.cmp(&other.username));
        users
    }

    pub(super) fn used_at(&self, digest: &Digest) -> Option<Timestamp> {
        self.read().ways.get(digest).map(|way| Timestamp::from_millis(way.used_at.load(Ordering::Relaxed)))
    }

    pub(super) fn changed(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ways(content: &Content) -> Vec<(Digest, Kind)> {
    let sessions = content.sessions.iter().map(|session| (session.digest.clone(), Kind::Session(session.id)));
    let tokens = content.tokens.iter().map(|token| (token.digest.clone(), Kind::Token(token.id)));
    sessions.chain(tokens).collect()
}

/// With which rights it lets in, under which name; absent when its time is over.
fn granted(content: &Content, kind: Kind, now: Timestamp) -> Option<(Rights, String)> {
    let rights = content.role.rights();
    match kind {
        Kind::Session(id) => {
            let session = content.session(id).filter(|session| session.expires_at > now);
            session.map(|_| (rights, content.username.clone()))
        }
        Kind::Token(id) => {
            let token = content.token(id).filter(|token| token.expires_at.is_none_or(|at| at > now))?;
            let rights = rights.intersection(&token.rights).copied().collect();
            Some((rights, format!("{}/{}", content.username, token.name)))
        }
    }
}

#[cfg(test)]
mod tests {
    use berth_domain::{
        Aggregate, SecretRef,
        access::Role,
        user::{Created, Disabled, Event},
    };

    use super::*;

    #[test]
    fn what_is_older_never_takes_the_place_of_what_is_newer() {
        let (directory, id, at) = (Directory::new(), UserId::from_parts(1, 1), Timestamp::from_millis(0));
        let password = SecretRef("secret_1".into());
        let role = Role::Viewer;
        let created = Event::from(Created { username: "bob".into(), role, password, first: false, at });
        let open = User::folded(std::slice::from_ref(&created));
        let shut = User::folded(&[created, Disabled { at }.into()]);
        directory.put(id, &shut, Version::new(2), at);
        directory.put(id, &open, Version::new(1), at);
        assert!(directory.user(id).unwrap().disabled);
    }
}
