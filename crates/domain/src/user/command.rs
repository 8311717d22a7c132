//! What may be asked of a user.

use super::state::Digest;
use crate::{
    SecretRef, SessionId, Timestamp, TokenId,
    access::{Act, Rights, Role},
};

#[derive(Clone, Debug)]
pub enum Command {
    Create(Box<Create>),
    ChangeRole {
        role: Role,
        at: Timestamp,
    },
    Disable {
        at: Timestamp,
    },
    Enable {
        at: Timestamp,
    },
    Delete {
        at: Timestamp,
    },
    /// By somebody who may keep users, for somebody who forgot theirs. Takes the second factor away too, if asked.
    ResetPassword {
        password: SecretRef,
        second_factor_too: bool,
        at: Timestamp,
    },
    /// By the user, whose old password was right.
    ChangePassword {
        checked: Checked,
        password: SecretRef,
        at: Timestamp,
    },
    SignIn(Box<SignIn>),
    /// Of one session, whoever ends it. One that has ended is as it should be.
    SignOut {
        session: SessionId,
        at: Timestamp,
    },
    /// After the first code of the new one was right.
    SetSecondFactor {
        checked: Checked,
        secret: SecretRef,
        step: u64,
        at: Timestamp,
    },
    /// By the user, whose password and code were right.
    RemoveSecondFactor {
        checked: Checked,
        proof: Proof,
        at: Timestamp,
    },
    MakeToken {
        checked: Checked,
        token: TokenId,
        name: String,
        digest: Digest,
        rights: Rights,
        expires_at: Option<Timestamp>,
        at: Timestamp,
    },
    RevokeToken {
        token: TokenId,
        at: Timestamp,
    },
}

#[derive(Clone, Debug)]
pub struct Create {
    pub username: String,
    pub role: Role,
    pub password: SecretRef,
    /// Nobody was there before: this one claims to be the first.
    pub first: bool,
    pub at: Timestamp,
}

/// The password was right, and the second factor too, where there is one.
#[derive(Clone, Debug)]
pub struct SignIn {
    pub checked: Checked,
    pub session: SessionId,
    pub digest: Digest,
    /// The address it came from.
    pub from: String,
    /// What the browser says it is.
    pub agent: String,
    pub expires_at: Timestamp,
    pub proof: Proof,
    pub at: Timestamp,
}

/// What a password and a code were compared with. Comparing takes its time: what was changed meanwhile proves nothing any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    pub password: SecretRef,
    pub second_factor: Option<SecretRef>,
}

/// What was shown beside the password. Each can be shown once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    None,
    /// The code of this 30 s step was right.
    Code {
        step: u64,
    },
    /// The recovery code with this number was right.
    Recovery {
        number: u8,
    },
}

impl Command {
    /// What the table of rights calls it.
    pub fn act(&self) -> Act {
        match self {
            // A sign-in is asked by nobody yet: the server lets in whom it recognised.
            Self::SignIn(_) => Act::Inside,
            Self::Create(_)
            | Self::ChangeRole { .. }
            | Self::Disable { .. }
            | Self::Enable { .. }
            | Self::Delete { .. }
            | Self::ResetPassword { .. } => Act::KeepUsers,
            Self::ChangePassword { .. }
            | Self::SignOut { .. }
            | Self::SetSecondFactor { .. }
            | Self::RemoveSecondFactor { .. }
            | Self::MakeToken { .. }
            | Self::RevokeToken { .. } => Act::OwnAccount,
        }
    }
}
