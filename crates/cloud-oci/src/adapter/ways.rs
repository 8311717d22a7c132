//! One pool of connections for each way out: the direct one, and one for each proxy in use.
//!
//! Made when first needed: a start must not wait for the system's certificates to be read.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use berth_domain::Trouble;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use crate::client::Transport;

/// By digest of the proxy's address, because it may hold a password; of nothing for the direct way.
#[derive(Default)]
pub(super) struct Ways(Mutex<HashMap<Option<[u8; 32]>, Transport>>);

impl Ways {
    /// Blocks for some milliseconds the first time.
    pub(super) fn transport(&self, proxy: Option<&SecretString>) -> Result<Transport, Trouble> {
        let name = proxy.map(|proxy| Sha256::digest(proxy.expose_secret()).into());
        if let Some(known) = locked(&self.0).get(&name) {
            return Ok(known.clone());
        }
        let made = match proxy {
            Some(proxy) => Transport::through(proxy).map_err(|error| not_sent(&error))?,
            None => Transport::direct().map_err(|error| not_sent(&error))?,
        };
        Ok(locked(&self.0).entry(name).or_insert(made).clone())
    }
}

/// Nothing was sent, because nothing could be.
pub(super) fn not_sent(error: &dyn std::error::Error) -> Trouble {
    Trouble::NotSent { what: error.to_string() }
}

/// A panic elsewhere leaves these maps whole: every change is one insertion.
pub(super) fn locked<Value>(mutex: &Mutex<Value>) -> MutexGuard<'_, Value> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
