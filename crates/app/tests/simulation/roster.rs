//! Lists from what the judge has folded: never behind.

use std::sync::Arc;

use async_trait::async_trait;
use berth_app::{Roster, RosterError, Standing};
use berth_domain::{GrabId, TenantId, Timestamp, grab::Have};
use berth_store::Position;

use crate::judge::Judge;

pub(crate) struct Lists(pub(crate) Arc<Judge>);

#[async_trait]
impl Roster for Lists {
    async fn wait_for(&self, _: Position) -> Result<(), RosterError> {
        Ok(())
    }

    async fn standing(&self) -> Result<Vec<Standing>, RosterError> {
        let standing = self.0.grabs().into_iter().filter_map(|(id, grab)| {
            let busy = matches!(grab.have, Have::Asked(_) | Have::Accepted(_));
            let runs = grab.state().runs();
            (busy || runs || grab.queued_at().is_some()).then(|| Standing {
                grab: id,
                tenant: grab.order.as_ref().unwrap().tenant,
                due: grab.next_attempt_at(id, Timestamp::default()),
                runs,
                queued_at: grab.queued_at(),
            })
        });
        Ok(standing.collect())
    }

    async fn tasks_of(&self, tenant: TenantId) -> Result<Vec<GrabId>, RosterError> {
        let grabs = self.0.grabs().into_iter();
        let own = grabs.filter(|(_, grab)| grab.order.as_ref().is_some_and(|order| order.tenant == tenant));
        Ok(own.map(|(id, _)| id).collect())
    }
}
