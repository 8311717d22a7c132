//! What became of the half of a launch that goes on after the answer.

use berth_cloud::WorkRequest;
use berth_domain::{ProviderError, Trouble};
use serde::Deserialize;

use super::answer::{Answer, ask, ask_all};
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
    fn from(error: WorkRequestError) -> Self {
        let (code, message) = (error.code.unwrap_or_default(), error.message.unwrap_or_default());
        Self { status: None, code, message, request_id: None }
    }
}
