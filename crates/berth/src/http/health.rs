//! Whether the process lives (`/healthz`) and whether it can acknowledge a command (`/readyz`). Neither needs the token.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use actix_web::{HttpResponse, web::Data};

use super::Shared;

/// Set by whoever knows whether a command would be durable. Starts as not ready; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    pub fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::Release);
    }

    pub fn is_ready(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

pub(super) async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "alive": true }))
}

pub(super) async fn ready(shared: Data<Shared>) -> HttpResponse {
    let ready = shared.readiness.is_ready() && !shared.drain.is_draining();
    let mut answer = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    answer.json(serde_json::json!({ "ready": ready }))
}
