//! Grabs: what people may do with them, and the actor that hunts for each one.

mod actor;
mod hunter;
mod kept;
mod launch;
mod places;
mod survey;

use std::sync::Arc;

use berth_actors::Registry;
use berth_domain::{
    Code, Explanation, GrabId, TenantId, Text, Timestamp,
    grab::{Command, Create, Grab, Schedule, Spec},
};
use berth_store::StreamId;
use secrecy::SecretString;

pub(crate) use actor::{GrabActor, Kit, Tell, Wake};
pub(crate) use launch::keyed;
pub(crate) use places::Places;
pub(crate) use survey::Surveys;

use crate::{
    gate::Gate,
    order::{Denied, Order, Told},
    secrets::{ROOT_PASSWORD, Secrets},
    world::World,
};

/// A task as a person gives it.
pub struct NewGrab {
    pub tenant: TenantId,
    pub name: String,
    /// `root_password` inside is set from the text below.
    pub spec: Spec,
    pub root_password: Option<SecretString>,
    pub schedule: Schedule,
    pub start: bool,
}

/// What people may do with grab tasks.
#[derive(Clone)]
pub struct Grabs {
    pub(crate) world: Arc<World>,
    pub(crate) secrets: Secrets,
    pub(crate) gate: Gate,
    pub(crate) registry: Registry<GrabActor>,
}

impl Grabs {
    /// Makes a task, and starts it when asked to. When there is no place free it is made and left pending, and the refusal says so.
    pub async fn create(&self, new: NewGrab, order: Order) -> Result<Told<GrabId, Grab>, Denied> {
        let start = new.start;
        let told = match self.created_before(&order).await? {
            Some(told) => told,
            None => self.open(new, &order).await?,
        };
        if start {
            return self.start(told.id, order.part(usize::MAX)).await;
        }
        Ok(told)
    }

    pub async fn start(&self, id: GrabId, order: Order) -> Result<Told<GrabId, Grab>, Denied> {
        self.tell(id, Command::Start { at: self.now() }, order).await
    }

    pub async fn pause(&self, id: GrabId, order: Order) -> Result<Told<GrabId, Grab>, Denied> {
        let by = berth_domain::grab::Holder::Person;
        self.tell(id, Command::Pause { by, at: self.now() }, order).await
    }

    pub async fn resume(&self, id: GrabId, order: Order) -> Result<Told<GrabId, Grab>, Denied> {
        let by = berth_domain::grab::Holder::Person;
        self.tell(id, Command::Resume { by, at: self.now() }, order).await
    }

    pub async fn stop(&self, id: GrabId, order: Order) -> Result<Told<GrabId, Grab>, Denied> {
        self.tell(id, Command::Stop { at: self.now() }, order).await
    }

    pub(crate) async fn tell(
        &self,
        id: GrabId,
        command: Command,
        order: Order,
    ) -> Result<Told<GrabId, Grab>, Denied> {
        self.registry.send(&id, Tell { command, order }).await?
    }

    async fn open(&self, new: NewGrab, order: &Order) -> Result<Told<GrabId, Grab>, Denied> {
        let id = GrabId::from_parts(self.world.clock.now_ms().unsigned_abs(), rand::random());
        self.check_place(&new).await?;
        let mut order = order.clone();
        let mut spec = new.spec;
        spec.root_password = match &new.root_password {
            Some(password) => {
                let (name, sealed) =
                    self.secrets.seal(ROOT_PASSWORD, &StreamId::new("grab", id), password)?;
                order.seal.push(sealed);
                Some(name)
            }
            None => None,
        };
        let create = Create {
            tenant: new.tenant,
            name: new.name.trim().to_owned(),
            spec,
            schedule: new.schedule,
            min_interval: self.world.settings.min_interval,
            at: self.now(),
        };
        let told = self.tell(id, Command::Create(Box::new(create)), order.clone()).await?;
        match told.state.order {
            Some(_) => Ok(told),
            None => self.created_before(&order).await?.ok_or_else(Denied::overtaken),
        }
    }

    /// The tenant must exist, and the region must be one of the cloud's.
    async fn check_place(&self, new: &NewGrab) -> Result<(), Denied> {
        if !self.gate.exists(new.tenant).await? {
            return Err(crate::tenant::no_such_tenant().at_field(&["tenantIds"]));
        }
        if !new.spec.region.is_empty() && !self.world.cloud.knows_region(&new.spec.region) {
            let message = Text::new("there is no such region", "没有这个区域");
            return Err(Denied::Refused(vec![
                Explanation::new(Code::Invalid, message).at(&["spec", "region"]),
            ]));
        }
        Ok(())
    }

    async fn created_before(&self, order: &Order) -> Result<Option<Told<GrabId, Grab>>, Denied> {
        let Some(stream) = crate::app::first_stream(&self.world.log, order).await? else { return Ok(None) };
        let Ok(id) = stream.id().parse::<GrabId>() else { return Ok(None) };
        // Under an id that was answered before, no command is decided: the first answer is given.
        self.tell(id, Command::Stop { at: self.now() }, order.clone()).await.map(Some)
    }

    fn now(&self) -> Timestamp {
        self.world.now()
    }
}
