//! Every request seen, so that outside judges can count.

use serde::Serialize;
use serde_json::Value;

/// One request, from its arrival on; `status` is filled in when it is known how it was answered.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    /// Counted from 1 in order of arrival.
    pub(crate) number: usize,
    pub(crate) time: String,
    pub(crate) method: String,
    pub(crate) target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) operation: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) opc_request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) opc_retry_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fingerprint: Option<String>,
    /// Number of the profile, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tenant: Option<usize>,
    /// A number, or `cut` or `dropped`.
    pub(crate) status: Value,
    /// The code of a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    /// Which step of the script was played.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) step: Option<String>,
    /// Why a signature was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unauthenticated: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) launch: Option<Launch>,
}

/// What a launch asked for and what it made.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Launch {
    pub(crate) display_name: String,
    pub(crate) freeform_tags: Value,
    pub(crate) availability_domain: String,
    pub(crate) shape: String,
    /// SHA-256 of the body, in hex.
    pub(crate) body_hash: String,
    /// Made now, or before under the same retry token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) instance_id: Option<String>,
    /// The retry token was known, so nothing was made.
    pub(crate) repeated: bool,
}
