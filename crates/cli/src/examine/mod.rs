//! What a server lets a client see of its health, as plain facts. What they mean is for `berth doctor` to judge.

use std::time::SystemTime;

use berth_domain::{Language, Text};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use crate::{
    client::Client,
    failure::{self, Exit, Failure},
    global::Global,
    tenant,
};

/// So many keys are tried; more would keep a person waiting.
const TRIED: usize = 50;

/// A server, seen from here.
#[derive(Clone, Debug, PartialEq)]
pub struct Examined {
    /// Where it was looked for.
    pub address: String,
    /// What it is, or why it was not reached.
    pub server: Result<Seen, Text>,
}

/// A server that answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub version: String,
    /// Its clock, at the moment in the middle between question and answer by ours.
    pub now: DateTime<Utc>,
    pub asked_at: DateTime<Utc>,
    /// Whether a WebSocket gets through to it.
    pub websocket: Result<(), Text>,
    /// The tenants whose keys were tried, or why it does not tell us any.
    pub tenants: Result<Tenants, Text>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tenants {
    pub tried: Vec<Tried>,
    /// There are more of them.
    pub more: bool,
}

/// A tenant whose key was tried just now.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    pub name: String,
    pub region: String,
    /// Its calls take a way of their own.
    pub through_proxy: bool,
    /// Nothing is known of one that is switched off.
    pub key: Option<Result<(), Text>>,
}

#[derive(Deserialize)]
struct Answer {
    version: String,
    now: DateTime<Utc>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    id: String,
    name: String,
    status: String,
    home_region: Region,
    proxy_masked: Option<String>,
}

#[derive(Deserialize)]
struct Region {
    code: String,
}

/// Looks at a server. Tries each tenant's key at its cloud, which the server puts on record like any other command.
pub async fn examine(global: &Global, language: Language) -> Examined {
    let client = match Client::new(global, language) {
        Ok(client) => client,
        Err(failure) => return Examined { address: global.server.clone(), server: Err(failure.text()) },
    };
    let server = see(&client).await.map_err(|failure| failure.text());
    Examined { address: client.server(), server }
}

async fn see(client: &Client) -> Result<Seen, Failure> {
    let before = SystemTime::now();
    let answer = client.ask(include_str!("server.graphql"), json!({})).await?;
    let asked_at = DateTime::from(before + before.elapsed().unwrap_or_default() / 2);
    let Answer { version, now } = Answer::deserialize(answer).map_err(Failure::strange)?;
    let websocket = match client.greet().await {
        // It came through all the same: what the server thinks of the token is another matter.
        Err(failure) if failure.exit != Exit::NotAllowed => Err(failure.text()),
        Ok(()) | Err(_) => Ok(()),
    };
    let tenants = tenants(client).await.map_err(|failure| failure.text());
    Ok(Seen { version, now, asked_at, websocket, tenants })
}

async fn tenants(client: &Client) -> Result<Tenants, Failure> {
    let found = client.pages(include_str!("tenants.graphql"), json!({}), TRIED).await?;
    let mut tried = Vec::new();
    for node in found.nodes {
        let tenant = Listed::deserialize(node).map_err(Failure::strange)?;
        tried.push(Tried {
            key: if tenant.status == "DISABLED" { None } else { Some(key(client, &tenant.id).await?) },
            name: tenant.name,
            region: tenant.home_region.code,
            through_proxy: tenant.proxy_masked.is_some(),
        });
    }
    Ok(Tenants { tried, more: found.more })
}

/// Whether a key works. That it could not be tried says nothing of the key, and is a failure.
async fn key(client: &Client, id: &str) -> Result<Result<(), Text>, Failure> {
    let payload = client.tell(include_str!("../tenant/test.graphql"), json!({ "tenantId": id })).await?;
    Ok(tenant::refusal(&payload)?.map_or(Ok(()), |why| Err(failure::same(&why))))
}
