//! What mutations about users take and answer.

use async_graphql::{ID, InputObject, SimpleObject};

use super::object::{ApiToken, Role, Scope, SignedInUser, User};
use crate::shared::{command::Secret, scalars::DateTime, user_error::UserError};

/// For `setupComplete`.
#[derive(InputObject)]
pub(crate) struct SetupCompleteInput {
    /// What the server printed when it started.
    pub(super) setup_code: Secret,
    /// What the first user will sign in with.
    pub(super) username: String,
    /// At least 8 characters, with an upper-case letter and a digit.
    pub(super) password: Secret,
}

/// For `sessionCreate`.
#[derive(InputObject)]
pub(crate) struct SessionCreateInput {
    /// Who signs in.
    pub(super) username: String,
    /// Their password.
    pub(super) password: Secret,
    /// The code of the second factor, or a recovery code. Needed by those who have a second factor.
    pub(super) otp: Option<Secret>,
}

/// For `sessionRevoke`.
#[expect(clippy::struct_field_names, reason = "they are the schema's names")]
#[derive(InputObject)]
pub(crate) struct SessionRevokeInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Which session.
    pub(super) session_id: ID,
    /// Whose it is. One's own when absent; somebody else's needs the right to administer.
    pub(super) user_id: Option<ID>,
}

/// What a sign-in or a sign-out came to.
#[derive(SimpleObject)]
pub(crate) struct SessionPayload {
    /// Who is signed in now; the session itself is in a cookie that no script can read. Null when nobody is.
    pub(super) user: Option<SignedInUser>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}

/// What a change of one's own account came to.
#[derive(SimpleObject)]
pub(crate) struct AccountPayload {
    /// One's own user after it. Null when it was refused.
    pub(super) user: Option<User>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}

/// For `passwordChange`.
#[derive(InputObject)]
pub(crate) struct PasswordChangeInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// The password as it is.
    pub(super) password: Secret,
    /// And as it shall be: at least 8 characters, with an upper-case letter and a digit.
    pub(super) new_password: Secret,
}

/// What `secondFactorBegin` came to.
#[derive(SimpleObject)]
pub(crate) struct SecondFactorBeginPayload {
    /// `otpauth://totp/…`, to be shown as a QR code. It is shown once, and is good for nothing before `secondFactorSet`.
    pub(super) url: Option<String>,
    /// The same seed in base 32, to be typed.
    pub(super) seed: Option<String>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}

/// For `secondFactorSet`.
#[derive(InputObject)]
pub(crate) struct SecondFactorSetInput {
    /// This command's id, made by the caller, a UUID say.
    pub(super) command_id: Option<ID>,
    /// One's password.
    pub(super) password: Secret,
    /// The seed from `secondFactorBegin`.
    pub(super) seed: Secret,
    /// The code that the telephone shows now.
    pub(super) code: Secret,
}

/// What `secondFactorSet` came to.
#[derive(SimpleObject)]
pub(crate) struct SecondFactorSetPayload {
    /// Ten codes for when the telephone is gone, each good once. They are shown once. Null when it was refused.
    pub(super) recovery_codes: Option<Vec<String>>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}

/// For `secondFactorRemove`.
#[derive(InputObject)]
pub(crate) struct SecondFactorRemoveInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// One's password.
    pub(super) password: Secret,
    /// The code that the telephone shows now, or a recovery code.
    pub(super) code: Secret,
}

/// For `apiTokenCreate`.
#[derive(InputObject)]
pub(crate) struct ApiTokenCreateInput {
    /// This command's id, made by the caller, a UUID say. Sent again it is refused: the token was told the first time.
    pub(super) command_id: Option<ID>,
    /// One's password.
    pub(super) password: Secret,
    /// A name that none of one's tokens has.
    pub(super) name: String,
    /// What it may: to read, and never more than oneself.
    pub(super) scopes: Vec<Scope>,
    /// When it lapses; never when absent.
    pub(super) expires_at: Option<DateTime>,
}

/// What `apiTokenCreate` came to.
#[derive(SimpleObject)]
pub(crate) struct ApiTokenCreatePayload {
    /// The token's secret, to be sent as `Authorization: Bearer …`. It is shown once and nowhere kept. Null when it was refused.
    pub(super) token: Option<String>,
    /// What is known of it from now on. Null when it was refused.
    pub(super) api_token: Option<ApiToken>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}

/// For `apiTokenRevoke`.
#[derive(InputObject)]
pub(crate) struct ApiTokenRevokeInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Which one.
    pub(super) token_id: ID,
}

/// For `userCreate`.
#[derive(InputObject)]
pub(crate) struct UserCreateInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// What they sign in with. No other user has it.
    pub(super) username: String,
    /// What they are.
    pub(super) role: Role,
    /// At least 8 characters, with an upper-case letter and a digit.
    pub(super) password: Secret,
}

/// For `userUpdate`. What is absent stays.
#[derive(InputObject)]
pub(crate) struct UserUpdateInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Which user. Not oneself.
    pub(super) user_id: ID,
    /// What they are from now on.
    pub(super) role: Option<Role>,
    /// Whether they are shut out.
    pub(super) disabled: Option<bool>,
}

/// For `userPasswordReset`.
#[derive(InputObject)]
pub(crate) struct UserPasswordResetInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Which user. Not oneself.
    pub(super) user_id: ID,
    /// Their new password: at least 8 characters, with an upper-case letter and a digit.
    pub(super) password: Secret,
    /// Take their second factor away too.
    #[graphql(default)]
    pub(super) second_factor_too: bool,
}

/// For `userDelete`.
#[derive(InputObject)]
pub(crate) struct UserDeleteInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    pub(super) command_id: Option<ID>,
    /// Which user. Not oneself.
    pub(super) user_id: ID,
}

/// What a command on a user came to.
#[derive(SimpleObject)]
pub(crate) struct UserPayload {
    /// The user after the command. Null when it was refused, and when they are gone.
    pub(super) user: Option<User>,
    /// Why it was refused. Empty when it was done.
    pub(super) user_errors: Vec<UserError>,
}
