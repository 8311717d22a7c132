//! Events that are worth telling, with the names that people gave to whatever they are about.

use berth_domain::{
    Aggregate, GrabId, TenantId, Text,
    alert::{self, AlertId},
    channel::{self, Channel},
    grab::{self, GaveUp, Grab},
    notice::{Account, Alert, Faults, Grant, Lapse, Muted, Notice, Severity, Task, What, Why},
    report::{self, Report},
    tenant::{self, Tenant},
};
use berth_store::Recorded;

use super::channels::Known;
use crate::{
    ledger::{Ledger, read},
    order::Fault,
};

pub(super) struct Telling<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) known: &'a Known,
}

impl Telling<'_> {
    /// What there is to tell of an event, if anything. One that cannot be read is nothing that this release can tell.
    pub(super) async fn notice(&self, recorded: &Recorded) -> Result<Option<Notice>, Fault> {
        // Nearly every event is an attempt's, and is known by its name.
        if recorded.name.starts_with("grab.attempt") || recorded.name.starts_with("delivery.") {
            return Ok(None);
        }
        let told = match recorded.stream.kind() {
            Grab::KIND => self.of_grab(recorded).await,
            Tenant::KIND => self.of_tenant(recorded).await,
            Channel::KIND => Ok(self.of_channel(recorded)),
            alert::Alert::KIND => Ok(of_alert(recorded)),
            Report::KIND => Ok(of_report(recorded)),
            _ => Ok(None),
        };
        match told {
            // It was told when it was put into quarantine, and must not keep the others waiting.
            Err(Fault::Unreadable(_)) => Ok(None),
            told => told,
        }
    }

    async fn of_grab(&self, recorded: &Recorded) -> Result<Option<Notice>, Fault> {
        let (Ok(event), Ok(id)) = (read::<Grab>(recorded), recorded.stream.id().parse()) else {
            return Ok(None);
        };
        Ok(match event {
            grab::Event::Succeeded(succeeded) => {
                let told = self.task(id).await?;
                told.map(|(task, state)| {
                    Notice::TaskSucceeded(Seen::last(succeeded, &state).grant(task, &state))
                })
            }
            grab::Event::InstanceObtained(obtained) => {
                let told = self.task(id).await?;
                told.map(|(task, state)| Notice::InstanceObtained(Seen::from(obtained).grant(task, &state)))
            }
            // Whoever removed the tenant knows.
            grab::Event::Failed(failed) if failed.why == GaveUp::TenantRemoved => None,
            grab::Event::Failed(failed) => self.task(id).await?.map(|(task, state)| {
                Notice::TaskFailed(lapse(task, &state, Why::GaveUp(failed.why), failed.detail))
            }),
            grab::Event::ReviewNeeded(needed) => self.task(id).await?.map(|(task, state)| {
                Notice::TaskNeedsReview(lapse(task, &state, Why::Review(needed.why), None))
            }),
            grab::Event::AlarmRaised(raised) => self.task(id).await?.map(|(task, _)| {
                Notice::TaskFaults(Faults {
                    task,
                    faults: raised.faults,
                    outcome: raised.outcome,
                    reason: raised.reason,
                    said: raised.provider_error.map(|said| format!("{}: {}", said.code, said.message)),
                })
            }),
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
            | grab::Event::PreparationFailed(_)
            | grab::Event::AttemptStarted(_)
            | grab::Event::AttemptResent(_)
            | grab::Event::AttemptAbsent(_)
            | grab::Event::AttemptSettled(_)
            | grab::Event::ReleaseAsked(_)
            | grab::Event::InstanceLost(_)
            | grab::Event::SurplusSeen(_)
            | grab::Event::LimitChecked(_)
            | grab::Event::AccessProbed(_)
            | grab::Event::AttemptsSummarised(_) => None,
        })
    }

    async fn of_tenant(&self, recorded: &Recorded) -> Result<Option<Notice>, Fault> {
        let (Ok(event), Ok(id)) = (read::<Tenant>(recorded), recorded.stream.id().parse::<TenantId>()) else {
            return Ok(None);
        };
        let account = async |reason, note| {
            let name = self.tenant_name(id).await?;
            Ok::<_, Fault>(Account { tenant: id, name, reason, note })
        };
        Ok(match event {
            tenant::Event::Suspended(suspended) => {
                Some(Notice::TenantSuspended(account(Some(suspended.reason), suspended.note).await?))
            }
            tenant::Event::Reinstated(_) => {
                Some(Notice::TenantReinstated(account(None, String::new()).await?))
            }
            tenant::Event::Registered(_)
            | tenant::Event::Edited(_)
            | tenant::Event::CredentialRotated(_)
            | tenant::Event::ConnectionTested(_)
            | tenant::Event::RegionsObserved(_)
            | tenant::Event::LimitsObserved(_)
            | tenant::Event::Throttled(_)
            | tenant::Event::Disabled(_)
            | tenant::Event::Enabled(_)
            | tenant::Event::Removed(_) => None,
        })
    }

    fn of_channel(&self, recorded: &Recorded) -> Option<Notice> {
        let channel::Event::Disabled(disabled) = read::<Channel>(recorded).ok()? else { return None };
        let id = recorded.stream.id().parse().ok()?;
        let channel_name = self.known.name(id).unwrap_or_default().to_owned();
        Some(Notice::ChannelDisabled(Muted { channel_name, said: disabled.words }))
    }

    /// Nothing of a task that was never made.
    async fn task(&self, id: GrabId) -> Result<Option<(Task, Grab)>, Fault> {
        let state = self.ledger.open::<Grab>(id).await?.state;
        let Some(order) = &state.order else { return Ok(None) };
        let tenant_name = self.tenant_name(order.tenant).await?;
        let task = Task { id, name: order.name.clone(), tenant: order.tenant, tenant_name };
        Ok(Some((task, state)))
    }

    async fn tenant_name(&self, id: TenantId) -> Result<String, Fault> {
        let state = self.ledger.open::<Tenant>(id).await?.state;
        Ok(state.profile.map(|profile| profile.name).unwrap_or_default())
    }
}

fn of_alert(recorded: &Recorded) -> Option<Notice> {
    let id = recorded.stream.id().parse::<AlertId>().ok()?;
    let name = |theirs: &str| match &id {
        AlertId::Rule(rule) => rule.title(),
        AlertId::External(_) => Text::new(theirs, theirs),
    };
    let alert = |theirs: &str, said: Text, severity: Severity| Alert {
        name: name(theirs).into(),
        said: said.into(),
        severity,
    };
    match read::<alert::Alert>(recorded).ok()? {
        alert::Event::Raised(raised) => {
            Some(Notice::AlertRaised(alert("", alert::raised_text(&raised), raised.severity)))
        }
        alert::Event::Received(received) => {
            let said = alert::received_text(&received);
            Some(Notice::AlertRaised(alert(&received.name, said, received.severity)))
        }
        alert::Event::Resolved(resolved) => {
            let said = alert::resolved_text(&resolved);
            Some(Notice::AlertResolved(alert(&resolved.name, said, resolved.severity)))
        }
        alert::Event::Cleared(_) | alert::Event::Adjusted(_) => None,
    }
}

fn of_report(recorded: &Recorded) -> Option<Notice> {
    let report::Event::Made(made) = read::<Report>(recorded).ok()?;
    Some(Notice::DailyReport(Box::new(made.into())))
}

/// An instance as the event names it.
struct Seen {
    instance: String,
    availability_domain: String,
    public_ip: Option<String>,
    private_ip: Option<String>,
    held: u32,
    at: berth_domain::Timestamp,
}

impl From<grab::InstanceObtained> for Seen {
    fn from(obtained: grab::InstanceObtained) -> Self {
        Self {
            instance: obtained.instance,
            availability_domain: obtained.availability_domain,
            public_ip: obtained.public_ip,
            private_ip: obtained.private_ip,
            held: obtained.held,
            at: obtained.at,
        }
    }
}

impl Seen {
    /// With it all that was wanted is there.
    fn last(succeeded: grab::Succeeded, state: &Grab) -> Self {
        Self {
            instance: succeeded.instance,
            availability_domain: succeeded.availability_domain,
            public_ip: succeeded.public_ip,
            private_ip: succeeded.private_ip,
            held: count(state.wanted()),
            at: succeeded.at,
        }
    }

    fn grant(self, task: Task, state: &Grab) -> Grant {
        let held = state.held.iter().rev().find(|held| held.instance == self.instance);
        let size = held.and_then(|held| held.size);
        let goal = state.order.as_ref().map(|order| &order.goal);
        let what = match goal.and_then(grab::Goal::launch) {
            Some(spec) => What::Launch {
                shape: spec.shape.clone(),
                ocpus: size.map(|size| size.ocpus),
                memory_gb: size.map(|size| size.memory_gb),
            },
            None => What::Start,
        };
        Grant {
            task,
            what,
            region: held.map(|held| held.region.clone()).unwrap_or_default(),
            availability_domain: self.availability_domain,
            instance: self.instance,
            public_ip: self.public_ip,
            private_ip: self.private_ip,
            held: self.held,
            wanted: count(state.wanted()),
            attempts: state.tally.attempts,
            waited_ms: state.started_at.map_or(0, |started_at| self.at.since(started_at)),
        }
    }
}

fn lapse(task: Task, state: &Grab, why: Why, detail: Option<String>) -> Lapse {
    let (held, wanted) = (count(state.held.len()), count(state.wanted()));
    Lapse { task, why, detail, attempts: state.tally.attempts, held, wanted }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
