//! `GET /metrics` on an address of its own, so that it can be kept from whoever may reach the API. It asks for no token, because
//! Prometheus has none of ours, and it tells nothing but figures.

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    http::header::{ACCEPT, ALLOW, CONTENT_TYPE},
    web::{self, Data},
};
use tokio::task::JoinHandle;

use super::{Exposition, plain};

/// As <https://prometheus.io/docs/specs/om/open_metrics_spec/> names it.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PLAIN: &str = "text/plain; version=0.0.4; charset=utf-8";
const CONNECTIONS: usize = 16;

/// A listener that answers until it is ended.
pub(crate) struct Exposing {
    address: SocketAddr,
    handle: ServerHandle,
    task: JoinHandle<io::Result<()>>,
    counting: JoinHandle<()>,
}

impl Exposing {
    /// On a listener that is bound already, so that a port that is taken is said before anything acts.
    pub(crate) fn begin(listener: TcpListener, exposition: Exposition) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let counting = tokio::spawn(exposition.counting());
        let exposition = Data::new(exposition);
        let server = HttpServer::new(move || {
            let metrics = web::resource("/metrics").get(metrics).default_service(web::to(wrong_method));
            App::new().app_data(exposition.clone()).service(metrics)
        })
        .workers(1)
        .max_connections(CONNECTIONS)
        .disable_signals()
        .listen(listener)?
        .run();
        Ok(Self { address, handle: server.handle(), task: tokio::spawn(server), counting })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// At once: Prometheus asks again, and a stop has no time to give away.
    pub(crate) async fn end(self) {
        self.counting.abort();
        self.handle.stop(false).await;
        self.task.await.ok();
    }
}

async fn metrics(request: HttpRequest, exposition: Data<Exposition>) -> HttpResponse {
    let answer = |kind, text| HttpResponse::Ok().insert_header((CONTENT_TYPE, kind)).body(text);
    match exposition.text().await {
        Ok(text) if asks_for_open_metrics(&request) => answer(OPEN_METRICS, text),
        Ok(text) => answer(PLAIN, plain::of_open_metrics(&text)),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written down");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// By name: whoever takes anything is given what everybody reads.
fn asks_for_open_metrics(request: &HttpRequest) -> bool {
    let accepted = request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    accepted.into_iter().any(|value| value.contains("application/openmetrics-text"))
}

async fn wrong_method() -> HttpResponse {
    HttpResponse::MethodNotAllowed().insert_header((ALLOW, "GET")).finish()
}
