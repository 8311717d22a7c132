//! One step of a script: a sentence such as `capacity x 7` or `grant slow 2s late 3s`.
//!
//! ```text
//! step    = answer modifier* [ "x" COUNT ]
//! answer  = a word of the table REFUSALS, with an optional "message"
//!         | grant | ok | drop | garbage
//! ```
//! `grant` may be left out before `delay` and the words that only a grant can have: `cut`, `garbled`, `fail "…"`, `terminate`,
//! `stuck`, `attaching`, `slow`, `late`, `no-ip`.

use std::time::Duration;

use super::Sentence;
use crate::answer::Refusal;

/// What the words for refusals stand for. Status, code and message as Oracle publishes them or as they were seen.
const REFUSALS: &[(&str, u16, &str, &str)] = &[
    ("capacity", 500, "InternalError", "Out of host capacity."),
    ("throttle", 429, "TooManyRequests", "Too many requests for the user"),
    (
        "limit",
        400,
        "LimitExceeded",
        "The following service limits were exceeded: standard-a1-memory-count, standard-a1-core-count. Request a \
         service limit increase from the service limits page in the console. ",
    ),
    ("quota", 400, "QuotaExceeded", "The quota for this compartment has been exceeded."),
    (
        "auth",
        401,
        "NotAuthenticated",
        "The required information to complete authentication was not provided or was incorrect.",
    ),
    ("forbidden", 403, "NotAuthorized", "Authorization failed."),
    ("home-region", 403, "NotAllowed", "This operation must be directed at the home region."),
    ("invalid", 400, "InvalidParameter", "Invalid Parameter"),
    ("unparsable", 400, "CannotParseRequest", "Incorrectly formatted request."),
    (
        "related-missing",
        400,
        "RelatedResourceNotAuthorizedOrNotFound",
        "Authorization failed or related resource not found.",
    ),
    ("shape-missing", 404, "NotAuthorizedOrNotFound", "shape {shape} not found"),
    ("not-found", 404, "NotAuthorizedOrNotFound", "Authorization failed or requested resource not found."),
    ("suspended", 404, "NotAuthorizedOrNotFound", "Authorization failed or requested resource not found."),
    ("busy", 409, "IncorrectState", "The resource is in a conflicting state."),
    ("conflict", 409, "Conflict", "The request conflicts with the state of the resource."),
    ("fault", 500, "InternalError", "An internal error occurred."),
    ("bad-gateway", 502, "BadGateway", "Bad Gateway"),
    ("unavailable", 503, "ServiceUnavailable", "Service Unavailable"),
    ("timeout", 504, "GatewayTimeout", "Gateway Timeout"),
];

/// A step may begin with these; then it is a grant.
const GRANT_WORDS: &[&str] =
    &["delay", "cut", "garbled", "fail", "terminate", "stuck", "attaching", "slow", "late", "no-ip"];

/// What one launch, or one call, is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) outcome: Outcome,
    /// Real time before the answer is sent. What is decided is decided at once.
    pub(crate) delay: Duration,
    /// How often in a row.
    pub(crate) times: u32,
    /// As written, without the count: what the journal shows.
    pub(crate) text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Refuse(Refusal),
    /// As a refusal, and from now on the tenant's every call is refused so.
    Suspend(Refusal),
    Drop,
    /// Nothing is done and the body of the 200 cannot be read.
    Garbage,
    Grant(Grant),
}

/// How a granted instance fares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Grant {
    /// Close the connection instead of answering.
    pub(crate) cut: bool,
    /// Answer with a body that cannot be read.
    pub(crate) garbled: bool,
    pub(crate) fate: Fate,
    /// It has a host, and its boot volume is ATTACHING until it runs.
    pub(crate) attaching: bool,
    /// World time to provision, in place of the usual.
    pub(crate) slow: Option<Duration>,
    /// World time until lists show it.
    pub(crate) late: Duration,
    /// World time between RUNNING and a public address; `Duration::MAX` is never.
    pub(crate) no_ip: Duration,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Fate {
    #[default]
    Runs,
    Stuck,
    /// The work request fails with this message and the instance ends TERMINATED.
    Fails(String),
    /// The instance is taken away before it runs; the work request says nothing of it.
    Terminates,
}

impl Sentence for Step {
    fn parse(sentence: &str) -> Result<Self, String> {
        let (text, times) = counted(sentence.trim())?;
        let words = words(text)?;
        let mut words = words.iter().map(String::as_str).peekable();
        let first = *words.peek().ok_or("a step says nothing")?;
        let mut step = Self { outcome: Outcome::Drop, delay: Duration::ZERO, times, text: text.to_owned() };
        step.outcome = if GRANT_WORDS.contains(&first) {
            Outcome::Grant(Grant::default())
        } else {
            words.next();
            outcome(first)?
        };
        while let Some(word) = words.next() {
            step.modify(word, &mut words)?;
        }
        Ok(step)
    }

    fn times(&self) -> u32 {
        self.times
    }
}

impl Step {
    fn modify<'a>(
        &mut self,
        word: &str,
        rest: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>,
    ) -> Result<(), String> {
        let mut duration =
            || rest.next().and_then(duration).ok_or(format!("`{word}` needs a time such as 300ms or 2s"));
        match (word, &mut self.outcome) {
            ("delay", _) => self.delay = duration()?,
            ("retry-after", Outcome::Refuse(refusal)) => refusal.retry_after = Some(duration()?.as_secs()),
            ("user", Outcome::Refuse(refusal)) => refusal.message = "Too many requests for the user".into(),
            ("tenant", Outcome::Refuse(refusal)) => {
                refusal.message = "Too many requests for the tenant".into();
            }
            (message, Outcome::Refuse(refusal)) if message.starts_with('"') => {
                refusal.message = message.trim_matches('"').to_owned().into();
            }
            ("cut", Outcome::Grant(grant)) => grant.cut = true,
            ("garbled", Outcome::Grant(grant)) => grant.garbled = true,
            ("stuck", Outcome::Grant(grant)) => grant.fate = Fate::Stuck,
            ("attaching", Outcome::Grant(grant)) => grant.attaching = true,
            ("terminate", Outcome::Grant(grant)) => grant.fate = Fate::Terminates,
            ("slow", Outcome::Grant(grant)) => grant.slow = Some(duration()?),
            ("late", Outcome::Grant(grant)) => grant.late = duration()?,
            ("no-ip", Outcome::Grant(grant)) => {
                let limited = rest.peek().is_some_and(|next| self::duration(next).is_some());
                grant.no_ip = rest.next_if(|_| limited).and_then(self::duration).unwrap_or(Duration::MAX);
            }
            ("fail", Outcome::Grant(grant)) => {
                let message = rest.next_if(|next| next.starts_with('"')).unwrap_or("Out of host capacity.");
                grant.fate = Fate::Fails(message.trim_matches('"').to_owned());
            }
            _ => return Err(format!("`{word}` cannot stand here")),
        }
        Ok(())
    }
}

fn outcome(word: &str) -> Result<Outcome, String> {
    match word {
        "grant" | "ok" => Ok(Outcome::Grant(Grant::default())),
        "drop" => Ok(Outcome::Drop),
        "garbage" => Ok(Outcome::Garbage),
        _ => {
            let row = REFUSALS.iter().find(|(name, ..)| *name == word);
            let (_, status, code, message) = row.ok_or_else(|| format!("`{word}` is not an answer"))?;
            let refusal = Refusal::new(*status, code, *message);
            Ok(if word == "suspended" { Outcome::Suspend(refusal) } else { Outcome::Refuse(refusal) })
        }
    }
}

/// Splits `capacity x 7` into the sentence and its count.
pub(crate) fn counted(sentence: &str) -> Result<(&str, u32), String> {
    match sentence.rsplit_once(" x ") {
        Some((text, count)) if !count.contains('"') => match count.trim().parse() {
            Ok(times) if times > 0 => Ok((text.trim(), times)),
            _ => Err(format!("`{}` is not a count", count.trim())),
        },
        _ => Ok((sentence, 1)),
    }
}

/// Words between blanks; what stands between quotes is one word and keeps its quotes.
pub(crate) fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    for (index, part) in text.split('"').enumerate() {
        if index % 2 == 1 {
            words.push(format!("\"{part}\""));
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    if text.matches('"').count() % 2 == 1 { Err("a quote is not closed".to_owned()) } else { Ok(words) }
}

/// `300ms`, `2s`, `5m`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|sign: char| !sign.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_secs(number.checked_mul(60)?)),
        _ => None,
    }
}
