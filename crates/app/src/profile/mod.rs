//! Launch profiles: what people may do with them, and what tasks are made from.
//!
//! A profile's secrets are its own. Whoever makes a task from it gets them in the clear, in memory, and seals them anew for the task: so
//! either can be deleted, and the other has what it needs.

mod kept;

use std::sync::Arc;

use berth_domain::{
    Aggregate, Code, Explanation, ProfileId, SecretRef, Text,
    access::Act,
    grab::Spec,
    profile::{Command, Create, Edit, Profile},
};
use berth_store::StreamId;
use secrecy::SecretString;

use crate::{
    app::{first_made, first_stream},
    grab::{NewSecret, unknown_regions, wrong_change, wrong_user_data},
    ledger::Ledger,
    order::{Denied, Fault, Order, Told, all_at_once},
    secrets::{PROFILE_ROOT_PASSWORD, PROFILE_USER_DATA, Secrets},
    world::World,
};

/// A profile as a person gives it.
pub struct NewProfile {
    pub name: String,
    /// The secrets inside are set from the texts below. Without a region it is for a tenant's home.
    pub spec: Spec,
    pub root_password: Option<SecretString>,
    /// For cloud-init.
    pub user_data: Option<SecretString>,
}

/// What a person changes about a profile. What is absent stays.
#[derive(Default)]
pub struct Change {
    pub name: Option<String>,
    /// Whole, but for its secrets, which are set from the texts below.
    pub spec: Option<Spec>,
    pub root_password: NewSecret,
    pub user_data: NewSecret,
}

/// What a profile gives to a task that is made from it.
pub struct Wish {
    /// Without secrets: they are the profile's, and a task has its own.
    pub spec: Spec,
    pub root_password: Option<SecretString>,
    pub user_data: Option<SecretString>,
}

/// What people may do with launch profiles.
#[derive(Clone)]
pub struct Profiles {
    pub(crate) world: Arc<World>,
    pub(crate) secrets: Secrets,
    pub(crate) ledger: Ledger,
}

type ToldProfile = Told<ProfileId, Profile>;

impl Profiles {
    /// Keeps a wish under a name. Whatever is wrong with it is said at once.
    pub async fn create(&self, new: NewProfile, mut order: Order) -> Result<ToldProfile, Denied> {
        order.may(Act::KeepProfiles)?;
        if let Some(told) = self.created_before(&order).await? {
            return Ok(told);
        }
        let id = ProfileId::from_parts(self.world.clock.now_ms().unsigned_abs(), self.world.chance.draw());
        let texts = (new.root_password.as_ref(), new.user_data.as_ref());
        let mut outside = unknown_regions(&self.world, &new.spec);
        outside.extend(wrong_user_data(texts.0.is_some(), texts.1));
        let spec = self.sealed(id, new.spec, texts, &mut order)?;
        let create = Create { name: new.name.trim().to_owned(), spec, at: self.world.now() };
        let command = Command::Create(Box::new(create));
        all_at_once(&Profile::default(), &command, outside)?;
        let told = self.tell(id, command, &order).await?;
        match told.state.content {
            Some(_) => Ok(told),
            // Another request with the same id came first: its profile is the answer.
            None => self.created_before(&order).await?.ok_or_else(Denied::overtaken),
        }
    }

    /// Changes what tasks will be made from. Those that were made keep what they have.
    pub async fn update(
        &self,
        id: ProfileId,
        change: Change,
        mut order: Order,
    ) -> Result<ToldProfile, Denied> {
        order.may(Act::KeepProfiles)?;
        let texts = (change.root_password.text(), change.user_data.text());
        let (spec, outside) = match change.spec {
            Some(spec) => {
                let mut outside = unknown_regions(&self.world, &spec);
                outside.extend(self.wrong_secrets(id, (&change.root_password, &change.user_data)).await?);
                (Some(self.sealed(id, spec, texts, &mut order)?), outside)
            }
            None => (None, Vec::new()),
        };
        let edit = Edit {
            name: change.name.map(|name| name.trim().to_owned()),
            spec,
            keep_root_password: matches!(change.root_password, NewSecret::Kept),
            keep_user_data: matches!(change.user_data, NewSecret::Kept),
            at: self.world.now(),
        };
        let command = Command::Edit(Box::new(edit));
        // A repeat is answered as the first was, whatever stays by now.
        if !outside.is_empty() && first_stream(&self.world.log, &order).await?.is_none() {
            all_at_once(&self.ledger.open::<Profile>(id).await?.state, &command, outside)?;
        }
        self.tell(id, command, &order).await
    }

    /// Takes it off the lists, and forgets its secrets. Its name is free again.
    pub async fn delete(&self, id: ProfileId, order: Order) -> Result<ToldProfile, Denied> {
        self.tell(id, Command::Delete { at: self.world.now() }, &order).await
    }

    /// What tasks are made from now. Its secrets come in the clear, to be sealed for each task.
    pub async fn wish(&self, id: ProfileId) -> Result<Wish, Denied> {
        match self.opened(id).await {
            // Somebody changed it just between: what they wrote names other secrets.
            Err(Denied::Fault(Fault::SecretMissing(_))) => self.opened(id).await,
            opened => opened,
        }
    }

    async fn opened(&self, id: ProfileId) -> Result<Wish, Denied> {
        let profile = self.ledger.open::<Profile>(id).await?.state;
        let spec = &profile.existing().ok_or_else(no_such_profile)?.spec;
        let owner = StreamId::new(Profile::KIND, id);
        let open = async |kind, name| match name {
            Some(name) => self.secrets.open(kind, &owner, name).await.map(Some),
            None => Ok(None),
        };
        let root_password = open(PROFILE_ROOT_PASSWORD, spec.root_password.as_ref()).await?;
        let user_data = open(PROFILE_USER_DATA, spec.user_data.as_ref()).await?;
        Ok(Wish {
            spec: Spec { root_password: None, user_data: None, ..spec.clone() },
            root_password,
            user_data,
        })
    }

    /// No actor is needed: a profile does nothing by itself, and two commands at once are put in order by the log.
    async fn tell(&self, id: ProfileId, command: Command, order: &Order) -> Result<ToldProfile, Denied> {
        self.ledger.command(id, command, order).await
    }

    async fn created_before(&self, order: &Order) -> Result<Option<ToldProfile>, Denied> {
        let Some(id) = first_made(&self.world.log, order).await? else { return Ok(None) };
        // Under an id that was answered before, no command is decided: the first answer is given.
        self.tell(id, Command::Delete { at: self.world.now() }, order).await.map(Some)
    }

    fn sealed(
        &self,
        id: ProfileId,
        spec: Spec,
        (root_password, user_data): (Option<&SecretString>, Option<&SecretString>),
        order: &mut Order,
    ) -> Result<Spec, Denied> {
        let owner = StreamId::new(Profile::KIND, id);
        Ok(Spec {
            root_password: self.secrets.seal_with(PROFILE_ROOT_PASSWORD, &owner, root_password, order)?,
            user_data: self.secrets.seal_with(PROFILE_USER_DATA, &owner, user_data, order)?,
            ..spec
        })
    }

    /// What is given must go together with what stays.
    async fn wrong_secrets(
        &self,
        id: ProfileId,
        secrets: (&NewSecret, &NewSecret),
    ) -> Result<Vec<Explanation>, Fault> {
        let profile = self.ledger.open::<Profile>(id).await?.state;
        let before = profile.existing().map(|content| content.spec.clone()).unwrap_or_default();
        let owner = StreamId::new(Profile::KIND, id);
        let open = async |name: &SecretRef| self.secrets.open(PROFILE_USER_DATA, &owner, name).await;
        wrong_change(secrets, &before, open).await
    }
}

fn no_such_profile() -> Denied {
    let message = Text::new("there is no such launch profile", "没有这个启动模板");
    Denied::Refused(vec![Explanation::new(Code::NotFound, message)])
}
