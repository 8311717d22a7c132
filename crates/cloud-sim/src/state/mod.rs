//! Everything that exists in the simulated cloud, behind one lock.
//!
//! Nothing here sleeps or ticks: states are looked up at the moment of asking. Nothing here knows HTTP.

pub(crate) mod instance;
pub(crate) mod record;
pub(crate) mod tenant;
pub(crate) mod timeline;
pub(crate) mod token;
pub(crate) mod work_request;

use std::{collections::HashMap, time::Duration};

use serde_json::{Value, json};

use self::{
    instance::Instance, record::Record, tenant::Tenant, timeline::Timeline, token::Tokens,
    work_request::WorkRequest,
};
use crate::{
    answer::Refusal,
    catalogue::{self, Image, Shape},
    clock::{Clock, Moment, timestamp},
    journal::Entry,
    keys::Profile,
    ocid::{self, Kind},
    options::{Limits, Options},
    script::{Playbook, Script},
};

pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) images: Vec<Image>,
    /// In order of creation; the terminated ones stay.
    pub(crate) instances: Vec<Instance>,
    instance_numbers: HashMap<String, usize>,
    pub(crate) records: Vec<Record>,
    pub(crate) work_requests: Vec<WorkRequest>,
    pub(crate) tokens: Tokens,
    pub(crate) playbook: Playbook,
    pub(crate) journal: Vec<Entry>,
    pub(crate) limits: Limits,
    usual_limits: Limits,
    /// World time of an instance's every change of state.
    pub(crate) provision: Duration,
    pub(crate) page_size: usize,
    /// Keeps the identifiers of two runs apart.
    seed: u64,
    serial: u64,
}

impl World {
    pub(crate) fn new(options: &Options, profiles: &[Profile]) -> Self {
        let tenants =
            profiles.iter().map(|profile| Tenant::new(profile, options.availability_domains)).collect();
        let mut world = Self {
            clock: Clock::new(options.time_scale),
            tenants,
            images: catalogue::images(),
            instances: Vec::new(),
            instance_numbers: HashMap::new(),
            records: Vec::new(),
            work_requests: Vec::new(),
            tokens: Tokens::default(),
            playbook: Playbook::default(),
            journal: Vec::new(),
            limits: options.limits,
            usual_limits: options.limits,
            provision: options.provision,
            page_size: options.page_size,
            seed: rand::random(),
            serial: 0,
        };
        world.play(options.script.clone().unwrap_or_default());
        world
    }

    /// Starts a script from its beginning and lifts all suspensions.
    pub(crate) fn play(&mut self, script: Script) {
        self.limits = script.limits.unwrap_or(self.usual_limits);
        self.playbook = Playbook::new(script);
        self.tenants.iter_mut().for_each(|tenant| tenant.suspended = false);
    }

    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// A number that no other call of this gets.
    pub(crate) fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    pub(crate) fn new_id(&mut self, kind: Kind) -> String {
        let serial = self.next_serial();
        ocid::regional(kind, &format!("{}/{serial}", self.seed))
    }

    pub(crate) fn check_compartment(&self, tenant: usize, id: &str) -> Result<(), Refusal> {
        if self.tenants[tenant].owns_compartment(id) { Ok(()) } else { Err(Refusal::not_found()) }
    }

    pub(crate) fn add_instance(&mut self, instance: Instance) {
        self.instance_numbers.insert(instance.id.clone(), self.instances.len());
        self.instances.push(instance);
    }

    /// The instance, if it is the tenant's; someone else's looks like none.
    pub(crate) fn instance(&self, tenant: usize, id: &str) -> Result<&Instance, Refusal> {
        let found = self.instance_numbers.get(id).map(|number| &self.instances[*number]);
        found.filter(|instance| instance.tenant == tenant).ok_or_else(Refusal::not_found)
    }

    pub(crate) fn instance_mut(&mut self, tenant: usize, id: &str) -> Result<&mut Instance, Refusal> {
        let found = self.instance_numbers.get(id).map(|number| &mut self.instances[*number]);
        found.filter(|instance| instance.tenant == tenant).ok_or_else(Refusal::not_found)
    }

    pub(crate) fn instances_of(&self, tenant: usize) -> impl Iterator<Item = &Instance> {
        self.instances.iter().filter(move |instance| instance.tenant == tenant)
    }

    /// OCPUs and GB of A1 that the tenant's live instances hold, of one domain or of all.
    pub(crate) fn a1_used(&self, tenant: usize, domain: Option<&str>) -> (f64, f64) {
        let a1 = |instance: &&Instance| Shape::named(instance.shape).is_some_and(Shape::is_a1);
        let sum = |(cores, memory), instance: &Instance| (cores + instance.ocpus, memory + instance.memory);
        self.live(tenant, domain).filter(a1).fold((0.0, 0.0), sum)
    }

    /// The tenant's instances that use something up, of one domain or of all.
    pub(crate) fn live<'a>(
        &'a self,
        tenant: usize,
        domain: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Instance> {
        let now = self.now();
        self.instances_of(tenant).filter(move |instance| {
            instance.is_live(now) && domain.is_none_or(|domain| instance.availability_domain == domain)
        })
    }

    pub(crate) fn record(&self, tenant: usize, kind: Kind, id: &str) -> Result<&Record, Refusal> {
        let this = |record: &&Record| record.id == id && record.kind == kind && record.tenant == tenant;
        self.records.iter().find(this).ok_or_else(Refusal::not_found)
    }

    pub(crate) fn record_mut(&mut self, tenant: usize, kind: Kind, id: &str) -> Result<&mut Record, Refusal> {
        let this = |record: &&mut Record| record.id == id && record.kind == kind && record.tenant == tenant;
        self.records.iter_mut().find(this).ok_or_else(Refusal::not_found)
    }

    /// Notes a long operation on an instance and answers its identifier.
    pub(crate) fn add_work_request(
        &mut self,
        operation: &'static str,
        (tenant, instance_id): (usize, &str),
        end: (Option<Duration>, &'static str),
        error: Option<String>,
    ) -> Result<String, Refusal> {
        let now = self.now();
        let compartment = self.instance(tenant, instance_id)?.compartment.clone();
        let id = self.new_id(Kind::WorkRequest);
        let last: Vec<_> = end.0.map(|after| (after, end.1)).into_iter().collect();
        let progress = Timeline::starting(now, "IN_PROGRESS", &last);
        let instance_id = instance_id.to_owned();
        self.work_requests.push(WorkRequest {
            id: id.clone(),
            tenant,
            compartment,
            operation,
            instance_id,
            accepted: now,
            progress,
            error,
        });
        Ok(id)
    }

    /// Takes an instance down, as `TerminateInstance` does. What is gone already is not found.
    pub(crate) fn terminate(&mut self, tenant: usize, id: &str) -> Result<String, Refusal> {
        let (now, provision) = (self.now(), self.provision);
        let instance = self.instance_mut(tenant, id)?;
        match instance.state(now) {
            "TERMINATED" => return Err(Refusal::not_found()),
            "TERMINATING" => return Err(Refusal::incorrect_state("TERMINATING")),
            _ => instance.life.turn(now, "TERMINATING", &[(provision, "TERMINATED")]),
        }
        instance.revision += 1;
        self.add_work_request("TerminateInstance", (tenant, id), (Some(provision), "SUCCEEDED"), None)
    }

    /// What outside judges see. Requests up to the number `after` are left out; `None` leaves all of them out.
    pub(crate) fn report(&self, after: Option<usize>) -> Value {
        let now = self.now();
        let launched = |entry: &&Entry| entry.operation == Some("LaunchInstance");
        let mut report = json!({
            "time": timestamp(now),
            "tenants": self.tenants.iter().map(|tenant| json!({
                "name": tenant.profile.name,
                "tenancy": tenant.profile.tenancy,
                "user": tenant.profile.user,
                "compartment": tenant.compartment,
                "availabilityDomains": tenant.availability_domains,
                "suspended": tenant.suspended,
            })).collect::<Vec<_>>(),
            "counts": {
                "requests": self.journal.len(),
                "launchRequests": self.journal.iter().filter(launched).count(),
                "instances": self.instances.len(),
                "liveInstances": self.instances.iter().filter(|instance| instance.is_live(now)).count(),
            },
            "instances": self.instances.iter().map(|instance| instance.summary(now)).collect::<Vec<_>>(),
            "networks": self.records.iter().map(Record::render).collect::<Vec<_>>(),
            "workRequests": self.work_requests.iter().map(|request| request.summary(now)).collect::<Vec<_>>(),
        });
        if let Some(after) = after {
            report["requests"] = json!(self.journal.get(after..).unwrap_or_default());
        }
        report
    }
}
