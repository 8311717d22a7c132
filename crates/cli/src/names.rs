//! Names where ids do: a tenant, a task or a launch profile may be named by its name, if only one has it.

use std::str::FromStr;

use berth_domain::{GrabId, ProfileId, TenantId, Text};
use serde_json::{Value, json};

use crate::{
    client::Client,
    failure::{Exit, Failure},
    words,
};

/// More than anybody has of one name; the search matches parts of names as well.
const SEARCHED: usize = 1_000;

pub(crate) async fn tenant_id(client: &Client, named: &str) -> Result<String, Failure> {
    resolve::<TenantId>(client, include_str!("names/tenants.graphql"), named, &words::tenant()).await
}

pub(crate) async fn task_id(client: &Client, named: &str) -> Result<String, Failure> {
    resolve::<GrabId>(client, include_str!("names/tasks.graphql"), named, &words::task()).await
}

pub(crate) async fn profile_id(client: &Client, named: &str) -> Result<String, Failure> {
    resolve::<ProfileId>(client, include_str!("names/profiles.graphql"), named, &words::profile()).await
}

/// The stream that somebody names: in full, by the id of what it tells of, or by that one's name.
pub(crate) async fn stream_id(client: &Client, named: &str) -> Result<String, Failure> {
    if named.contains('/') {
        return Ok(named.to_owned());
    }
    if named.parse::<TenantId>().is_ok() {
        return Ok(format!("tenant/{named}"));
    }
    if named.parse::<ProfileId>().is_ok() {
        return Ok(format!("profile/{named}"));
    }
    if let Some(id) = if_found(task_id(client, named).await)? {
        return Ok(format!("grab/{id}"));
    }
    if let Some(id) = if_found(tenant_id(client, named).await)? {
        return Ok(format!("tenant/{id}"));
    }
    match if_found(profile_id(client, named).await)? {
        Some(id) => Ok(format!("profile/{id}")),
        None => Err(Failure::not_found(words::no_such(&words::event::stream(), named))),
    }
}

/// Nothing, where there is no such thing.
fn if_found(found: Result<String, Failure>) -> Result<Option<String>, Failure> {
    match found {
        Ok(id) => Ok(Some(id)),
        Err(failure) if failure.exit == Exit::NotFound => Ok(None),
        Err(failure) => Err(failure),
    }
}

pub(crate) async fn tenant_ids(client: &Client, named: &[String]) -> Result<Vec<String>, Failure> {
    let mut ids = Vec::new();
    for name in named {
        ids.push(tenant_id(client, name).await?);
    }
    Ok(ids)
}

pub(crate) async fn task_ids(client: &Client, named: &[String]) -> Result<Vec<String>, Failure> {
    let mut ids = Vec::new();
    for name in named {
        ids.push(task_id(client, name).await?);
    }
    Ok(ids)
}

async fn resolve<Id: FromStr>(
    client: &Client,
    document: &str,
    named: &str,
    noun: &Text,
) -> Result<String, Failure> {
    if named.parse::<Id>().is_ok() {
        return Ok(named.to_owned());
    }
    let found = client.pages(document, json!({ "filter": { "search": named } }), SEARCHED).await?;
    let ids: Vec<&str> = found
        .nodes
        .iter()
        .filter(|node| node["name"] == named)
        .filter_map(|node| node["id"].as_str())
        .collect();
    match ids.as_slice() {
        [id] => Ok((*id).to_owned()),
        [] => Err(Failure::not_found(words::no_such(noun, named))),
        several => Err(Failure::usage(words::ambiguous(noun, named, &several.join(" ")))),
    }
}

/// What a lookup by id found, or that there is nothing.
pub(crate) fn found(value: Value, noun: &Text, id: &str) -> Result<Value, Failure> {
    if value.is_null() {
        Err(Failure::new(Exit::NotFound, words::no_such(noun, id), None))
    } else {
        Ok(value)
    }
}
