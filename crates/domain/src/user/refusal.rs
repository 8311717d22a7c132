//! Why a user's rules say no.

use crate::explain::{Code, Explain, Explanation, Text, Violation};

#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    Invalid(Vec<Violation>),
    /// Never made, or deleted.
    NoSuchUser,
    AlreadyCreated,
    Disabled,
    /// The password is not enough.
    NeedsCode,
    CodeUsed,
    /// The password or the second factor, while it was compared.
    Changed,
    HasSecondFactor,
    TooManyTokens,
}

impl Explain for Refusal {
    fn explain(&self) -> Vec<Explanation> {
        let (code, english, chinese) = match self {
            Self::Invalid(violations) => return violations.clone(),
            Self::NoSuchUser => (Code::NotFound, "there is no such user", "没有这个用户"),
            Self::AlreadyCreated => (Code::StateConflict, "the user exists already", "该用户已经存在"),
            Self::Disabled => (Code::StateConflict, "the user is disabled", "该用户已被停用"),
            Self::NeedsCode => (Code::Invalid, "a code of the second factor is needed", "需要两步验证码"),
            Self::CodeUsed => (Code::Invalid, "this code was used before", "该验证码已被使用"),
            Self::Changed => (
                Code::StateConflict,
                "the password or the second factor was changed meanwhile; try again with the new one",
                "密码或两步验证刚被修改，请用新的重试",
            ),
            Self::HasSecondFactor => {
                (Code::StateConflict, "there is a second factor already", "已启用两步验证")
            }
            Self::TooManyTokens => {
                (Code::LimitReached, "a user has at most 50 API tokens", "每个用户最多 50 个 API 令牌")
            }
        };
        vec![Explanation::new(code, Text::new(english, chinese))]
    }
}
