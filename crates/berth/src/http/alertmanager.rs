//! What Prometheus's Alertmanager hands in: version 4 of its webhook. Who may resolve alerts by hand may hand some in.
//!
//! Alertmanager repeats what it could not hand over (any answer of 500 or more), and hands in again what goes on; both do no harm.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use async_trait::async_trait;
use berth_app::Denied;
use berth_domain::{
    Timestamp,
    access::{Act, Principal},
    alert::{Outside, severity_of},
};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;

use super::{Shared, body, caller, endpoints, origin, refused::Refused};

/// The version that is read. No other was ever sent by a released Alertmanager that anybody still runs.
const VERSION: &str = "4";
/// So many of one notification are written down at once.
const AT_ONCE: usize = 16;
/// The sender waits ten seconds by itself.
const PATIENCE: Duration = Duration::from_secs(9);

/// Where alerts of others go.
#[async_trait]
pub trait Intake: Send + Sync {
    async fn take(&self, notice: Notification, from: Principal) -> Result<(), Denied>;
}

/// One alert of somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// What its sender knows it by.
    pub fingerprint: String,
    pub outside: Outside,
    pub starts_at: Timestamp,
    /// Absent while it fires, and where the sender does not say.
    pub ends_at: Option<Timestamp>,
    /// It is over.
    pub resolved: bool,
}

/// As it is sent. What is not read is not kept.
#[derive(Debug, Deserialize)]
struct Sent {
    version: String,
    alerts: Vec<Alert>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Alert {
    status: Status,
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    starts_at: String,
    ends_at: Option<String>,
    #[serde(default)]
    fingerprint: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Firing,
    Resolved,
}

pub(super) async fn receive(request: HttpRequest, payload: Payload, shared: Data<Shared>) -> HttpResponse {
    match take(&request, payload, &shared).await {
        Ok(count) => HttpResponse::Ok().json(serde_json::json!({ "received": count })),
        Err(refused) => endpoints::refuse(&request, &refused),
    }
}

/// What is cheap to ask is asked first.
async fn take(request: &HttpRequest, payload: Payload, shared: &Shared) -> Result<usize, Refused> {
    if shared.drain.is_draining() {
        return Err(Refused::Draining);
    }
    origin::check(request)?;
    let guest = caller::require(request, shared, Act::HandleAlerts).map_err(|refused| match refused {
        Refused::NotPermitted => Refused::MayNotOperate,
        other => other,
    })?;
    let text =
        body::text(request, payload, body::LIMIT, shared.patience.body).await.map_err(
            |refused| match refused {
                Refused::NotARequest => Refused::NotANotification,
                other => other,
            },
        )?;
    let notices = read(&text).ok_or(Refused::NotANotification)?;
    let guest = shared.door.still(&guest).ok_or(Refused::NoToken)?;
    let count = notices.len();
    let intake = shared.intake.clone();
    let taking = stream::iter(notices)
        .map(|notice| {
            let (intake, from) = (intake.clone(), guest.principal.clone());
            async move { intake.take(notice, from).await }
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>();
    let taken = tokio::time::timeout(PATIENCE, taking).await.map_err(|_| Refused::CommandTimedOut)?;
    taken.map_err(|denied| not_taken(&denied))?;
    Ok(count)
}

fn not_taken(denied: &Denied) -> Refused {
    match denied {
        Denied::Forbidden(_) => Refused::MayNotOperate,
        Denied::Refused(_) | Denied::Fault(_) => {
            tracing::error!(
                error = denied as &dyn std::error::Error,
                "an alert from outside was not written down"
            );
            Refused::AlertsNotTaken
        }
    }
}

/// Each alert once; nothing where it is no such notification.
fn read(text: &[u8]) -> Option<Vec<Notification>> {
    let sent: Sent = serde_json::from_slice(text).ok().filter(|sent: &Sent| sent.version == VERSION)?;
    let notices: Option<BTreeMap<String, Notification>> = sent
        .alerts
        .into_iter()
        .map(|alert| notification(alert).map(|notice| (notice.fingerprint.clone(), notice)))
        .collect();
    Some(notices?.into_values().collect())
}

fn notification(alert: Alert) -> Option<Notification> {
    let Alert { status, labels, annotations, starts_at, ends_at, fingerprint } = alert;
    let starts_at = Timestamp::parse(&starts_at)?;
    // What has no end is said to have ended in the year 1.
    let ends_at = ends_at.and_then(|text| Timestamp::parse(&text)).filter(|ends_at| *ends_at >= starts_at);
    let name = labels.get("alertname").map_or("", String::as_str);
    let words = ["summary", "description", "message"];
    let summary = words.iter().find_map(|word| annotations.get(*word)).map_or("", String::as_str);
    let severity = severity_of(labels.get("severity").map(String::as_str));
    let outside = Outside::new(name, severity, summary, &labels, starts_at);
    // What it is known by are its labels; the fingerprint is only a shorter word for them.
    let known_by =
        || labels.iter().map(|(label, value)| format!("{label}={value:?}")).collect::<Vec<_>>().join(",");
    let fingerprint = if fingerprint.is_empty() { known_by() } else { fingerprint };
    let resolved = status == Status::Resolved;
    Some(Notification { fingerprint, outside, starts_at, ends_at, resolved })
}

/// Where nothing is taken.
pub(super) fn nowhere() -> Arc<dyn Intake> {
    struct Nowhere;
    #[async_trait]
    impl Intake for Nowhere {
        async fn take(&self, _: Notification, _: Principal) -> Result<(), Denied> {
            Ok(())
        }
    }
    Arc::new(Nowhere)
}
