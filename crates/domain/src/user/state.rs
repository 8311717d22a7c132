//! What the rules remember of a user, and nothing else.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{SESSIONS, command::Checked, event::Event};
use crate::{
    SecretRef, SessionId, Timestamp, TokenId,
    access::{Rights, Role},
};

/// A user as their events make them. `content` is absent until they are made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct User {
    pub content: Option<Box<Content>>,
    pub deleted_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    pub username: String,
    pub role: Role,
    pub password: SecretRef,
    pub second_factor: Option<SecondFactor>,
    pub disabled: bool,
    /// Oldest first. Some may have run out.
    pub sessions: Vec<Session>,
    pub tokens: Vec<ApiToken>,
    pub created_at: Timestamp,
    pub signed_in_at: Option<Timestamp>,
}

/// Codes by time (TOTP, RFC 6238), and recovery codes for when the telephone is gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SecondFactor {
    pub secret: SecretRef,
    /// Codes up to this step are used up.
    pub step: u64,
    /// Numbers of the recovery codes that are used up.
    pub used_codes: Vec<u8>,
}

/// One browser that is signed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    pub digest: Digest,
    pub from: String,
    pub agent: String,
    pub opened_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A script's way in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiToken {
    pub id: TokenId,
    pub name: String,
    pub digest: Digest,
    /// Of these the user's role may have fewer by now.
    pub rights: Rights,
    pub expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// SHA-256 of 256 random bits, in hexadecimal: tells the right secret from others, and says nothing of it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(pub String);

impl Digest {
    pub fn of(hash: &[u8; 32]) -> Self {
        Self(hex::encode(hash))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest")
    }
}

impl User {
    /// Absent before they were made and after they were deleted.
    pub fn existing(&self) -> Option<&Content> {
        self.content.as_deref().filter(|_| self.deleted_at.is_none())
    }

    /// Every secret that is still needed, and the names of no others.
    pub fn secrets(&self) -> Vec<&SecretRef> {
        let Some(content) = self.existing() else { return Vec::new() };
        let factor = content.second_factor.as_ref().map(|factor| &factor.secret);
        [&content.password].into_iter().chain(factor).collect()
    }
}

impl Content {
    /// What a password and a code are compared with now.
    pub fn checked_with(&self) -> Checked {
        let second_factor = self.second_factor.as_ref().map(|factor| factor.secret.clone());
        Checked { password: self.password.clone(), second_factor }
    }

    /// Who can make others what they are.
    pub fn is_super_administrator(&self) -> bool {
        self.role == Role::SuperAdmin && !self.disabled
    }

    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }

    pub fn token(&self, id: TokenId) -> Option<&ApiToken> {
        self.tokens.iter().find(|token| token.id == id)
    }
}

pub(super) fn evolve(user: &mut User, event: &Event) {
    match (event, &mut user.content) {
        (Event::Created(created), content) => {
            *content = Some(Box::new(Content {
                username: created.username.clone(),
                role: created.role,
                password: created.password.clone(),
                second_factor: None,
                disabled: false,
                sessions: Vec::new(),
                tokens: Vec::new(),
                created_at: created.at,
                signed_in_at: None,
            }));
        }
        (Event::Deleted(deleted), _) => user.deleted_at = Some(deleted.at),
        (event, Some(content)) => change(content, event),
        // Nothing can have happened to somebody who was never made.
        (_, None) => {}
    }
}

fn change(content: &mut Content, event: &Event) {
    match event {
        Event::RoleChanged(changed) => content.role = changed.role,
        Event::Disabled(_) => {
            content.disabled = true;
            content.sessions.clear();
        }
        Event::Enabled(_) => content.disabled = false,
        Event::PasswordChanged(changed) => {
            content.password.clone_from(&changed.password);
            content.sessions.clear();
            // Whoever resets a password mistrusts what was done under the old one.
            if changed.reset {
                content.tokens.clear();
            }
        }
        Event::SignedIn(signed_in) => open(content, signed_in),
        Event::SignedOut(signed_out) => content.sessions.retain(|session| session.id != signed_out.session),
        Event::SecondFactorSet(set) => {
            let (secret, step) = (set.secret.clone(), set.step);
            content.second_factor = Some(SecondFactor { secret, step, used_codes: Vec::new() });
        }
        Event::SecondFactorRemoved(_) => content.second_factor = None,
        Event::TokenMade(made) => content.tokens.push(ApiToken {
            id: made.token,
            name: made.name.clone(),
            digest: made.digest.clone(),
            rights: made.rights.clone(),
            expires_at: made.expires_at,
            created_at: made.at,
        }),
        Event::TokenRevoked(revoked) => content.tokens.retain(|token| token.id != revoked.token),
        Event::Created(_) | Event::Deleted(_) => {}
    }
}

/// Those that have run out make room, and then the oldest.
fn open(content: &mut Content, signed_in: &super::event::SignedIn) {
    content.sessions.retain(|session| session.expires_at > signed_in.at);
    if content.sessions.len() >= SESSIONS {
        content.sessions.remove(0);
    }
    content.sessions.push(Session {
        id: signed_in.session,
        digest: signed_in.digest.clone(),
        from: signed_in.from.clone(),
        agent: signed_in.agent.clone(),
        opened_at: signed_in.at,
        expires_at: signed_in.expires_at,
    });
    content.signed_in_at = Some(signed_in.at);
    if let Some(factor) = &mut content.second_factor {
        factor.step = factor.step.max(signed_in.step.unwrap_or_default());
        factor.used_codes.extend(signed_in.recovery_code);
    }
}
