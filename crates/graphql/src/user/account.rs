//! What everybody does with their own account.

use async_graphql::{Context, Object, Result};
use berth_app::{
    Denied,
    user::{NewToken, Visit, WantedToken},
};
use berth_domain::{SessionId, access::Act};
use secrecy::ExposeSecret;

use super::{
    input::{
        AccountPayload, ApiTokenCreateInput, ApiTokenCreatePayload, ApiTokenRevokeInput, PasswordChangeInput,
        SecondFactorBeginPayload, SecondFactorRemoveInput, SecondFactorSetInput, SecondFactorSetPayload,
        SessionRevokeInput,
    },
    keep::{ToldUser, user_id},
    object::{User, token_shown},
};
use crate::shared::{
    caller::{Allowed, caller},
    command::{order, order_of},
    context::app,
    minutes::Minutes,
    user_error::{not_found, settle},
};

#[derive(Default)]
pub(crate) struct AccountMutation;

#[Object(guard = "Allowed(Act::OwnAccount)")]
impl AccountMutation {
    /// Ends a session at once, with every subscription that it opened.
    async fn session_revoke(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: SessionRevokeInput,
    ) -> Result<AccountPayload> {
        let told = revoke_session(ctx, &input).await;
        account(ctx, told)
    }

    /// Changes one's password. Every session ends, this one too: sign in again.
    async fn password_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The old one and the new one.")] input: PasswordChangeInput,
    ) -> Result<AccountPayload> {
        let told = change_password(ctx, &input).await;
        account(ctx, told)
    }

    /// A seed for an authenticator app. Nothing changes before a code of it was shown to `secondFactorSet`.
    #[expect(clippy::unused_async, reason = "the macro takes only async functions")]
    async fn second_factor_begin(&self, ctx: &Context<'_>) -> Result<SecondFactorBeginPayload> {
        let proposed = app(ctx).users.propose_second_factor(&order_of(ctx));
        Ok(match settle(ctx, proposed, &[])? {
            Ok(new) => SecondFactorBeginPayload {
                url: Some(new.url.expose_secret().to_owned()),
                seed: Some(new.seed.expose_secret().to_owned()),
                user_errors: Vec::new(),
            },
            Err(user_errors) => SecondFactorBeginPayload { url: None, seed: None, user_errors },
        })
    }

    /// From now on a code is asked for beside the password.
    async fn second_factor_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The seed, and a code of it.")] input: SecondFactorSetInput,
    ) -> Result<SecondFactorSetPayload> {
        let set = set_second_factor(ctx, &input).await;
        Ok(match settle(ctx, set, &[])? {
            Ok((_, codes)) => SecondFactorSetPayload { recovery_codes: Some(codes), user_errors: Vec::new() },
            Err(user_errors) => SecondFactorSetPayload { recovery_codes: None, user_errors },
        })
    }

    /// From now on the password is enough.
    async fn second_factor_remove(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What proves that it is oneself.")] input: SecondFactorRemoveInput,
    ) -> Result<AccountPayload> {
        let told = remove_second_factor(ctx, &input).await;
        account(ctx, told)
    }

    /// Makes a way in for a script, with some of one's own rights.
    async fn api_token_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its name, and what it may.")] input: ApiTokenCreateInput,
    ) -> Result<ApiTokenCreatePayload> {
        let made = make_token(ctx, &input).await;
        Ok(match settle(ctx, made, &[])? {
            Ok((told, new)) => {
                let token = told.state.existing().and_then(|content| content.token(new.id));
                ApiTokenCreatePayload {
                    token: Some(new.secret.expose_secret().to_owned()),
                    api_token: token.map(|token| token_shown(ctx, token)),
                    user_errors: Vec::new(),
                }
            }
            Err(user_errors) => ApiTokenCreatePayload { token: None, api_token: None, user_errors },
        })
    }

    /// The token lets nobody in any more, and every subscription that it opened ends.
    async fn api_token_revoke(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: ApiTokenRevokeInput,
    ) -> Result<AccountPayload> {
        let told = revoke_token(ctx, &input).await;
        account(ctx, told)
    }
}

async fn change_password(ctx: &Context<'_>, input: &PasswordChangeInput) -> Result<ToldUser, Denied> {
    let order = order(ctx, input.command_id.as_ref(), input)?;
    let (old, new) = (&input.password.0, &input.new_password.0);
    app(ctx).users.change_password(old, new, visit(ctx), order).await
}

async fn set_second_factor(
    ctx: &Context<'_>,
    input: &SecondFactorSetInput,
) -> Result<(ToldUser, Vec<String>), Denied> {
    let order = order(ctx, input.command_id.as_ref(), input)?;
    let (seed, code) = (&input.seed.0, input.code.0.expose_secret());
    app(ctx).users.set_second_factor(seed, code, &input.password.0, visit(ctx), order).await
}

async fn remove_second_factor(
    ctx: &Context<'_>,
    input: &SecondFactorRemoveInput,
) -> Result<ToldUser, Denied> {
    let order = order(ctx, input.command_id.as_ref(), input)?;
    let (password, code) = (&input.password.0, input.code.0.expose_secret());
    app(ctx).users.remove_second_factor(password, code, visit(ctx), order).await
}

async fn make_token(ctx: &Context<'_>, input: &ApiTokenCreateInput) -> Result<(ToldUser, NewToken), Denied> {
    let order = order(ctx, input.command_id.as_ref(), input)?;
    let wanted = WantedToken {
        name: input.name.clone(),
        rights: input.scopes.iter().map(|scope| (*scope).into()).collect(),
        expires_at: input.expires_at.map(|at| at.0),
    };
    let made = app(ctx).users.make_token(wanted, &input.password.0, visit(ctx), order).await;
    made.inspect(|(_, new)| Minutes::also_about(ctx, &new.id))
}

async fn revoke_token(ctx: &Context<'_>, input: &ApiTokenRevokeInput) -> Result<ToldUser, Denied> {
    let order = order(ctx, input.command_id.as_ref(), input)?;
    let none = || not_found(&["tokenId"], "there is no such API token", "没有这个 API 令牌");
    let token = input.token_id.parse().map_err(|_| Denied::Refused(vec![none()]))?;
    app(ctx).users.revoke_token(token, order).await
}

async fn revoke_session(ctx: &Context<'_>, input: &SessionRevokeInput) -> Result<ToldUser, Denied> {
    let order = order(ctx, input.command_id.as_ref(), input)?;
    let none = || not_found(&["sessionId"], "there is no such session", "没有这个会话");
    let session: SessionId = input.session_id.parse().map_err(|_| Denied::Refused(vec![none()]))?;
    match &input.user_id {
        Some(id) => app(ctx).users.end_session(user_id(id)?, session, order).await,
        None => app(ctx).users.sign_out(session, order).await,
    }
}

fn account(ctx: &Context<'_>, told: Result<ToldUser, Denied>) -> Result<AccountPayload> {
    Ok(match settle(ctx, told, &[])? {
        Ok(told) => AccountPayload { user: User::told(&told), user_errors: Vec::new() },
        Err(user_errors) => AccountPayload { user: None, user_errors },
    })
}

fn visit<'a>(ctx: &Context<'a>) -> &'a Visit {
    &caller(ctx).expect("the guard let somebody pass").visit
}
