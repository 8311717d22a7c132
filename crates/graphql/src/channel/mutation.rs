//! What may be done with notification channels.

use async_graphql::{Context, ID, Object, Result};
use berth_app::{
    Denied, Told,
    channel::{NewChannel, Tested, Trial, Verdict},
};
use berth_domain::{ChannelId, Language, access::Act, channel::Channel};

use super::{
    input::{
        NotificationChannelDeleteInput, NotificationChannelDeletePayload, NotificationChannelTestInput,
        NotificationChannelTestPayload, NotificationChannelUpsertInput, NotificationChannelUpsertPayload,
    },
    object::NotificationChannel,
    rules::NotificationRulesInput,
};
use crate::shared::{
    caller::{Allowed, language},
    command::{expecting, order},
    context::app,
    minutes::Minutes,
    scalars::{EventPosition, int},
    user_error::{UserError, not_found, settle},
};

type ToldChannel = Told<ChannelId, Channel>;

#[derive(Default)]
pub(crate) struct NotificationChannelMutation;

#[Object(guard = "Allowed(Act::KeepChannels)")]
impl NotificationChannelMutation {
    /// Saves a way to tell people, or changes one as a whole. Secrets that are left out stay as they are kept.
    async fn notification_channel_upsert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wanted.")] input: NotificationChannelUpsertInput,
    ) -> Result<NotificationChannelUpsertPayload> {
        let about: &[&str] = if input.id.is_some() { &["id"] } else { &[] };
        let told = upsert(ctx, &input).await;
        Ok(settle(ctx, told, about)?.into())
    }

    /// Takes a notification channel off the lists and forgets its secrets.
    async fn notification_channel_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: NotificationChannelDeleteInput,
    ) -> Result<NotificationChannelDeletePayload> {
        let told = delete(ctx, &input).await;
        Ok(settle(ctx, told, &["id"])?.into())
    }

    /// Sends one message to a notification channel, before it is saved or after, and answers with what the other side said.
    async fn notification_channel_test(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to try.")] input: NotificationChannelTestInput,
    ) -> Result<NotificationChannelTestPayload> {
        let tested = test(ctx, &input).await;
        let told = settle(ctx, tested, &[])?;
        Ok(told.map_or_else(NotificationChannelTestPayload::refused, |tested| {
            NotificationChannelTestPayload::told(&tested, language(ctx))
        }))
    }
}

async fn test(ctx: &Context<'_>, input: &NotificationChannelTestInput) -> Result<Tested, Denied> {
    let order = order(ctx, input.command_id.as_ref(), input)?;
    let trial = Trial {
        id: input.id.as_ref().map(id_of).transpose()?,
        wanted: input.config.as_ref().map(|config| (config.plain(), config.texts())),
        language: language(ctx),
    };
    app(ctx).channels.test(trial, &order).await
}

async fn upsert(ctx: &Context<'_>, input: &NotificationChannelUpsertInput) -> Result<ToldChannel, Denied> {
    let order = expecting(order(ctx, input.command_id.as_ref(), input)?, input.expected_version);
    let new = NewChannel {
        name: input.name.clone(),
        enabled: input.enabled,
        topics: input.topics.iter().map(|topic| (*topic).into()).collect(),
        config: input.config.plain(),
        texts: input.config.texts(),
        rules: input.rules.as_ref().map(NotificationRulesInput::read).transpose()?,
    };
    let channels = &app(ctx).channels;
    match &input.id {
        Some(id) => channels.update(id_of(id)?, new, order).await,
        None => channels.create(new, order).await.inspect(Minutes::made(ctx)),
    }
}

async fn delete(ctx: &Context<'_>, input: &NotificationChannelDeleteInput) -> Result<ToldChannel, Denied> {
    let order = expecting(order(ctx, input.command_id.as_ref(), input)?, input.expected_version);
    app(ctx).channels.delete(id_of(&input.id)?, order).await
}

/// A text that is no notification channel's id names none.
fn id_of(id: &ID) -> Result<ChannelId, Denied> {
    let none = || not_found(&["id"], "there is no such notification channel", "没有这个通知渠道");
    id.parse().map_err(|_| Denied::Refused(vec![none()]))
}

impl From<Result<ToldChannel, Vec<UserError>>> for NotificationChannelUpsertPayload {
    fn from(came_to: Result<ToldChannel, Vec<UserError>>) -> Self {
        match came_to {
            Ok(told) => Self {
                position: Some(EventPosition(told.done.position)),
                channel: Some(NotificationChannel::told(told)),
                user_errors: Vec::new(),
            },
            Err(user_errors) => Self { channel: None, position: None, user_errors },
        }
    }
}

impl From<Result<ToldChannel, Vec<UserError>>> for NotificationChannelDeletePayload {
    fn from(came_to: Result<ToldChannel, Vec<UserError>>) -> Self {
        match came_to {
            Ok(told) => Self {
                deleted_id: Some(ID(told.id.to_string())),
                position: Some(EventPosition(told.done.position)),
                user_errors: Vec::new(),
            },
            Err(user_errors) => Self { deleted_id: None, position: None, user_errors },
        }
    }
}

impl NotificationChannelTestPayload {
    fn told(tested: &Tested, language: Language) -> Self {
        Self {
            worked: Some(tested.verdict == Verdict::Worked),
            status: tested.status.map(int),
            words: Some(tested.told(language).to_owned()),
            duration_ms: Some(int(tested.duration_ms)),
            user_errors: Vec::new(),
        }
    }

    fn refused(user_errors: Vec<UserError>) -> Self {
        Self { worked: None, status: None, words: None, duration_ms: None, user_errors }
    }
}
