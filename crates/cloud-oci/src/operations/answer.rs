//! From an exchange to a value, or to the trouble that there is none.

use berth_cloud::Reply;
use berth_domain::{Refused, Seconds, Trouble};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::name;
use crate::client::{Call, Client, Exchange, Failure, Reached};

/// A value with the exchange that it came from.
pub(crate) struct Answer<Value> {
    pub(crate) value: Value,
    pub(crate) exchange: Exchange,
}

impl<Value> Answer<Value> {
    /// Keeps of the exchange what is worth keeping.
    pub(crate) fn into_reply<Other>(self, translate: impl FnOnce(Value) -> Other) -> Reply<Other> {
        let Exchange { request_id, clock_skew, .. } = self.exchange;
        Reply { value: translate(self.value), request_id, clock_skew }
    }
}

/// Sends one call and reads its answer.
pub(crate) async fn ask<Value: DeserializeOwned>(
    client: &Client,
    call: &Call,
) -> Result<Answer<Value>, Trouble> {
    let exchange = tell(client, call).await?.exchange;
    match serde_json::from_slice(&exchange.body) {
        Ok(value) => Ok(Answer { value, exchange }),
        // The cloud said yes in words that we cannot read: it has acted, we only do not know how. The error quotes them.
        Err(error) => {
            let what = cut(&format!("cannot read the answer: {error}"), MAX_MESSAGE);
            Err(Trouble::Lost { what, request_id: exchange.request_id })
        }
    }
}

/// Sends one call of whose answer only the yes or no is of interest.
pub(crate) async fn tell(client: &Client, call: &Call) -> Result<Answer<()>, Trouble> {
    let exchange = client.send(call).await.map_err(lost)?;
    if exchange.is_success() {
        Ok(Answer { value: (), exchange })
    } else {
        Err(Trouble::Refused(refused(exchange)))
    }
}

/// Turns "there is no such thing" into nothing. The service says the same to those who may not see it.
pub(crate) fn unless_absent<Value>(result: Result<Value, Trouble>) -> Result<Option<Value>, Trouble> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Trouble::Refused(refused)) if refused.status == 404 => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

/// The longest message that is taken over. A proxy's HTML page is cut.
const MAX_MESSAGE: usize = 2000;

/// The error body. Anything else in its place is kept as the message.
#[derive(Deserialize)]
struct ErrorBody {
    code: Option<String>,
    message: Option<String>,
}

fn refused(exchange: Exchange) -> Refused {
    let body: Option<ErrorBody> = serde_json::from_slice(&exchange.body).ok();
    let (code, message) = match body {
        Some(ErrorBody { code, message }) if code.is_some() || message.is_some() => (code, message),
        _ => (None, Some(exchange.raw().trim().to_owned())),
    };
    Refused {
        status: exchange.status,
        code: cut(&code.unwrap_or_default(), name::LONGEST),
        message: cut(&message.unwrap_or_default(), MAX_MESSAGE),
        request_id: exchange.request_id,
        retry_after: exchange.retry_after.map(Seconds),
        clock_skew: exchange.clock_skew,
    }
}

fn cut(text: &str, length: usize) -> String {
    text.chars().take(length).collect()
}

fn lost(failure: Failure) -> Trouble {
    let Failure { what, reached, request_id, .. } = failure;
    match reached {
        Reached::No => Trouble::NotSent { what },
        Reached::Perhaps => Trouble::Lost { what, request_id },
    }
}

#[cfg(test)]
mod tests;
