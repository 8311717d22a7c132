//! Command × state → events or refusal; event × state → state.

use super::{
    command::{Command, Register, TestOutcome},
    event::{
        ConnectionTested, CredentialRotated, Disabled, Edited, Enabled, Event, Failure, LimitsObserved,
        Proxy, RegionsObserved, Registered, Reinstated, Removed, Scope, Suspended, SuspensionReason,
        Throttled,
    },
    refusal::Refusal,
    state::{Profile, Status, Tenant, Throttle},
};
use crate::{
    Aggregate, SecretRef, Timestamp,
    access::Act,
    explain::{Violations, check_name},
};

/// The longest OCID, region or fingerprint that is taken in. OCIDs have at most 255 characters.
const WORD_LENGTH: usize = 255;

/// The classifier's word for a clock that is wrong.
pub(super) const CLOCK_SKEW: &str = "clock_skew";

impl Aggregate for Tenant {
    const KIND: &'static str = "tenant";
    const SNAPSHOT: u16 = 4;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn act(command: &Command) -> Act {
        command.act()
    }

    fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        let Some(profile) = &self.profile else {
            return match command {
                Command::Register(register) => open(*register),
                _ => Err(Refusal::NoSuchTenant),
            };
        };
        match (command, self.status) {
            (Command::Register(_), _) => Err(Refusal::AlreadyRegistered),
            (Command::Remove { .. }, Status::Removed) => Ok(vec![]),
            (_, Status::Removed) => Err(Refusal::NoSuchTenant),

            (Command::Edit { name, proxy }, _) => edit(profile, name, proxy),
            (Command::RotateCredential { fingerprint, user, credential }, _) => {
                rotate(fingerprint, user, credential)
            }
            (Command::RecordTest { outcome, duration_ms, at }, status) => {
                let began_at = at.plus_millis(-i64::from(duration_ms));
                let outdone = self.worked_since(began_at, at);
                let outcome = if outdone { outcome.unclear() } else { self.believed(outcome) };
                Ok(tested(status, outcome, duration_ms, at))
            }
            (Command::ObserveRegions { regions }, _) if regions == self.regions => Ok(vec![]),
            (Command::ObserveRegions { regions }, _) => Ok(vec![RegionsObserved { regions }.into()]),
            (Command::ObserveLimits { region, limits, at }, _) => {
                Ok(vec![LimitsObserved { region, limits, at }.into()])
            }
            (Command::Throttle { scope, region, until, at, .. }, _)
                if self.is_throttled(scope, &region, (until, at)) =>
            {
                Ok(vec![])
            }
            (Command::Throttle { scope, region, until, provider_error, at }, _) => {
                let (provider_error, at) = (Some(provider_error), Some(at));
                Ok(vec![Throttled { scope, region, until, provider_error, at }.into()])
            }

            (Command::Suspend { reason, .. }, Status::Suspended(known)) if reason == known => Ok(vec![]),
            (Command::Suspend { .. }, Status::Disabled) => Ok(vec![]),
            // What was seen before the key was seen to work is no news.
            (Command::Suspend { seen_at, at, .. }, _) if self.worked_since(seen_at, at) => Ok(vec![]),
            (Command::Suspend { reason, note, .. }, _) => Ok(vec![Suspended { reason, note }.into()]),
            (Command::Reinstate, Status::Suspended(_)) => Ok(vec![Reinstated {}.into()]),
            (Command::Reinstate, Status::Active) => Ok(vec![]),
            (Command::Reinstate, _) => Err(Refusal::NotSuspended),
            (Command::Disable, Status::Disabled) => Ok(vec![]),
            (Command::Disable, _) => Ok(vec![Disabled {}.into()]),
            (Command::Enable, Status::Disabled) => Ok(vec![Enabled {}.into()]),
            (Command::Enable, Status::Active | Status::Untested) => Ok(vec![]),
            (Command::Enable, _) => Err(Refusal::NotDisabled),
            (Command::Remove { force: false, running_tasks: running }, _) if running > 0 => {
                Err(Refusal::TasksRun { running })
            }
            (Command::Remove { force, .. }, _) => Ok(vec![
                Removed { name: profile.name.clone(), credential: profile.credential.clone(), forced: force }
                    .into(),
            ]),
        }
    }

    fn evolve(&mut self, event: &Event) {
        match event {
            Event::Registered(registered) => self.profile = Some(profile_of(registered)),
            Event::Edited(edited) => self.with_profile(|profile| {
                profile.name.clone_from(&edited.name);
                profile.proxy.clone_from(&edited.proxy);
            }),
            Event::CredentialRotated(rotated) => {
                self.with_profile(|profile| {
                    profile.fingerprint.clone_from(&rotated.fingerprint);
                    profile.user.clone_from(&rotated.user);
                    profile.credential = rotated.credential.clone();
                });
                self.refused_at = None;
                if self.status == Status::Active {
                    self.status = Status::Untested;
                }
            }
            Event::ConnectionTested(tested) => {
                self.last_checked_at = Some(tested.at);
                self.note_refusal(tested);
                if tested.failure.is_none() {
                    self.worked_at = Some(tested.at);
                }
                if tested.failure.is_none() && self.status == Status::Untested {
                    self.status = Status::Active;
                }
            }
            Event::RegionsObserved(observed) => self.regions.clone_from(&observed.regions),
            Event::LimitsObserved(_) => {}
            Event::Throttled(throttled) => self.slow_down(throttled),
            Event::Suspended(suspended) => self.turn(Status::Suspended(suspended.reason)),
            Event::Reinstated(_) => self.turn(Status::Active),
            Event::Disabled(_) => self.turn(Status::Disabled),
            Event::Enabled(_) => self.turn(Status::Untested),
            Event::Removed(_) => self.turn(Status::Removed),
        }
    }
}

impl Tenant {
    /// Whether it is held back as far already.
    fn is_throttled(&self, scope: Scope, region: &str, (until, now): (Timestamp, Timestamp)) -> bool {
        self.throttle(scope, region).is_some_and(|throttle| now.plus_millis(throttle.left(now)) >= until)
    }

    /// What was suspected of it before is over.
    fn turn(&mut self, status: Status) {
        self.status = status;
        self.refused_at = None;
    }

    fn slow_down(&mut self, throttled: &Throttled) {
        let Throttled { until, at, provider_error, .. } = throttled.clone();
        let throttle = Throttle { until, at, provider_error };
        match throttled.scope {
            Scope::User => {
                self.region_throttles.insert(throttled.region.clone(), throttle);
            }
            Scope::Tenancy => self.tenancy_throttle = Some(throttle),
        }
    }

    fn with_profile(&mut self, change: impl FnOnce(&mut Profile)) {
        if let Some(profile) = &mut self.profile {
            change(profile);
        }
    }
}

fn open(register: Register) -> Result<Vec<Event>, Refusal> {
    let mut violations = Violations::default();
    check_name(&mut violations, &register.name, &["name"]);
    for (field, word) in [
        ("tenancyOcid", &register.tenancy),
        ("userOcid", &register.user),
        ("fingerprint", &register.fingerprint),
        ("region", &register.home_region),
    ] {
        check_word(&mut violations, word, field);
    }
    violations.into_result().map_err(Refusal::Invalid)?;
    Ok(vec![
        Registered {
            name: register.name,
            tenancy: register.tenancy,
            user: register.user,
            fingerprint: register.fingerprint,
            home_region: register.home_region,
            credential: register.credential,
            proxy: register.proxy,
            at: register.at,
        }
        .into(),
    ])
}

fn check_word(violations: &mut Violations, word: &str, field: &str) {
    violations.require(!word.trim().is_empty(), &[field], "is missing", "缺少此项");
    violations.require(
        word.len() <= WORD_LENGTH,
        &[field],
        "is longer than 255 characters",
        "超过 255 个字符",
    );
}

fn rotate(fingerprint: String, user: String, credential: SecretRef) -> Result<Vec<Event>, Refusal> {
    let mut violations = Violations::default();
    check_word(&mut violations, &user, "userOcid");
    check_word(&mut violations, &fingerprint, "fingerprint");
    violations.into_result().map_err(Refusal::Invalid)?;
    Ok(vec![CredentialRotated { fingerprint, user, credential }.into()])
}

#[expect(clippy::option_option, reason = "absent keeps the proxy, an empty one takes it away")]
fn edit(
    profile: &Profile,
    name: Option<String>,
    proxy: Option<Option<Proxy>>,
) -> Result<Vec<Event>, Refusal> {
    let name = name.unwrap_or_else(|| profile.name.clone());
    let proxy = proxy.unwrap_or_else(|| profile.proxy.clone());
    let mut violations = Violations::default();
    check_name(&mut violations, &name, &["name"]);
    violations.into_result().map_err(Refusal::Invalid)?;
    if name == profile.name && proxy == profile.proxy {
        return Ok(vec![]);
    }
    Ok(vec![Edited { name, proxy }.into()])
}

/// A test that succeeds lifts a suspension; one that is refused suspends; an unclear one changes nothing.
fn tested(status: Status, outcome: TestOutcome, duration_ms: u32, at: Timestamp) -> Vec<Event> {
    let note = |failure: &Failure| format!("{}: {}", failure.code, failure.message);
    let (failure, consequence) = match (outcome, status) {
        (TestOutcome::Works, Status::Suspended(_)) => (None, Some(Event::from(Reinstated {}))),
        (TestOutcome::Works, _) => (None, None),
        (TestOutcome::Rejected(failure), Status::Suspended(_) | Status::Disabled) => (Some(failure), None),
        (TestOutcome::Rejected(failure), _) => {
            let skewed = failure.reason == CLOCK_SKEW;
            let reason = if skewed { SuspensionReason::ClockSkew } else { SuspensionReason::KeyRejected };
            let suspended = Suspended { reason, note: note(&failure) };
            (Some(failure), Some(suspended.into()))
        }
        (TestOutcome::Suspended(failure), Status::Disabled) => (Some(failure), None),
        (TestOutcome::Suspended(failure), Status::Suspended(SuspensionReason::AccountSuspended)) => {
            (Some(failure), None)
        }
        (TestOutcome::Suspended(failure), _) => {
            let suspended = Suspended { reason: SuspensionReason::AccountSuspended, note: note(&failure) };
            (Some(failure), Some(suspended.into()))
        }
        // One that is doubtful still is not believed yet.
        (TestOutcome::Unclear(failure) | TestOutcome::Doubtful(failure), _) => (Some(failure), None),
    };
    std::iter::once(ConnectionTested { duration_ms, failure, at }.into()).chain(consequence).collect()
}

fn profile_of(registered: &Registered) -> Profile {
    Profile {
        name: registered.name.clone(),
        tenancy: registered.tenancy.clone(),
        user: registered.user.clone(),
        fingerprint: registered.fingerprint.clone(),
        home_region: registered.home_region.clone(),
        credential: registered.credential.clone(),
        proxy: registered.proxy.clone(),
        created_at: registered.at,
    }
}
