//! Operations that somebody wrote themselves: sent once, answered whole, errors beside data.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Answer, Client, TopLevelError,
    websocket::{Ended, Socket, Told},
};
use crate::{
    failure::{Exit, Failure, same},
    words,
};

/// One operation, with what goes into it. Variables may hold secrets, so there is no `Debug`.
pub(crate) struct Operation {
    pub(crate) document: String,
    pub(crate) variables: Value,
    /// Which one of the document's.
    pub(crate) name: Option<String>,
}

/// What came back.
pub(crate) struct Answered {
    /// As the server sent it; `null` when nothing was answered.
    pub(crate) data: Value,
    /// What the server could not do, though it may have done the rest.
    pub(crate) failure: Option<Failure>,
}

/// A subscription that does not survive a break: only its author knows how it goes on.
pub(crate) struct Subscription {
    client: Client,
    socket: Socket,
}

impl Client {
    /// Runs a query or a mutation.
    pub(crate) async fn execute(&self, operation: &Operation) -> Result<Answered, Failure> {
        let answer = self.post_once(&operation.document, &operation.request()).await?;
        Ok(answer.into())
    }

    /// Opens a subscription.
    pub(crate) async fn subscribe(&self, operation: &Operation) -> Result<Subscription, Failure> {
        self.tell_what_is_sent(&operation.document, format_args!("subscribing at {}", self.endpoint));
        let socket = self.opened(Socket::open(self, &operation.request()).await)?;
        Ok(Subscription { client: self.clone(), socket })
    }

    /// Opens a WebSocket and closes it again.
    pub(crate) async fn greet(&self) -> Result<(), Failure> {
        self.opened(Socket::greet(self).await)
    }

    /// What does not open is not waited for.
    fn opened<T>(&self, opened: Result<T, Ended>) -> Result<T, Failure> {
        opened.map_err(|ended| match ended {
            Ended::Refused(failure) => failure,
            Ended::Lost(cause) => self.not_reached(cause),
        })
    }
}

impl Subscription {
    /// The next answer; nothing at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Answered>, Failure> {
        match self.socket.hear().await {
            Ok(Told::Answer(payload)) => {
                let answer: Answer = serde_json::from_value(payload).map_err(Failure::strange)?;
                Ok(Some(answer.into()))
            }
            Ok(Told::Errors(errors)) => Err(refused(&errors)?),
            Ok(Told::End) => Ok(None),
            Err(Ended::Refused(failure)) => Err(failure),
            Err(Ended::Lost(cause)) => {
                let message = words::api::broke_off(&self.client.server());
                Err(Failure::new(Exit::NotReached, message, None).because(cause))
            }
        }
    }
}

impl Operation {
    fn request(&self) -> Value {
        let mut request = json!({ "query": self.document, "variables": self.variables });
        if let Some(name) = &self.name {
            request["operationName"] = json!(name);
        }
        request
    }
}

impl From<Answer> for Answered {
    fn from(answer: Answer) -> Self {
        Self { failure: failure_of_all(&answer.errors), data: answer.data }
    }
}

fn refused(errors: &Value) -> Result<Failure, Failure> {
    let errors: Vec<TopLevelError> = Vec::deserialize(errors).map_err(Failure::strange)?;
    Ok(failure_of_all(&errors).unwrap_or_else(|| Failure::strange("an error without words")))
}

/// All errors in the server's words, with the exit code of the first. The document is the user's, so what does not parse is their slip.
fn failure_of_all(errors: &[TopLevelError]) -> Option<Failure> {
    let exit = exit_of(errors.first()?.extensions.code.as_deref());
    let complaints = errors.iter().map(|error| {
        let trace = error.extensions.request_id.as_deref().filter(|_| exit == Exit::Failed);
        (same(&error.message), trace.map(words::trace))
    });
    Some(Failure::several(exit, complaints))
}

fn exit_of(code: Option<&str>) -> Exit {
    match code {
        Some("BAD_QUERY" | "QUERY_TOO_COMPLEX") => Exit::Usage,
        Some("BAD_INPUT") => Exit::Refused,
        Some("UNAUTHENTICATED" | "FORBIDDEN") => Exit::NotAllowed,
        Some("NOT_FOUND") => Exit::NotFound,
        Some("UNAVAILABLE") => Exit::NotReached,
        _ => Exit::Failed,
    }
}
