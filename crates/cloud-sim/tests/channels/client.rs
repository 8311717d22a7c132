//! Channels that run, by a clock that stands still until it is moved, and somebody who sends.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use berth_cloud_sim::{
    Script,
    channels::{Channels, Options, Running, start},
};
use serde_json::Value;

pub(crate) const NOON_MS: i64 = 1_700_000_000_000;
pub(crate) const TOKEN: &str = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";

pub(crate) struct Client {
    pub(crate) running: Running,
    pub(crate) http: reqwest::Client,
    now: Arc<AtomicI64>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }
}

impl Client {
    pub(crate) async fn playing(script: &str) -> Self {
        let now = Arc::new(AtomicI64::new(NOON_MS));
        let clock = Arc::clone(&now);
        let channels = Channels::with_clock(move || clock.load(Ordering::SeqCst));
        channels.play(&Script::parse(script).expect("the script is right"));
        let running = start(Options { channels, ..Options::default() }).await.expect("it starts");
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client can be made");
        Self { running, http, now }
    }

    pub(crate) async fn new() -> Self {
        Self::playing("").await
    }

    pub(crate) fn channels(&self) -> Channels {
        self.running.channels()
    }

    pub(crate) fn advance(&self, milliseconds: i64) {
        self.now.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.running.base_url)
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        reply(self.http.get(self.url(path)).send().await.expect("it answers")).await
    }

    pub(crate) async fn try_post(&self, path: &str, body: &Value) -> Result<Reply, reqwest::Error> {
        Ok(reply(self.http.post(self.url(path)).json(body).send().await?).await)
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.try_post(path, body).await.expect("it answers")
    }

    pub(crate) async fn telegram(&self, method: &str, body: &Value) -> Reply {
        self.post(&format!("telegram/bot{TOKEN}/{method}"), body).await
    }
}

pub(crate) async fn reply(response: reqwest::Response) -> Reply {
    let retry_after = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
    let (status, retry_after) = (response.status().as_u16(), retry_after.map(str::to_owned));
    Reply { status, retry_after, text: response.text().await.unwrap_or_default() }
}

/// A signature as the test makes it, apart from how the simulator checks it.
pub(crate) fn hmac(key: &str, message: &str) -> Vec<u8> {
    sign(&Key::new(HMAC_SHA256, key.as_bytes()), message.as_bytes()).as_ref().to_vec()
}

pub(crate) fn base64_hmac(key: &str, message: &str) -> String {
    STANDARD.encode(hmac(key, message))
}
