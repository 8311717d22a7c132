//! Everything that may be told, by a name: with all fields, and what leaves some of them empty.

use berth_domain::{
    GrabId, TenantId,
    grab::{GaveUp, Outcome, Reason, Review},
    notice::{
        Account, Alert, Bilingual, Daily, DailyTenant, Faults, Grant, Lapse, Muted, Notice, Severity, Task,
        What, Why,
    },
    tenant::SuspensionReason,
};

/// A task's name and its tenant's.
pub(crate) struct Names<'a> {
    pub(crate) task: &'a str,
    pub(crate) tenant: &'a str,
}

pub(crate) const USUAL: Names<'_> = Names { task: "抢ARM机器", tenant: "东京 A" };

/// What notices are called, in the order in which they stand.
pub(crate) fn kind(notice: &Notice) -> &'static str {
    match notice {
        Notice::TaskSucceeded(_) => "task_succeeded",
        Notice::InstanceObtained(_) => "instance_obtained",
        Notice::TaskFailed(_) => "task_failed",
        Notice::TaskNeedsReview(_) => "task_needs_review",
        Notice::TaskFaults(_) => "task_faults",
        Notice::TenantSuspended(_) => "tenant_suspended",
        Notice::TenantReinstated(_) => "tenant_reinstated",
        Notice::ChannelDisabled(_) => "channel_disabled",
        Notice::AlertRaised(_) => "alert_raised",
        Notice::AlertResolved(_) => "alert_resolved",
        Notice::DailyReport(_) => "daily_report",
    }
}

/// One of each kind, with all fields.
pub(crate) fn whole(names: &Names<'_>) -> Vec<Notice> {
    vec![
        Notice::TaskSucceeded(grant(names)),
        Notice::InstanceObtained(Grant { held: 1, ..grant(names) }),
        Notice::TaskFailed(lapse(names, Why::GaveUp(GaveUp::LimitReached))),
        Notice::TaskNeedsReview(lapse(names, Why::Review(Review::NotFoundOut))),
        Notice::TaskFaults(faults(names)),
        Notice::TenantSuspended(account(names, Some(SuspensionReason::KeyRejected))),
        Notice::TenantReinstated(account(names, None)),
        Notice::ChannelDisabled(Muted {
            channel_name: names.task.into(),
            said: "Forbidden: bot was kicked from the group chat".into(),
        }),
        Notice::AlertRaised(alert("CPU usage is 92.4 %, above 80 %", "CPU 使用率为 92.4 %，高于 80 %")),
        Notice::AlertResolved(alert("CPU usage is back to normal (12 %)", "CPU 使用率已恢复正常（12 %）")),
        Notice::DailyReport(Box::new(daily(names))),
    ]
}

/// What is told in other words than in [`whole`], or says less.
pub(crate) fn others() -> Vec<(&'static str, Notice)> {
    let names = &USUAL;
    let alone = Grant {
        held: 1,
        wanted: 1,
        attempts: 1,
        waited_ms: 4_200,
        public_ip: None,
        what: What::Launch { shape: "VM.Standard.E2.1.Micro".into(), ocpus: None, memory_gb: None },
        ..grant(names)
    };
    let start = Grant { what: What::Start, availability_domain: String::new(), ..alone.clone() };
    let failed = |why| Lapse { held: 0, wanted: 1, detail: None, ..lapse(names, Why::GaveUp(why)) };
    let review = Why::Review(Review::TokenConsumed);
    let suspended = |reason| Notice::TenantSuspended(account(names, Some(reason)));
    let quiet = Daily { day: "2026-11-22".into(), running: 2, ..Daily::default() };
    vec![
        ("one_instance", Notice::TaskSucceeded(alone)),
        ("a_start", Notice::TaskSucceeded(start)),
        ("failed_attempts", Notice::TaskFailed(failed(GaveUp::AttemptsExhausted))),
        ("failed_deadline", Notice::TaskFailed(failed(GaveUp::DeadlinePassed))),
        ("failed_shape", Notice::TaskFailed(failed(GaveUp::NoDomainOffersShape))),
        ("failed_quota", Notice::TaskFailed(failed(GaveUp::QuotaExceeded))),
        ("failed_refused", Notice::TaskFailed(failed(GaveUp::RequestRefused))),
        ("failed_removed", Notice::TaskFailed(failed(GaveUp::TenantRemoved))),
        ("failed_gone", Notice::TaskFailed(failed(GaveUp::InstanceGone))),
        ("review_deleted", Notice::TaskNeedsReview(lapse(names, review))),
        ("faults_unsaid", Notice::TaskFaults(Faults { said: None, ..faults(names) })),
        ("suspended_clock", suspended(SuspensionReason::ClockSkew)),
        ("suspended_account", suspended(SuspensionReason::AccountSuspended)),
        ("quiet_day", Notice::DailyReport(Box::new(quiet))),
    ]
}

fn task(names: &Names<'_>) -> Task {
    Task {
        id: GrabId::from_parts(1_795_000_000_000, 2),
        name: names.task.into(),
        tenant: TenantId::from_parts(1_795_000_000_000, 1),
        tenant_name: names.tenant.into(),
    }
}

pub(crate) fn grant(names: &Names<'_>) -> Grant {
    Grant {
        task: task(names),
        what: What::Launch { shape: "VM.Standard.A1.Flex".into(), ocpus: Some(4.0), memory_gb: Some(24.0) },
        region: "ap-tokyo-1".into(),
        availability_domain: "fOoB:AP-TOKYO-1-AD-1".into(),
        instance: "ocid1.instance.oc1.ap-tokyo-1.xxxx".into(),
        public_ip: Some("203.0.113.7".into()),
        private_ip: Some("10.0.0.7".into()),
        held: 2,
        wanted: 2,
        attempts: 1_204,
        waited_ms: 93_784_000,
    }
}

fn lapse(names: &Names<'_>, why: Why) -> Lapse {
    let detail = Some("standard-a1-core-count".into());
    Lapse { task: task(names), why, detail, attempts: 37, held: 1, wanted: 2 }
}

fn faults(names: &Names<'_>) -> Faults {
    let (outcome, reason) = (Outcome::Auth, Reason::NotPermitted);
    let said = Some("Authorization failed or requested resource not found.".into());
    Faults { task: task(names), faults: 5, outcome, reason, said }
}

fn account(names: &Names<'_>, reason: Option<SuspensionReason>) -> Account {
    let note = reason.map(|_| "The required information to complete authentication was not provided.");
    Account {
        tenant: task(names).tenant,
        name: names.tenant.into(),
        reason,
        note: note.unwrap_or("the connection works").into(),
    }
}

fn alert(english: &str, chinese: &str) -> Alert {
    let said = Bilingual { english: english.into(), chinese: chinese.into() };
    let name = Bilingual { english: "CPU usage".into(), chinese: "CPU 使用率".into() };
    Alert { name, said, severity: Severity::Warning }
}

fn daily(names: &Names<'_>) -> Daily {
    let busiest = DailyTenant { name: names.tenant.into(), attempts: 1_440, faults: 3, obtained: 2 };
    let other = DailyTenant { name: "大阪 B".into(), attempts: 1, faults: 0, obtained: 0 };
    Daily {
        day: "2026-11-21".into(),
        attempts: 1_441,
        faults: 3,
        running: 4,
        succeeded: 2,
        failed: 1,
        needs_review: 1,
        obtained: 2,
        suspended: 1,
        tenants: vec![busiest, other],
    }
}
