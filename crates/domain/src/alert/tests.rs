//! What an alert may become, a sentence a test.

use std::collections::BTreeMap;

use super::*;
use crate::{Aggregate, Explain, Timestamp, notice::Severity};

const AT: Timestamp = Timestamp::from_millis(1_795_000_000_000);
const CPU: &Rule = Rule::of(RuleName::Cpu);

fn raise(value: f64) -> Command {
    Command::Raise { rule: RuleName::Cpu, value, threshold: 80.0, at: AT }
}

fn raised(value: f64) -> Event {
    let severity = Severity::Warning;
    Raised { rule: RuleName::Cpu, severity, value, threshold: 80.0, at: AT }.into()
}

fn resolved(by: By, value: Option<f64>) -> Event {
    let (name, severity, threshold) = ("cpu".to_owned(), Severity::Warning, Some(80.0));
    Resolved { name, severity, by, value, threshold, summary: None, at: AT }.into()
}

fn few_instances() -> Event {
    let (rule, severity) = (RuleName::Instances, Severity::Critical);
    Raised { rule, severity, value: 2.0, threshold: 3.0, at: AT }.into()
}

fn cleared() -> Event {
    Cleared { at: AT }.into()
}

fn adjust(threshold: Option<f64>, for_seconds: Option<u32>, enabled: Option<bool>) -> Command {
    let (rule, standard) = (RuleName::Cpu, CPU.standard(false));
    Command::Adjust(Adjustment { rule, standard, threshold, for_seconds, enabled, at: AT })
}

fn adjusted(threshold: f64, for_seconds: u32, enabled: bool) -> Event {
    Adjusted { threshold, for_seconds, enabled, at: AT }.into()
}

fn begins(seconds: i64) -> Timestamp {
    AT.plus_millis(seconds * 1000)
}

fn receive(seconds: i64) -> Command {
    let labels = BTreeMap::from([("job".to_owned(), "node".to_owned())]);
    let outside = Outside::new("InstanceDown", Severity::Critical, "gone", &labels, begins(seconds));
    Command::Receive { outside: Box::new(outside), at: AT }
}

fn received(seconds: i64) -> Event {
    let labels = BTreeMap::from([("job".to_owned(), "node".to_owned())]);
    let (name, summary) = ("InstanceDown".to_owned(), "gone".to_owned());
    Received { name, severity: Severity::Critical, summary, labels, starts_at: begins(seconds), at: AT }
        .into()
}

fn end(seconds: i64, ended: Option<i64>) -> Command {
    Command::End { starts_at: begins(seconds), ends_at: ended.map(begins), at: AT }
}

/// Of what was received.
fn over() -> Event {
    Resolved {
        name: "InstanceDown".into(),
        severity: Severity::Critical,
        by: By::Recovery,
        value: None,
        threshold: None,
        summary: Some("gone".into()),
        at: AT,
    }
    .into()
}

fn check(given: &[Event], when: Command, then: &Result<Vec<Event>, Refusal>) {
    assert_eq!(&Alert::folded(given).decide(when), then, "given {given:#?}");
}

#[test]
fn an_alert_is_raised_once_and_recovers_once() {
    let recover = Command::Recover { value: Some(12.0), at: AT };
    check(&[], raise(92.5), &Ok(vec![raised(92.5)]));
    check(&[raised(92.5)], raise(99.0), &Ok(vec![]));
    check(&[raised(92.5)], recover.clone(), &Ok(vec![resolved(By::Recovery, Some(12.0))]));
    let over = [raised(92.5), resolved(By::Recovery, Some(12.0))];
    check(&over, recover, &Ok(vec![]));
    check(&over, raise(92.5), &Ok(vec![raised(92.5)]));
}

#[test]
fn what_was_resolved_by_hand_stays_so_until_its_cause_has_gone_once() {
    let by_hand = [raised(92.5), resolved(By::Hand, None)];
    let recover = Command::Recover { value: Some(12.0), at: AT };
    check(&by_hand[..1], Command::Resolve { at: AT }, &Ok(vec![resolved(By::Hand, None)]));
    check(&by_hand, Command::Resolve { at: AT }, &Ok(vec![]));
    check(&by_hand, raise(99.0), &Ok(vec![]));
    check(&by_hand, recover, &Ok(vec![cleared()]));
    check(&[&by_hand[..], &[cleared()]].concat(), raise(99.0), &Ok(vec![raised(99.0)]));
}

#[test]
fn what_was_never_raised_cannot_be_resolved_by_hand() {
    check(&[], Command::Resolve { at: AT }, &Err(Refusal::NoSuchAlert));
    check(&[adjusted(70.0, 60, true)], Command::Resolve { at: AT }, &Err(Refusal::NoSuchAlert));
}

#[test]
fn an_adjustment_keeps_what_it_does_not_name() {
    check(&[], adjust(Some(70.0), None, None), &Ok(vec![adjusted(70.0, 300, true)]));
    check(&[adjusted(70.0, 300, true)], adjust(None, Some(60), None), &Ok(vec![adjusted(70.0, 60, true)]));
    check(&[adjusted(70.0, 300, true)], adjust(Some(70.0), Some(300), Some(true)), &Ok(vec![]));
    check(&[], adjust(Some(80.0), None, None), &Ok(vec![]));
}

#[test]
fn a_rule_that_is_turned_off_is_resolved_with_it_and_raised_no_more() {
    let off = [resolved(By::Hand, None), adjusted(80.0, 300, false)];
    check(&[raised(92.5)], adjust(None, None, Some(false)), &Ok(off.to_vec()));
    let given = [&[raised(92.5)][..], &off].concat();
    check(&given, raise(99.0), &Ok(vec![]));
    let on_again = [&given[..], &[adjusted(80.0, 300, true)]].concat();
    check(&on_again, raise(99.0), &Ok(vec![raised(99.0)]));
}

/// What is to be told of a rule that is off, whatever it is that is shown.
fn told_when_off(given: &[Event], reading: Option<f64>) -> Option<Command> {
    let (alert, settings) = (Alert::folded(given), Rule::of(RuleName::Instances).standard(false));
    assert!(!settings.enabled, "only production has this rule by itself");
    let case = Case { rule: Rule::of(RuleName::Instances), settings, alert: &alert };
    watch(Seen::default(), case, reading, Now { steady_ms: 0, at: AT }).1
}

#[test]
fn a_rule_that_the_configuration_no_longer_turns_on_lets_go_of_its_alert() {
    let (few, over) = (few_instances(), Command::Recover { value: None, at: AT });
    for reading in [None, Some(0.0)] {
        assert_eq!(told_when_off(std::slice::from_ref(&few), reading), Some(over.clone()));
        assert_eq!(told_when_off(&[], reading), None);
    }
    let mut course = vec![few];
    course.extend(Alert::folded(&course).decide(over.clone()).unwrap());
    assert_eq!(told_when_off(&course, None), None, "it is told once");
    course.push(few_instances());
    course.extend(Alert::folded(&course).decide(Command::Resolve { at: AT }).unwrap());
    assert_eq!(told_when_off(&course, None), Some(over.clone()), "who turns it on again wants to be told");
    course.extend(Alert::folded(&course).decide(over).unwrap());
    assert_eq!((course.last(), told_when_off(&course, None)), (Some(&cleared()), None));
}

#[test]
fn thresholds_that_mean_nothing_are_refused_all_at_once() {
    let fields = |command| {
        let refusal = Alert::default().decide(command).unwrap_err();
        refusal.explain().into_iter().map(|one| one.field.concat()).collect::<Vec<_>>()
    };
    assert_eq!(fields(adjust(Some(100.1), Some(86_401), None)), ["threshold", "forSeconds"]);
    for unlawful in [-0.1, f64::NAN, f64::INFINITY] {
        assert_eq!(fields(adjust(Some(unlawful), None, None)), ["threshold"]);
    }
    for lawful in [0.0, 100.0] {
        assert!(Alert::default().decide(adjust(Some(lawful), Some(86_400), None)).is_ok());
    }
}

#[test]
fn an_alert_from_outside_is_raised_once_for_each_beginning() {
    let end = |seconds| end(seconds, None);
    check(&[], receive(5), &Ok(vec![received(5)]));
    check(&[received(5)], receive(5), &Ok(vec![]));
    check(&[received(5)], end(5), &Ok(vec![over()]));
    let gone = [received(5), over()];
    check(&gone, receive(5), &Ok(vec![]));
    check(&gone, end(5), &Ok(vec![]));
    check(&gone, receive(9), &Ok(vec![received(9)]));
    check(&[received(9)], end(5), &Ok(vec![]));
    check(&[], end(5), &Ok(vec![]));
}

#[test]
fn one_cause_that_two_watchers_saw_begin_is_raised_once_and_ends_once() {
    check(&[received(5)], receive(9), &Ok(vec![]));
    check(&[received(9)], receive(5), &Ok(vec![]));
    check(&[received(9)], end(5, Some(20)), &Ok(vec![over()]));
    let gone = [received(9), over()];
    check(&gone, end(5, Some(20)), &Ok(vec![]));
    check(&gone, receive(30), &Ok(vec![received(30)]));
}

#[test]
fn the_late_end_of_an_earlier_cause_does_not_end_the_one_that_stands() {
    check(&[received(9)], end(5, Some(8)), &Ok(vec![]));
    check(&[received(9)], end(5, Some(9)), &Ok(vec![]));
    check(&[received(9)], end(9, Some(9)), &Ok(vec![over()]));
}

#[test]
fn an_alert_from_outside_that_somebody_saw_to_is_not_raised_by_being_repeated() {
    let standing = Alert::folded(&[received(5)]);
    let by_hand = standing.decide(Command::Resolve { at: AT }).unwrap();
    let given = [vec![received(5)], by_hand].concat();
    check(&given, receive(5), &Ok(vec![]));
    check(&given, end(5, None), &Ok(vec![cleared()]));
    check(&given, receive(6), &Ok(vec![received(6)]));
}

#[test]
fn what_comes_from_outside_is_cut_to_what_is_kept() {
    let labels = (0..50).map(|n| (format!("{n:02}{}", "标".repeat(99)), "值".repeat(999))).collect();
    let outside = Outside::new(&" n\n".repeat(99), Severity::Info, &"长".repeat(999), &labels, AT);
    assert_eq!((outside.name.chars().count(), outside.summary.chars().count()), (100, 500));
    assert!(!outside.name.contains('\n') && outside.summary.ends_with('…'));
    assert_eq!(outside.labels.len(), 32);
    let longest = |texts: Vec<&String>| texts.iter().map(|text| text.chars().count()).max();
    assert_eq!(longest(outside.labels.keys().collect()), Some(64));
    assert_eq!(longest(outside.labels.values().collect()), Some(256));
    let (exact, nothing) = ("n".repeat(100), BTreeMap::new());
    assert_eq!(Outside::new(&exact, Severity::Info, "", &nothing, AT).name, exact);
    assert_eq!(Outside::new(" ", Severity::Info, "", &nothing, AT).name, "?");
}

#[test]
fn a_severity_is_known_by_its_usual_words_and_is_a_warning_otherwise() {
    for (word, severity) in [("Critical", Severity::Critical), ("page", Severity::Critical)] {
        assert_eq!(severity_of(Some(word)), severity);
    }
    assert_eq!(severity_of(Some(" info ")), Severity::Info);
    assert_eq!([severity_of(Some("紧急")), severity_of(None)], [Severity::Warning; 2]);
}

#[test]
fn every_rule_is_found_by_its_name_and_nothing_else_is_an_alert() {
    for (name, rule) in RuleName::ALL.into_iter().zip(&RULES) {
        assert_eq!((rule.name, Rule::of(name)), (name, rule));
        assert_eq!(name.word().parse(), Ok(name));
        assert_eq!(name.to_string().parse(), Ok(AlertId::Rule(name)));
        assert_eq!(serde_json::to_string(&name).unwrap(), format!("\"{name}\""));
        assert!(rule.standard(true).check(rule).is_ok(), "{name}");
    }
    let external = AlertId::External(ExternalId::of_digest([0x0f; 16]));
    let text = external.to_string();
    assert_eq!((text.parse(), text.len()), (Ok(external), 36));
    for unlawful in ["", "CPU", "gpu", "ext-", "ext-f", &text.to_uppercase(), &format!("{text}0")] {
        assert!(unlawful.parse::<AlertId>().is_err(), "{unlawful:?}");
    }
}

#[test]
fn a_least_number_of_instances_is_wanted_in_production_alone() {
    let on = |production| RULES.iter().filter(move |rule| rule.standard(production).enabled);
    assert_eq!(on(true).count(), RULES.len());
    let missing: Vec<_> = RULES.iter().filter(|rule| !rule.standard(false).enabled).collect();
    assert_eq!(missing.iter().map(|rule| rule.name).collect::<Vec<_>>(), [RuleName::Instances]);
}

#[test]
fn words_say_the_figures_in_both_languages() {
    let said = |event: Event| match event {
        Event::Raised(raised) => raised_text(&raised),
        Event::Resolved(resolved) => resolved_text(&resolved),
        Event::Received(received) => received_text(&received),
        Event::Adjusted(adjusted) => settings_text(RuleName::Cpu, &adjusted),
        Event::Cleared(_) => unreachable!("nobody is told"),
    };
    let both = |event| {
        let text = said(event);
        [text.english, text.chinese]
    };
    assert_eq!(both(raised(92.456)), ["CPU usage: 92.46 %, above 80 %", "CPU 使用率：92.46 %，高于 80 %"]);
    assert_eq!(both(few_instances())[0], "instances obtained: 2 instances, below 3 instances");
    assert_eq!(both(resolved(By::Recovery, Some(0.0)))[1], "CPU 使用率：已恢复，0 %");
    assert_eq!(both(resolved(By::Hand, None))[0], "CPU usage: resolved by hand");
    let unwatched = ["CPU usage: not watched any more", "CPU 使用率：不再监测"];
    assert_eq!(both(resolved(By::Recovery, None)), unwatched);
    assert_eq!(both(over()), ["InstanceDown: recovered", "InstanceDown：已恢复"]);
    assert_eq!(both(received(1)), ["InstanceDown: gone", "InstanceDown：gone"]);
    assert_eq!(both(adjusted(70.5, 60, true))[0], "CPU usage: the threshold is 70.5 %, for 60 s");
    assert_eq!(both(adjusted(70.5, 60, false))[1], "CPU 使用率：规则已关闭");
}
