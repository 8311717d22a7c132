//! How the channels behave: the table `[channels]` of a script.
//!
//! ```toml
//! [channels]
//! ceilings = "strict"            # "lenient" lets short bursts pass, "off" everything
//! closed = ["telegram"]          # only the sinks named below exist; elsewhere whoever is written to exists
//!
//! [[channels.sink]]
//! kind = "dingtalk"
//! to = "TOKEN"
//! secret = "SEC…"                # from now on what comes here must be signed
//! state = "open"                 # "blocked": the robot was taken out; "gone": it does not exist
//!
//! # What is answered. The first rule that fits is used.
//! [[channels.rule]]
//! kind = "telegram"              # default "*"
//! to = "*"                       # chat, token, hook, name, address: whole or a pattern with *
//! method = "sendMessage"         # default: whatever delivers a message
//! steps = ["throttle retry-after 3s x 2", "ok"]
//! cycle = false
//! per = "all"                    # who shares a counter: "all" or "to"
//! fail = 0.1                     # by lot, before the steps: with this probability …
//! faults = ["fault", "cut"]      # … one of these
//! seed = 7
//! ```

use std::collections::HashMap;

use serde::Deserialize;

use super::{
    ceiling::Strictness,
    kind::Kind,
    sink::{Sink, Standing},
    step::Step,
};
use crate::script::{Steps, anything, matches};

/// Checked, as every script is when it is read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Plot {
    pub(super) ceilings: Option<Strictness>,
    pub(super) closed: Vec<Kind>,
    pub(super) sink: Vec<Place>,
    rule: Vec<Rule>,
}

/// A sink and where it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    pub(super) kind: Kind,
    pub(super) to: String,
    #[serde(default)]
    secret: Option<String>,
    #[serde(default)]
    state: Standing,
}

impl Place {
    pub(super) fn sink(&self) -> Sink {
        Sink { secret: self.secret.clone(), standing: self.state }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    #[serde(default = "anything")]
    kind: String,
    #[serde(default = "anything")]
    to: String,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    steps: Option<Steps<Step>>,
    #[serde(default)]
    cycle: bool,
    #[serde(default)]
    per: Per,
    #[serde(default)]
    fail: f64,
    #[serde(default)]
    faults: Option<Steps<Step>>,
    #[serde(default)]
    seed: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Per {
    #[default]
    All,
    To,
}

/// Whom a call is for. Only some calls deliver a message; rules without a method mean those.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) kind: Kind,
    pub(super) to: &'a str,
    pub(super) method: &'a str,
    pub(super) delivers: bool,
}

impl Rule {
    fn fits(&self, call: Call<'_>) -> bool {
        let method = self.method.as_ref();
        (self.kind == "*" || self.kind == call.kind.word())
            && alike(&self.to, call.to)
            && method.map_or(call.delivers, |method| alike(method, call.method))
    }

    fn counter(&self, call: Call<'_>) -> String {
        if self.per == Per::To { format!("{} {}", call.kind.word(), call.to) } else { String::new() }
    }

    /// What the lot says of the given turn: one of the faults, or nothing.
    fn drawn(&self, turn: u64) -> Option<Step> {
        let lot = scrambled(self.seed ^ scrambled(turn));
        #[expect(clippy::cast_precision_loss, reason = "a lot need not be exact")]
        let share = (lot >> 11) as f64 / (1_u64 << 53) as f64;
        if share >= self.fail {
            return None;
        }
        let usual = || Steps::try_from(vec!["fault".to_owned()]).ok();
        let faults = self.faults.clone().or_else(usual)?;
        Some(faults.at(scrambled(lot), true).clone())
    }
}

/// The plot being played, and how far each counter is.
#[derive(Debug, Default)]
pub(super) struct Playing {
    rules: Vec<Rule>,
    lots: HashMap<(usize, String), u64>,
    turns: HashMap<(usize, String), u64>,
}

impl Playing {
    pub(super) fn new(plot: &Plot) -> Self {
        Self { rules: plot.rule.clone(), ..Self::default() }
    }

    /// Takes the next step for a call; `None` when nothing is written of it.
    pub(super) fn step(&mut self, call: Call<'_>) -> Option<Step> {
        let index = self.rules.iter().position(|rule| rule.fits(call))?;
        let rule = &self.rules[index];
        let counter = (index, rule.counter(call));
        if let Some(fault) = rule.drawn(turn(&mut self.lots, counter.clone())) {
            return Some(fault);
        }
        let steps = rule.steps.as_ref()?;
        Some(steps.at(turn(&mut self.turns, counter), rule.cycle).clone())
    }
}

/// Whether a pattern fits. Without `*` it is the whole name: chat 5 is not group -5.
fn alike(pattern: &str, name: &str) -> bool {
    if pattern.contains('*') { matches(pattern, name) } else { pattern == name }
}

/// The number of this turn, counted from 0.
fn turn(counters: &mut HashMap<(usize, String), u64>, counter: (usize, String)) -> u64 {
    let count = counters.entry(counter).or_default();
    *count += 1;
    *count - 1
}

/// `SplitMix64`'s last step: neighbouring numbers come out far apart, the same ones alike.
fn scrambled(number: u64) -> u64 {
    let mut lot = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    lot = (lot ^ (lot >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    lot = (lot ^ (lot >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    lot ^ (lot >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playing(script: &str) -> Playing {
        let plot: Plot = toml::from_str(script).expect("the plot is right");
        Playing::new(&plot)
    }

    fn to(to: &str) -> Call<'_> {
        Call { kind: Kind::Telegram, to, method: "sendMessage", delivers: true }
    }

    fn said(playing: &mut Playing, call: Call<'_>) -> String {
        playing.step(call).map_or_else(|| "none".to_owned(), |step| step.text)
    }

    #[test]
    fn steps_come_in_order_for_each_place_when_asked_so() {
        let mut playing = playing(r#"rule = [{ per = "to", steps = ["throttle retry-after 3s", "ok"] }]"#);
        let seen: Vec<_> = ["1", "1", "2", "1"].iter().map(|chat| said(&mut playing, to(chat))).collect();
        assert_eq!(seen, ["throttle retry-after 3s", "ok", "throttle retry-after 3s", "ok"]);
    }

    #[test]
    fn a_rule_without_a_method_leaves_calls_alone_that_deliver_nothing() {
        let mut playing = playing(r#"rule = [{ steps = ["drop"] }]"#);
        let poll = Call { method: "getUpdates", delivers: false, ..to("1") };
        assert_eq!((said(&mut playing, poll), said(&mut playing, to("1"))), ("none".into(), "drop".into()));
    }

    #[test]
    fn a_rule_is_for_its_kind_and_place() {
        let mut playing = playing(r#"rule = [{ kind = "webhook", to = "a*", steps = ["hang"] }]"#);
        let webhook = |to| Call { kind: Kind::Webhook, ..self::to(to) };
        assert_eq!(said(&mut playing, webhook("alpha")), "hang");
        assert_eq!(
            (said(&mut playing, webhook("beta")), said(&mut playing, to("alpha"))),
            ("none".into(), "none".into())
        );
    }

    #[test]
    fn a_chat_is_not_the_group_of_the_same_number() {
        let mut playing = playing(r#"rule = [{ to = "5", steps = ["drop"] }]"#);
        assert_eq!(
            (said(&mut playing, to("-5")), said(&mut playing, to("5"))),
            ("none".into(), "drop".into())
        );
    }

    #[test]
    fn the_lot_falls_alike_for_the_same_seed_and_about_as_often_as_asked() {
        let script = r#"rule = [{ fail = 0.1, seed = 7, faults = ["fault", "cut"] }]"#;
        let run = || {
            let mut playing = playing(script);
            (0..10_000).map(|_| said(&mut playing, to("1"))).collect::<Vec<_>>()
        };
        let (first, second) = (run(), run());
        assert_eq!(first, second);
        let failed = |word: &str| first.iter().filter(|said| *said == word).count();
        assert!((400..600).contains(&failed("fault")), "{}", failed("fault"));
        assert!((400..600).contains(&failed("cut")), "{}", failed("cut"));
    }

    #[test]
    fn misspelt_words_are_told() {
        for (script, complaint) in [
            (r#"rule = [{ steps = ["okay"] }]"#, "`okay` is not an answer of a channel"),
            (r#"rule = [{ steps = ["ok retry-after 3s"] }]"#, "`retry-after` cannot stand here"),
            (r#"rule = [{ steps = ["fault 900"] }]"#, "`900` is not a status"),
            (r#"ceilings = "none""#, "unknown variant"),
        ] {
            let why = toml::from_str::<Plot>(script).expect_err("it is wrong").to_string();
            assert!(why.contains(complaint), "{why}");
        }
    }
}
