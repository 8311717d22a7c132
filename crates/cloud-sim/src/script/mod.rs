//! What the simulated service answers, and in which order: a small language in TOML (or the same in JSON).
//!
//! ```toml
//! # What launches are answered. The first rule that fits is used; its last step repeats.
//! [[rule]]
//! ad = "*"                       # a whole name, its end ("AD-2"), or a pattern with *
//! shape = "VM.Standard.A1.Flex"
//! per = "task"                   # who shares a counter: "all" (default), "tenant", "ad", "name", "task", "tag:KEY"
//! steps = ["capacity x 7", "throttle", "grant"]
//! cycle = false                  # begin again after the last step
//!
//! # What other calls are answered: an operation's name, a pattern, "reads" (every GET) or "writes".
//! [[fault]]
//! operation = "ListInstances"
//! steps = ["fault x 2", "ok"]
//!
//! # What the capacity report says. The first that fits is used; without one there is room for every known shape.
//! [[report]]
//! ad = "AD-2"
//! room = "full"                  # "available", "full", "unsupported"
//!
//! # Service limits of each tenancy.
//! [limits]
//! cores = 4
//! memory = 24
//! enforce = true
//!
//! # How the channels of notifications behave: `channels/plot.rs`.
//! [[channels.rule]]
//! kind = "telegram"
//! steps = ["throttle retry-after 3s x 2", "ok"]
//! ```
//! The words of a step are in `step.rs` and, for users, in `docs/simulator.md`. A request that is malformed, names
//! something unknown, or repeats a retry token is answered for what it is and takes no step.

mod report;
pub(crate) mod step;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, fs, path::Path};

use serde::Deserialize;

pub(crate) use report::Room;
pub(crate) use step::{Fate, Grant, Outcome, Step};

use crate::{
    channels::Plot,
    options::{Limits, StartError},
};

/// A script, checked. The default one is empty: every launch is granted and no call fails.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Script {
    rule: Vec<Rule>,
    fault: Vec<Fault>,
    report: Vec<report::Report>,
    pub(crate) limits: Option<Limits>,
    /// What the channels of notifications do; see `crate::channels`.
    pub(crate) channels: Option<Plot>,
}

/// Why a script is refused.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    #[error("not the TOML of a script")]
    Toml(#[source] toml::de::Error),
    #[error("not the JSON of a script")]
    Json(#[source] serde_json::Error),
}

impl Script {
    /// Reads a script; text that begins with `{` is JSON, anything else TOML.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(ScriptError::Json)
        } else {
            toml::from_str(text).map_err(ScriptError::Toml)
        }
    }

    /// Reads a script from a file.
    pub fn load(path: &Path) -> Result<Self, StartError> {
        let text =
            fs::read_to_string(path).map_err(|source| StartError::File { path: path.to_owned(), source })?;
        Self::parse(&text).map_err(|source| StartError::Script { path: path.to_owned(), source })
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    #[serde(default = "anything")]
    ad: String,
    #[serde(default = "anything")]
    shape: String,
    steps: Steps<Step>,
    #[serde(default)]
    per: Per,
    #[serde(default)]
    cycle: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    #[serde(default = "anything")]
    operation: String,
    steps: Steps<Step>,
    #[serde(default)]
    per: Per,
    #[serde(default)]
    cycle: bool,
}

pub(crate) fn anything() -> String {
    "*".to_owned()
}

/// A step as scripts write it: words, and how often in a row they hold.
pub(crate) trait Sentence: Sized {
    /// The sentence as a step, or what is wrong with it.
    fn parse(sentence: &str) -> Result<Self, String>;

    fn times(&self) -> u32;
}

/// At least one step.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Vec<String>", bound = "S: Sentence")]
pub(crate) struct Steps<S>(Vec<S>);

impl<S: Sentence> Steps<S> {
    /// The step of the given turn, counted from 0.
    pub(crate) fn at(&self, turn: u64, cycle: bool) -> &S {
        let steps = &self.0;
        let round: u64 = steps.iter().map(|step| u64::from(step.times())).sum();
        let mut turn = if cycle { turn % round } else { turn };
        let taken = steps.iter().find(|step| {
            let here = turn < u64::from(step.times());
            turn = turn.saturating_sub(u64::from(step.times()));
            here
        });
        taken.unwrap_or(&steps[steps.len() - 1])
    }
}

impl<S: Sentence> TryFrom<Vec<String>> for Steps<S> {
    type Error = String;

    fn try_from(sentences: Vec<String>) -> Result<Self, String> {
        if sentences.is_empty() {
            return Err("steps must not be empty".to_owned());
        }
        let named = |text: &String| S::parse(text).map_err(|why| format!("step `{text}`: {why}"));
        sentences.iter().map(named).collect::<Result<_, _>>().map(Self)
    }
}

/// What tells counters apart, as a list of words.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "OneOrMany")]
struct Per(Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl TryFrom<OneOrMany> for Per {
    type Error = String;

    fn try_from(words: OneOrMany) -> Result<Self, String> {
        let words = match words {
            OneOrMany::One(word) => vec![word],
            OneOrMany::Many(words) => words,
        };
        let known = |word: &String| {
            matches!(word.as_str(), "all" | "tenant" | "ad" | "name" | "task") || word.starts_with("tag:")
        };
        match words.iter().find(|word| !known(word)) {
            Some(word) => Err(format!("`{word}` is not something to count per")),
            None => Ok(Self(words)),
        }
    }
}

/// The traits by which a call finds its rule and its counter.
#[derive(Debug, Default)]
pub(crate) struct Asker<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) availability_domain: &'a str,
    pub(crate) shape: &'a str,
    pub(crate) display_name: &'a str,
    pub(crate) tags: Vec<(&'a str, &'a str)>,
}

impl Asker<'_> {
    fn trait_named(&self, word: &str) -> &str {
        match word {
            "tenant" => self.tenant,
            "ad" => self.availability_domain,
            "name" => self.display_name,
            "task" => self.task(),
            _ => word.strip_prefix("tag:").map_or("", |key| self.tag(|found| found == key).unwrap_or("")),
        }
    }

    /// The value of a tag called `task` or something ending in it; without one the display name.
    fn task(&self) -> &str {
        self.tag(|key| key.to_ascii_lowercase().ends_with("task")).unwrap_or(self.display_name)
    }

    fn tag(&self, fits: impl Fn(&str) -> bool) -> Option<&str> {
        self.tags.iter().find(|(key, _)| fits(key)).map(|(_, value)| *value)
    }
}

/// A script being played: the rules and how far each counter is.
#[derive(Debug, Default)]
pub(crate) struct Playbook {
    script: Script,
    launches: HashMap<(usize, String), u64>,
    calls: HashMap<(usize, String), u64>,
}

impl Playbook {
    pub(crate) fn new(script: Script) -> Self {
        Self { script, ..Self::default() }
    }

    /// Takes the next step for a launch; `None` when no rule fits, which is a plain grant.
    pub(crate) fn launch(&mut self, asker: &Asker<'_>) -> Option<Step> {
        let fits =
            |rule: &Rule| matches(&rule.ad, asker.availability_domain) && matches(&rule.shape, asker.shape);
        let index = self.script.rule.iter().position(fits)?;
        let rule = &self.script.rule[index];
        Some(rule.steps.at(take(&mut self.launches, index, &rule.per, asker), rule.cycle).clone())
    }

    /// What the report says of a shape; `None` when nothing is written of it.
    pub(crate) fn room(&self, availability_domain: &str, shape: &str) -> Option<Room> {
        report::room(&self.script.report, availability_domain, shape)
    }

    /// Takes the next step for any call; `None` when no fault fits.
    pub(crate) fn fault(&mut self, operation: &str, reads: bool, asker: &Asker<'_>) -> Option<Step> {
        let fits = |fault: &Fault| match fault.operation.as_str() {
            "reads" => reads,
            "writes" => !reads,
            pattern => matches(pattern, operation),
        };
        let index = self.script.fault.iter().position(fits)?;
        let fault = &self.script.fault[index];
        Some(fault.steps.at(take(&mut self.calls, index, &fault.per, asker), fault.cycle).clone())
    }
}

/// The number of this turn, counted from 0, among those who share the asker's counter.
fn take(counters: &mut HashMap<(usize, String), u64>, index: usize, per: &Per, asker: &Asker<'_>) -> u64 {
    let key: Vec<_> = per.0.iter().map(|word| asker.trait_named(word)).collect();
    let counter = counters.entry((index, key.join("\n"))).or_default();
    *counter += 1;
    *counter - 1
}

/// Whether a pattern fits: with `*` in it as a pattern, otherwise as the whole name or the end of it.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, mut rest)) = pattern.split_once('*') else {
        return name == pattern || name.strip_suffix(pattern).is_some_and(|head| head.ends_with(['-', ':']));
    };
    let Some(mut left) = name.strip_prefix(head) else { return false };
    while let Some((middle, tail)) = rest.split_once('*') {
        let Some(at) = left.find(middle) else { return false };
        (left, rest) = (&left[at + middle.len()..], tail);
    }
    left.len() >= rest.len() && left.ends_with(rest)
}
