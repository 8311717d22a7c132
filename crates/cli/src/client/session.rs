//! Signing in with a name and a password, for the few things that only a signed-in person may do.

use reqwest::{
    StatusCode,
    header::{HeaderMap, SET_COOKIE},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::{Answer, Client, http::Received};
use crate::failure::Failure;

impl Client {
    /// Opens a session, or answers why that was refused. Sent once: a password that was wrong must not count twice.
    pub(crate) async fn sign_in(
        &self,
        username: &str,
        password: &SecretString,
        code: Option<&SecretString>,
    ) -> Result<(Option<Self>, Value), Failure> {
        let document = include_str!("session/create.graphql");
        let code = code.map(ExposeSecret::expose_secret);
        let input = json!({ "username": username, "password": password.expose_secret(), "otp": code });
        self.tell_what_is_sent(document, format_args!("POST {}", self.endpoint));
        let request = json!({ "query": document, "variables": { "input": input } });
        let sent = Self { cookie: None, token: None, ..self.clone() }.send(&request).await;
        let Received { status, headers, body } =
            sent.map_err(|error| self.not_reached(error.without_url()))?;
        let payload = self.payload(status, &body)?;
        let session = cookie_in(&headers);
        let session = session.map(|cookie| Self { cookie: Some(cookie), token: None, ..self.clone() });
        Ok((session, payload))
    }

    /// Ends the session that was opened here.
    pub(crate) async fn sign_out(&self) -> Result<(), Failure> {
        self.ask(include_str!("session/delete.graphql"), json!({})).await.map(drop)
    }

    fn payload(&self, status: StatusCode, text: &[u8]) -> Result<Value, Failure> {
        let answer: Answer = self.understand(status, text)?;
        match self.failure_of(&answer.errors) {
            Some(failure) => Err(failure),
            None => answer.field().ok_or_else(|| Failure::strange("neither data nor errors")),
        }
    }
}

/// Its name and value, without what a browser is told beside them.
fn cookie_in(headers: &HeaderMap) -> Option<SecretString> {
    let cookie = headers.get(SET_COOKIE)?.to_str().ok()?;
    let pair = cookie.split(';').next()?.trim();
    let (_, value) = pair.split_once('=')?;
    (!value.is_empty()).then(|| pair.into())
}
