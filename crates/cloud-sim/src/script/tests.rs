use super::*;

fn answers(script: &str, askers: &[Asker<'_>]) -> Vec<String> {
    let mut playbook = Playbook::new(Script::parse(script).expect("the script is right"));
    let next = |asker| playbook.launch(asker).map_or_else(|| "none".to_owned(), |step| step.text);
    askers.iter().map(next).collect()
}

fn asker<'a>(availability_domain: &'a str, task: &'a str) -> Asker<'a> {
    Asker {
        availability_domain,
        shape: "VM.Standard.A1.Flex",
        tags: vec![("berth-task", task)],
        ..Asker::default()
    }
}

fn complaint(script: &str) -> String {
    match Script::parse(script).expect_err("the script is wrong") {
        ScriptError::Toml(why) => why.to_string(),
        ScriptError::Json(why) => why.to_string(),
    }
}

#[test]
fn steps_come_in_order_and_the_last_one_repeats() {
    let script = r#"[[rule]]
        steps = ["capacity x 2", "throttle", "grant"]"#;
    let seen = answers(script, &std::array::from_fn::<_, 5, _>(|_| asker("a", "t")));
    assert_eq!(seen, ["capacity", "capacity", "throttle", "grant", "grant"]);
}

#[test]
fn a_cycle_begins_again() {
    let script = r#"{"rule": [{"steps": ["capacity x 2", "grant"], "cycle": true}]}"#;
    let seen = answers(script, &std::array::from_fn::<_, 5, _>(|_| asker("a", "t")));
    assert_eq!(seen, ["capacity", "capacity", "grant", "capacity", "capacity"]);
}

#[test]
fn each_task_has_its_own_counter_when_asked_for() {
    let script = r#"[[rule]]
        per = "task"
        steps = ["capacity", "grant"]"#;
    let seen = answers(script, &[asker("a", "one"), asker("b", "two"), asker("b", "one"), asker("a", "two")]);
    assert_eq!(seen, ["capacity", "capacity", "grant", "grant"]);
}

#[test]
fn the_first_rule_that_fits_is_used_and_none_is_a_grant() {
    let script = r#"[[rule]]
        ad = "AD-2"
        steps = ["shape-missing"]
        [[rule]]
        ad = "*-AD-1"
        shape = "*.A1.*"
        steps = ["capacity"]"#;
    let domains = ["vHPv:AP-TOKYO-1-AD-1", "vHPv:AP-TOKYO-1-AD-2", "vHPv:AP-TOKYO-1-AD-3"];
    assert_eq!(
        answers(script, &domains.map(|domain| asker(domain, "t"))),
        ["capacity", "shape-missing", "none"]
    );
}

#[test]
fn a_grant_says_how_the_instance_fares() {
    let step =
        Step::parse(r#"fail "No room, x 3 tried" cut slow 2s late 300ms delay 1m x 4"#).expect("a step");
    let grant = Grant {
        cut: true,
        fate: Fate::Fails("No room, x 3 tried".to_owned()),
        slow: Some(std::time::Duration::from_secs(2)),
        late: std::time::Duration::from_millis(300),
        ..Grant::default()
    };
    assert_eq!(step.outcome, Outcome::Grant(grant));
    assert_eq!((step.times, step.delay), (4, std::time::Duration::from_mins(1)));
}

#[test]
fn a_refusal_may_carry_its_own_message_and_a_time_to_wait() {
    let step = Step::parse("throttle tenant retry-after 30s").expect("a step");
    let Outcome::Refuse(refusal) = step.outcome else { panic!("a throttle refuses") };
    assert_eq!(
        (refusal.message.as_ref(), refusal.retry_after),
        ("Too many requests for the tenant", Some(30))
    );
    let step = Step::parse(r#"fault "Out of capacity for shape VM.Standard.A1.Flex""#).expect("a step");
    let Outcome::Refuse(refusal) = step.outcome else { panic!("a fault refuses") };
    assert_eq!(refusal.message, "Out of capacity for shape VM.Standard.A1.Flex");
}

#[test]
fn mistakes_are_named() {
    let wrong = [
        (
            r"[[rule]]
            steps = []",
            "steps must not be empty",
        ),
        (
            r#"[[rule]]
            steps = ["capasity"]"#,
            "`capasity` is not an answer",
        ),
        (
            r#"[[rule]]
            steps = ["capacity cut"]"#,
            "`cut` cannot stand here",
        ),
        (
            r#"[[rule]]
            steps = ["grant slow"]"#,
            "`slow` needs a time",
        ),
        (
            r#"[[rule]]
            steps = ["grant x 0"]"#,
            "`0` is not a count",
        ),
        (
            r#"[[rule]]
            stepps = ["grant"]"#,
            "unknown field `stepps`",
        ),
        (
            r#"[[rule]]
            per = "moon"
            steps = ["grant"]"#,
            "`moon` is not something to count per",
        ),
        (r#"{"rule": [{"steps": ["fail \"open"]}]}"#, "a quote is not closed"),
    ];
    for (script, why) in wrong {
        let complaint = complaint(script);
        assert!(complaint.contains(why), "{script} gave {complaint}");
    }
}
