//! What whoever may keep users does with them.

use async_graphql::{Context, ID, Object, Result};
use berth_app::{Denied, Order, Told};
use berth_domain::{UserId, access::Act, user};

use super::{
    input::{UserCreateInput, UserDeleteInput, UserPasswordResetInput, UserPayload, UserUpdateInput},
    object::User,
};
use crate::shared::{
    caller::Allowed,
    command::order,
    context::app,
    minutes::Minutes,
    user_error::{invalid, not_found, settle},
};

pub(super) type ToldUser = Told<UserId, user::User>;

#[derive(Default)]
pub(crate) struct UserMutation;

#[Object(guard = "Allowed(Act::KeepUsers)")]
impl UserMutation {
    /// Makes a user, who can sign in at once.
    async fn user_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and what they are.")] input: UserCreateInput,
    ) -> Result<UserPayload> {
        let told = create(ctx, &input).await;
        payload(ctx, told)
    }

    /// Changes what a user is, or shuts them out. Their sessions and subscriptions feel it at once.
    async fn user_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and what is to be different.")] input: UserUpdateInput,
    ) -> Result<UserPayload> {
        let told = update(ctx, &input).await;
        payload(ctx, told)
    }

    /// Gives a user another password, and ends their sessions.
    async fn user_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and the new password.")] input: UserPasswordResetInput,
    ) -> Result<UserPayload> {
        let told = reset(ctx, &input).await;
        payload(ctx, told)
    }

    /// Takes a user away for good. Their name is free again; what they did stays on record.
    async fn user_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: UserDeleteInput,
    ) -> Result<UserPayload> {
        let told = delete(ctx, &input).await;
        payload(ctx, told)
    }
}

async fn create(ctx: &Context<'_>, input: &UserCreateInput) -> Result<ToldUser, Denied> {
    let order = order(ctx, input.command_id.as_ref(), input)?;
    let users = &app(ctx).users;
    let told = users.create(&input.username, input.role.into(), &input.password.0, order).await;
    told.inspect(Minutes::made(ctx))
}

async fn delete(ctx: &Context<'_>, input: &UserDeleteInput) -> Result<ToldUser, Denied> {
    let (id, order) = named(ctx, input.command_id.as_ref(), input, &input.user_id)?;
    app(ctx).users.delete(id, order).await
}

async fn update(ctx: &Context<'_>, input: &UserUpdateInput) -> Result<ToldUser, Denied> {
    let (id, order) = named(ctx, input.command_id.as_ref(), input, &input.user_id)?;
    let users = &app(ctx).users;
    let role = match input.role {
        Some(role) => Some(users.change_role(id, role.into(), order.part(0)).await?),
        None => None,
    };
    match (input.disabled, role) {
        (Some(true), _) => users.disable(id, order.part(1)).await,
        (Some(false), _) => users.enable(id, order.part(1)).await,
        (None, Some(told)) => Ok(told),
        (None, None) => {
            Err(Denied::Refused(vec![invalid(&[], "say what is to be different", "请说明要修改的内容")]))
        }
    }
}

async fn reset(ctx: &Context<'_>, input: &UserPasswordResetInput) -> Result<ToldUser, Denied> {
    let (id, order) = named(ctx, input.command_id.as_ref(), input, &input.user_id)?;
    app(ctx).users.reset_password(id, &input.password.0, input.second_factor_too, order).await
}

fn named(
    ctx: &Context<'_>,
    command_id: Option<&ID>,
    input: &impl async_graphql::InputType,
    id: &ID,
) -> Result<(UserId, Order), Denied> {
    let order = order(ctx, command_id, input)?;
    Ok((user_id(id)?, order))
}

pub(super) fn user_id(id: &ID) -> Result<UserId, Denied> {
    let none = |_| Denied::Refused(vec![not_found(&["userId"], "there is no such user", "没有这个用户")]);
    id.parse().map_err(none)
}

fn payload(ctx: &Context<'_>, told: Result<ToldUser, Denied>) -> Result<UserPayload> {
    Ok(match settle(ctx, told, &[])? {
        Ok(told) => UserPayload { user: User::told(&told), user_errors: Vec::new() },
        Err(user_errors) => UserPayload { user: None, user_errors },
    })
}

impl User {
    pub(super) fn told(told: &ToldUser) -> Option<Self> {
        Some(Self { id: told.id, content: told.state.existing()?.clone() })
    }
}
