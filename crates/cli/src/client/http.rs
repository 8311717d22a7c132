//! Questions and commands: `POST /graphql`.

use std::time::Duration;

use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Answer, Client, Position};
use crate::failure::{Exit, Failure};
use crate::words;

/// Longer than any call of the server's to a cloud, which `tenantTest` waits for.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(90);
const PAGE: usize = 100;

/// An answer as it came.
pub(super) struct Received {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// Items of a connection, and whether more follow.
pub(crate) struct Items {
    pub(crate) nodes: Vec<Value>,
    pub(crate) more: bool,
    /// What the first page is true as of, where the document asks for that.
    pub(crate) position: Option<Position>,
}

impl Client {
    /// Asks, and answers the value of the document's one field. `null` is a value: there is no such thing.
    pub(crate) async fn ask(&self, document: &str, variables: Value) -> Result<Value, Failure> {
        let answer = self.post(document, &json!({ "query": document, "variables": variables })).await?;
        if let Some(failure) = self.failure_of(&answer.errors) {
            return Err(failure);
        }
        answer.field().ok_or_else(|| Failure::strange("neither data nor errors"))
    }

    /// Sends a command with a fresh id, so that sending it again after a lost answer does nothing twice; answers its payload, refusals
    /// and all.
    pub(crate) async fn tell(&self, document: &str, mut input: Value) -> Result<Value, Failure> {
        input["commandId"] = json!(Uuid::new_v4());
        self.ask(document, json!({ "input": input })).await
    }

    /// Reads pages of a connection until `limit` items are there or nothing follows.
    pub(crate) async fn pages(
        &self,
        document: &str,
        mut variables: Value,
        limit: usize,
    ) -> Result<Items, Failure> {
        let (mut nodes, mut position): (Vec<Value>, _) = (Vec::new(), None);
        loop {
            variables["first"] = json!((limit - nodes.len()).clamp(1, PAGE));
            let mut page = self.ask(document, variables.clone()).await?;
            position = position.or_else(|| Position::of(&page).ok());
            let Value::Array(items) = page["nodes"].take() else {
                return Err(Failure::strange("a page without nodes"));
            };
            nodes.extend(items);
            let more = page["pageInfo"]["hasNextPage"] == true;
            if !more || nodes.len() >= limit {
                return Ok(Items { nodes, more, position });
            }
            variables["after"] = page["pageInfo"]["endCursor"].take();
        }
    }

    /// Sends once, and once more if the connection broke on the way: a question may be repeated, a command carries its id.
    async fn post(&self, document: &str, body: &Value) -> Result<Answer, Failure> {
        self.tell_what_is_sent(document, format_args!("POST {}", self.endpoint));
        let mut sent = self.send(body).await;
        if let Err(error) = &sent
            && !error.is_connect()
            && !error.is_timeout()
        {
            self.tell_what_is_sent(document, format_args!("the connection broke, once more"));
            sent = self.send(body).await;
        }
        let Received { status, body, .. } = sent.map_err(|error| self.not_reached(error.without_url()))?;
        self.understand(status, &body)
    }

    /// Sends once and no more: nobody knows whether doing it twice would do harm.
    pub(super) async fn post_once(&self, document: &str, body: &Value) -> Result<Answer, Failure> {
        self.tell_what_is_sent(document, format_args!("POST {}", self.endpoint));
        let sent = self.send(body).await;
        let Received { status, body, .. } = sent.map_err(|error| self.not_reached(error.without_url()))?;
        self.understand(status, &body)
    }

    pub(super) async fn send(&self, body: &Value) -> reqwest::Result<Received> {
        let request = self.request(Method::POST, self.endpoint.clone()).timeout(ANSWER_TIMEOUT).json(body);
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Received { status, headers, body: response.bytes().await?.to_vec() })
    }

    pub(super) fn understand(&self, status: StatusCode, body: &[u8]) -> Result<Answer, Failure> {
        match (serde_json::from_slice::<Answer>(body), status) {
            (_, StatusCode::UNAUTHORIZED) => Err(self.not_let_in()),
            (Ok(answer), _) if !answer.errors.is_empty() || answer.data.is_object() => Ok(answer),
            (_, StatusCode::SERVICE_UNAVAILABLE | StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT) => {
                Err(Failure::new(Exit::NotReached, words::not_ready(&self.server()), None))
            }
            (Err(error), status) if status.is_success() => Err(Failure::strange(error)),
            (_, status) => Err(Failure::strange(format!("HTTP {status}"))),
        }
    }
}
