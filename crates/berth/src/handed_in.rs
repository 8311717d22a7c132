//! Alerts of others on their way to the log.

use async_trait::async_trait;
use berth_app::{
    Denied, Order,
    alert::{Alerts, external_id},
};
use berth_domain::access::Principal;

use crate::http::{Intake, Notification};

pub(crate) struct HandedIn(pub(crate) Alerts);

#[async_trait]
impl Intake for HandedIn {
    async fn take(&self, notice: Notification, from: Principal) -> Result<(), Denied> {
        let order = Order { by: from, ..Order::own() };
        let id = external_id(&notice.fingerprint);
        if notice.resolved {
            self.0.end(id, notice.starts_at, notice.ends_at, order).await.map(drop)
        } else {
            self.0.receive(id, notice.outside, order).await.map(drop)
        }
    }
}
