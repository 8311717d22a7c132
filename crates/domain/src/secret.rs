//! A secret by name only. The secret itself lies in the vault; this crate never sees it.

use serde::{Deserialize, Serialize};

/// Names a secret in the vault, `secret_01J…`. Safe to write into an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretRef(pub String);
