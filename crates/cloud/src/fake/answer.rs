//! What the fake answers to one request that would change something.

use berth_domain::{Refused, Seconds, Trouble};

/// What one launch is answered; also one start or termination, for which all kinds of grants are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Grant,
    /// Launches, and the answer is lost.
    GrantUnheard,
    /// Launches, and the instance ends with these words before it runs.
    GrantThenEnd(&'static str),
    /// Launches, and the instance stays as it is for ever: no boot volume, no end.
    GrantUnplaced,
    /// Does nothing, and the answer is lost.
    Unheard,
    /// Nothing arrives.
    Unreached,
    Refuse {
        status: u16,
        code: &'static str,
        message: &'static str,
        retry_after: Option<Seconds>,
    },
}

impl Answer {
    pub const CAPACITY: Self = Self::refuse(500, "InternalError", "Out of host capacity.");
    pub const THROTTLE: Self = Self::refuse(429, "TooManyRequests", "Too many requests for the user");
    pub const LIMIT: Self =
        Self::refuse(400, "LimitExceeded", "The following service limits were exceeded: a1.");
    pub const REJECT_KEY: Self =
        Self::refuse(401, "NotAuthenticated", "The required information was not provided.");
    pub const NO_SHAPE: Self =
        Self::refuse(404, "NotAuthorizedOrNotFound", "shape VM.Standard.A1.Flex not found");
    /// What a policy that is missing looks like: the same as a thing that is.
    pub const NO_POLICY: Self =
        Self::refuse(404, "NotAuthorizedOrNotFound", "Authorization failed or requested resource not found.");
    pub const WRONG_STATE: Self =
        Self::refuse(409, "IncorrectState", "The instance is in a state that does not allow this.");
    pub const FAULT: Self = Self::refuse(500, "InternalError", "An internal error occurred.");

    pub const fn refuse(status: u16, code: &'static str, message: &'static str) -> Self {
        Self::Refuse { status, code, message, retry_after: None }
    }

    /// Whether the cloud does what it was asked, heard or not.
    pub(super) fn acts(&self) -> bool {
        match self {
            Self::Grant | Self::GrantUnheard | Self::GrantThenEnd(_) | Self::GrantUnplaced => true,
            Self::Unheard | Self::Unreached | Self::Refuse { .. } => false,
        }
    }

    /// What the asker hears, when it is not a plain yes.
    pub fn trouble(&self) -> Option<Trouble> {
        let refused = |status, code: &str, message: &str, retry_after| {
            Trouble::Refused(Refused {
                status,
                code: code.into(),
                message: message.into(),
                request_id: Some("fake/request".into()),
                retry_after,
                clock_skew: None,
            })
        };
        match self {
            Self::Grant | Self::GrantThenEnd(_) | Self::GrantUnplaced => None,
            Self::GrantUnheard | Self::Unheard => {
                Some(Trouble::Lost { what: "connection reset".into(), request_id: None })
            }
            Self::Unreached => Some(Trouble::NotSent { what: "no route to host".into() }),
            Self::Refuse { status, code, message, retry_after } => {
                Some(refused(*status, code, message, *retry_after))
            }
        }
    }
}
