//! Grabs: what people may do with them, and the actor that hunts for each one.

mod actor;
mod capacity;
mod finding;
mod following;
mod hunter;
mod kept;
mod launch;
mod moments;
mod places;
mod starting;
mod survey;
mod suspecting;
mod trying;
mod user_data;

use std::sync::Arc;

use berth_actors::Registry;
use berth_domain::{
    Code, Explanation, GrabId, SecretRef, TenantId, Text, Timestamp,
    access::Act,
    grab::{Command, Create, Dormant, Edit, Grab, OrderStart, Schedule, Spec},
};
use berth_store::StreamId;
use secrecy::SecretString;

pub(crate) use actor::{GrabActor, Kit, Tell, Wake};
pub(crate) use launch::keyed;
pub(crate) use moments::Moments;
pub(crate) use places::{Places, usher};
pub(crate) use survey::Surveys;
pub(crate) use user_data::{wrong_change, wrong_user_data};

use crate::{
    app::{first_made, first_stream},
    gate::Gate,
    ledger::Ledger,
    order::{Denied, Order, Told},
    secrets::{ROOT_PASSWORD, Secrets, USER_DATA},
    world::World,
};

/// A task as a person gives it.
pub struct NewGrab {
    pub tenant: TenantId,
    pub name: String,
    /// The secrets inside are set from the texts below.
    pub spec: Spec,
    pub root_password: Option<SecretString>,
    /// For cloud-init.
    pub user_data: Option<SecretString>,
    pub schedule: Schedule,
    pub start: bool,
}

/// A task that starts an instance which exists, as a person gives it.
pub struct NewStart {
    pub tenant: TenantId,
    pub name: String,
    pub instance: Dormant,
    pub schedule: Schedule,
}

/// What a person changes about a task. What is absent stays.
#[derive(Default)]
pub struct Change {
    pub name: Option<String>,
    /// Whole, but for its secrets, which are set from the texts below.
    pub spec: Option<Spec>,
    pub root_password: NewSecret,
    pub user_data: NewSecret,
    pub schedule: Option<Schedule>,
}

/// What becomes of a secret that nobody can read and give again.
#[derive(Default)]
pub enum NewSecret {
    #[default]
    Kept,
    Gone,
    Text(SecretString),
}

/// What people may do with grab tasks.
#[derive(Clone)]
pub struct Grabs {
    pub(crate) world: Arc<World>,
    pub(crate) secrets: Secrets,
    pub(crate) ledger: Ledger,
    pub(crate) gate: Gate,
    pub(crate) registry: Registry<GrabActor>,
}

impl Grabs {
    /// Makes a task, and starts it when asked to. When there is no place free it waits for one.
    pub async fn create(&self, new: NewGrab, order: Order) -> Result<Told<GrabId, Grab>, Denied> {
        order.may(Act::Grab)?;
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

    /// Makes a task that starts an instance which exists. It is not started itself.
    pub async fn create_start(&self, new: NewStart, order: Order) -> Result<Told<GrabId, Grab>, Denied> {
        order.may(Act::Grab)?;
        if let Some(told) = self.created_before(&order).await? {
            return Ok(told);
        }
        if !self.gate.exists(new.tenant).await? {
            return Err(crate::tenant::no_such_tenant().at_field(&["tenantIds"]));
        }
        let NewStart { tenant, name, instance, schedule } = new;
        if !instance.region.is_empty() && !self.world.cloud.knows_region(&instance.region) {
            let reason = Explanation::new(Code::Invalid, no_such_region());
            return Err(Denied::Refused(vec![reason.at(&["startInstance", "region"])]));
        }
        let (min_interval, at) = (self.world.settings.min_interval, self.now());
        let name = name.trim().to_owned();
        let command = OrderStart { tenant, name, start: instance, schedule, min_interval, at };
        self.made(self.new_id(), Command::OrderStart(Box::new(command)), &order).await
    }

    /// What the same command was answered with before, if it was given before. Needs nothing but its id.
    pub async fn created_before(&self, order: &Order) -> Result<Option<Told<GrabId, Grab>>, Denied> {
        let Some(id) = first_made(&self.world.log, order).await? else { return Ok(None) };
        // Under an id that was answered before, no command is decided: the first answer is given.
        self.tell(id, Command::Stop { at: self.now() }, order.clone()).await.map(Some)
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

    /// Wishes for something else from the next attempt on. An attempt that is out is not touched.
    pub async fn update(
        &self,
        id: GrabId,
        change: Change,
        mut order: Order,
    ) -> Result<Told<GrabId, Grab>, Denied> {
        order.may(Act::Grab)?;
        let mut spec = change.spec;
        if let Some(spec) = &mut spec {
            refused(unknown_regions(&self.world, spec))?;
            let owner = StreamId::new("grab", id);
            let texts = (change.root_password.text(), change.user_data.text());
            self.check_secrets(id, (&change.root_password, &change.user_data), &order).await?;
            spec.root_password = self.secrets.seal_with(ROOT_PASSWORD, &owner, texts.0, &mut order)?;
            spec.user_data = self.secrets.seal_with(USER_DATA, &owner, texts.1, &mut order)?;
        }
        let edit = Edit {
            name: change.name.map(|name| name.trim().to_owned()),
            spec,
            keep_root_password: matches!(change.root_password, NewSecret::Kept),
            keep_user_data: matches!(change.user_data, NewSecret::Kept),
            schedule: change.schedule,
            min_interval: self.world.settings.min_interval,
            at: self.now(),
        };
        self.tell(id, Command::Edit(Box::new(edit)), order).await
    }

    /// Tries at once, in its tenant's pace.
    pub async fn attempt_now(&self, id: GrabId, order: Order) -> Result<Told<GrabId, Grab>, Denied> {
        let min_interval = self.world.settings.min_interval;
        self.tell(id, Command::Hurry { min_interval, at: self.now() }, order).await
    }

    /// Takes a finished task off the lists.
    pub async fn delete(&self, id: GrabId, order: Order) -> Result<Told<GrabId, Grab>, Denied> {
        self.tell(id, Command::Delete { at: self.now() }, order).await
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
        let id = self.new_id();
        self.check_place(&new).await?;
        let mut order = order.clone();
        let (mut spec, owner) = (new.spec, StreamId::new("grab", id));
        spec.root_password =
            self.secrets.seal_with(ROOT_PASSWORD, &owner, new.root_password.as_ref(), &mut order)?;
        spec.user_data = self.secrets.seal_with(USER_DATA, &owner, new.user_data.as_ref(), &mut order)?;
        let create = Create {
            tenant: new.tenant,
            name: new.name.trim().to_owned(),
            spec,
            schedule: new.schedule,
            min_interval: self.world.settings.min_interval,
            at: self.now(),
        };
        self.made(id, Command::Create(Box::new(create)), &order).await
    }

    async fn made(&self, id: GrabId, command: Command, order: &Order) -> Result<Told<GrabId, Grab>, Denied> {
        let told = self.tell(id, command, order.clone()).await?;
        match told.state.order {
            Some(_) => Ok(told),
            None => self.created_before(order).await?.ok_or_else(Denied::overtaken),
        }
    }

    fn new_id(&self) -> GrabId {
        GrabId::from_parts(self.world.clock.now_ms().unsigned_abs(), self.world.chance.draw())
    }

    /// The tenant must exist, and the region must be one of the cloud's.
    async fn check_place(&self, new: &NewGrab) -> Result<(), Denied> {
        if !self.gate.exists(new.tenant).await? {
            return Err(crate::tenant::no_such_tenant().at_field(&["tenantIds"]));
        }
        refused(wrong_user_data(new.root_password.is_some(), new.user_data.as_ref()))?;
        refused(unknown_regions(&self.world, &new.spec))
    }

    /// What is given must go together with what stays. A repeat is answered as the first was, whatever stays by now.
    async fn check_secrets(
        &self,
        id: GrabId,
        secrets: (&NewSecret, &NewSecret),
        order: &Order,
    ) -> Result<(), Denied> {
        let grab = self.ledger.open::<Grab>(id).await?.state;
        let before = grab.order.and_then(|order| order.goal.launch().cloned()).unwrap_or_default();
        let owner = StreamId::new("grab", id);
        let open = async |name: &SecretRef| self.secrets.open(USER_DATA, &owner, name).await;
        let reasons = wrong_change(secrets, &before, open).await?;
        if reasons.is_empty() || first_stream(&self.world.log, order).await?.is_some() {
            return Ok(());
        }
        Err(Denied::Refused(reasons))
    }

    fn now(&self) -> Timestamp {
        self.world.now()
    }
}

fn no_such_region() -> Text {
    Text::new("there is no such region", "没有这个区域")
}

impl NewSecret {
    /// What was given, if anything was.
    pub fn given(self) -> Option<SecretString> {
        match self {
            Self::Text(text) => Some(text),
            Self::Kept | Self::Gone => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&SecretString> {
        match self {
            Self::Text(text) => Some(text),
            Self::Kept | Self::Gone => None,
        }
    }
}

fn refused(reasons: Vec<Explanation>) -> Result<(), Denied> {
    if reasons.is_empty() { Ok(()) } else { Err(Denied::Refused(reasons)) }
}

/// Regions that the cloud does not have.
pub(crate) fn unknown_regions(world: &World, spec: &Spec) -> Vec<Explanation> {
    let unknown = |(index, region): (usize, &String)| {
        let known = region.is_empty() || world.cloud.knows_region(region);
        let place = ["spec", "regions", &index.to_string()];
        (!known).then(|| Explanation::new(Code::Invalid, no_such_region()).at(&place))
    };
    spec.regions.iter().enumerate().filter_map(unknown).collect()
}
