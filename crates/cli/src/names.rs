//! Names where ids do: a tenant or task may be named by its name, if only one has it.

use std::str::FromStr;

use berth_domain::{GrabId, TenantId, Text};
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

/// The stream that somebody names: in full, by the id of what it tells of, or by that one's name.
pub(crate) async fn stream_id(client: &Client, named: &str) -> Result<String, Failure> {
    if named.contains('/') {
        return Ok(named.to_owned());
    }
    if named.parse::<TenantId>().is_ok() {
        return Ok(format!("tenant/{named}"));
    }
    match task_id(client, named).await {
        Ok(id) => Ok(format!("grab/{id}")),
        Err(failure) if failure.exit == Exit::NotFound => match tenant_id(client, named).await {
            Ok(id) => Ok(format!("tenant/{id}")),
            Err(failure) if failure.exit == Exit::NotFound => {
                Err(Failure::not_found(words::no_such(&words::event::stream(), named)))
            }
            Err(failure) => Err(failure),
        },
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
