//! A made-up past: tasks that miss for weeks, are throttled, in doubt, paused and resumed, and now and then get what they want.

use std::sync::Arc;

use berth_domain::{
    GrabId, ProviderError, Seconds, TenantId, Timestamp,
    event::Event as _,
    grab::{
        AttemptSettled, AttemptStarted, Build, Created, Deed, Event, Holder, Outcome, Paused, Reason,
        Resumed, Schedule, Size, Spec, Started, Target,
    },
};
use berth_store::{
    Append, ClaimChange, CommandId, Log, Meta, NewEvent, SecretId, StreamId, Version, vault::Vault,
};

/// When it began.
const BEGIN_MS: i64 = 1_700_000_000_000;
const TENANTS: u128 = 10;
/// Streams that are written by one append.
const AT_ONCE: usize = 64;

/// Appends so many events, or a few more.
pub(crate) async fn write(log: &Arc<dyn Log>, events: usize) {
    let mut tasks: Vec<_> = (0..(events / 1000).clamp(4, 1000)).map(Task::new).collect();
    let (mut written, mut round) = (0, 0);
    while written < events {
        for group in tasks.chunks_mut(AT_ONCE) {
            let command = CommandId::parse(&format!("history-{round}")).unwrap();
            round += 1;
            let mut append = Append::new(command, [u8::try_from(round % 251).unwrap(); 32], meta(round));
            for task in group {
                if task.version == 0 {
                    let claim = ClaimChange::Take {
                        space: "task",
                        key: task.stream.to_string(),
                        owner: task.stream.clone(),
                    };
                    append.claims.push(claim);
                }
                let (expected, events) = task.next();
                written += events.len();
                append = append.write(task.stream.clone(), expected, events);
            }
            log.append(append).await.unwrap();
        }
    }
}

/// Seals a few secrets, as an import of tenants does.
pub(crate) async fn seal(log: &Arc<dyn Log>, vault: &Vault) {
    let mut append = Append::new(CommandId::parse("history-secrets").unwrap(), [7; 32], meta(0));
    for index in 0..5 {
        let id = SecretId::parse(&format!("secret_{index:032x}")).unwrap();
        append.seal.push(vault.seal(&id, "key", "tenant/1", &"hush".into()).unwrap());
    }
    append.checkpoint = Some(("policies".to_owned(), log.head().await.unwrap()));
    log.append(append).await.unwrap();
}

fn meta(round: usize) -> Meta {
    Meta {
        time_ms: BEGIN_MS + i64::try_from(round).unwrap() * 500,
        actor: if round.is_multiple_of(9) { "owner" } else { "system" }.to_owned(),
        correlation: format!("cause-{round}"),
        causation: (!round.is_multiple_of(3)).then(|| format!("command-{round}")),
    }
}

struct Task {
    stream: StreamId,
    index: usize,
    version: u32,
    attempts: u32,
    in_a_row: u32,
}

impl Task {
    fn new(index: usize) -> Self {
        let id = GrabId::from_parts(BEGIN_MS.unsigned_abs(), index as u128 * 7919 + 1);
        Self { stream: StreamId::new("grab", id), index, version: 0, attempts: 0, in_a_row: 0 }
    }

    fn next(&mut self) -> (Version, Vec<NewEvent>) {
        let expected = Version::new(self.version);
        let events = match (self.version, self.attempts % 97) {
            (0, _) => self.birth(),
            (_, 50) => self.pause(),
            _ => self.attempt(),
        };
        self.version += u32::try_from(events.len()).unwrap();
        let encoded = |event: &Event| NewEvent {
            name: event.name().into(),
            schema: event.schema(),
            data: event.encode(),
        };
        (expected, events.iter().map(encoded).collect())
    }

    fn at(&self) -> Timestamp {
        Timestamp::from_millis(BEGIN_MS + i64::from(self.attempts) * 60_000)
    }

    fn birth(&self) -> Vec<Event> {
        let at = self.at();
        let spec = Spec {
            shape: "VM.Standard.A1.Flex".into(),
            sizes: vec![Size { ocpus: 2.0, memory_gb: 12.0 }],
            boot_volume_gb: 50,
            image: "Canonical Ubuntu 24.04".into(),
            regions: vec!["ap-tokyo-1".into()],
            ..Spec::default()
        };
        let schedule = Schedule { interval: Seconds(60), jitter_percent: 20, ..Schedule::default() };
        let tenant = TenantId::from_parts(BEGIN_MS.unsigned_abs(), self.index as u128 % TENANTS + 1);
        let name = format!("抢ARM机器 {}", self.index);
        vec![Created { tenant, name, spec, schedule, at }.into(), Started { at }.into()]
    }

    fn pause(&mut self) -> Vec<Event> {
        let at = self.at();
        let mut events = vec![Paused { by: Holder::Person, at }.into(), Resumed { at }.into()];
        self.in_a_row = 0;
        events.extend(self.attempt());
        events
    }

    fn attempt(&mut self) -> Vec<Event> {
        self.attempts += 1;
        self.in_a_row += 1;
        let (number, at) = (self.attempts, self.at());
        let mut events = vec![self.started(number, at)];
        let (outcome, reason) = match number % 41 {
            7 => (Outcome::Throttled, Reason::ThrottledUser),
            13 => {
                events.push(self.settled(number, Outcome::InDoubt, Reason::AnswerLost, at));
                (Outcome::Network, Reason::NotReached)
            }
            _ => (Outcome::Capacity, Reason::OutOfHostCapacity),
        };
        events.push(self.settled(number, outcome, reason, at));
        events
    }

    fn started(&self, number: u32, at: Timestamp) -> Event {
        let target = Target {
            region: "ap-tokyo-1".into(),
            size: None,
            availability_domain: domain(number),
            deed: Deed::Launch(Build {
                image: "ocid1.image.oc1.ap-tokyo-1.aaaaaaaamadeup".into(),
                subnet: "ocid1.subnet.oc1.ap-tokyo-1.aaaaaaaamadeup".into(),
                display_name: format!("berth-{}", self.index),
            }),
        };
        let token = format!("token-{}-{number}", self.index);
        AttemptStarted { number, token, target, body_hash: "0".repeat(64), at }.into()
    }

    fn settled(&self, number: u32, outcome: Outcome, reason: Reason, at: Timestamp) -> Event {
        let provider_error = ProviderError {
            status: Some(500),
            code: "InternalError".into(),
            message: "Out of host capacity, said 192.0.2.7.".into(),
            request_id: Some(format!("{number:016X}/0123456789ABCDEF")),
        };
        AttemptSettled {
            number,
            availability_domain: domain(number),
            outcome,
            reason,
            provider_error: Some(provider_error),
            request_id: None,
            duration_ms: 300 + number % 50,
            instance: None,
            work_request: None,
            in_a_row: self.in_a_row,
            not_before: None,
            at,
        }
        .into()
    }
}

fn domain(number: u32) -> String {
    format!("Uocm:AP-TOKYO-1-AD-{}", number % 3 + 1)
}
