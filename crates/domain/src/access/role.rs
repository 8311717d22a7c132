//! Roles, and the rights that each has.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What a user is. Each has all that the ones after it have. Distributors and users of leases come with leases, with rights of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Everything (超级管理员).
    SuperAdmin,
    /// Everything but users, keys, the system's own matters and its history (普通管理员).
    Admin,
    /// Looks (观察者).
    Viewer,
}

/// What an API token can be limited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Right {
    /// See everything but history and secrets.
    Read,
    /// Command tasks and launch profiles.
    Operate,
    /// Users, tenants and their keys, history, the system's own matters.
    Administer,
}

impl Right {
    /// As the API says it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "READ",
            Self::Operate => "OPERATE",
            Self::Administer => "ADMINISTER",
        }
    }
}

/// Some of the rights.
pub type Rights = BTreeSet<Right>;

impl Role {
    pub const ALL: [Self; 3] = [Self::SuperAdmin, Self::Admin, Self::Viewer];

    pub fn rights(self) -> Rights {
        let rights: &[Right] = match self {
            Self::SuperAdmin => &[Right::Read, Right::Operate, Right::Administer],
            Self::Admin => &[Right::Read, Right::Operate],
            Self::Viewer => &[Right::Read],
        };
        rights.iter().copied().collect()
    }

    /// As the API says it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SuperAdmin => "SUPER_ADMIN",
            Self::Admin => "ADMIN",
            Self::Viewer => "VIEWER",
        }
    }
}
