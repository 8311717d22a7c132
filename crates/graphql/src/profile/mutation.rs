//! What may be done with launch profiles.

use async_graphql::{Context, ID, Object, Result};
use berth_app::{
    Denied, Told,
    profile::{Change, NewProfile},
};
use berth_domain::{Aggregate, Explain, Explanation, ProfileId, access::Act, profile};

use super::{
    input::{
        LaunchProfileCreateInput, LaunchProfileDeleteInput, LaunchProfileDeletePayload, LaunchProfilePayload,
        LaunchProfileUpdateInput,
    },
    object::LaunchProfile,
};
use crate::{
    grab::{InstanceSpecInput, changed, said_here, usual},
    shared::{
        caller::Allowed,
        command::{expecting, order},
        context::{app, now},
        minutes::Minutes,
        scalars::EventPosition,
        user_error::{UserError, not_found, settle},
    },
};

type ToldProfile = Told<ProfileId, profile::Profile>;

#[derive(Default)]
pub(crate) struct LaunchProfileMutation;

#[Object(guard = "Allowed(Act::KeepProfiles)")]
impl LaunchProfileMutation {
    /// Saves a wish under a name, to make many tasks from: `grabTaskCreate` takes its id. It holds nothing of any tenant's, and its
    /// secrets are its own.
    async fn launch_profile_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wanted.")] input: LaunchProfileCreateInput,
    ) -> Result<LaunchProfilePayload> {
        let told = create(ctx, &input).await.map_err(|denied| said_here(denied, Some(&input.spec)));
        Ok(settle(ctx, told, &[])?.into())
    }

    /// Changes what tasks will be made from. Those that were made keep what they have.
    async fn launch_profile_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and what is to be different.")] input: LaunchProfileUpdateInput,
    ) -> Result<LaunchProfilePayload> {
        let told = update(ctx, &input).await.map_err(|denied| said_here(denied, input.spec.as_ref()));
        Ok(settle(ctx, told, &["profileId"])?.into())
    }

    /// Takes a launch profile off the lists and forgets its secrets. Tasks that were made from it keep what they have.
    async fn launch_profile_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: LaunchProfileDeleteInput,
    ) -> Result<LaunchProfileDeletePayload> {
        let told = delete(ctx, &input).await;
        Ok(settle(ctx, told, &["profileId"])?.into())
    }
}

async fn create(ctx: &Context<'_>, input: &LaunchProfileCreateInput) -> Result<ToldProfile, Denied> {
    let order = order(ctx, input.command_id.as_ref(), input)?;
    let spec = input.spec.over(&usual());
    let command = || {
        profile::Command::Create(Box::new(profile::Create {
            name: input.name.trim().to_owned(),
            spec: spec.clone(),
            at: now(ctx),
        }))
    };
    admitted(&input.spec, command)?;
    let new = NewProfile {
        name: input.name.clone(),
        root_password: changed(input.spec.root_password.as_ref()).given(),
        user_data: changed(input.spec.user_data.as_ref()).given(),
        spec,
    };
    app(ctx).profiles.create(new, order).await.inspect(Minutes::made(ctx))
}

async fn update(ctx: &Context<'_>, input: &LaunchProfileUpdateInput) -> Result<ToldProfile, Denied> {
    let order = expecting(order(ctx, input.command_id.as_ref(), input)?, input.expected_version);
    let id = id_of(&input.profile_id)?;
    let spec = input.spec.as_ref();
    if let Some(spec) = spec {
        // Its own name is lawful, so a stand-in will do where no new one is given.
        let name = || input.name.as_ref().map_or("name", |name| name.trim()).to_owned();
        let wanted = || spec.over(&usual());
        let create = || profile::Create { name: name(), spec: wanted(), at: now(ctx) };
        admitted(spec, || profile::Command::Create(Box::new(create())))?;
    }
    let change = Change {
        name: input.name.clone(),
        spec: spec.map(|spec| spec.over(&usual())),
        root_password: changed(spec.and_then(|spec| spec.root_password.as_ref())),
        user_data: changed(spec.and_then(|spec| spec.user_data.as_ref())),
    };
    app(ctx).profiles.update(id, change, order).await
}

async fn delete(ctx: &Context<'_>, input: &LaunchProfileDeleteInput) -> Result<ToldProfile, Denied> {
    let order = expecting(order(ctx, input.command_id.as_ref(), input)?, input.expected_version);
    app(ctx).profiles.delete(id_of(&input.profile_id)?, order).await
}

/// What the domain does not know of. With it comes what the domain has to say, so that a form is corrected once.
fn admitted(spec: &InstanceSpecInput, command: impl FnOnce() -> profile::Command) -> Result<(), Denied> {
    let mut reasons = Vec::<Explanation>::new();
    spec.check(&mut reasons);
    if reasons.is_empty() {
        return Ok(());
    }
    let refusal = profile::Profile::default().decide(command()).err();
    reasons.extend(refusal.into_iter().flat_map(|refusal| refusal.explain()));
    Err(Denied::Refused(reasons))
}

/// A text that is no launch profile's id names none.
pub(crate) fn id_of(id: &ID) -> Result<ProfileId, Denied> {
    let none = || not_found(&["profileId"], "there is no such launch profile", "没有这个启动模板");
    id.parse().map_err(|_| Denied::Refused(vec![none()]))
}

impl From<Result<ToldProfile, Vec<UserError>>> for LaunchProfilePayload {
    fn from(came_to: Result<ToldProfile, Vec<UserError>>) -> Self {
        match came_to {
            Ok(told) => Self {
                position: Some(EventPosition(told.done.position)),
                launch_profile: Some(LaunchProfile::told(told)),
                user_errors: Vec::new(),
            },
            Err(user_errors) => Self { launch_profile: None, position: None, user_errors },
        }
    }
}

impl From<Result<ToldProfile, Vec<UserError>>> for LaunchProfileDeletePayload {
    fn from(came_to: Result<ToldProfile, Vec<UserError>>) -> Self {
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
