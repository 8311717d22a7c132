//! The world beyond this machine, so that tests can do without it.

use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use berth_cli::{Examined, Global};
use reqwest::{Url, header::DATE, redirect::Policy};

use crate::words;

/// As patient as a person who waits for a doctor.
const PATIENCE: Duration = Duration::from_secs(10);

#[async_trait(?Send)]
pub(super) trait Outside {
    /// How many addresses a host has, or why none.
    async fn resolve(&self, host: &str, port: u16) -> Result<usize, String>;
    /// What time it is there, if it says; why it does not answer, if it does not.
    async fn knock(&self, url: &Url) -> Result<Knock, String>;
    /// What our own server lets a client see.
    async fn examine(&self, global: &Global) -> Examined;
}

/// A host that answered, whatever it said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Knock {
    pub(super) its_time: Option<SystemTime>,
    /// By our clock, in the middle between question and answer.
    pub(super) our_time: SystemTime,
}

pub(super) struct Internet;

#[async_trait(?Send)]
impl Outside for Internet {
    async fn resolve(&self, host: &str, port: u16) -> Result<usize, String> {
        let found = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((host, port))).await;
        match found {
            Ok(Ok(addresses)) => Ok(addresses.count()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("no answer within 10 s".to_owned()),
        }
    }

    async fn knock(&self, url: &Url) -> Result<Knock, String> {
        // As the server does it: no proxy of the environment, and nowhere else than where it was sent.
        let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).timeout(PATIENCE).build();
        let before = SystemTime::now();
        let answer = match client {
            Ok(client) => client.head(url.clone()).send().await,
            Err(error) => Err(error),
        };
        let answer = answer.map_err(|error| crate::chain_of(&error.without_url()))?;
        let took = before.elapsed().unwrap_or_default();
        let its_time =
            answer.headers().get(DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
        Ok(Knock { its_time, our_time: before + took / 2 })
    }

    async fn examine(&self, global: &Global) -> Examined {
        berth_cli::examine(global, words::language()).await
    }
}
