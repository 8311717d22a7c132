//! The rules: what is watched, and from where on it is too much.

use clap::{ArgGroup, Args, builder::TypedValueParser};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    client::Client,
    console::Console,
    duration,
    failure::{self, Exit, Failure},
    output::{
        color::Color,
        table::{Cell, Table, printable},
    },
    words,
};

/// As they are typed.
const RULES: [&str; 13] = [
    "error-rate",
    "response-time",
    "cpu",
    "memory",
    "disk",
    "connections",
    "instances",
    "projection-lag",
    "attempts-in-doubt",
    "attempt-faults",
    "clock-skew",
    "stalled-tasks",
    "storage",
];

/// What is said of a rule, by field and flag.
const FLAGS: &[(&str, &str)] = &[("threshold", "--threshold"), ("lasts", "--for")];

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("changes").required(true).multiple(true).args(["threshold", "lasts", "on", "off"]))]
pub struct Adjust {
    /// Which rule
    #[arg(value_parser = rule_parser())]
    rule: String,
    /// From where on it is too much, or too little
    #[arg(long, value_name = "NUMBER")]
    threshold: Option<f64>,
    /// It must be so for this long: 30s, 5m
    #[arg(long = "for", id = "lasts", value_parser = duration::parse_seconds, value_name = "LENGTH")]
    lasts: Option<u64>,
    /// Watch it
    #[arg(long, conflicts_with = "off")]
    on: bool,
    /// Do not watch it; its alert is resolved
    #[arg(long)]
    off: bool,
}

/// A rule, as far as it is shown to people.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    name: String,
    title: String,
    severity: String,
    unit: String,
    side: String,
    threshold: f64,
    lasts: u64,
    enabled: bool,
    usual_threshold: f64,
    usual_lasts: u64,
    usual_enabled: bool,
    raised: bool,
}

pub(super) async fn list(client: &Client, console: &mut Console) -> Result<Exit, Failure> {
    let document = concat!(include_str!("rules.graphql"), include_str!("rule_fields.graphql"));
    let Value::Array(rules) = client.ask(document, json!({})).await? else {
        return Err(Failure::strange("rules that are no list"));
    };
    console.list(&rules, |console| table(console, &rules))?;
    Ok(Exit::Done)
}

pub(super) async fn adjust(client: &Client, console: &mut Console, adjust: Adjust) -> Result<Exit, Failure> {
    let mut input = json!({ "rule": adjust.rule });
    if let Some(threshold) = adjust.threshold {
        input["threshold"] = json!(threshold);
    }
    if let Some(lasts) = adjust.lasts {
        input["lasts"] = json!(lasts);
    }
    if adjust.on || adjust.off {
        input["enabled"] = json!(adjust.on);
    }
    let document = concat!(include_str!("adjust.graphql"), include_str!("rule_fields.graphql"));
    let payload = client.tell(document, input).await?;
    failure::refusals_by_flag(&payload, FLAGS)?;
    let rule = Rule::read(&payload["rule"])?;
    console.payload(&payload, &json!({ "id": rule.word() }), |console| {
        let limit = rule.limit(console);
        console.sentence(&words::alert::rule_is_now(&printable(&rule.title), &limit, rule.enabled))
    })?;
    Ok(Exit::Done)
}

fn table(console: &Console, rules: &[Value]) -> Result<Table, Failure> {
    let titles = ["RULE", "STATE", "SEVERITY", "THRESHOLD", "USUALLY", "WHAT"];
    let mut table = Table::new(titles.map(|title| words::header(console.language(), title)));
    for value in rules {
        let rule = Rule::read(value)?;
        let (state, color) = match (rule.enabled, rule.raised) {
            (false, _) => (words::alert::watched(false), Color::Grey),
            (true, true) => (words::alert::state("RAISED"), Color::Red),
            (true, false) => (words::alert::watched(true), Color::Green),
        };
        table.row([
            rule.word().into(),
            Cell::new(console.say(&state), color),
            console.say(&words::alert::severity(&rule.severity)).into(),
            rule.limit(console).into(),
            Cell::new(rule.usually(console), Color::Grey),
            printable(&rule.title).into(),
        ]);
    }
    Ok(table)
}

impl Rule {
    fn read(value: &Value) -> Result<Self, Failure> {
        Self::deserialize(value).map_err(Failure::strange)
    }

    /// As it is typed.
    fn word(&self) -> String {
        self.name.to_lowercase().replace('_', "-")
    }

    /// `> 80 % for 5 min`.
    fn limit(&self, console: &Console) -> String {
        self.said(console, self.threshold, self.lasts)
    }

    /// What it was before anybody adjusted it; nothing where that is so still.
    fn usually(&self, console: &Console) -> String {
        let usual = (self.usual_threshold, self.usual_lasts, self.usual_enabled);
        let same = usual == (self.threshold, self.lasts, self.enabled);
        match (same, self.usual_enabled) {
            (true, _) => "–".to_owned(),
            (false, true) => self.said(console, self.usual_threshold, self.usual_lasts),
            (false, false) => console.say(&words::alert::watched(false)).to_owned(),
        }
    }

    fn said(&self, console: &Console, threshold: f64, lasts: u64) -> String {
        let sign = if self.side == "BELOW" { '<' } else { '>' };
        let figure = words::alert::figure(threshold, &self.unit);
        let lasts = (lasts > 0).then(|| words::alert::lasting(&console.moments.length(lasts)));
        let lasts = lasts.map(|lasts| format!(" {}", console.say(&lasts))).unwrap_or_default();
        format!("{sign} {}{lasts}", console.say(&figure))
    }
}

fn rule_parser() -> impl TypedValueParser<Value = String> {
    clap::builder::PossibleValuesParser::new(RULES).map(|name| name.to_uppercase().replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use berth_domain::alert::RuleName;

    use super::RULES;

    #[test]
    fn every_rule_can_be_named() {
        assert_eq!(
            RULES.map(|name| name.replace('-', "_")),
            RuleName::ALL.map(|rule| rule.word().to_owned())
        );
    }
}
