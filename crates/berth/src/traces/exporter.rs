//! The way to the collector: a queue with an end, a thread that empties it, and the official exporter over our own HTTP client.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use async_trait::async_trait;
use opentelemetry::KeyValue;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{BatchConfigBuilder, BatchSpanProcessor, SpanData, SpanExporter as Exports, SpanProcessor},
};
use reqwest::redirect;
use tokio::runtime::{self, Runtime};

use super::Collecting;

/// Spans that wait for a slow collector; beyond it they are dropped rather than anybody held up. About a kilobyte each.
const WAITING: usize = 2_048;
const BATCH: usize = 512;
/// How long a span may wait for others.
const LINGER: Duration = Duration::from_secs(1);
/// One request to the collector, repeats included.
const PATIENCE: Duration = Duration::from_secs(10);
/// What is left of a stop for the last ones.
const LAST: Duration = Duration::from_secs(1);
/// Where collectors take traces.
const PATH: &str = "/v1/traces";

/// Why nothing can be exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("failed to set up the way to the collector of traces")]
    Client(#[source] reqwest::Error),
    #[error("failed to set up the thread that exports traces")]
    Runtime(#[source] std::io::Error),
    #[error("failed to set up the exporter of traces")]
    Exporter(#[source] opentelemetry_otlp::ExporterBuildError),
}

/// Exports until it is dropped, which sends what waits, if the collector is quick.
pub(crate) struct Exporting(Arc<BatchSpanProcessor>);

impl Exporting {
    /// `endpoint` is the collector's base address, which a path is put behind.
    pub(crate) fn begin(endpoint: &str) -> Result<(Self, Collecting), ExportError> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Courier::new()?)
            .with_endpoint(format!("{endpoint}{PATH}"))
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(PATIENCE)
            .build()
            .map_err(ExportError::Exporter)?;
        let mut exporter = Noticed { exporter, failing: AtomicBool::new(false) };
        exporter.set_resource(&resource());
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(WAITING)
            .with_max_export_batch_size(BATCH)
            .with_scheduled_delay(LINGER)
            .build();
        let processor = Arc::new(BatchSpanProcessor::builder(exporter).with_batch_config(batches).build());
        Ok((Self(processor.clone()), Collecting::new(processor)))
    }
}

impl Drop for Exporting {
    fn drop(&mut self) {
        // A collector that did not take them was told of before.
        self.0.shutdown_with_timeout(LAST).ok();
    }
}

/// Who we are. What the environment says in `OTEL_RESOURCE_ATTRIBUTES` stands beside it.
fn resource() -> Resource {
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    Resource::builder().with_service_name("berth").with_attribute(version).build()
}

/// The exporter tells nobody when it fails: said once, and once more when it goes again.
#[derive(Debug)]
struct Noticed {
    exporter: SpanExporter,
    failing: AtomicBool,
}

impl Exports for Noticed {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let exported = self.exporter.export(batch).await;
        match (&exported, self.failing.swap(exported.is_err(), Relaxed)) {
            (Err(error), false) => {
                tracing::warn!(%error, "the collector of traces does not take them; they are dropped until it does");
            }
            (Ok(()), true) => tracing::info!("the collector of traces takes them again"),
            _ => {}
        }
        exported
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// Our HTTP client, on a runtime that runs only while the exporting thread waits for it: the server's own threads have no part in it.
struct Courier {
    client: reqwest::Client,
    runtime: Runtime,
}

impl Courier {
    fn new() -> Result<Self, ExportError> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .user_agent(concat!("berth/", env!("CARGO_PKG_VERSION")))
            .timeout(PATIENCE)
            .build();
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        Ok(Self {
            client: client.map_err(|source| ExportError::Client(source.without_url()))?,
            runtime: runtime.map_err(ExportError::Runtime)?,
        })
    }
}

impl fmt::Debug for Courier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Courier")
    }
}

#[async_trait]
impl HttpClient for Courier {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        self.runtime.block_on(async {
            let request = reqwest::Request::try_from(request)?;
            let mut answer = self.client.execute(request).await.map_err(reqwest::Error::without_url)?;
            let mut response = Response::builder().status(answer.status());
            if let Some(headers) = response.headers_mut() {
                std::mem::swap(headers, answer.headers_mut());
            }
            let body = answer.bytes().await.map_err(reqwest::Error::without_url)?;
            Ok(response.body(body)?)
        })
    }
}
