//! Whether each value fits its setting. What does not fit becomes a problem and counts as the default from there on, so that
//! everything else is still checked.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

use super::{
    Shown,
    layers::{Raw, Value},
    problem::{Origin, Problem},
    settings::{Kind, SETTINGS, Setting},
};

/// Values that fit, one for every setting there is.
pub(super) struct Checked(BTreeMap<&'static str, (Fit, Origin)>);

enum Fit {
    Text(String),
    Secret(SecretString),
    Number(u64),
    Flag(bool),
    List(Vec<String>),
}

impl Checked {
    pub(super) fn of(values: &BTreeMap<&'static str, Raw>, problems: &mut Vec<Problem>) -> Self {
        let checked = SETTINGS.iter().map(|setting| {
            let raw = &values[setting.key];
            let fit =
                fit(setting.kind, &raw.value, raw.origin.rank()).unwrap_or_else(|(english, chinese)| {
                    problems.push(Problem {
                        key: setting.key.to_owned(),
                        origin: raw.origin.clone(),
                        english,
                        chinese,
                    });
                    default_of(setting)
                });
            (setting.key, (fit, raw.origin.clone()))
        });
        Self(checked.collect())
    }

    /// Also for a choice, a level and a data source name.
    pub(super) fn text(&self, key: &str) -> &str {
        match &self.0[key].0 {
            Fit::Text(text) => text,
            _ => unreachable!("{key} is no text in the table of settings"),
        }
    }

    pub(super) fn secret(&self, key: &str) -> SecretString {
        match &self.0[key].0 {
            Fit::Secret(secret) => secret.clone(),
            _ => unreachable!("{key} is no secret in the table of settings"),
        }
    }

    pub(super) fn number<T: TryFrom<u64>>(&self, key: &str) -> T {
        match self.0[key].0 {
            Fit::Number(number) => {
                T::try_from(number).ok().expect("the setting's range fits the type it is read as")
            }
            _ => unreachable!("{key} is no number in the table of settings"),
        }
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        matches!(self.0[key].0, Fit::Flag(true))
    }

    pub(super) fn list(&self, key: &str) -> &[String] {
        match &self.0[key].0 {
            Fit::List(list) => list,
            _ => unreachable!("{key} is no list in the table of settings"),
        }
    }

    pub(super) fn is_empty(&self, key: &str) -> bool {
        match &self.0[key].0 {
            Fit::Text(text) => text.is_empty(),
            Fit::Secret(secret) => secret.expose_secret().is_empty(),
            Fit::List(list) => list.is_empty(),
            Fit::Number(_) | Fit::Flag(_) => false,
        }
    }

    pub(super) fn origin(&self, key: &str) -> &Origin {
        &self.0[key].1
    }

    pub(super) fn problem(
        &self,
        key: &str,
        english: impl Into<String>,
        chinese: impl Into<String>,
    ) -> Problem {
        Problem {
            key: key.to_owned(),
            origin: self.origin(key).clone(),
            english: english.into(),
            chinese: chinese.into(),
        }
    }

    pub(super) fn shown(&self) -> Vec<Shown> {
        let one = |setting: &Setting| {
            let (fit, origin) = &self.0[setting.key];
            Shown { key: setting.key, value: show(setting.kind, fit), origin: origin.clone() }
        };
        SETTINGS.iter().map(one).collect()
    }
}

fn show(kind: Kind, fit: &Fit) -> String {
    match fit {
        Fit::Text(text) if kind == Kind::Dsn => without_password(text),
        Fit::Text(text) => text.clone(),
        Fit::Secret(secret) if secret.expose_secret().is_empty() => String::new(),
        Fit::Secret(_) => "********".to_owned(),
        Fit::Number(number) => number.to_string(),
        Fit::Flag(flag) => flag.to_string(),
        Fit::List(list) => list.join(","),
    }
}

/// A name of the key=value kind may hold a password anywhere, and so may a query string, so only plain paths are shown whole.
fn without_password(dsn: &str) -> String {
    let telling = dsn.contains(['@', '=', '?']);
    if telling { "********".to_owned() } else { dsn.to_owned() }
}

fn default_of(setting: &Setting) -> Fit {
    fit(setting.kind, &Value::Text(setting.default.to_owned()), Origin::Default.rank())
        .unwrap_or_else(|_| unreachable!("the default of {} fits its kind", setting.key))
}

/// A file says types itself; elsewhere everything is text.
fn fit(kind: Kind, value: &Value, rank: u8) -> Result<Fit, (String, String)> {
    let typed = rank == 1;
    match (kind, value) {
        (Kind::Text | Kind::Label | Kind::Dsn, Value::Text(text)) => Ok(Fit::Text(text.trim().to_owned())),
        (Kind::Label, Value::Number(number)) => Ok(Fit::Text(number.to_string())),
        (Kind::Secret, Value::Text(text)) => Ok(Fit::Secret(text.clone().into())),
        (Kind::Level, Value::Text(text)) => level(text),
        (Kind::Number(least, most), Value::Number(number)) => within(*number, least, most),
        (Kind::Number(least, most), Value::Text(text)) if !typed => {
            let number =
                text.trim().parse().map_err(|_| wrong(kind, &format!("`{text}`"), &format!("`{text}`")))?;
            within(number, least, most)
        }
        (Kind::Flag, Value::Flag(flag)) => Ok(Fit::Flag(*flag)),
        (Kind::Flag, Value::Text(text)) if !typed => match text.trim() {
            "true" | "1" | "yes" | "on" => Ok(Fit::Flag(true)),
            "false" | "0" | "no" | "off" => Ok(Fit::Flag(false)),
            _ => Err(wrong(kind, &format!("`{text}`"), &format!("`{text}`"))),
        },
        (Kind::Choice(choices), Value::Text(text)) if choices.contains(&text.trim()) => {
            Ok(Fit::Text(text.trim().to_owned()))
        }
        (Kind::Choice(_), Value::Text(text)) => Err(wrong(kind, &format!("`{text}`"), &format!("`{text}`"))),
        (Kind::List, Value::List(list)) => Ok(Fit::List(list.clone())),
        (Kind::List, Value::Text(text)) if !typed => Ok(Fit::List(
            text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect(),
        )),
        (_, other) => {
            let (english, chinese) = name(other);
            Err(wrong(kind, english, chinese))
        }
    }
}

fn within(number: i128, least: u64, most: u64) -> Result<Fit, (String, String)> {
    match u64::try_from(number) {
        Ok(number) if (least..=most).contains(&number) => Ok(Fit::Number(number)),
        _ => Err((
            format!("must be between {least} and {most}, but is {number}"),
            format!("必须在 {least} 到 {most} 之间，现在是 {number}"),
        )),
    }
}

/// `EnvFilter` takes any word for the name of a target, so a mistyped level would silence everything. A lone word must be a level.
fn level(text: &str) -> Result<Fit, (String, String)> {
    let text = text.trim();
    let directives = text.contains(['=', ',']) && tracing_subscriber::EnvFilter::try_new(text).is_ok();
    if directives || ["off", "error", "warn", "info", "debug", "trace"].contains(&text) {
        return Ok(Fit::Text(text.to_owned()));
    }
    Err(wrong(Kind::Level, &format!("`{text}`"), &format!("`{text}`")))
}

fn wrong(kind: Kind, english: &str, chinese: &str) -> (String, String) {
    let (takes, expected) = match kind {
        Kind::Text | Kind::Label | Kind::Secret | Kind::Dsn => ("a text".to_owned(), "文本".to_owned()),
        Kind::Level => {
            let levels = "off, error, warn, info, debug, trace";
            (
                format!("one of {levels}, or directives such as info,berth=debug"),
                format!("{levels} 之一，或如 info,berth=debug 的指令"),
            )
        }
        Kind::Number(least, most) => {
            (format!("a number from {least} to {most}"), format!("{least} 到 {most} 的数字"))
        }
        Kind::Flag => ("true or false".to_owned(), "true 或 false".to_owned()),
        Kind::Choice(choices) => {
            (format!("one of {}", choices.join(", ")), format!("{} 之一", choices.join("、")))
        }
        Kind::List => ("a list of texts".to_owned(), "文本列表".to_owned()),
    };
    (format!("must be {takes}, but is {english}"), format!("应为{expected}，现在是 {chinese}"))
}

fn name(value: &Value) -> (&'static str, &'static str) {
    match value {
        Value::Text(_) => ("a text", "文本"),
        Value::Number(_) => ("a number", "数字"),
        Value::Flag(_) => ("true or false", "布尔值"),
        Value::List(_) => ("a list", "列表"),
        Value::Other(english, chinese) => (english, chinese),
    }
}
