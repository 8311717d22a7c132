//! Whose account a call is made for.

use std::{fmt, sync::Arc};

use berth_domain::TenantId;
use secrecy::SecretString;

use crate::Turns;

/// An account with what opens it. Lives in memory only, for as long as calls are made.
#[derive(Clone)]
pub struct Account {
    pub tenant: TenantId,
    /// Rises when the credential or the proxy changes, so that an adapter may keep a client per (tenant, revision).
    pub revision: u64,
    pub tenancy: String,
    pub user: String,
    pub fingerprint: String,
    pub home_region: String,
    pub credential: Credential,
    /// `http://…`, `https://…` or `socks5://…`; may hold a password.
    pub proxy: Option<SecretString>,
    /// Asked before every request of a call after its first. Without it they go out one right after another.
    pub turns: Option<Arc<dyn Turns>>,
}

/// The secret half of an account.
#[derive(Clone)]
pub struct Credential {
    /// PEM text.
    pub private_key: SecretString,
    pub passphrase: Option<SecretString>,
}

/// An account as a person typed it.
pub struct NewAccount {
    pub tenancy: String,
    pub user: String,
    pub fingerprint: String,
    pub region: String,
    pub credential: Credential,
    pub proxy: Option<SecretString>,
}

/// An account found to be well-formed, in the cloud's own spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    pub tenancy: String,
    pub user: String,
    pub fingerprint: String,
    pub region: String,
    /// The proxy without its credentials, to be shown.
    pub proxy_masked: Option<String>,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("tenant", &self.tenant)
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}
