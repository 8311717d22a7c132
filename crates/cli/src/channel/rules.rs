//! What of its topics a channel is told, when, and in which language.

use clap::{Args, builder::TypedValueParser};
use serde_json::{Value, json};

use crate::{
    client::Client,
    console::Console,
    failure::Failure,
    names,
    task::window::{clock, minutes},
    utc_offset, words,
};

/// What is said of rules. The server takes them as a whole, so what is not said is read and sent back.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "What it is told, and when")]
pub(super) struct Said {
    /// Do not tell what matters less
    #[arg(long, value_parser = severity_parser(), value_name = "SEVERITY")]
    at_least: Option<String>,
    /// Tell only of this tenant; may be given several times
    #[arg(long = "tenant", value_name = "TENANT", add = crate::complete::tenants())]
    tenants: Vec<String>,
    /// Tell of all tenants
    #[arg(long, conflicts_with = "tenants")]
    all_tenants: bool,
    /// In these hours tell only what is critical, 23:00-07:00 say; the rest waits for their end
    #[arg(long, value_parser = quiet, value_name = "FROM-TO")]
    quiet_hours: Option<Quiet>,
    /// Tell at any hour
    #[arg(long, conflicts_with = "quiet_hours")]
    no_quiet_hours: bool,
    /// How far the clock of quiet hours is ahead of UTC: 8, -3 or +05:30
    #[arg(long, value_parser = utc_offset::parse, allow_hyphen_values = true, value_name = "HOURS")]
    channel_utc_offset: Option<i32>,
    /// The language of messages
    #[arg(long, value_parser = language_parser(), value_name = "LANGUAGE")]
    message_language: Option<String>,
}

#[derive(Clone, Copy, Debug)]
struct Quiet {
    from: u32,
    to: u32,
}

fn severity_parser() -> impl TypedValueParser<Value = String> {
    clap::builder::PossibleValuesParser::new(["info", "warning", "critical"]).map(|word| word.to_uppercase())
}

fn language_parser() -> impl TypedValueParser<Value = String> {
    clap::builder::PossibleValuesParser::new(["en", "zh-CN"])
        .map(|word| if word == "en" { "ENGLISH".to_owned() } else { "CHINESE".to_owned() })
}

fn quiet(text: &str) -> Result<Quiet, String> {
    let wrong = || format!("`{text}` are no hours such as 23:00-07:00");
    let (from, to) = text.trim().split_once('-').ok_or_else(wrong)?;
    let minute = |clock: &str| minutes(clock).filter(|minutes| *minutes <= 1_440).ok_or_else(wrong);
    Ok(Quiet { from: minute(from)?, to: minute(to)? })
}

impl Said {
    fn is_silent(&self) -> bool {
        self.at_least.is_none()
            && self.tenants.is_empty()
            && !self.all_tenants
            && self.quiet_hours.is_none()
            && !self.no_quiet_hours
            && self.channel_utc_offset.is_none()
            && self.message_language.is_none()
    }

    /// What was said over the rules that are there. Nothing, when nothing was said: then they stay.
    pub(super) async fn over(
        &self,
        client: &Client,
        there: Option<&Value>,
    ) -> Result<Option<Value>, Failure> {
        if self.is_silent() {
            return Ok(None);
        }
        let mut rules = there.map_or_else(|| json!({}), |channel| channel["rules"].clone());
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                rules[name] = value;
            }
        };
        set("atLeast", self.at_least.as_ref().map(|word| json!(word)));
        set("language", self.message_language.as_ref().map(|word| json!(word)));
        set("utcOffsetMinutes", self.channel_utc_offset.map(|minutes| json!(minutes)));
        let hours = |quiet: Quiet| json!({ "fromMinute": quiet.from, "toMinute": quiet.to });
        set("quietHours", self.quiet_hours.map(hours).or(self.no_quiet_hours.then_some(Value::Null)));
        if self.all_tenants || !self.tenants.is_empty() {
            set("tenantIds", Some(json!(names::tenant_ids(client, &self.tenants).await?)));
        }
        Ok(Some(rules))
    }
}

/// Rules in a line, as far as they are not the usual ones.
pub(super) fn line(console: &Console, rules: &Value) -> String {
    let severity = rules["atLeast"].as_str().unwrap_or("INFO");
    let mut parts = vec![console.say(&words::channel::at_least(severity)).to_owned()];
    if let Some(count) = rules["tenantIds"].as_array().map(Vec::len).filter(|count| *count > 0) {
        parts.push(console.say(&words::channel::only_tenants(count)).to_owned());
    }
    let minute = |name: &str| rules["quietHours"][name].as_u64();
    if let (Some(from), Some(to)) = (minute("fromMinute"), minute("toMinute")) {
        let ahead = rules["utcOffsetMinutes"].as_i64().and_then(|minutes| i32::try_from(minutes).ok());
        let hours = format!("{}-{} {}", clock(from), clock(to), utc_offset::zone(ahead.unwrap_or_default()));
        parts.push(console.say(&words::channel::quiet(&hours)).to_owned());
    }
    parts.push(if rules["language"] == "CHINESE" { "中文".into() } else { "English".into() });
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_read_as_people_type_them() {
        let read = |text: &str| quiet(text).map(|quiet| (quiet.from, quiet.to)).ok();
        assert_eq!([read("23:00-07:00"), read("00:00-24:00")], [Some((1_380, 420)), Some((0, 1_440))]);
        assert!(
            ["23-7", "23:00", "25:00-07:00", "23:00-24:01", ""].into_iter().all(|text| read(text).is_none())
        );
    }
}
