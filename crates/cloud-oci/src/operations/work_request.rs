//! What became of the half of a launch that goes on after the answer.

use berth_cloud::WorkRequest;
use berth_domain::{ProviderError, Refused, Trouble};
use serde::Deserialize;

use super::answer::{Answer, ask};
use super::list::ask_all;
use crate::client::{Call, Client, Service};

/// Asks for the errors as well if the work has failed.
pub(crate) async fn work_request(client: &Client, id: &str) -> Result<WorkRequest, Trouble> {
    let call = Call::get(Service::Core, &["workRequests", id]);
    let answer: Answer<WorkRequestModel> = ask(client, &call).await?;
    let status = answer.value.status.as_deref().unwrap_or_default();
    let failed = matches!(status, "FAILED" | "CANCELED");
    let finished = failed || status == "SUCCEEDED";
    let errors = if failed { errors(client, id).await? } else { Vec::new() };
    Ok(WorkRequest { failed, finished, errors })
}

async fn errors(client: &Client, id: &str) -> Result<Vec<ProviderError>, Trouble> {
    let call = Call::get(Service::Core, &["workRequests", id, "errors"]).query("sortOrder", "ASC");
    let errors: Vec<WorkRequestError> = ask_all(client, call).await?;
    Ok(errors.into_iter().map(ProviderError::from).collect())
}

#[derive(Deserialize)]
struct WorkRequestModel {
    status: Option<String>,
}

#[derive(Deserialize)]
struct WorkRequestError {
    code: Option<String>,
    message: Option<String>,
}

impl From<WorkRequestError> for ProviderError {
    /// Cut as any other words of the cloud.
    fn from(error: WorkRequestError) -> Self {
        let (code, message) = (error.code.unwrap_or_default(), error.message.unwrap_or_default());
        let status = status_of(&code);
        let words = Trouble::Refused(Refused { code, message, ..Refused::default() }).provider_error();
        Self { status, ..words }
    }
}

/// The status with which the service gives this code in an answer; late errors come without one. Absent for codes that are
/// given with several, and for those that nobody knows.
fn status_of(code: &str) -> Option<u16> {
    let status = match code {
        "CannotParseRequest"
        | "InvalidParameter"
        | "MissingParameter"
        | "LimitExceeded"
        | "QuotaExceeded"
        | "RelatedResourceNotAuthorizedOrNotFound" => 400,
        "NotAuthenticated" => 401,
        "SignUpRequired" => 402,
        "NotAllowed" | "NotAuthorized" => 403,
        "NotAuthorizedOrNotFound" | "NotFound" => 404,
        "MethodNotAllowed" => 405,
        "IncorrectState"
        | "LockConflict"
        | "ExternalServerIncorrectState"
        | "InvalidatedRetryToken"
        | "NotAuthorizedOrResourceAlreadyExists"
        | "Conflict"
        | "ResourceLocked" => 409,
        "NoEtagMatch" => 412,
        "RequestEntityTooLarge" | "PayloadTooLarge" => 413,
        "UnprocessableEntity" => 422,
        "TooManyRequests" => 429,
        "InternalError" | "InternalServerError" => 500,
        "MethodNotImplemented" => 501,
        _ => return None,
    };
    Some(status)
}
