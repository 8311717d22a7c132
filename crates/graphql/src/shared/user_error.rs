//! Refusals as data: what the caller can put right, all at once, each with the field it is about.

use async_graphql::{Context, Enum, Result, SimpleObject};
use berth_app::Denied;
use berth_domain::{Code, Explanation, Text};

use super::{
    caller::{forbidden, language, say},
    context::look_soon,
    fault,
    minutes::Minutes,
};

/// Something the caller can put right: a bad value, a rule, a conflict. What they cannot put right is a top-level error with
/// an `extensions.code`.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub(crate) struct UserError {
    /// To branch on. Its meaning never changes.
    pub(crate) code: UserErrorCode,
    /// What is wrong, one sentence in the caller's language.
    pub(crate) message: String,
    /// The field of `input` that it is about, as a path: `["spec","ocpus"]`, with a list's items by their index. Null when it is
    /// about the whole.
    pub(crate) field: Option<Vec<String>>,
    /// What to do about it, in the caller's language. Null when there is nothing to advise.
    pub(crate) hint: Option<String>,
}

/// Why a command was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Code")]
pub(crate) enum UserErrorCode {
    /// A value is missing, malformed or out of its bounds.
    Invalid,
    /// There is no such thing, at least not for this caller.
    NotFound,
    /// Somebody else has this name already.
    Taken,
    /// It is in a state in which this cannot be done: `allowedActions` says what can.
    StateConflict,
    /// It is no longer at `expectedVersion`: somebody changed it first.
    VersionConflict,
    /// This `commandId` was used before, with another input.
    CommandIdReused,
    /// A limit of the configuration would be passed.
    LimitReached,
    /// The cloud said no.
    ProviderRejected,
}

impl UserErrorCode {
    /// As the schema says it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Invalid => "INVALID",
            Self::NotFound => "NOT_FOUND",
            Self::Taken => "TAKEN",
            Self::StateConflict => "STATE_CONFLICT",
            Self::VersionConflict => "VERSION_CONFLICT",
            Self::CommandIdReused => "COMMAND_ID_REUSED",
            Self::LimitReached => "LIMIT_REACHED",
            Self::ProviderRejected => "PROVIDER_REJECTED",
        }
    }
}

/// What a command came to: done, or refused in the caller's words. A fault ends the whole field.
pub(crate) fn settle<T>(
    ctx: &Context<'_>,
    told: Result<T, Denied>,
    about: &[&str],
) -> Result<Result<T, Vec<UserError>>> {
    match told {
        Ok(told) => {
            look_soon(ctx);
            Ok(Ok(told))
        }
        Err(Denied::Refused(reasons)) => Ok(Err(in_words(ctx, reasons, about))),
        Err(Denied::Forbidden(no)) => Err(forbidden(language(ctx), no)),
        Err(Denied::Fault(fault)) => Err(fault::of_fault(language(ctx), &fault)),
    }
}

/// Reasons that name no field are said to be about `about`.
pub(crate) fn in_words(ctx: &Context<'_>, reasons: Vec<Explanation>, about: &[&str]) -> Vec<UserError> {
    reasons.into_iter().map(|reason| UserError::of(ctx, reason, about)).collect()
}

/// A value of the input that is not as it must be.
pub(crate) fn invalid(field: &[&str], english: impl Into<String>, chinese: impl Into<String>) -> Explanation {
    Explanation::new(Code::Invalid, Text::new(english, chinese)).at(field)
}

pub(crate) fn not_found(field: &[&str], english: &str, chinese: &str) -> Explanation {
    Explanation::new(Code::NotFound, Text::new(english, chinese)).at(field)
}

impl UserError {
    fn of(ctx: &Context<'_>, reason: Explanation, about: &[&str]) -> Self {
        let field = if reason.field.is_empty() {
            about.iter().map(ToString::to_string).collect()
        } else {
            reason.field
        };
        Minutes::refused(ctx, reason.code.into());
        Self {
            code: reason.code.into(),
            message: say(ctx, &reason.message),
            field: (!field.is_empty()).then_some(field),
            hint: reason.hint.map(|hint| say(ctx, &hint)),
        }
    }
}
