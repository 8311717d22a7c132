//! Why a command did not do what was asked, and the exit code that says so.

use std::{error::Error, fmt};

use berth_domain::Text;
use serde::Deserialize;
use serde_json::Value;

use crate::{console::Console, words};

/// What the exit code means to a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done = 0,
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// The server refused, and said why.
    Refused = 3,
    /// Not signed in, or not allowed.
    NotAllowed = 4,
    NotFound = 5,
    TimedOut = 6,
    NotReached = 69,
    Interrupted = 130,
}

impl Exit {
    pub fn code(self) -> u8 {
        self as u8
    }
}

/// One or more complaints with an exit code. Never holds a secret.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    complaints: Vec<Complaint>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

#[derive(Debug)]
struct Complaint {
    message: Text,
    hint: Option<Text>,
}

/// A refusal as the server words it, in the language we asked for. What was not asked for is empty.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct UserError {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) field: Option<Vec<String>>,
    pub(crate) hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: Text, hint: Option<Text>) -> Self {
        Self { exit, complaints: vec![Complaint { message, hint }], cause: None }
    }

    /// Several complaints that make one failure.
    pub(crate) fn several(exit: Exit, complaints: impl IntoIterator<Item = (Text, Option<Text>)>) -> Self {
        let complaints = complaints.into_iter().map(|(message, hint)| Complaint { message, hint });
        Self { exit, complaints: complaints.collect(), cause: None }
    }

    pub(crate) fn usage(message: Text) -> Self {
        Self::new(Exit::Usage, message, None)
    }

    pub(crate) fn not_found(message: Text) -> Self {
        Self::new(Exit::NotFound, message, None)
    }

    /// This machine failed us: a file that cannot be read, an output that is full.
    pub(crate) fn local(message: Text, cause: impl Error + Send + Sync + 'static) -> Self {
        Self::new(Exit::Failed, message, None).because(cause)
    }

    /// The server said something that makes no sense.
    pub(crate) fn strange(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Exit::Failed, words::strange_answer(), Some(words::versions_may_differ())).because(cause)
    }

    pub(crate) fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Prints `error:` and `hint:` lines, the causes joined, and answers the exit code. A reader that went away (`| head`) is no failure.
    pub(crate) fn report(self, console: &mut Console) -> Exit {
        if self.reader_went_away() {
            return Exit::Done;
        }
        let chain = self.chain();
        for complaint in &self.complaints {
            let message = complaint.message.in_language(console.language()).to_owned();
            let hint = complaint.hint.as_ref().map(|hint| hint.in_language(console.language()).to_owned());
            console.complain(&format!("{message}{chain}"), hint.as_deref());
        }
        self.exit
    }

    /// The first complaint with its causes, for whoever says it somewhere else.
    pub(crate) fn text(&self) -> Text {
        let chain = self.chain();
        let Some(first) = self.complaints.first() else { return same(&chain) };
        let Text { english, chinese } = &first.message;
        Text::new(format!("{english}{chain}"), format!("{chinese}{chain}"))
    }

    fn chain(&self) -> String {
        let mut chain = String::new();
        let mut next = self.cause.as_deref().map(|cause| cause as &dyn Error);
        while let Some(cause) = next {
            let words = cause.to_string();
            // Libraries that print their source themselves would say everything twice.
            if !chain.contains(&words) {
                chain.push_str(": ");
                chain.push_str(&words);
            }
            next = cause.source();
        }
        chain
    }

    fn reader_went_away(&self) -> bool {
        let io = self.cause.as_deref().and_then(|cause| cause.downcast_ref::<std::io::Error>());
        io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::local(words::cannot_write(), error)
    }
}

impl From<Vec<UserError>> for Failure {
    /// `NOT_FOUND` has its own exit code, if nothing else was wrong.
    fn from(errors: Vec<UserError>) -> Self {
        let missing = errors.iter().all(|error| error.code == "NOT_FOUND");
        let exit = if missing { Exit::NotFound } else { Exit::Refused };
        Self { exit, complaints: errors.into_iter().map(Complaint::from).collect(), cause: None }
    }
}

impl From<UserError> for Complaint {
    fn from(error: UserError) -> Self {
        let message = match error.field.as_ref().filter(|path| !path.is_empty()) {
            Some(path) => format!("{}: {}", path.join("."), error.words()),
            None => error.words().to_owned(),
        };
        Self { message: same(&message), hint: error.hint.as_deref().map(same) }
    }
}

impl UserError {
    /// Whoever asked for the code alone gets that.
    fn words(&self) -> &str {
        if self.message.is_empty() { &self.code } else { &self.message }
    }
}

impl fmt::Display for UserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// The refusals in a payload, taken as a failure; nothing when there are none.
pub(crate) fn refusals(payload: &Value) -> Result<(), Failure> {
    refusals_by_flag(payload, &[])
}

/// As `refusals`, of a command that says fields by flags: by pairs of both, the flag that was typed is named in place of the field.
pub(crate) fn refusals_by_flag(payload: &Value, flags: &[(&str, &str)]) -> Result<(), Failure> {
    let mut errors = user_errors(payload)?;
    for path in errors.iter_mut().filter_map(|error| error.field.as_mut()) {
        let field = path.join(".");
        // What is within a field, one of several receivers say, was typed by the same flag.
        let holds = |name: &str| {
            field.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if let Some((_, flag)) = flags.iter().find(|(name, _)| holds(name)) {
            *path = vec![(*flag).to_owned()];
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
}

/// The refusals in the payloads of an operation that may have several, and may have asked for them or not.
pub(crate) fn refusals_within(data: &Value) -> Result<(), Failure> {
    let payloads = data.as_object().into_iter().flat_map(|fields| fields.values());
    let errors: Vec<UserError> = payloads
        .filter_map(|payload| payload["userErrors"].as_array())
        .flatten()
        .map(UserError::deserialize)
        .collect::<Result<_, _>>()
        .map_err(Failure::strange)?;
    if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
}

pub(crate) fn user_errors(payload: &Value) -> Result<Vec<UserError>, Failure> {
    Vec::deserialize(&payload["userErrors"]).map_err(Failure::strange)
}

/// Words that come in one language only.
pub(crate) fn same(text: &str) -> Text {
    Text::new(text, text)
}
