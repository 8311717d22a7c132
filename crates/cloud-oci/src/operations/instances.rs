//! What is done to one instance, named by its id and nothing else.

use berth_cloud::Reply;
use berth_domain::Trouble;

use super::answer::tell;
use crate::client::{Call, Client, Service};

/// The boot volume goes too: it would be paid for, and fill the account.
pub(crate) async fn terminate(client: &Client, instance: &str) -> Result<(), Trouble> {
    let call = Call::delete(Service::Core, &["instances", instance]).query("preserveBootVolume", "false");
    tell(client, &call).await.map(drop)
}

/// The body is empty, and sent and signed as such.
pub(crate) async fn start(client: &Client, instance: &str, token: &str) -> Result<Reply<()>, Trouble> {
    let call = Call::post_bytes(Service::Core, &["instances", instance], Vec::new())
        .query("action", "START")
        .retry_token(token);
    Ok(tell(client, &call).await?.into_reply(|()| ()))
}
