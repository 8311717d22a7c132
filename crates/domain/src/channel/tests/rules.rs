//! What a channel is told, and when.

use super::*;
use crate::{Language, TenantId, notice::Severity};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 1_440 * MINUTE_MS;

fn content(rules: Rules) -> Content {
    let Created { name, enabled, topics, config, .. } = match created(telegram(Some(hidden(1)))) {
        Event::Created(created) => created,
        other => unreachable!("{other:?}"),
    };
    Content { name, enabled, topics, config, rules, disabled: None, created_at: at(0), changed_at: at(0) }
}

fn tenant(number: u128) -> TenantId {
    TenantId::from_parts(1_795_000_000_000, number)
}

fn quiet(from_minute: u16, to_minute: u16, utc_offset_minutes: i16) -> Rules {
    Rules { quiet: Some(Quiet { from_minute, to_minute }), utc_offset_minutes, ..Rules::default() }
}

/// Minutes of a day of UTC, and when something of that moment is told, in such minutes as well.
fn told_at(rules: &Rules, minute: i64) -> i64 {
    let at = Timestamp::from_millis(20_000 * DAY_MS + minute * MINUTE_MS);
    let then = rules.not_before(Severity::Warning, at).unwrap_or(at);
    (then.millis() - 20_000 * DAY_MS) / MINUTE_MS
}

#[test]
fn by_default_it_is_told_all_that_it_was_made_for_and_nothing_else() {
    let channel = content(Rules::default());
    assert!(channel.wants(Topic::TaskSucceeded, Severity::Info, None));
    assert!(channel.wants(Topic::TaskSucceeded, Severity::Critical, Some(tenant(1))));
    assert!(!channel.wants(Topic::TaskFailed, Severity::Critical, None));
    let unused = Content { enabled: false, ..channel };
    assert!(!unused.wants(Topic::TaskSucceeded, Severity::Critical, None));
}

#[test]
fn what_matters_less_and_what_concerns_other_tenants_is_not_told() {
    let rules = Rules { at_least: Severity::Warning, tenants: [tenant(1)].into(), ..Rules::default() };
    let channel = content(rules);
    let wants = |severity, tenant| channel.wants(Topic::TaskSucceeded, severity, tenant);
    assert!(wants(Severity::Warning, Some(tenant(1))) && wants(Severity::Critical, None));
    assert!(!wants(Severity::Info, Some(tenant(1))) && !wants(Severity::Critical, Some(tenant(2))));
}

#[test]
fn quiet_hours_end_at_their_minute_also_past_midnight() {
    let noon = quiet(720, 780, 0);
    assert_eq!([719, 720, 779, 780].map(|minute| told_at(&noon, minute)), [719, 780, 780, 780]);
    let night = quiet(1_380, 420, 0);
    assert_eq!([419, 420, 1_379].map(|minute| told_at(&night, minute)), [420, 420, 1_379]);
    assert_eq!([0, 1_380, 1_439].map(|minute| told_at(&night, minute)), [420, 1_860, 1_860]);
    let till_midnight = quiet(1_320, 1_440, 0);
    assert_eq!([0, 1_320, 1_439].map(|minute| told_at(&till_midnight, minute)), [0, 1_440, 1_440]);
}

#[test]
fn quiet_hours_are_read_on_the_channels_own_clock() {
    // From 23:00 to 07:00 in Shanghai is from 15:00 to 23:00 in UTC.
    let shanghai = quiet(1_380, 420, 480);
    assert_eq!([899, 900, 1_379, 1_380].map(|minute| told_at(&shanghai, minute)), [899, 1_380, 1_380, 1_380]);
    // And from 18:00 to 02:00 in UTC where clocks are five hours behind.
    let new_york = quiet(780, 1_260, -300);
    assert_eq!([1_079, 1_080, 30, 120].map(|minute| told_at(&new_york, minute)), [1_079, 1_560, 120, 120]);
}

#[test]
fn what_is_critical_is_told_in_quiet_hours_too() {
    let (night, at) = (quiet(0, 1_439, 0), Timestamp::from_millis(20_000 * DAY_MS));
    assert_eq!(night.not_before(Severity::Critical, at), None);
    assert!(night.not_before(Severity::Warning, at).is_some_and(|then| then > at));
}

#[test]
fn rules_that_could_not_hold_are_named() {
    let named = |rules: Rules| fields(Create { rules, ..create(telegram(Some(hidden(1)))) });
    for (from, to) in [(0, 0), (0, 1_440), (1_440, 60), (60, 1_441), (300, 300)] {
        assert_eq!(named(quiet(from, to, 0)), ["rules.quietHours"], "{from} to {to}");
    }
    let far = Rules { tenants: (0..201).map(tenant).collect(), utc_offset_minutes: -841, ..Rules::default() };
    assert_eq!(named(far), ["rules.tenantIds", "rules.utcOffsetMinutes"]);
}

#[test]
fn rules_stay_unless_they_are_given_anew() {
    let config = telegram(Some(hidden(1)));
    let rules = Rules { language: Language::Chinese, ..Rules::default() };
    let given = Channel::folded(&[created(config.clone())]);
    let edited = Edit { rules: Some(rules.clone()), ..edit(config.clone()) };
    let mut channel = given.clone();
    given.decide(editing(edited)).expect("it is lawful").iter().for_each(|event| channel.evolve(event));
    assert_eq!(channel.existing().expect("it exists").rules, rules);
    assert_eq!(channel.decide(editing(edit(config))), Ok(vec![]));
}

#[test]
fn a_channel_where_nobody_is_is_disabled_once_and_says_why_until_it_is_enabled() {
    let config = telegram(Some(hidden(1)));
    let command = Command::Disable { why: Why::Gone, words: "bot was kicked".into(), at: at(3) };
    let disabled =
        Disabled { name: "值班".into(), why: Why::Gone, words: "bot was kicked".into(), at: at(3) };
    let given = [created(config.clone())];
    check(&given, command.clone(), Ok(vec![disabled.clone().into()]));
    let given = [created(config.clone()), disabled.into()];
    check(&given, command.clone(), Ok(vec![]));
    check(&[created(config.clone()), deleted()], command.clone(), Ok(vec![]));
    check(&[], command.clone(), Err(Refusal::NoSuchChannel));
    let mut channel = Channel::folded(&given);
    let ended = Ended { why: Why::Gone, words: "bot was kicked".into(), at: at(3) };
    assert_eq!(channel.existing().expect("it exists").disabled, Some(ended));
    assert!(!channel.existing().expect("it exists").enabled);
    for (enabled, name, says_why) in
        [(false, "renamed", true), (true, "renamed", false), (false, "again", false)]
    {
        let edit = Edit { enabled, name: name.into(), ..edit(telegram(None)) };
        channel.decide(editing(edit)).expect("it is lawful").iter().for_each(|event| channel.evolve(event));
        assert_eq!(channel.existing().expect("it exists").disabled.is_some(), says_why, "{name} {enabled}");
    }
    assert_eq!(Channel::act(&command), crate::access::Act::Inside);
}
