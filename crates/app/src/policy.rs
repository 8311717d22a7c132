//! What follows from events: tenants and grabs react to one another, and whoever an event concerns is woken.
//!
//! The reactions themselves are pure and live with the noun that acts (`tenant::react`, `grab::react`). This follower
//! only carries them out. Its commands bear ids made from the event's position, so after a crash they are done once.

use std::sync::Arc;

use berth_actors::{Clock, DueIndex};
use berth_domain::{
    Aggregate, GrabId, TenantId, Timestamp,
    grab::{self, Grab},
    tenant::{self, Tenant},
};
use berth_store::{Log, Recorded, follow};
use futures::{StreamExt, pin_mut};

use crate::{
    grab::{Grabs, Wake},
    ledger::Ledger,
    order::{Denied, Fault, Order},
    roster::Lists,
    tenant::{Renewed, Tenants},
};

const NAME: &str = "policies";
/// How far the follower may come before it writes down how far, when nothing had to be done.
const CHECKPOINT_EVERY: u64 = 4096;
/// Tasks of one tenant are woken this far apart.
const WAKE_SPACING_MS: i64 = 2;
/// An actor that is full is nudged again after this.
const AGAIN_MS: i64 = 1_000;
const PAUSE: std::time::Duration = std::time::Duration::from_secs(1);

pub(crate) struct Policies {
    pub(crate) log: Arc<dyn Log>,
    pub(crate) ledger: Ledger,
    pub(crate) lists: Lists,
    pub(crate) clock: Clock,
    pub(crate) due: DueIndex<GrabId>,
    pub(crate) tenants: Tenants,
    pub(crate) grabs: Grabs,
}

impl Policies {
    /// For ever; after a fault it begins again where it was.
    pub(crate) async fn run(self) {
        loop {
            if let Err(denied) = self.follow().await {
                tracing::error!(error = %denied, "a policy could not be carried out; trying again");
            }
            self.clock.sleep(PAUSE).await;
        }
    }

    async fn follow(&self) -> Result<(), Denied> {
        let mut kept = self.log.checkpoint(NAME).await?;
        let batches = follow(self.log.clone(), kept);
        pin_mut!(batches);
        while let Some(batch) = batches.next().await {
            let batch = batch?;
            let mut acted = false;
            for event in &batch.events {
                acted |= self.react(event).await?;
            }
            if acted || batch.position.get() - kept.get() >= CHECKPOINT_EVERY {
                self.ledger.keep_checkpoint(NAME, batch.position).await?;
                kept = batch.position;
            }
        }
        Ok(())
    }

    /// Whether a command followed from the event.
    async fn react(&self, recorded: &Recorded) -> Result<bool, Denied> {
        match recorded.stream.kind() {
            Grab::KIND => self.react_to_grab(recorded).await,
            Tenant::KIND => self.react_to_tenant(recorded).await,
            _ => Ok(false),
        }
    }

    async fn react_to_grab(&self, recorded: &Recorded) -> Result<bool, Denied> {
        let Some(event) = read::<grab::Event>(recorded) else { return Ok(false) };
        let Ok(id) = recorded.stream.id().parse::<GrabId>() else { return Ok(false) };
        if concerns_the_hunter(&event) {
            self.wake(id);
        }
        let Some(command) = tenant::react(&event, Timestamp::from_millis(self.clock.now_ms())) else {
            return Ok(false);
        };
        let tenant = match self.tenant_of(id).await {
            Ok(tenant) => tenant,
            // It was told when it was put into quarantine, and must not keep the others waiting.
            Err(Fault::Unreadable(_)) => None,
            Err(fault) => return Err(fault.into()),
        };
        let Some(tenant) = tenant else { return Ok(false) };
        let order = Order::following(recorded.position, &tenant.to_string());
        done(&tenant, self.tenants.tell(tenant, command, order).await.map(drop))
    }

    async fn react_to_tenant(&self, recorded: &Recorded) -> Result<bool, Denied> {
        let Some(event) = read::<tenant::Event>(recorded) else { return Ok(false) };
        let Ok(id) = recorded.stream.id().parse::<TenantId>() else { return Ok(false) };
        if leaves_a_key_untried(&event) && self.tenants.registry.notify(&id, Renewed).is_err() {
            self.tenants.due.set(id, self.clock.now_ms() + AGAIN_MS);
        }
        let at = Timestamp::from_millis(recorded.meta.time_ms);
        let Some(command) = grab::react(&event, at) else { return Ok(false) };
        let tasks = self.lists.tasks_of(id, recorded.position).await?;
        for (place, task) in tasks.iter().enumerate() {
            let order = Order::following(recorded.position, &task.to_string());
            done(task, self.grabs.tell(*task, command.clone(), order).await.map(drop))?;
            let spacing = WAKE_SPACING_MS * i64::try_from(place).unwrap_or(0);
            self.due.set(*task, self.clock.now_ms() + spacing);
        }
        Ok(!tasks.is_empty())
    }

    /// An actor with no room for a nudge is looked at a little later.
    fn wake(&self, id: GrabId) {
        if self.grabs.registry.notify(&id, Wake).is_err() {
            self.due.set(id, self.clock.now_ms() + AGAIN_MS);
        }
    }

    async fn tenant_of(&self, id: GrabId) -> Result<Option<TenantId>, Fault> {
        let book: crate::Book<Grab> = self.ledger.open(id).await?;
        Ok(book.state.order.map(|order| order.tenant))
    }
}

/// A rule that says no has nothing more to say here. A fault that may pass is tried again; one that will not (an actor in
/// quarantine, say) is told, and keeps nobody else waiting.
fn done(whom: &impl std::fmt::Display, told: Result<(), Denied>) -> Result<bool, Denied> {
    match told {
        Ok(()) | Err(Denied::Refused(_) | Denied::Forbidden(_)) => Ok(true),
        Err(Denied::Fault(fault)) if !fault.is_passing() => {
            tracing::error!(%whom, error = &fault as &dyn std::error::Error, "a policy's command was passed over");
            Ok(true)
        }
        Err(fault) => Err(fault),
    }
}

/// An event that this release cannot read is passed over: it cannot have meant anything to it.
fn read<E: berth_domain::event::Event>(recorded: &Recorded) -> Option<E> {
    let decoded = E::decode(&recorded.name, recorded.schema, &recorded.data);
    decoded
        .inspect_err(
            |error| tracing::error!(position = %recorded.position, %error, "an event was passed over"),
        )
        .ok()
}

/// After these the tenant tries its key by itself.
fn leaves_a_key_untried(event: &tenant::Event) -> bool {
    match event {
        tenant::Event::Registered(_) | tenant::Event::Enabled(_) | tenant::Event::CredentialRotated(_) => {
            true
        }
        tenant::Event::Edited(_)
        | tenant::Event::ConnectionTested(_)
        | tenant::Event::RegionsObserved(_)
        | tenant::Event::LimitsObserved(_)
        | tenant::Event::Throttled(_)
        | tenant::Event::Suspended(_)
        | tenant::Event::Reinstated(_)
        | tenant::Event::Disabled(_)
        | tenant::Event::Removed(_) => false,
    }
}

/// What people and policies did to a task. What the hunter wrote down itself, it knows.
fn concerns_the_hunter(event: &grab::Event) -> bool {
    match event {
        grab::Event::Created(_)
        | grab::Event::StartOrdered(_)
        | grab::Event::Rescheduled(_)
        | grab::Event::Started(_)
        | grab::Event::Paused(_)
        | grab::Event::Resumed(_)
        | grab::Event::Stopped(_)
        | grab::Event::Queued(_)
        | grab::Event::Edited(_)
        | grab::Event::Hurried(_)
        | grab::Event::Deleted(_)
        | grab::Event::Failed(_) => true,
        grab::Event::PreparationFailed(_)
        | grab::Event::AttemptStarted(_)
        | grab::Event::AttemptResent(_)
        | grab::Event::AttemptAbsent(_)
        | grab::Event::AttemptSettled(_)
        | grab::Event::InstanceLost(_)
        | grab::Event::ReleaseAsked(_)
        | grab::Event::LimitChecked(_)
        | grab::Event::AccessProbed(_)
        | grab::Event::AlarmRaised(_)
        | grab::Event::SurplusSeen(_)
        | grab::Event::InstanceObtained(_)
        | grab::Event::Succeeded(_)
        | grab::Event::ReviewNeeded(_)
        | grab::Event::AttemptsSummarised(_) => false,
    }
}
