//! How a rule says no to a person: which field, what is wrong, what to do, in English and Chinese.

use serde::{Deserialize, Serialize};

/// A language that texts for people exist in. Words stand in events, so they are for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    #[default]
    English,
    Chinese,
}

/// One sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub english: String,
    pub chinese: String,
}

impl Text {
    pub fn new(english: impl Into<String>, chinese: impl Into<String>) -> Self {
        Self { english: english.into(), chinese: chinese.into() }
    }

    /// The same with somebody else's words behind it, untranslated, if there are any.
    #[must_use]
    pub fn with(self, theirs: Option<&str>) -> Self {
        match theirs.map(str::trim) {
            None | Some("") => self,
            Some(theirs) => {
                Self::new(format!("{} ({theirs})", self.english), format!("{}（{theirs}）", self.chinese))
            }
        }
    }

    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }
}

/// What a program may branch on. The same words as `UserErrorCode` in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A value is missing, malformed or out of range.
    Invalid,
    /// The thing named does not exist.
    NotFound,
    /// A name or key is already taken.
    Taken,
    /// The thing is in a state that does not allow this.
    StateConflict,
    /// Someone else changed it first.
    VersionConflict,
    /// The command's id was used before with another input.
    CommandIdReused,
    /// A limit set in the configuration would be passed.
    LimitReached,
    /// The cloud refused.
    ProviderRejected,
}

/// One reason why something was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub code: Code,
    /// Path from the root of the input, empty when it concerns the whole.
    pub field: Vec<String>,
    pub message: Text,
    /// What to do next.
    pub hint: Option<Text>,
}

impl Explanation {
    pub fn new(code: Code, message: Text) -> Self {
        Self { code, field: Vec::new(), message, hint: None }
    }

    #[must_use]
    pub fn at(mut self, field: &[&str]) -> Self {
        self.field = field.iter().map(|part| (*part).to_owned()).collect();
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: Text) -> Self {
        self.hint = Some(hint);
        self
    }
}

/// A refusal that can be put before a person. Bad input gives every violation at once.
pub trait Explain: Clone + std::fmt::Debug + Send + Sync + 'static {
    fn explain(&self) -> Vec<Explanation>;
}

/// One field that is not as it must be.
pub type Violation = Explanation;

/// Collects every violation of an input, so that a person corrects a form once.
#[derive(Debug, Default)]
pub struct Violations(Vec<Violation>);

impl Violations {
    pub fn require(&mut self, holds: bool, field: &[&str], english: &str, chinese: &str) {
        if !holds {
            self.0.push(Explanation::new(Code::Invalid, Text::new(english, chinese)).at(field));
        }
    }

    pub fn push(&mut self, violation: Violation) {
        self.0.push(violation);
    }

    pub fn into_result(self) -> Result<(), Vec<Violation>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

/// The longest name that a person may give to anything, in characters.
pub const NAME_LENGTH: usize = 100;

/// A name may be in any script, but not empty, not endless, and without control characters.
pub fn check_name(violations: &mut Violations, name: &str, field: &[&str]) {
    let length = name.chars().take(NAME_LENGTH + 1).count();
    violations.require(!name.trim().is_empty(), field, "the name is empty", "名称为空");
    violations.require(
        length <= NAME_LENGTH,
        field,
        "the name is longer than 100 characters",
        "名称超过 100 个字符",
    );
    violations.require(
        !name.chars().take(NAME_LENGTH + 1).any(char::is_control),
        field,
        "the name has control characters",
        "名称含有控制字符",
    );
}
