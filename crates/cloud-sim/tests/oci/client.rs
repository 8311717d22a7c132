//! A small client with a signer of its own, so that the simulator is judged from outside.

use std::time::{Duration, SystemTime};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use berth_cloud_sim::{Options, Profile, Running, Script, start};
use reqwest::header::HeaderMap;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub(crate) const A1: &str = "VM.Standard.A1.Flex";

/// How long instances take in these tests. Nobody waits for it: the clock is moved.
pub(crate) const PROVISION: Duration = Duration::from_hours(1);

/// A running simulator, a caller, and a network to launch into.
pub(crate) struct Client {
    pub(crate) running: Running,
    pub(crate) profile: Profile,
    http: reqwest::Client,
    key: RsaKeyPair,
    pub(crate) subnet: String,
    pub(crate) image: String,
    pub(crate) domains: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    /// The body; null when it is not JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    pub(crate) fn field(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).map(|value| value.to_str().expect("headers are text").to_owned())
    }

    /// Status and code, which is what a client decides by.
    pub(crate) fn verdict(&self) -> (u16, String) {
        (self.status, self.field("code"))
    }
}

/// A request before it is sent; tests spoil it on its way.
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Client {
    pub(crate) async fn with(options: Options) -> Self {
        let running = start(options).await.expect("the simulator starts");
        let profile = running.profiles[0].clone();
        let der = pem::parse(profile.key_pem.expose_secret()).expect("the key is PEM");
        let key = RsaKeyPair::from_pkcs8(der.contents()).expect("the key is PKCS#8");
        let http = reqwest::Client::builder().no_proxy().build().expect("a client can be made");
        let (subnet, image, domains) = (String::new(), String::new(), Vec::new());
        let mut client = Self { running, profile, http, key, subnet, image, domains };
        client.settle().await;
        client
    }

    pub(crate) async fn playing(script: &str) -> Self {
        let script = Script::parse(script).expect("the script is right");
        Self::with(Options { script: Some(script), provision: PROVISION, ..Options::default() }).await
    }

    async fn settle(&mut self) {
        let vcn = self
            .post("/20160918/vcns", &json!({ "compartmentId": self.root(), "cidrBlock": "10.0.0.0/16" }))
            .await;
        let subnet =
            json!({ "compartmentId": self.root(), "vcnId": vcn.field("id"), "cidrBlock": "10.0.0.0/24" });
        self.subnet = self.post("/20160918/subnets", &subnet).await.field("id");
        let images =
            self.get(&format!("/20160918/images?compartmentId={}&shape={A1}", self.root())).await.json();
        images[0]["id"].as_str().unwrap_or_default().clone_into(&mut self.image);
        let domains =
            self.get(&format!("/20160918/availabilityDomains?compartmentId={}", self.root())).await.json();
        let name = |domain: &Value| domain["name"].as_str().unwrap_or_default().to_owned();
        self.domains =
            domains.as_array().map(|domains| domains.iter().map(name).collect()).unwrap_or_default();
    }

    /// The same client in another caller's name. The key is the one that all profiles of a simulator share.
    pub(crate) fn in_the_name_of(self, profile: Profile) -> Self {
        Self { profile, ..self }
    }

    pub(crate) fn root(&self) -> &str {
        &self.profile.tenancy
    }

    pub(crate) fn signed(&self, method: &'static str, target: &str, body: String) -> Request {
        let host = self.running.address.to_string();
        let date = httpdate::fmt_http_date(SystemTime::now());
        let mut headers = vec![("date", date), ("host", host)];
        if matches!(method, "POST" | "PUT") {
            headers.push(("content-length", body.len().to_string()));
            headers.push(("content-type", "application/json".to_owned()));
            headers.push(("x-content-sha256", STANDARD.encode(Sha256::digest(&body))));
        }
        let mut request = Request { method, target: target.to_owned(), headers, body };
        self.sign(&mut request);
        request
    }

    /// Signs what stands in the request, with the request target second as official clients do.
    pub(crate) fn sign(&self, request: &mut Request) {
        request.headers.retain(|(name, _)| *name != "authorization");
        let mut names: Vec<_> = request.headers.iter().map(|(name, _)| *name).collect();
        let mut lines: Vec<_> =
            request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        names.insert(1, "(request-target)");
        lines.insert(1, format!("(request-target): {} {}", request.method.to_lowercase(), request.target));
        let mut signature = vec![0; self.key.public_modulus_len()];
        let text = lines.join("\n");
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .expect("the key signs");
        let (key_id, names, signature) = (self.profile.key_id(), names.join(" "), STANDARD.encode(signature));
        let authorization = format!(
            r#"Signature version="1",headers="{names}",keyId="{key_id}",algorithm="rsa-sha256",signature="{signature}""#
        );
        request.headers.push(("authorization", authorization));
    }

    /// Sends the request as it stands; an error is a connection that ended without an answer.
    pub(crate) async fn send(&self, request: Request) -> Result<Reply, reqwest::Error> {
        let method = request.method.parse().expect("a method");
        let url = format!("{}{}", self.running.base_url, request.target);
        let mut builder = self.http.request(method, url).body(request.body);
        // The length goes along by hand: HTTP libraries leave it out where the body is empty.
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let response = builder.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Reply { status, headers, text: response.text().await? })
    }

    async fn answered(&self, request: Request) -> Reply {
        self.send(request).await.expect("the simulator answers")
    }

    pub(crate) async fn get(&self, target: &str) -> Reply {
        self.answered(self.signed("GET", target, String::new())).await
    }

    pub(crate) async fn delete(&self, target: &str) -> Reply {
        self.answered(self.signed("DELETE", target, String::new())).await
    }

    pub(crate) async fn post(&self, target: &str, body: &Value) -> Reply {
        self.answered(self.signed("POST", target, body.to_string())).await
    }

    /// An unsigned request to `/_sim/…`.
    pub(crate) async fn control(&self, method: &'static str, target: &str, body: &str) -> Reply {
        let request =
            Request { method, target: target.to_owned(), headers: Vec::new(), body: body.to_owned() };
        self.answered(request).await
    }

    /// What a sound launch says.
    pub(crate) fn order(&self, name: &str) -> Value {
        json!({
            "availabilityDomain": self.domains[0],
            "compartmentId": self.root(),
            "displayName": name,
            "shape": A1,
            "shapeConfig": { "ocpus": 1.0, "memoryInGBs": 6.0 },
            "sourceDetails": { "sourceType": "image", "imageId": self.image },
            "createVnicDetails": { "subnetId": self.subnet, "assignPublicIp": true },
            "freeformTags": { "berth-task": name },
        })
    }

    pub(crate) async fn try_launch(
        &self,
        order: &Value,
        token: Option<&str>,
    ) -> Result<Reply, reqwest::Error> {
        let mut request = self.signed("POST", "/20160918/instances", order.to_string());
        request.headers.extend(token.map(|token| ("opc-retry-token", token.to_owned())));
        self.send(request).await
    }

    pub(crate) async fn launch(&self, order: &Value, token: Option<&str>) -> Reply {
        self.try_launch(order, token).await.expect("the simulator answers")
    }

    pub(crate) async fn instance_state(&self, id: &str) -> String {
        self.get(&format!("/20160918/instances/{id}")).await.field("lifecycleState")
    }

    pub(crate) async fn instances(&self) -> Vec<Value> {
        let list = self.get(&format!("/20160918/instances?compartmentId={}", self.root())).await.json();
        list.as_array().cloned().unwrap_or_default()
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.running.simulation().advance(by);
    }
}
