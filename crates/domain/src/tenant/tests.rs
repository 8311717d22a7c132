//! Given, when, then: what the rules of a tenant say, a sentence a test.

use super::*;
use crate::{
    Aggregate, ProviderError, SecretRef, TenantId, Timestamp,
    event::Event as _,
    explain::{Code, Explain},
};

/// Given what happened, when this is asked, then these events or this refusal follow.
#[expect(clippy::needless_pass_by_value, reason = "a story reads better without ampersands")]
fn check(given: &[Event], when: Command, then: Result<Vec<Event>, Refusal>) {
    assert_eq!(Tenant::folded(given).decide(when.clone()), then, "given {given:#?}\nwhen {when:?}");
}

fn status_after(given: &[Event]) -> Status {
    Tenant::folded(given).status
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_795_000_000_000 + seconds * 1000)
}

fn secret(number: u32) -> SecretRef {
    SecretRef(format!("secret_{number}"))
}

fn register() -> Register {
    Register {
        id: TenantId::from_parts(1_795_000_000_000, 7),
        name: "我的甲骨文".into(),
        tenancy: "ocid1.tenancy.oc1..aaaa".into(),
        user: "ocid1.user.oc1..aaaa".into(),
        fingerprint: "20:3b:97".into(),
        home_region: "ap-tokyo-1".into(),
        credential: secret(1),
        proxy: None,
        at: at(0),
    }
}

fn registered() -> Event {
    let Register { name, tenancy, user, fingerprint, home_region, credential, proxy, at, .. } = register();
    Registered { name, tenancy, user, fingerprint, home_region, credential, proxy, at }.into()
}

fn tested(failure: Option<Failure>, seconds: i64) -> Event {
    ConnectionTested { duration_ms: 80, failure, at: at(seconds) }.into()
}

fn failure() -> Failure {
    Failure {
        reason: "key_rejected".into(),
        status: Some(401),
        code: "NotAuthenticated".into(),
        message: "no".into(),
        request_id: Some("req-1".into()),
    }
}

fn suspended(reason: SuspensionReason) -> Event {
    Suspended { reason, note: "NotAuthenticated: no".into() }.into()
}

fn removed(forced: bool) -> Event {
    Removed { name: register().name, credential: secret(1), forced }.into()
}

const KEY: SuspensionReason = SuspensionReason::KeyRejected;
const ACCOUNT: SuspensionReason = SuspensionReason::AccountSuspended;

/// A history for each status a tenant can have while it exists.
fn histories() -> [(Status, Vec<Event>); 5] {
    [
        (Status::Untested, vec![registered()]),
        (Status::Active, vec![registered(), tested(None, 1)]),
        (Status::Suspended(KEY), vec![registered(), suspended(KEY)]),
        (Status::Suspended(ACCOUNT), vec![registered(), suspended(ACCOUNT)]),
        (Status::Disabled, vec![registered(), Disabled {}.into()]),
    ]
}

/// Checks a command against each status, in the order of `histories`.
fn table(command: &Command, rows: [Result<Vec<Event>, Refusal>; 5]) {
    for ((status, history), then) in histories().into_iter().zip(rows) {
        assert_eq!(status_after(&history), status);
        check(&history, command.clone(), then);
    }
}

#[test]
fn a_tenant_is_registered_once() {
    check(&[], Command::Register(Box::new(register())), Ok(vec![registered()]));
    check(&[registered()], Command::Register(Box::new(register())), Err(Refusal::AlreadyRegistered));
}

#[test]
fn nothing_can_be_asked_of_a_tenant_that_was_never_registered() {
    for command in [Command::Reinstate, Command::Disable, Command::Remove { force: true, running_tasks: 0 }] {
        check(&[], command, Err(Refusal::NoSuchTenant));
    }
}

#[test]
fn every_field_that_is_missing_or_endless_is_named_at_once() {
    let bad = Register {
        name: "x".repeat(1_000_000),
        tenancy: String::new(),
        user: "x".repeat(256),
        fingerprint: " ".into(),
        home_region: String::new(),
        ..register()
    };
    let refusal = Tenant::default().decide(Command::Register(Box::new(bad))).expect_err("it is bad");
    let named: Vec<_> = refusal.explain().into_iter().map(|violation| violation.field.join(".")).collect();
    assert_eq!(named, ["name", "tenancyOcid", "userOcid", "fingerprint", "region"]);
}

#[test]
fn an_edit_changes_what_it_names_and_leaves_the_rest() {
    let proxy = Proxy { address: secret(9), masked: "socks5://host:1080".into() };
    let edit = |name: Option<&str>, proxy| Command::Edit { name: name.map(Into::into), proxy };
    let edited = |name: &str, proxy| Event::from(Edited { name: name.into(), proxy });
    let old = register().name;

    check(&[registered()], edit(Some("new"), None), Ok(vec![edited("new", None)]));
    let with_proxy = edited(&old, Some(proxy.clone()));
    check(&[registered()], edit(None, Some(Some(proxy.clone()))), Ok(vec![with_proxy.clone()]));
    let given = [registered(), with_proxy];
    check(&given, edit(Some("new"), None), Ok(vec![edited("new", Some(proxy.clone()))]));
    check(&given, edit(None, Some(None)), Ok(vec![edited(&old, None)]));
    check(&given, edit(Some(&old), Some(Some(proxy))), Ok(vec![]));
    check(&given, edit(None, None), Ok(vec![]));
}

#[test]
fn a_bad_new_name_is_refused() {
    let refusal = Tenant::folded(&[registered()])
        .decide(Command::Edit { name: Some("a\nb".into()), proxy: None })
        .expect_err("it is bad");
    assert_eq!(refusal.explain()[0].code, Code::Invalid);
}

#[test]
fn a_new_key_is_tried_before_the_tenant_acts_again() {
    let (fingerprint, user) = ("aa:bb".to_owned(), "ocid1.user.oc1..bbbb".to_owned());
    let rotated =
        CredentialRotated { fingerprint: fingerprint.clone(), user: user.clone(), credential: secret(2) };
    let rotated = Event::from(rotated);
    let command = Command::RotateCredential { fingerprint, user, credential: secret(2) };
    let then = || Ok(vec![rotated.clone()]);
    table(&command, [then(), then(), then(), then(), then()]);
    assert_eq!(status_after(&[registered(), tested(None, 1), rotated.clone()]), Status::Untested);
    assert_eq!(status_after(&[registered(), suspended(KEY), rotated.clone()]), Status::Suspended(KEY));
    assert_eq!(status_after(&[registered(), Disabled {}.into(), rotated]), Status::Disabled);
}

#[test]
fn a_new_key_without_user_or_fingerprint_is_refused() {
    let command =
        Command::RotateCredential { fingerprint: String::new(), user: " ".into(), credential: secret(2) };
    let refusal = Tenant::folded(&[registered()]).decide(command).expect_err("it is bad");
    assert_eq!(refusal.explain().len(), 2);
}

#[test]
fn a_test_that_succeeds_activates_and_lifts_a_suspension() {
    let command = Command::RecordTest { outcome: TestOutcome::Works, duration_ms: 80, at: at(9) };
    let noted = || vec![tested(None, 9)];
    let lifted = || Ok(vec![tested(None, 9), Reinstated {}.into()]);
    table(&command, [Ok(noted()), Ok(noted()), lifted(), lifted(), Ok(noted())]);
    assert!(Tenant::folded(&[registered(), tested(None, 1)]).may_act());
    assert!(Tenant::folded(&[registered(), suspended(KEY), Reinstated {}.into()]).may_act());
    assert_eq!(status_after(&[registered(), Disabled {}.into(), tested(None, 9)]), Status::Disabled);
}

#[test]
fn a_refused_key_suspends() {
    let command =
        Command::RecordTest { outcome: TestOutcome::Rejected(failure()), duration_ms: 80, at: at(9) };
    let noted = || Ok(vec![tested(Some(failure()), 9)]);
    let barred = || Ok(vec![tested(Some(failure()), 9), suspended(KEY)]);
    table(&command, [barred(), barred(), noted(), noted(), noted()]);
}

#[test]
fn an_account_that_seems_closed_suspends_and_outranks_a_refused_key() {
    let command =
        Command::RecordTest { outcome: TestOutcome::Suspended(failure()), duration_ms: 80, at: at(9) };
    let noted = || Ok(vec![tested(Some(failure()), 9)]);
    let barred = || Ok(vec![tested(Some(failure()), 9), suspended(ACCOUNT)]);
    table(&command, [barred(), barred(), barred(), noted(), noted()]);
}

#[test]
fn a_refusal_that_was_long_on_its_way_says_nothing_of_a_key_that_worked_meanwhile() {
    let works = [registered(), tested(None, 8)];
    let refused = |duration_ms| Command::RecordTest {
        outcome: TestOutcome::Rejected(failure()),
        duration_ms,
        at: at(9),
    };
    let noted = |duration_ms| ConnectionTested { duration_ms, failure: Some(failure()), at: at(9) }.into();
    check(&works, refused(2_000), Ok(vec![noted(2_000)]));
    check(&works, refused(900), Ok(vec![noted(900), suspended(KEY)]));
}

#[test]
fn an_unclear_test_is_noted_and_changes_nothing() {
    let command =
        Command::RecordTest { outcome: TestOutcome::Unclear(failure()), duration_ms: 80, at: at(9) };
    for (status, mut history) in histories() {
        check(&history, command.clone(), Ok(vec![tested(Some(failure()), 9)]));
        history.push(tested(Some(failure()), 9));
        let tenant = Tenant::folded(&history);
        assert_eq!((tenant.status, tenant.last_checked_at), (status, Some(at(9))));
    }
}

#[test]
fn a_tenant_is_suspended_unless_it_is_switched_off_or_is_so_already() {
    let barred = || Ok(vec![suspended(KEY)]);
    table(&suspend(9, 9), [barred(), barred(), Ok(vec![]), barred(), Ok(vec![])]);
}

/// For what was seen then, as it comes to be decided now.
fn suspend(seen: i64, now: i64) -> Command {
    Command::Suspend { reason: KEY, note: "NotAuthenticated: no".into(), seen_at: at(seen), at: at(now) }
}

#[test]
fn what_was_seen_before_the_key_was_seen_to_work_suspends_nobody() {
    let works = [registered(), tested(None, 8)];
    check(&works, suspend(7, 9), Ok(vec![]));
    check(&works, suspend(9, 9), Ok(vec![suspended(KEY)]));
    let rotated =
        CredentialRotated { fingerprint: "b".into(), user: "u".into(), credential: secret(2) }.into();
    let anew = [registered(), tested(None, 1), rotated, tested(None, 8)];
    check(&anew, suspend(7, 9), Ok(vec![]));
}

#[test]
fn a_test_that_failed_or_told_nothing_since_does_not_clear_the_key() {
    let failed = [registered(), tested(None, 1), tested(Some(failure()), 8)];
    check(&failed, suspend(7, 9), Ok(vec![suspended(KEY)]));
}

#[test]
fn a_test_of_a_moment_that_is_yet_to_come_was_made_before_the_clock_was_set_back_and_clears_nothing() {
    let works = [registered(), tested(None, 3600)];
    check(&works, suspend(7, 9), Ok(vec![suspended(KEY)]));
}

#[test]
fn only_a_suspended_tenant_is_reinstated() {
    let lifted = || Ok(vec![Reinstated {}.into()]);
    let no = || Err(Refusal::NotSuspended);
    table(&Command::Reinstate, [no(), Ok(vec![]), lifted(), lifted(), no()]);
}

#[test]
fn any_tenant_can_be_switched_off() {
    let off = || Ok(vec![Disabled {}.into()]);
    table(&Command::Disable, [off(), off(), off(), off(), Ok(vec![])]);
}

#[test]
fn a_tenant_that_is_switched_on_again_is_tried_first() {
    let no = || Err(Refusal::NotDisabled);
    table(&Command::Enable, [Ok(vec![]), Ok(vec![]), no(), no(), Ok(vec![Enabled {}.into()])]);
    let on_again = [registered(), tested(None, 1), Disabled {}.into(), Enabled {}.into()];
    assert_eq!(status_after(&on_again), Status::Untested);
}

#[test]
fn only_an_active_tenant_may_act() {
    for (status, history) in histories() {
        assert_eq!(Tenant::folded(&history).may_act(), status == Status::Active, "{status:?}");
    }
}

#[test]
fn a_tenant_whose_tasks_run_is_removed_only_by_force() {
    let remove = |force, running_tasks| Command::Remove { force, running_tasks };
    for (_, history) in histories() {
        check(&history, remove(false, 2), Err(Refusal::TasksRun { running: 2 }));
        check(&history, remove(true, 2), Ok(vec![removed(true)]));
        check(&history, remove(false, 0), Ok(vec![removed(false)]));
    }
}

#[test]
fn a_removed_tenant_is_gone_for_good_and_removing_it_again_is_already_so() {
    let gone = [registered(), tested(None, 1), removed(false)];
    let tenant = Tenant::folded(&gone);
    assert!(!tenant.exists() && !tenant.may_act());
    check(&gone, Command::Remove { force: false, running_tasks: 3 }, Ok(vec![]));
    check(&gone, Command::Enable, Err(Refusal::NoSuchTenant));
    check(&gone, Command::Edit { name: None, proxy: None }, Err(Refusal::NoSuchTenant));
    check(&gone, Command::Register(Box::new(register())), Err(Refusal::AlreadyRegistered));
}

#[test]
fn the_name_that_removal_frees_is_the_name_it_has_now() {
    let edited = Event::from(Edited { name: "new".into(), proxy: None });
    let freed = Removed { name: "new".into(), credential: secret(1), forced: false };
    let command = Command::Remove { force: false, running_tasks: 0 };
    check(&[registered(), edited], command, Ok(vec![freed.into()]));
}

#[test]
fn regions_are_noted_when_they_change() {
    let regions = vec![Region { name: "ap-tokyo-1".into(), home: true }];
    let observed = Event::from(RegionsObserved { regions: regions.clone() });
    check(&[registered()], Command::ObserveRegions { regions: regions.clone() }, Ok(vec![observed.clone()]));
    check(&[registered(), observed], Command::ObserveRegions { regions }, Ok(vec![]));
}

#[test]
fn limits_are_noted_as_they_are_seen() {
    let limits = vec![Limit {
        name: "standard-a1-core-count".into(),
        availability_domain: None,
        total: 4.0,
        used: 0.0,
    }];
    let observed = LimitsObserved { region: "ap-tokyo-1".into(), limits: limits.clone(), at: at(5) };
    let command = Command::ObserveLimits { region: "ap-tokyo-1".into(), limits, at: at(5) };
    check(&[registered()], command, Ok(vec![observed.into()]));
}

fn too_many() -> ProviderError {
    let message = "Too many requests for the user".into();
    ProviderError { status: Some(429), code: "TooManyRequests".into(), message, request_id: None }
}

fn throttle(scope: Scope, region: &str, until: i64) -> (Command, Event) {
    throttle_at(0, scope, region, until)
}

fn throttle_at(now: i64, scope: Scope, region: &str, until: i64) -> (Command, Event) {
    let (region, until, words, now) = (region.to_owned(), at(until), too_many(), at(now));
    let provider_error = Some(words.clone());
    let throttled = Throttled { scope, region: region.clone(), until, provider_error, at: Some(now) };
    (Command::Throttle { scope, region, until, provider_error: words, at: now }, throttled.into())
}

#[test]
fn a_throttle_is_noted_only_when_it_reaches_further() {
    let (command, throttled) = throttle(Scope::User, "ap-tokyo-1", 60);
    let (sooner, _) = throttle(Scope::User, "ap-tokyo-1", 59);
    check(&[registered()], command.clone(), Ok(vec![throttled.clone()]));
    check(&[registered(), throttled.clone()], command, Ok(vec![]));
    check(&[registered(), throttled.clone()], sooner, Ok(vec![]));
    let tenant = Tenant::folded(&[registered(), throttled]);
    assert_eq!(tenant.throttled_until(at(59)), Some(at(60)));
    assert_eq!(tenant.throttled_until(at(60)), None);
}

#[test]
fn once_the_clock_was_set_back_a_throttle_holds_for_no_longer_than_was_asked_for() {
    let (_, throttled) = throttle_at(3600, Scope::User, "ap-tokyo-1", 3660);
    let tenant = Tenant::folded(&[registered(), throttled.clone()]);
    let left = |now| tenant.throttle(Scope::User, "ap-tokyo-1").map(|throttle| throttle.left(now));
    assert_eq!(left(at(3600)), Some(60_000));
    assert_eq!(left(at(3650)), Some(10_000));
    assert_eq!(left(at(10)), Some(60_000), "an hour and more by what the clock shows now");
    assert_eq!(tenant.throttled_until(at(10)), Some(at(70)));
    let (command, anew) = throttle_at(20, Scope::User, "ap-tokyo-1", 90);
    check(&[registered(), throttled], command, Ok(vec![anew]));
}

#[test]
fn a_throttle_of_which_an_early_release_did_not_note_the_moment_holds_until_its_end() {
    let written = r#"{"scope":"user","region":"r","until":"2026-11-21T03:40:12.417Z","provider_error":null}"#;
    let data = serde_json::value::RawValue::from_string(written.into()).unwrap();
    let read = Event::decode("tenant.throttled", 2, &data).unwrap();
    let tenant = Tenant::folded(&[registered(), read]);
    let until = Timestamp::parse("2026-11-21T03:40:12.417Z").unwrap();
    assert_eq!(tenant.throttled_until(until.plus_millis(-7_200_000)), Some(until));
}

#[test]
fn a_throttle_of_one_region_says_nothing_of_another_or_of_the_tenancy() {
    let (_, tokyo) = throttle(Scope::User, "ap-tokyo-1", 60);
    let (command, osaka) = throttle(Scope::User, "ap-osaka-1", 30);
    check(&[registered(), tokyo.clone()], command, Ok(vec![osaka.clone()]));
    let (command, tenancy) = throttle(Scope::Tenancy, "ap-tokyo-1", 20);
    check(&[registered(), tokyo.clone()], command, Ok(vec![tenancy.clone()]));
    let tenant = Tenant::folded(&[registered(), tokyo, osaka, tenancy]);
    let until = |scope, region| tenant.throttle(scope, region).map(|throttle| throttle.until);
    assert_eq!(until(Scope::User, "ap-tokyo-1"), Some(at(60)));
    assert_eq!(until(Scope::User, "ap-osaka-1"), Some(at(30)));
    assert_eq!(until(Scope::Tenancy, "ap-tokyo-1"), Some(at(20)));
}

#[test]
fn a_throttle_that_an_early_release_wrote_down_is_one_without_words() {
    let written = r#"{"scope":"user","region":"ap-tokyo-1","until":"2026-11-21T03:40:12.417Z"}"#;
    let data = serde_json::value::RawValue::from_string(written.into()).unwrap();
    let Ok(Event::Throttled(read)) = Event::decode("tenant.throttled", 1, &data) else { panic!("{data}") };
    assert_eq!((read.scope, read.provider_error), (Scope::User, None));
}
