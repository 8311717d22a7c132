//! What can be wrong with a configuration, in two languages, with where it stands.

use std::{fmt, path::PathBuf};

use berth_domain::Language;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Default,
    File {
        path: PathBuf,
        /// Absent where the file's own syntax hides it, for example inside `{…}`.
        line: Option<usize>,
    },
    Environment {
        variable: String,
    },
    Flag {
        name: String,
    },
}

impl Origin {
    /// The stronger layer has the greater rank.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::File { .. } => 1,
            Self::Environment { .. } => 2,
            Self::Flag { .. } => 3,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => formatter.write_str("default"),
            Self::File { path, line: Some(line) } => write!(formatter, "{}:{line}", path.display()),
            Self::File { path, line: None } => write!(formatter, "{}", path.display()),
            Self::Environment { variable } => formatter.write_str(variable),
            Self::Flag { name } => write!(formatter, "--{name}"),
        }
    }
}

/// One thing that is wrong, or worth a word. It never holds a secret's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key it is about; empty when it is about a whole file.
    pub key: String,
    pub origin: Origin,
    pub english: String,
    pub chinese: String,
}

impl Problem {
    pub fn in_words(&self, language: Language) -> String {
        match language {
            Language::English => self.in_english(),
            Language::Chinese => self.in_chinese(),
        }
    }

    pub fn in_english(&self) -> String {
        self.sentence(&self.english)
    }

    pub fn in_chinese(&self) -> String {
        self.sentence(&self.chinese)
    }

    fn sentence(&self, words: &str) -> String {
        let place = if self.origin == Origin::Default { String::new() } else { format!("{}: ", self.origin) };
        if self.key.is_empty() { format!("{place}{words}") } else { format!("{place}{} {words}", self.key) }
    }
}

/// All that is wrong with a configuration; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration has {} problem(s): {}", problems.len(), problems.iter().map(Problem::in_english).collect::<Vec<_>>().join("; "))]
pub struct ConfigError {
    pub problems: Vec<Problem>,
}

impl ConfigError {
    /// `EX_CONFIG` of sysexits.h.
    pub const fn exit_code(&self) -> u8 {
        78
    }
}
