//! What can have happened to a user. Names and shapes are for ever.

use serde::{Deserialize, Serialize};

use super::{state::Digest, upcast::UPCASTERS};
use crate::{
    SecretRef, SessionId, Timestamp, TokenId,
    access::{Rights, Role},
    event::events,
};

events! {
    /// What can have happened to a user.
    UPCASTERS;
    Created = "user.created" v 1,
    RoleChanged = "user.role_changed" v 1,
    Disabled = "user.disabled" v 1,
    Enabled = "user.enabled" v 1,
    Deleted = "user.deleted" v 1,
    PasswordChanged = "user.password_changed" v 1,
    SignedIn = "user.signed_in" v 1,
    SignedOut = "user.signed_out" v 1,
    SecondFactorSet = "user.second_factor_set" v 1,
    SecondFactorRemoved = "user.second_factor_removed" v 1,
    TokenMade = "user.token_made" v 1,
    TokenRevoked = "user.token_revoked" v 1,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Created {
    pub username: String,
    pub role: Role,
    pub password: SecretRef,
    /// The first user of all.
    pub first: bool,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoleChanged {
    pub role: Role,
    pub at: Timestamp,
}

/// Every session has ended, and no token lets in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Disabled {
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Enabled {
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deleted {
    /// Is free again.
    pub username: String,
    pub at: Timestamp,
}

/// Every session has ended; when it was reset, every API token too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PasswordChanged {
    pub password: SecretRef,
    /// Somebody else did it.
    pub reset: bool,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignedIn {
    pub session: SessionId,
    pub digest: Digest,
    pub from: String,
    pub agent: String,
    pub expires_at: Timestamp,
    /// Of the code that was shown, if one was: no code of it or of an earlier one is taken again.
    pub step: Option<u64>,
    /// The recovery code that was used up, if one was.
    pub recovery_code: Option<u8>,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignedOut {
    pub session: SessionId,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SecondFactorSet {
    /// The seed, and the recovery codes' digests.
    pub secret: SecretRef,
    /// Of the code that confirmed it.
    pub step: u64,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SecondFactorRemoved {
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenMade {
    pub token: TokenId,
    pub name: String,
    pub digest: Digest,
    pub rights: Rights,
    /// Never when absent.
    pub expires_at: Option<Timestamp>,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenRevoked {
    pub token: TokenId,
    pub at: Timestamp,
}
