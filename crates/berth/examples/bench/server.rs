//! `berth serve` on a directory, and how it is asked.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::process::{Binaries, Process, free_port, log_file};

/// A server that serves.
pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) api: Api,
}

impl Server {
    /// Starts it, and tells how long it took from exec to the first 200 on `/readyz`.
    pub(crate) fn start(binaries: &Binaries, data: &Path, settings: &[String]) -> Result<(Self, Duration)> {
        let port = free_port()?;
        let command = command(binaries, data, settings, port)?;
        let (process, took) = Process::until_answer(command, port, "/readyz")?;
        let token = fs::read_to_string(data.join("token"))?.trim().to_owned();
        let api =
            Api { http: reqwest::Client::new(), url: format!("http://127.0.0.1:{port}/graphql"), token };
        Ok((Self { process, api }, took))
    }
}

fn command(binaries: &Binaries, data: &Path, settings: &[String], port: u16) -> Result<Command> {
    let mut command = binaries.berth()?;
    let above = data.parent().context("the data directory lies in ours")?;
    command.args(["serve", "--bind", &format!("127.0.0.1:{port}"), "--data-dir"]).arg(data);
    for setting in settings {
        command.args(["--set", setting]);
    }
    command.current_dir(above).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log_file(above)?);
    Ok(command)
}

/// A client of the GraphQL API. Clones share its connections.
#[derive(Clone)]
pub(crate) struct Api {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Api {
    /// Address and port.
    pub(crate) fn authority(&self) -> &str {
        self.url.trim_start_matches("http://").trim_end_matches("/graphql")
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The whole answer as it came.
    pub(crate) async fn text(&self, query: &str, variables: Value) -> Result<Vec<u8>> {
        let body = json!({ "query": query, "variables": variables });
        let request = self.http.post(&self.url).bearer_auth(&self.token).json(&body);
        Ok(request.send().await?.bytes().await?.into())
    }

    /// The answer's data. An error in the answer is an error here.
    pub(crate) async fn ask(&self, query: &str, variables: Value) -> Result<Value> {
        let mut answer: Value = serde_json::from_slice(&self.text(query, variables).await?)?;
        if let Some(errors) = answer.get("errors") {
            bail!("the server answered {errors}");
        }
        Ok(answer["data"].take())
    }
}

/// Refusals that a payload carries.
pub(crate) fn accepted(payload: &Value) -> Result<()> {
    match payload["userErrors"].as_array().map(Vec::as_slice) {
        Some([]) => Ok(()),
        Some(refusals) => bail!("the server refused: {}", Value::from(refusals.to_vec())),
        None => bail!("the server's answer has no userErrors"),
    }
}
