//! What can have happened to a grab. Names and shapes are for ever.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    goal::Dormant,
    outcome::{Outcome, Reason},
    schedule::Schedule,
    spec::{Size, Spec},
    state::{LastAttempt, Tally},
    suspicion::Suspicion,
    upcast::UPCASTERS,
};
use crate::{ProviderError, TenantId, Timestamp, event::events, tenant::Limit};

events! {
    /// What can have happened to a grab.
    UPCASTERS;
    Created = "grab.created" v 4,
    StartOrdered = "grab.start_ordered" v 2,
    Rescheduled = "grab.rescheduled" v 2,
    Started = "grab.started" v 1,
    Paused = "grab.paused" v 2,
    Resumed = "grab.resumed" v 1,
    Stopped = "grab.stopped" v 1,
    Queued = "grab.queued" v 1,
    Edited = "grab.edited" v 3,
    Hurried = "grab.hurried" v 1,
    Deleted = "grab.deleted" v 1,
    PreparationFailed = "grab.preparation_failed" v 1,
    AttemptStarted = "grab.attempt_started" v 3,
    AttemptResent = "grab.attempt_resent" v 1,
    AttemptAbsent = "grab.attempt_absent" v 1,
    AttemptSettled = "grab.attempt_settled" v 1,
    ReleaseAsked = "grab.release_asked" v 1,
    InstanceLost = "grab.instance_lost" v 2,
    SurplusSeen = "grab.surplus_seen" v 1,
    InstanceObtained = "grab.instance_obtained" v 1,
    Succeeded = "grab.succeeded" v 1,
    LimitChecked = "grab.limit_checked" v 1,
    AccessProbed = "grab.access_probed" v 1,
    AlarmRaised = "grab.alarm_raised" v 1,
    Failed = "grab.failed" v 3,
    ReviewNeeded = "grab.review_needed" v 1,
    AttemptsSummarised = "grab.attempts_summarised" v 2,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Created {
    pub tenant: TenantId,
    pub name: String,
    pub spec: Spec,
    pub schedule: Schedule,
    pub at: Timestamp,
}

/// Made, as an order for the start of an instance that exists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StartOrdered {
    pub tenant: TenantId,
    pub name: String,
    pub start: Dormant,
    pub schedule: Schedule,
    pub at: Timestamp,
}

/// Name and schedule of an order for a start, as they are from the next attempt on. What is to be started stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rescheduled {
    pub name: String,
    pub schedule: Schedule,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Started {
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paused {
    pub by: Holder,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resumed {
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stopped {
    pub at: Timestamp,
}

/// Started while every place for running tasks was taken: it runs when one is free, and those that wait longest come first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Queued {
    pub at: Timestamp,
}

/// The order as it is from the next attempt on, whole. An attempt that is out keeps what it was composed of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edited {
    pub name: String,
    pub spec: Spec,
    pub schedule: Schedule,
    pub at: Timestamp,
}

/// A person does not want to wait for the interval: the next attempt is due at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hurried {
    pub at: Timestamp,
}

/// Taken off the lists. Its history stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deleted {
    pub at: Timestamp,
}

/// What an attempt needs (domains, image, network) could not be read or made. No launch was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreparationFailed {
    pub outcome: Outcome,
    pub reason: Reason,
    pub provider_error: ProviderError,
    pub in_a_row: u32,
    pub not_before: Timestamp,
    pub at: Timestamp,
}

/// Committed **before** the call. Whoever finds this without its settlement finds out first, and never buys twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttemptStarted {
    pub number: u32,
    /// Goes out as `opc-retry-token` and as a tag.
    pub token: String,
    pub target: Target,
    /// SHA-256 of what is sent, in hex: a repeat sends the same bytes or is not sent.
    pub body_hash: String,
    pub at: Timestamp,
}

/// Where one attempt is aimed, and what it asks for: with the spec, all that its body is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Empty in attempts of before an order could name several: then it is the order's only one.
    pub region: String,
    /// Empty for a start: the instance is where it is.
    pub availability_domain: String,
    /// Of a flexible shape.
    pub size: Option<Size>,
    pub deed: Deed,
}

/// What one attempt asks the cloud to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    Launch(Build),
    Start { instance: String },
}

/// Of what an instance is made, and what it is called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Build {
    pub image: String,
    pub subnet: String,
    pub display_name: String,
}

impl Target {
    /// Whether it asks for the start of an instance that exists.
    pub fn starts(&self) -> bool {
        matches!(self.deed, Deed::Start { .. })
    }

    /// What the instance is called that it asks for. Absent for one that exists.
    pub fn display_name(&self) -> Option<&str> {
        match &self.deed {
            Deed::Launch(build) => Some(&build.display_name),
            Deed::Start { .. } => None,
        }
    }
}

/// Committed before the same request goes out again with the same token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttemptResent {
    pub number: u32,
    pub at: Timestamp,
}

/// A full listing did not show the instance. Clouds list late, so one is no proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttemptAbsent {
    pub number: u32,
    pub at: Timestamp,
}

/// How an attempt ended. With `IN_DOUBT` it has not: another settlement follows when it is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttemptSettled {
    pub number: u32,
    pub availability_domain: String,
    pub outcome: Outcome,
    pub reason: Reason,
    pub provider_error: Option<ProviderError>,
    /// The cloud's own id of the request, to quote to its support.
    pub request_id: Option<String>,
    pub duration_ms: u32,
    pub instance: Option<String>,
    pub work_request: Option<String>,
    /// How many attempts in a row ended in this way.
    pub in_a_row: u32,
    /// No attempt before this moment, when the outcome asks for more than the interval.
    pub not_before: Option<Timestamp>,
    pub at: Timestamp,
}

/// Committed **before** each request to end an accepted instance that the cloud has found no place for. The only thing that is ever
/// ended by us: our own, bearing the token of one of our attempts, and never one that runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReleaseAsked {
    pub number: u32,
    pub instance: String,
    pub at: Timestamp,
}

/// An accepted instance ended before it ran.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstanceLost {
    pub number: u32,
    pub instance: String,
    pub outcome: Outcome,
    pub reason: Reason,
    pub provider_error: Option<ProviderError>,
    /// How many attempts in a row ended in this way; 0 in losses of before that was counted.
    pub in_a_row: u32,
    /// No attempt before this moment, when the outcome asks for more than the interval.
    pub not_before: Option<Timestamp>,
    pub at: Timestamp,
}

/// One of several instances was seen running, with its address. More are wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstanceObtained {
    pub number: u32,
    pub instance: String,
    pub availability_domain: String,
    pub public_ip: Option<String>,
    pub private_ip: Option<String>,
    /// How many are there now, this one included.
    pub held: u32,
    pub at: Timestamp,
}

/// More instances carry this task's tag than it asked for. Reported, never terminated by us.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SurplusSeen {
    pub instances: Vec<String>,
    pub at: Timestamp,
}

/// All that was wanted is there: the last instance was seen running, with its address. Where it was obtained before, and nothing more is
/// wanted since, it is named once more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Succeeded {
    pub number: u32,
    pub instance: String,
    pub availability_domain: String,
    pub public_ip: Option<String>,
    pub private_ip: Option<String>,
    pub at: Timestamp,
}

/// A service limit had been named, and what is really used was looked up. Not used up, and nothing of ours found: a false alarm, and the
/// task goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LimitChecked {
    /// What the cloud says is used; empty when it did not say.
    pub limits: Vec<Limit>,
    /// What is left is not enough for what is wished for.
    pub used_up: bool,
    /// An instance of this task that was found alive: it uses the limit, and is what was wished for.
    pub instance: Option<String>,
    /// How many false alarms there were since the start, this one included.
    pub false_alarms: u32,
    pub at: Timestamp,
}

/// "Not authorised or not found" was answered, and two calls that need no rights of their own were tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessProbed {
    /// Whether the cloud told who we are.
    pub identity: bool,
    /// Whether the cloud showed any shape.
    pub shapes: bool,
    pub not_before: Timestamp,
    pub at: Timestamp,
}

/// So many attempts and preparations in a row ended in faults. Raised once, and again only after an answer that is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlarmRaised {
    pub faults: u32,
    /// The last of them.
    pub outcome: Outcome,
    pub reason: Reason,
    pub provider_error: Option<ProviderError>,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failed {
    pub why: GaveUp,
    /// What exactly: the cloud's words, or the limits that are used up.
    pub detail: Option<String>,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviewNeeded {
    pub why: Review,
    pub at: Timestamp,
}

/// Stands in for an unbroken run of attempts that got nothing, and of preparations that failed, all within one hour, once they have
/// left the log for the archive. Whoever takes it in is where the run would have left him.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttemptsSummarised {
    /// The beginning of the hour in which they ended.
    pub hour: Timestamp,
    /// Numbers of the first and the last attempt; absent when only preparations failed.
    pub first: Option<u32>,
    pub last: Option<u32>,
    /// How the attempts ended, by region and availability domain. Both are empty in summaries of before they were told apart, and the
    /// region in those of attempts that do not say it: then it is the order's only one.
    pub outcomes: BTreeMap<String, BTreeMap<String, Outcomes>>,
    /// How the preparations failed.
    pub preparation_failures: BTreeMap<Outcome, u32>,
    /// How many of both were faults.
    pub faults: u32,
    pub left: Left,
}

/// How often attempts ended in each way.
pub type Outcomes = BTreeMap<Outcome, Sum>;

/// So many attempts ended so, and so long the cloud took over all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    pub count: u32,
    pub duration_ms: u64,
}

/// The part of a grab's state that attempts change, as the last of a run left it. Nothing was out then.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Left {
    pub tally: Tally,
    pub last: Option<LastAttempt>,
    pub streak: Option<(Outcome, u32)>,
    pub not_before: Option<Timestamp>,
    pub cooling: bool,
    pub dropped: BTreeMap<String, Timestamp>,
    pub suspicion: Option<Suspicion>,
    pub faults_in_a_row: u32,
}

/// Who holds a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    Person,
    /// Its tenant may not act.
    Tenant,
    /// The cloud does not permit it: a policy, a region or a subscription is missing.
    Permission,
}

/// Why a task gave up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GaveUp {
    AttemptsExhausted,
    DeadlinePassed,
    NoDomainOffersShape,
    LimitReached,
    QuotaExceeded,
    RequestRefused,
    TenantRemoved,
    /// What was to be started exists no more.
    InstanceGone,
}

/// Why a person must look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// The cloud says this token's instance was launched and has been deleted since.
    TokenConsumed,
    /// Whether an instance was launched could not be found out in time.
    NotFoundOut,
}
