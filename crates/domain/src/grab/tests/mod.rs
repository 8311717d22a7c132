//! Given, when, then: what the rules of a grab say, a sentence a test.
//!
//! Here are the words that the tests are written in: one helper, and short makers of events and commands. Moments are
//! seconds after the task was made.

mod alarm;
mod ending;
mod finding_out;
mod holding;
mod input;
mod outcomes;
mod people;
mod releasing;
mod rhythm;
mod several;
mod starting;
mod success;
mod summarising;
mod suspicions;
mod upcasting;
mod windows;
mod wishes;

use super::*;
use crate::{Aggregate, GrabId, ProviderError, Seconds, TenantId, Timestamp};

/// Given what happened, when this is asked, then these events or this refusal follow.
#[expect(clippy::needless_pass_by_value, reason = "a story reads better without ampersands")]
fn check(given: &[Event], when: Command, then: Result<Vec<Event>, Refusal>) {
    assert_eq!(Grab::folded(given).decide(when.clone()), then, "given {given:#?}\nwhen {when:?}");
}

/// Asks, takes in what follows, and hands it back.
fn tell(grab: &mut Grab, command: Command) -> Vec<Event> {
    let events = grab.decide(command).expect("the story tells only what the rules permit");
    for event in &events {
        grab.evolve(event);
    }
    events
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_795_000_000_000 + seconds * 1000)
}

/// A task that was made and started, and then this.
fn running(and: impl IntoIterator<Item = Event>) -> Vec<Event> {
    [created(), started(0)].into_iter().chain(and).collect()
}

/// A started task with these limits, and then this.
fn running_with(schedule: Schedule, and: impl IntoIterator<Item = Event>) -> Vec<Event> {
    let created = Created { tenant: tenant(), name: "ARM".into(), spec: spec(), schedule, at: at(0) };
    [created.into(), started(0)].into_iter().chain(and).collect()
}

fn tenant() -> TenantId {
    TenantId::from_parts(1_795_000_000_000, 7)
}

fn id() -> GrabId {
    GrabId::from_parts(1_795_000_000_000, 42)
}

fn spec() -> Spec {
    Spec {
        shape: "VM.Standard.A1.Flex".into(),
        sizes: vec![SIZE],
        boot_volume_gb: 50,
        image: "Canonical Ubuntu 22.04".into(),
        regions: vec![REGION.into()],
        ..Spec::default()
    }
}

fn schedule() -> Schedule {
    Schedule { interval: Seconds(60), jitter_percent: 20, ..Schedule::default() }
}

fn created() -> Event {
    Created { tenant: tenant(), name: "ARM".into(), spec: spec(), schedule: schedule(), at: at(0) }.into()
}

fn hurried(seconds: i64) -> Event {
    Hurried { at: at(seconds) }.into()
}

fn started(seconds: i64) -> Event {
    Started { at: at(seconds) }.into()
}

fn paused(by: Holder, seconds: i64) -> Event {
    Paused { by, at: at(seconds) }.into()
}

fn stopped(seconds: i64) -> Event {
    Stopped { at: at(seconds) }.into()
}

fn gave_up(why: GaveUp, seconds: i64) -> Event {
    Failed { why, detail: None, at: at(seconds) }.into()
}

fn review(why: Review, seconds: i64) -> Event {
    ReviewNeeded { why, at: at(seconds) }.into()
}

fn target(domain: &str) -> Target {
    Target {
        region: REGION.into(),
        availability_domain: domain.into(),
        size: Some(SIZE),
        deed: Deed::Launch(Build {
            image: "ocid1.image.1".into(),
            subnet: "ocid1.subnet.1".into(),
            display_name: "ARM-1".into(),
        }),
    }
}

fn asked(number: u32, seconds: i64) -> Event {
    asked_in("AD-1", number, seconds)
}

fn asked_in(domain: &str, number: u32, seconds: i64) -> Event {
    let (token, body_hash) = (format!("token-{number}"), format!("hash-{number}"));
    AttemptStarted { number, token, target: target(domain), body_hash, at: at(seconds) }.into()
}

/// A settlement without any particulars, to be changed where a test needs it.
fn bare(number: u32, outcome: Outcome, reason: Reason, seconds: i64) -> AttemptSettled {
    AttemptSettled {
        number,
        availability_domain: "AD-1".into(),
        outcome,
        reason,
        provider_error: Some(error()),
        request_id: Some("req-1".into()),
        duration_ms: 120,
        instance: None,
        work_request: None,
        in_a_row: 1,
        not_before: None,
        at: at(seconds),
    }
}

fn missed(number: u32, seconds: i64) -> Event {
    bare(number, Outcome::Capacity, Reason::OutOfHostCapacity, seconds).into()
}

fn doubted(number: u32, reason: Reason, seconds: i64) -> Event {
    bare(number, Outcome::InDoubt, reason, seconds).into()
}

fn granted(number: u32, seconds: i64) -> Event {
    let settled = bare(number, Outcome::Accepted, Reason::Launched, seconds);
    let (instance, work_request) = (Some("instance-1".into()), Some("work-1".into()));
    AttemptSettled { provider_error: None, instance, work_request, ..settled }.into()
}

fn ran(number: u32, seconds: i64) -> Event {
    Succeeded {
        number,
        instance: "instance-1".into(),
        availability_domain: "AD-1".into(),
        public_ip: Some("203.0.113.9".into()),
        private_ip: Some("10.0.0.9".into()),
        at: at(seconds),
    }
    .into()
}

fn error() -> ProviderError {
    ProviderError { status: Some(500), code: "InternalError".into(), message: "no".into(), request_id: None }
}

fn attempt(number: u32, seconds: i64) -> Command {
    let (token, body_hash) = (format!("token-{number}"), format!("hash-{number}"));
    Command::Attempt(Box::new(Attempt { number, token, target: target("AD-1"), body_hash, at: at(seconds) }))
}

/// The call came back, and the cloud had not taken it.
fn settle(number: u32, outcome: Outcome, reason: Reason, seconds: i64) -> Command {
    settle_frozen(number, (outcome, reason), None, seconds)
}

fn settle_frozen(
    number: u32,
    what: (Outcome, Reason),
    not_before: Option<Timestamp>,
    seconds: i64,
) -> Command {
    let verdict = Verdict { outcome: what.0, reason: what.1 };
    let ended = Ended::Not { verdict, provider_error: error(), not_before };
    let request_id = Some("req-1".into());
    Command::Settle(Box::new(Settle { number, ended, request_id, duration_ms: 120, at: at(seconds) }))
}

/// The cloud took it.
fn grant(number: u32, instance: &str, seconds: i64) -> Command {
    let ended = Ended::Accepted { instance: instance.into(), work_request: Some("work-1".into()) };
    let request_id = Some("req-1".into());
    Command::Settle(Box::new(Settle { number, ended, request_id, duration_ms: 120, at: at(seconds) }))
}

fn see_running(instance: &str, seconds: i64) -> Command {
    Command::SeeRunning {
        instance: instance.into(),
        public_ip: Some("203.0.113.9".into()),
        private_ip: Some("10.0.0.9".into()),
        at: at(seconds),
    }
}

const REGION: &str = "ap-tokyo-1";
const SIZE: Size = Size { ocpus: 2.0, memory_gb: 12.0 };
const DOMAINS: &[&str] = &["AD-1", "AD-2", "AD-3"];

/// What the plan is at this second, awake since the beginning, with three domains.
fn plan(given: &[Event], seconds: i64) -> Step {
    plan_of(&Grab::folded(given), seconds)
}

fn plan_of(grab: &Grab, seconds: i64) -> Step {
    let domains: Vec<String> = DOMAINS.iter().map(|name| (*name).into()).collect();
    let sites = [Site { region: REGION, domains: Some(&domains) }];
    grab.plan(Surroundings { sites: &sites, ..around(seconds) })
}

/// Surroundings in which the domains are not known yet.
fn around(seconds: i64) -> Surroundings<'static> {
    let sites = &[Site { region: REGION, domains: None }];
    Surroundings {
        id: id(),
        now: at(seconds),
        awake_since: at(0),
        tried_ago: None,
        tenant_may_act: true,
        sites,
    }
}

/// The next attempt, at the usual size in the usual region.
fn attempt_in(domain: &str, number: u32) -> Step {
    let aim = Aim { region: REGION.into(), availability_domain: domain.into(), size: Some(SIZE) };
    Step::AttemptNow { number, aim }
}
