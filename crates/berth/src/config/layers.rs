//! The layers, laid over one another: for every known key the strongest value that anybody gave, and where it came from.
//!
//! Keys that nobody knows are problems here; whether a value fits its setting is asked later.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{
    document,
    problem::{Origin, Problem},
    settings::{self, SETTINGS},
};

/// What the layers are read from. Nothing of the process is looked at beside it, so that tests need no process of their own.
#[derive(Default)]
pub struct Sources {
    pub flags: Vec<Flag>,
    /// All variables of the process; those that do not start with `BERTH_` are not looked at.
    pub environment: Vec<(String, String)>,
    /// A file named by the caller must be there.
    pub file: Option<PathBuf>,
    /// Without a named file, the first of these that is there.
    pub search: Vec<PathBuf>,
}

/// One flag of the command line.
pub struct Flag {
    /// As it is written, without the dashes: `data-dir`.
    pub name: String,
    pub key: &'static str,
    pub value: String,
}

impl Sources {
    /// The layers of this process: its environment, and `./`, `$XDG_CONFIG_HOME/berth/`, `/etc/berth/` to search in.
    pub fn of_process(file: Option<PathBuf>, flags: Vec<Flag>) -> Self {
        let home = std::env::var_os("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".config")));
        let mut search: Vec<PathBuf> =
            ["berth.toml", "berth.yaml", "berth.yml", "config.toml", "config.yaml"]
                .iter()
                .map(PathBuf::from)
                .collect();
        let directories =
            home.map(|home| home.join("berth")).into_iter().chain([PathBuf::from("/etc/berth")]);
        for directory in directories {
            search.extend(
                ["berth.toml", "berth.yaml", "config.toml", "config.yaml"].map(|name| directory.join(name)),
            );
        }
        // A variable that is not UTF-8 cannot be one of ours.
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self { flags, environment, file, search }
    }
}

/// A value before anybody asked whether it fits. It may hold a secret, so it has no `Debug`.
pub(super) struct Raw {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

pub(super) enum Value {
    Text(String),
    Number(i128),
    Flag(bool),
    List(Vec<String>),
    /// What no setting takes, named in English and Chinese.
    Other(&'static str, &'static str),
}

pub(super) struct Layers {
    /// One entry for every setting there is.
    pub(super) values: BTreeMap<&'static str, Raw>,
    pub(super) warnings: Vec<Problem>,
}

/// Lays them from the weakest to the strongest.
pub(super) fn merge(sources: &Sources, problems: &mut Vec<Problem>) -> Layers {
    let mut values: BTreeMap<&'static str, Raw> = SETTINGS
        .iter()
        .map(|setting| {
            (setting.key, Raw { value: Value::Text(setting.default.to_owned()), origin: Origin::Default })
        })
        .collect();
    let mut warnings = Vec::new();
    for layer in [
        from_file(sources, problems, &mut warnings),
        from_environment(&sources.environment, problems),
        sources.flags.iter().map(from_flag).collect(),
    ] {
        values.extend(layer);
    }
    Layers { values, warnings }
}

fn from_flag(flag: &Flag) -> (&'static str, Raw) {
    (
        flag.key,
        Raw { value: Value::Text(flag.value.clone()), origin: Origin::Flag { name: flag.name.clone() } },
    )
}

fn from_file(
    sources: &Sources,
    problems: &mut Vec<Problem>,
    warnings: &mut Vec<Problem>,
) -> Vec<(&'static str, Raw)> {
    let present: Vec<&PathBuf> = match &sources.file {
        Some(named) => vec![named],
        None => sources.search.iter().filter(|path| path.is_file()).collect(),
    };
    let Some((first, others)) = present.split_first() else { return Vec::new() };
    warnings.extend(others.iter().map(|other| Problem {
        key: String::new(),
        origin: Origin::File { path: (*other).clone(), line: None },
        english: format!("is not read, because {} came first", first.display()),
        chinese: format!("未读取，因为先找到了 {}", first.display()),
    }));
    let leaves = document::read(first).unwrap_or_else(|problem| {
        problems.push(problem);
        Vec::new()
    });
    let mut known = Vec::new();
    for (key, raw) in leaves {
        match settings::find(&key) {
            Some(setting) => known.push((setting.key, raw)),
            None => problems.push(unknown(&key, raw.origin)),
        }
    }
    known
}

fn unknown(key: &str, origin: Origin) -> Problem {
    let section = format!("{key}.");
    if SETTINGS.iter().any(|setting| setting.key.starts_with(&section)) {
        let (english, chinese) = ("is a section, not a value".to_owned(), "是一节，不是一个值".to_owned());
        return Problem { key: key.to_owned(), origin, english, chinese };
    }
    let nearest = settings::nearest(key);
    Problem {
        key: key.to_owned(),
        origin,
        english: format!("is not a known key; the nearest is {nearest}"),
        chinese: format!("不是已知的配置项；最接近的是 {nearest}"),
    }
}

/// `BERTH_SERVER__PORT` is `server.port`. A name with `__` that nobody knows is a mistake; `BERTH_` names without it may be meant for
/// others (the command line's client, tests) and are left alone unless they are ours.
fn from_environment(
    environment: &[(String, String)],
    problems: &mut Vec<Problem>,
) -> Vec<(&'static str, Raw)> {
    let mut known: BTreeMap<&'static str, Raw> = BTreeMap::new();
    for (variable, value) in environment {
        let Some(name) = variable.strip_prefix("BERTH_") else { continue };
        let key = name.to_lowercase().replace("__", ".");
        let origin = Origin::Environment { variable: variable.clone() };
        let direct = settings::find(&key).map(|setting| (setting.key, Ok(value.clone())));
        let by_file = || Some((settings::find(key.strip_suffix("_file")?)?.key, read_value(value)));
        let problem = match direct.or_else(by_file) {
            Some((key, Ok(text))) => {
                match known.insert(key, Raw { value: Value::Text(text), origin: origin.clone() }) {
                    None => continue,
                    Some(other) => twice(key, origin, &other.origin),
                }
            }
            Some((key, Err(error))) => unreadable(key, origin, value, &error),
            None if name.contains("__") => unknown(&key, origin),
            None => continue,
        };
        problems.push(problem);
    }
    known.into_iter().collect()
}

/// Editors and `echo` end a file with a line feed that nobody means.
fn read_value(path: &str) -> std::io::Result<String> {
    Ok(std::fs::read_to_string(path)?.trim_end_matches(['\r', '\n']).to_owned())
}

fn twice(key: &str, origin: Origin, other: &Origin) -> Problem {
    Problem {
        key: key.to_owned(),
        origin,
        english: format!("is also given by {other}; keep one of them"),
        chinese: format!("同时由 {other} 给出；请只保留一个"),
    }
}

fn unreadable(key: &str, origin: Origin, path: &str, error: &std::io::Error) -> Problem {
    Problem {
        key: key.to_owned(),
        origin,
        english: format!("should be read from {path}, which cannot be read: {error}"),
        chinese: format!("应从 {path} 读取，但无法读取：{error}"),
    }
}
